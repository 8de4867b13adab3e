// SPDX-License-Identifier: GPL-2.0
/* A VMA is removed: from every tree that it is in, with all references that it held. */
#include "chardev.h"
#include "test.h"

static unsigned long objects(const char *cache)
{
	rcu_barrier();
	return shim_slab_objects(cache);
}

/* [WW][RR][WW][RR] in one page table: each must be taken off its anon_vma. */
TEST(unlink, neighbours_of_one_page_table,
     NOT_LAZY(own_anon_vma, "lazy.first_faults_share_one_anon_vma"))
{
	struct space *sp = layout(test, "[WW].[WW].[WW].[WW]");

	KUNIT_ASSERT_EQ(test, objects("anon_vma_chain"), 4UL);
	ok(unmap(sp, 0, 11));
	expect(sp, "");
	KUNIT_EXPECT_EQ(test, objects("anon_vma_chain"), 0UL);
	KUNIT_EXPECT_EQ(test, objects("anon_vma"), 0UL);
}

/* The same with parts of one VMA, which a fork child has too. */
TEST(unlink, neighbours_with_a_forked_relative)
{
	struct space *parent = layout(test, "[WWWWWWWW]"), *child;
	struct anon_vma *own;

	ok(protect(parent, 2, 2, PROT_READ));
	ok(protect(parent, 5, 1, PROT_READ));
	child = space_fork(parent);
	own = shim_anon_vma(vma_of(parent, 0));
	ok(unmap(parent, 1, 6));
	expect(parent, "[W]......[W]");
	expect(child, "[WW][RR][W][R][WW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(own), 2UL);
	mapped_at(folio_of(child, 0), at(parent, 0), at(child, 0));
	mapped_at(folio_of(child, 3), at(child, 3));
	mapped_at(folio_of(child, 5), at(child, 5));
	mapped_at(folio_of(child, 7), at(parent, 7), at(child, 7));
	ok(look(child, 0, 8));
}

/* More than fit into the batch of unlink_file_vma_batch_add(), many times. */
TEST(unlink, many_neighbours_of_one_file)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(40);
	long i;

	for (i = 0; i < 40; i++)
		ok(map_file(sp, i, 1, RW, MAP_SHARED, file, 39 - i));
	KUNIT_ASSERT_EQ(test, shim_map_count(sp->mm), 40);
	ok(touch(sp, 0, 40, 'x'));
	ok(unmap(sp, 1, 38));
	KUNIT_EXPECT_EQ(test, atomic_read(&file->f_mapping->i_mmap_writable), 2);
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 39), at(sp, 39));
	ok(unmap(sp, 0, 40));
	KUNIT_EXPECT_FALSE(test, mapping_mapped(file->f_mapping));
	shim_file_put(file);
}

/* The batch is for one file: with two in turn it is emptied at each. */
TEST(unlink, neighbours_of_two_files_in_turn)
{
	struct space *sp = space_new(test);
	struct file *one = shim_file_create(20), *two = shim_file_create(20);
	long i;

	for (i = 0; i < 20; i++)
		ok(map_file(sp, i, 1, RW, MAP_SHARED, i & 1 ? one : two, i));
	ok(touch(sp, 0, 20, 'x'));
	ok(unmap(sp, 0, 20));
	KUNIT_EXPECT_FALSE(test, mapping_mapped(one->f_mapping));
	KUNIT_EXPECT_FALSE(test, mapping_mapped(two->f_mapping));
	KUNIT_EXPECT_EQ(test, atomic_read(&one->f_mapping->i_mmap_writable), 0);
	shim_file_put(one);
	shim_file_put(two);
}

/* close() for the part that goes; the parts that stay were opened for it. */
TEST(unlink, closes_each_vma_of_a_driver)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 8);

	ok(chardev_map(sp, 0, 8, MAP_SHARED, drv));
	ok(unmap(sp, 0, 1));
	chardev_balanced(drv);
	ok(unmap(sp, 3, 2));
	expect(sp, ".{ww}..{www}");
	chardev_balanced(drv);
	KUNIT_EXPECT_EQ(test, drv->closes, 2);
	ok(unmap(sp, 0, 8));
	chardev_balanced(drv);
	KUNIT_EXPECT_EQ(test, drv->closes, 4);
}

TEST(unlink, gives_the_file_back_before_the_next_mapping)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 2);

	ok(chardev_map(sp, 0, 2, MAP_PRIVATE, drv));
	chardev_put(drv);
	ok(map(sp, 0, 2, RW));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	chardev_balanced(drv);
	expect(sp, "[ww]");
}

/*
 * Pages 0 to 511 share one page table. What is left in it keeps it, whichever
 * side goes; and a whole table between two others goes alone.
 */
TEST(unlink, keeps_page_tables_that_neighbours_use)
{
	struct space *sp = layout(test, "[WW].[RR].[WW]");

	ok(unmap(sp, 3, 2));
	expect(sp, "[WW]....[WW]");
	ok(unmap(sp, 0, 2));
	expect(sp, "......[WW]");
	ok(look(sp, 6, 2));
	ok(map(sp, 0, 2, PROT_READ));
	ok(look(sp, 0, 2));
	ok(unmap(sp, 6, 2));
	expect(sp, "[RR]");
	ok(look(sp, 0, 2));
}

TEST(unlink, frees_the_page_table_of_what_goes_alone)
{
	struct space *sp = space_new(test);
	unsigned long two;

	ok(map(sp, 0, 1, RW));
	ok(map(sp, 1024, 1, PROT_READ));
	ok(write_page(sp, 0, 'a'));
	ok(read_page(sp, 1024));
	two = mm_pgtables_bytes(sp->mm);
	ok(map(sp, 511, 513, RW));	/* the end of one table and all of another */
	ok(touch(sp, 511, 3, 'x'));
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(sp->mm), two + PTRS_PER_PTE * sizeof(pte_t));
	ok(unmap(sp, 511, 513));
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(sp->mm), two);
	ok(read_page(sp, 0));
	ok(unmap(sp, 0, 1));
	ok(unmap(sp, 1024, 1));
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(sp->mm), 0UL);
}

/* The anon_vmas of the dead live as long as a link of the living needs them. */
TEST(unlink, last_descendant_frees_the_whole_line,
     NOT_LAZY(own_anon_vma, "lazy_fork.line_of_descent_does_not_grow"))
{
	struct space *parent = layout(test, "[WWWW]"), *child, *grandchild;

	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(protect(grandchild, 2, 2, PROT_READ));
	space_exit(parent);
	space_exit(child);
	KUNIT_EXPECT_EQ(test, objects("anon_vma"), 3UL);
	ok(unmap(grandchild, 0, 2));
	KUNIT_EXPECT_EQ(test, objects("anon_vma"), 3UL);
	mapped_at(folio_of(grandchild, 2), at(grandchild, 2));
	ok(unmap(grandchild, 2, 2));
	KUNIT_EXPECT_EQ(test, objects("anon_vma"), 0UL);
	KUNIT_EXPECT_EQ(test, objects("anon_vma_chain"), 0UL);
}

/* A split part has the chain in another order than the whole; both unlink. */
TEST(unlink, parts_in_either_order)
{
	struct space *first, *gen;
	int i, part;

	for (part = 0; part < 2; part++) {
		first = layout(test, "[WWWW]");
		gen = first;
		for (i = 0; i < 3; i++)
			gen = space_fork(gen);
		KUNIT_ASSERT_EQ(test, nr_chains(vma_of(gen, 0)), 4U);
		ok(protect(gen, 2, 2, PROT_READ));
		ok(unmap(gen, part ? 2 : 0, 2));
		mapped_at(folio_of(first, part ? 0 : 2),
			  at(first, part ? 0 : 2), at(gen, part ? 0 : 2),
			  at(list_prev_entry(gen, list), part ? 0 : 2),
			  at(list_next_entry(first, list), part ? 0 : 2));
		ok(unmap(gen, 0, 4));
		while (!list_empty(&((struct world *)test->priv)->spaces))
			space_exit(list_first_entry(&((struct world *)test->priv)->spaces,
						    struct space, list));
		KUNIT_EXPECT_EQ(test, objects("anon_vma"), 0UL);
	}
}

/* Emptied by MREMAP_DONTUNMAP and faulted anew: another anon_vma altogether. */
TEST(unlink, source_of_dontunmap_starts_anew,
     NOT_LAZY(own_anon_vma, "lazy.stays_so_over_mremap_that_leaves_the_old_place"))
{
	struct space *sp = layout(test, "[WW]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	struct anon_vma *old = shim_anon_vma(vma_of(sp, 0));

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 2, flags, 5), 5L);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 5)), old);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(old), 1UL);
	KUNIT_EXPECT_TRUE(test, list_empty(&shim_anon_vma_chain(vma_of(sp, 0))));
	ok(write_page(sp, 0, 'n'));
	KUNIT_EXPECT_PTR_NE(test, shim_anon_vma(vma_of(sp, 0)), old);
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 5), at(sp, 5));
}

/* Only a part of it is emptied, so the links stay for the rest. */
TEST(unlink, not_for_dontunmap_of_a_part)
{
	struct space *sp = layout(test, "[WWWW]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

	KUNIT_EXPECT_EQ(test, remap(sp, 1, 2, 2, flags, 8), 8L);
	expect(sp, "[WwwW]....[WW]");
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 0)), shim_anon_vma(vma_of(sp, 8)));
	mapped_at(folio_of(sp, 3), at(sp, 3));
	mapped_at(folio_of(sp, 9), at(sp, 9));
	ok(touch(sp, 1, 2, 'n'));
	mapped_at(folio_of(sp, 1), at(sp, 1));
	ok(look(sp, 0, 4));
	ok(look(sp, 8, 2));
}
