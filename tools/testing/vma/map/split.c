// SPDX-License-Identifier: GPL-2.0
/* One VMA becomes two or three: what each part must have, and what may refuse. */
#include "internal.h"
#include "chardev.h"
#include "test.h"

static long writable(struct file *file)
{
	return atomic_read(&file->f_mapping->i_mmap_writable);
}

/* Both parts are linked to all that the whole was linked to. */
TEST(split, parts_of_a_forked_vma_have_its_whole_chain)
{
	struct space *parent = layout(test, "[WWWW]"), *child, *grandchild;

	child = space_fork(parent);
	ok(write_page(child, 3, 'c'));
	grandchild = space_fork(child);
	ok(write_page(grandchild, 2, 'g'));
	KUNIT_ASSERT_EQ(test, nr_chains(vma_of(grandchild, 0)), 3U);
	ok(protect(grandchild, 1, 2, PROT_READ));
	expect(grandchild, "[W][RR][W]");
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(grandchild, 0)), 3U);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(grandchild, 1)), 3U);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(grandchild, 3)), 3U);
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0), at(grandchild, 0));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1), at(grandchild, 1));
	mapped_at(folio_of(child, 3), at(child, 3), at(grandchild, 3));
	mapped_at(folio_of(grandchild, 2), at(grandchild, 2));
}

/* A page index counts from the start of the part that the page is in. */
TEST(split, upper_part_starts_at_its_own_page_offset)
{
	struct space *sp = layout(test, "[WWWWWW]");
	unsigned long pgoff = shim_vm_pgoff(vma_of(sp, 0));

	ok(protect(sp, 2, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 0)), pgoff);
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 2)), pgoff + 2);
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 4)), pgoff + 4);
	mapped_at(folio_of(sp, 3), at(sp, 3));
	mapped_at(folio_of(sp, 5), at(sp, 5));
}

/* Page offsets that differ from the address still continue in the parts. */
TEST(split, parts_of_moved_memory_keep_the_old_offsets)
{
	struct space *sp = layout(test, "[WWWW]");
	unsigned long pgoff = shim_vm_pgoff(vma_of(sp, 0));
	struct folio *last = folio_of(sp, 3);

	ok(move(sp, 0, 4, 9));
	ok(protect(sp, 11, 1, PROT_READ));
	expect(sp, ".........[WW][R][W]");
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 11)), pgoff + 2);
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 12)), pgoff + 3);
	mapped_at(last, at(sp, 12));
	ok(protect(sp, 11, 1, RW));
	expect(sp, ".........[WWWW]");
	ok(look(sp, 9, 4));
}

TEST(split, of_unfaulted_memory_makes_no_anon_vma)
{
	struct space *sp = layout(test, "[wwww]");

	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "[ww][rr]");
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 2)));
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma_chain"), 0UL);
}

TEST(split, every_page_apart, NOT_LAZY(own_anon_vma, "lazy.first_faults_share_one_anon_vma"))
{
	struct space *sp = layout(test, "[WWWWWWWWWWWW]");
	long i;

	for (i = 0; i < 12; i += 2)
		ok(protect(sp, i, 1, PROT_READ));
	expect(sp, "[R][W][R][W][R][W][R][W][R][W][R][W]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 12UL);
	for (i = 0; i < 12; i++)
		mapped_at(folio_of(sp, i), at(sp, i));
	for (i = 10; i >= 0; i -= 2)
		ok(protect(sp, i, 1, RW));
	expect(sp, "[WWWWWWWWWWWW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 1UL);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma_chain"), 1UL);
	ok(look(sp, 0, 12));
}

/* {ww|ww|ww}: the part made is opened, once a split. */
TEST(split, opens_the_new_part)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 0, 6, MAP_SHARED, drv));
	ok(protect(sp, 0, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, drv->opens, 1);
	chardev_balanced(drv);
	ok(protect(sp, 4, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, drv->opens, 2);
	chardev_balanced(drv);
	expect(sp, "{rr}{ww}{rr}");
	ok(unmap(sp, 0, 6));
	KUNIT_EXPECT_EQ(test, drv->closes, 3);
	chardev_balanced(drv);
}

TEST(split, parts_know_their_driver)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 0, 6, MAP_SHARED, drv));
	ok(unmap(sp, 2, 2));
	KUNIT_EXPECT_PTR_EQ(test, shim_vm_private_data(vma_of(sp, 0)), (void *)drv);
	KUNIT_EXPECT_PTR_EQ(test, shim_vm_private_data(vma_of(sp, 4)), (void *)drv);
	ok(write_page(sp, 5, 'x'));
	KUNIT_EXPECT_EQ(test, shim_file_data(drv->file, 5)[0], 'x');
}

/* A driver whose may_split() refuses: an error, and no change. */
TEST(split, refused_by_the_driver_in_mprotect)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 0, 6, MAP_SHARED, drv));
	ok(touch(sp, 0, 6, 'x'));
	drv->split_error = -EINVAL;
	fails(protect(sp, 0, 2, PROT_READ), -EINVAL);
	fails(protect(sp, 4, 2, PROT_READ), -EINVAL);
	expect(sp, "{WWWWWW}");
	KUNIT_EXPECT_EQ(test, drv->asked, 2);
	chardev_balanced(drv);
	ok(protect(sp, 0, 6, PROT_READ));
	expect(sp, "{RRRRRR}");
	KUNIT_EXPECT_EQ(test, drv->asked, 2);
}

TEST(split, refused_by_the_driver_in_munmap)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 0, 6, MAP_SHARED, drv));
	ok(touch(sp, 0, 6, 'x'));
	drv->split_error = -EINVAL;
	fails(unmap(sp, 0, 2), -EINVAL);
	fails(unmap(sp, 2, 2), -EINVAL);
	fails(unmap(sp, 4, 2), -EINVAL);
	expect(sp, "{WWWWWW}");
	ok(look(sp, 0, 6));
	chardev_balanced(drv);
	ok(unmap(sp, 0, 6));
	expect(sp, "");
	chardev_balanced(drv);
}

/* [WWW]{wwwwww}: the first VMA of the range is whole again after the second fails. */
TEST(split, refused_at_the_end_undoes_the_rest)
{
	struct space *sp = layout(test, "[WWW]");
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 3, 6, MAP_SHARED, drv));
	drv->split_error = -EINVAL;
	fails(unmap(sp, 0, 5), -EINVAL);
	expect(sp, "[WWW]{wwwwww}");
	ok(look(sp, 0, 3));
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

/* Every part holds the file: it lives until the last of them is gone. */
TEST(split, each_part_holds_the_file)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 0, 6, MAP_PRIVATE, drv));
	chardev_put(drv);
	ok(protect(sp, 2, 2, PROT_READ));
	ok(unmap(sp, 0, 2));
	ok(unmap(sp, 2, 2));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 1UL);
	ok(write_page(sp, 4, 'x'));
	ok(unmap(sp, 4, 2));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	chardev_balanced(drv);
}

TEST(split, each_part_counts_as_a_writer_of_the_file)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(6);

	ok(map_file(sp, 0, 6, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, writable(file), 1L);
	ok(unmap(sp, 2, 2));
	KUNIT_EXPECT_EQ(test, writable(file), 2L);
	ok(advise(sp, 0, 1, MADV_DONTFORK));
	KUNIT_EXPECT_EQ(test, writable(file), 3L);
	ok(unmap(sp, 0, 6));
	KUNIT_EXPECT_EQ(test, writable(file), 0L);
	shim_file_put(file);
}

/* A private mapping of a file has its written pages in both trees. */
TEST(split, of_private_file_memory_keeps_both_offsets)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(10);

	ok(map_file(sp, 0, 6, RW, MAP_PRIVATE, file, 3));
	ok(touch(sp, 0, 6, 'x'));
	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "(WW)(RR)(WW)");
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 2)), 5UL);
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 4)), 7UL);
	mapped_at(folio_of(sp, 1), at(sp, 1));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	mapped_at(folio_of(sp, 5), at(sp, 5));
	shim_file_put(file);
}

TEST(split, by_mlock_counts_the_part_alone)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(lock(sp, 2, 2));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 2UL);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 3);
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 1)) & VM_LOCKED);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 3)) & VM_LOCKED);
	ok(unmap(sp, 3, 2));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 1UL);
	ok(unlock(sp, 0, 3));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
	expect(sp, "[WWW]..[W]");
}

TEST(split, of_locked_memory_by_munmap_counts_what_stays)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(lock(sp, 0, 6));
	ok(unmap(sp, 1, 2));
	expect(sp, "[W]..[WWW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	ok(protect(sp, 4, 1, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	space_exit(sp);
}

TEST(split, by_madvise_of_flags)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(advise(sp, 2, 2, MADV_DONTDUMP));
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 3);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 2)) & VM_DONTDUMP);
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 4)) & VM_DONTDUMP);
	mapped_at(folio_of(sp, 3), at(sp, 3));
	mapped_at(folio_of(sp, 4), at(sp, 4));
	ok(advise(sp, 2, 2, MADV_DODUMP));
	expect(sp, "[WWWWWW]");
}

/* Reaching the limit is allowed, passing it is not: by each of the ways to split. */
TEST(split, up_to_the_limit_of_vmas_and_not_beyond)
{
	struct space *sp = layout(test, "[WWWWWWWW]");

	sysctl_max_map_count = 3;
	ok(protect(sp, 2, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 3);
	fails(protect(sp, 5, 1, PROT_READ), -ENOMEM);
	fails(advise(sp, 0, 1, MADV_DONTFORK), -EAGAIN);
	fails(lock(sp, 4, 2), -ENOMEM);
	fails(unmap(sp, 5, 1), -ENOMEM);
	expect(sp, "[WW][RR][WWWW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
	/* what ends with no more than there were */
	ok(unmap(sp, 7, 1));
	ok(unmap(sp, 1, 2));
	expect(sp, "[W]..[R][WWW]");
}
