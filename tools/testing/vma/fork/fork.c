// SPDX-License-Identifier: GPL-2.0
/* fork(): copy on write, and the anon_vmas of several generations. */
#include "test.h"

TEST(fork, child_sees_what_the_parent_wrote)
{
	struct space *parent = layout(test, "[WwW].[RR]");
	struct space *child = space_fork(parent);

	expect(child, "[WwW].[rr]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 0), folio_of(parent, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
	mapped_at(folio_of(parent, 2), at(parent, 2), at(child, 2));
	ok(look(child, 0, 3));
	ok(look(child, 4, 2));
}

TEST(fork, parent_writes_first)
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct folio *folio = folio_of(parent, 0);

	ok(write_page(parent, 0, 'p'));
	mapped_at(folio, at(child, 0));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 0), folio);
	mapped_at(folio_of(parent, 0), at(parent, 0));
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), 'A');
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'p');
	/* the last one to write keeps the page */
	ok(write_page(child, 0, 'c'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 0), folio);
	mapped_at(folio, at(child, 0));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'p');
}

TEST(fork, child_writes_first)
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct folio *folio = folio_of(parent, 0);

	ok(write_page(child, 0, 'c'));
	mapped_at(folio, at(parent, 0));
	mapped_at(folio_of(child, 0), at(child, 0));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'A');
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), 'c');
	ok(write_page(parent, 0, 'p'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(parent, 0), folio);
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), 'c');
	/* the other page is shared still */
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
}

TEST(fork, unfaulted_memory_has_no_anon_vma, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[ww]"), *child = space_fork(parent);

	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(child, 0)));
	ok(write_page(parent, 0, 'p'));
	ok(write_page(child, 0, 'c'));
	KUNIT_EXPECT_PTR_NE(test, shim_av_root(shim_anon_vma(vma_of(child, 0))),
			    shim_av_root(shim_anon_vma(vma_of(parent, 0))));
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(child, 0)), 1U);
	mapped_at(folio_of(parent, 0), at(parent, 0));
	mapped_at(folio_of(child, 0), at(child, 0));
}

TEST(fork, chains_of_three_generations, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[W]"), *child, *grandchild;
	struct anon_vma *first, *second, *third;

	child = space_fork(parent);
	grandchild = space_fork(child);
	first = shim_anon_vma(vma_of(parent, 0));
	second = shim_anon_vma(vma_of(child, 0));
	third = shim_anon_vma(vma_of(grandchild, 0));

	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(parent, 0)), 1U);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(child, 0)), 2U);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(grandchild, 0)), 3U);
	KUNIT_EXPECT_PTR_EQ(test, shim_av_parent(second), first);
	/* lazy, the last one has nobody to share its own pages with yet */
	KUNIT_EXPECT_PTR_EQ(test, shim_av_parent(third), in_mode(1, 0) ? second : third);
	KUNIT_EXPECT_PTR_EQ(test, shim_av_root(third), in_mode(1, 0) ? first : third);
	/* a root counts itself as a child */
	KUNIT_EXPECT_EQ(test, shim_num_children(first), 2UL);
	KUNIT_EXPECT_EQ(test, shim_num_children(second), in_mode(1, 0));
	KUNIT_EXPECT_EQ(test, shim_num_children(third), in_mode(0, 1));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(first), 1UL);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(second), 1UL);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(third), 1UL);
}

TEST(fork, split_parent_has_two_active_vmas, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[WWWW]"), *child;
	struct anon_vma *first;

	ok(protect(parent, 2, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(parent, 0))), 2UL);
	child = space_fork(parent);
	first = shim_anon_vma(vma_of(parent, 0));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(first), 2UL);
	/* the child's VMAs are copied one by one, so each gets its own */
	KUNIT_EXPECT_EQ(test, shim_num_children(first), in_mode(3, 1));
	KUNIT_EXPECT_EQ(test, pages_may_meet(vma_of(child, 0), vma_of(child, 2)), in_mode(0, 1));
	ok(protect(child, 2, 2, RW));
	expect(child, in_mode(1, 0) ? "[WW][WW]" : "[WWWW]");
	ok(protect(parent, 2, 2, RW));
	expect(parent, "[WWWW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(first), 1UL);
}

TEST(fork, three_generations_write_apart)
{
	struct space *parent = layout(test, "[WWWW]"), *child, *grandchild;
	struct folio *folio = folio_of(parent, 1);

	child = space_fork(parent);
	ok(write_page(child, 0, 'c'));
	grandchild = space_fork(child);
	mapped_at(folio, at(parent, 1), at(child, 1), at(grandchild, 1));
	mapped_at(folio_of(child, 0), at(child, 0), at(grandchild, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0));

	ok(write_page(grandchild, 0, 'g'));
	mapped_at(folio_of(child, 0), at(child, 0));
	ok(write_page(child, 1, 'd'));
	mapped_at(folio, at(parent, 1), at(grandchild, 1));
	ok(write_page(grandchild, 1, 'h'));
	mapped_at(folio, at(parent, 1));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
	ok(look(grandchild, 0, 4));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'd');
	KUNIT_EXPECT_EQ(test, byte_at(grandchild, 1), 'h');
	KUNIT_EXPECT_EQ(test, byte_at(grandchild, 0), 'g');
}

TEST(fork, parent_exits_first)
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct anon_vma *first = shim_anon_vma(vma_of(parent, 0));
	struct folio *folio = folio_of(parent, 0);

	space_exit(parent);
	mapped_at(folio, at(child, 0));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(first), 0UL);
	KUNIT_EXPECT_EQ(test, shim_num_children(first), in_mode(2, 1));
	KUNIT_EXPECT_PTR_EQ(test, shim_av_root(list_last_entry(&shim_anon_vma_chain(vma_of(child, 0)),
						  struct anon_vma_chain, same_vma)->anon_vma), first);
	ok(look(child, 0, 2));
	/* nobody else has it, so it is written to in place */
	ok(write_page(child, 0, 'c'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 0), folio);
	mapped_at(folio, at(child, 0));
}

TEST(fork, child_exits_first)
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct anon_vma *first = shim_anon_vma(vma_of(parent, 0));
	struct folio *folio = folio_of(parent, 0);

	ok(write_page(child, 1, 'c'));
	space_exit(child);
	mapped_at(folio, at(parent, 0));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(first), 1UL);
	KUNIT_EXPECT_EQ(test, shim_num_children(first), 1UL);
	ok(look(parent, 0, 2));
	ok(write_page(parent, 0, 'p'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(parent, 0), folio);
}

TEST(fork, middle_generation_exits_first)
{
	struct space *parent = layout(test, "[WW]"), *child, *grandchild;
	struct folio *folio = folio_of(parent, 0);
	struct anon_vma *second;

	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	grandchild = space_fork(child);
	second = shim_anon_vma(vma_of(child, 0));
	space_exit(child);
	mapped_at(folio, at(parent, 0), at(grandchild, 0));
	mapped_at(folio_of(grandchild, 1), at(grandchild, 1));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(second), 0UL);
	KUNIT_EXPECT_EQ(test, shim_num_children(second), in_mode(1, 0));
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(grandchild, 0)), 3U);
	ok(look(grandchild, 0, 2));
	ok(look(parent, 0, 2));
}

/* An anon_vma without VMAs of its own and with one child at most is used again. */
TEST(fork, reuses_the_anon_vma_of_the_dead, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[WW]"), *child, *grandchild, *last;
	struct anon_vma *second;

	child = space_fork(parent);
	grandchild = space_fork(child);
	second = shim_anon_vma(vma_of(child, 0));
	space_exit(child);
	last = space_fork(grandchild);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(in_mode(1, 0) ? last : grandchild, 0)), second);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(second), 1UL);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(last, 0)), 3U);
	ok(write_page(last, 0, 'l'));
	mapped_at(folio_of(last, 0), at(last, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(grandchild, 0));
}

TEST(fork, long_line_of_descent_keeps_a_short_chain, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[WW]"), *child;
	int i;

	for (i = 1; i <= 20; i++) {
		child = space_fork(sp);
		ok(write_page(child, 0, i));
		space_exit(sp);
		sp = child;
		KUNIT_ASSERT_EQ(test, nr_chains(vma_of(sp, 0)), min(i + 1, (int)in_mode(3, 2)));
		mapped_at(folio_of(sp, 1), at(sp, 1));
	}
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 20);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

TEST(fork, dontfork_is_not_there)
{
	struct space *parent = layout(test, "[WWWW]"), *child;

	ok(advise(parent, 1, 2, MADV_DONTFORK));
	expect(parent, "[W][WW][W]");
	child = space_fork(parent);
	expect(child, "[W]..[W]");
	fails(read_page(child, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, shim_total_vm(child->mm), 2UL);
	KUNIT_EXPECT_EQ(test, shim_map_count(child->mm), 2);
	mapped_at(folio_of(parent, 1), at(parent, 1));
	ok(advise(parent, 1, 2, MADV_DOFORK));
	expect(parent, "[WWWW]");
}

TEST(fork, wipeonfork_is_empty)
{
	struct space *parent = layout(test, "[WWWW]"), *child;

	ok(advise(parent, 1, 2, MADV_WIPEONFORK));
	child = space_fork(parent);
	expect(child, "[W][ww][W]");
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(child, 1)));
	mapped_at(folio_of(parent, 1), at(parent, 1));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 0);
	ok(write_page(child, 2, 'c'));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
}

TEST(fork, child_unmaps_and_protects_apart)
{
	struct space *parent = layout(test, "[WWWWWW]");
	struct space *child = space_fork(parent);

	ok(unmap(child, 0, 2));
	ok(protect(child, 4, 2, PROT_READ));
	expect(child, "..[WW][RR]");
	expect(parent, "[WWWWWW]");
	mapped_at(folio_of(parent, 0), at(parent, 0));
	mapped_at(folio_of(parent, 5), at(parent, 5), at(child, 5));
	ok(write_page(parent, 5, 'p'));
	ok(look(child, 2, 4));
	ok(look(parent, 0, 6));
}

TEST(fork, locked_memory_is_not_inherited)
{
	struct space *parent = layout(test, "[WW]"), *child;

	ok(lock(parent, 0, 2));
	child = space_fork(parent);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(parent->mm), 2UL);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(child->mm), 0UL);
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(child, 0)) & VM_LOCKED);
}
