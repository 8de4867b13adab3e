// SPDX-License-Identifier: GPL-2.0
/*
 * VMAs that share the anon_vma of their mm: what stays lazy, what upgrades, and
 * what that leaves behind. See docs/lazy.md; run in lazy mode only.
 */
#include "test.h"

/* One anon_vma for the mm, and no link at all. */
TEST(lazy, first_faults_share_one_anon_vma, NOT_POSTED(reads_anon_vma))
{
	unsigned long anon_vmas = shim_slab_objects("anon_vma");
	unsigned long links = shim_slab_objects("anon_vma_chain");
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW].[RR].[WW][ww]");
	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 6, 0);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma") - anon_vmas, 1UL);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma_chain") - links, 0UL);
	mapped_at(folio_of(sp, 1), at(sp, 1));
	mapped_at(folio_of(sp, 7), at(sp, 7));
}

TEST(lazy, stays_so_over_mprotect)
{
	struct space *sp = layout(test, "[WWWWWW]");

	lazy_only(test);
	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "[WW][RR][WW]");
	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 2, 0);
	expect_lazy(sp, 4, 0);
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WWWWWW]");
	expect_lazy(sp, 0, 0);
}

TEST(lazy, stays_so_over_madvise)
{
	struct space *sp = layout(test, "[WWWW]");

	lazy_only(test);
	ok(advise(sp, 1, 1, MADV_DONTDUMP));
	ok(advise(sp, 2, 1, MADV_DONTNEED));
	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 1, 0);
	expect_lazy(sp, 2, 0);
}

TEST(lazy, stays_so_over_mlock)
{
	struct space *sp = layout(test, "[WWWW]");

	lazy_only(test);
	ok(lock(sp, 1, 2));
	expect_lazy(sp, 1, 0);
	ok(unlock(sp, 1, 2));
	expect(sp, "[WWWW]");
	expect_lazy(sp, 0, 0);
}

TEST(lazy, stays_so_over_munmap_of_a_part)
{
	unsigned long links = shim_slab_objects("anon_vma_chain");
	struct space *sp = layout(test, "[WWWWWW]");

	lazy_only(test);
	ok(unmap(sp, 2, 2));
	expect(sp, "[WW]..[WW]");
	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 4, 0);
	/* the link that the leaving VMA had is gone with it */
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma_chain"), links);
}

TEST(lazy, stays_so_over_brk)
{
	struct space *sp = space_with_brk(test, 10);

	lazy_only(test);
	ok(set_brk(sp, page_addr(12)));
	ok(touch(sp, 10, 2, 'x'));
	ok(set_brk(sp, page_addr(14)));
	expect(sp, "..........[WWww]");
	expect_lazy(sp, 10, 0);
	ok(set_brk(sp, page_addr(11)));
	expect_lazy(sp, 10, 0);
}

TEST(lazy, stays_so_when_a_stack_grows)
{
	struct space *sp = space_new(test);

	lazy_only(test);
	stack_guard_gap = 2 * PAGE_SIZE;
	ok(map_file(sp, 10, 1, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	ok(write_page(sp, 10, 'x'));
	ok(write_page(sp, 8, 'y'));
	expect(sp, "........[WwW]");
	expect_lazy(sp, 8, 0);
	mapped_at(folio_of(sp, 10), at(sp, 10));
}

/* Parts that were never one VMA merge too: their pages are on one anon_vma. */
TEST(lazy, stays_so_when_merged, NOT_POSTED(begins_with_a_merge))
{
	struct space *sp = layout(test, "[WW]..[WW]");

	lazy_only(test);
	ok(map(sp, 2, 2, RW));
	expect(sp, "[WWwwWW]");
	expect_lazy(sp, 0, 0);
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 5), at(sp, 5));
}

/* A moved VMA has its pages' old offsets: it is found in the tree, by one link. */
TEST(lazy, stays_so_when_moved_and_has_a_link)
{
	struct space *sp = layout(test, "[WW]");

	lazy_only(test);
	ok(move(sp, 0, 2, 100));
	expect_lazy(sp, 100, 1);
	mapped_at(folio_of(sp, 100), at(sp, 100));
	ok(protect(sp, 101, 1, PROT_READ));
	expect_lazy(sp, 101, 1);
	mapped_at(folio_of(sp, 101), at(sp, 101));
	ok(move(sp, 100, 1, 200));
	expect_lazy(sp, 200, 1);
	mapped_at(folio_of(sp, 200), at(sp, 200));
}

TEST(lazy, moved_back_it_needs_no_link)
{
	struct space *sp = layout(test, "[WW]");

	lazy_only(test);
	ok(move(sp, 0, 2, 100));
	ok(move(sp, 100, 2, 0));
	expect_lazy(sp, 0, 0);
	mapped_at(folio_of(sp, 0), at(sp, 0));
	ok(look(sp, 0, 2));
}

/* A mapping at the place that a VMA was moved from has the same offsets. */
TEST(lazy, moved_away_from_what_is_there_now)
{
	struct space *sp = layout(test, "[WW]");

	lazy_only(test);
	ok(move(sp, 0, 2, 100));
	ok(map(sp, 0, 2, RW));
	ok(touch(sp, 0, 2, 'n'));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 100), at(sp, 100));
	ok(unmap(sp, 0, 2));
	mapped_at(folio_of(sp, 101), at(sp, 101));
}

/* Private file pages: two files at one offset, and their copies. */
TEST(lazy, pages_of_two_files, NOT_POSTED(reads_anon_vma))
{
	struct file *a = shim_file_create(4), *b = shim_file_create(4);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 2, RW, MAP_PRIVATE, a, 1));
	ok(map_file(sp, 2, 2, RW, MAP_PRIVATE, b, 1));
	ok(touch(sp, 0, 4, 'c'));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	if (shim_lazy()) {
		expect_lazy(sp, 0, 0);
		expect_lazy(sp, 2, 0);
	}
	shim_file_put(a);
	shim_file_put(b);
}

TEST(lazy, stays_so_over_mremap_that_leaves_the_old_place)
{
	struct space *sp = layout(test, "[WW]");

	lazy_only(test);
	KUNIT_ASSERT_EQ(test, 100L, remap(sp, 0, 2, 2, MREMAP_MAYMOVE | MREMAP_FIXED |
					  MREMAP_DONTUNMAP, 100));
	expect_lazy(sp, 100, 1);
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
	ok(write_page(sp, 0, 'n'));
	expect_lazy(sp, 0, 0);
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 100), at(sp, 100));
}

/* Copies go to the anon_vma of the child's mm, which has no other VMA for them. */
TEST(lazy, stays_so_over_copy_on_write)
{
	struct space *parent = layout(test, "[WW]"), *child;

	lazy_only(test);
	child = space_fork(parent);
	ok(touch(child, 0, 2, 'c'));
	expect_lazy(child, 0, 1);
	mapped_at(folio_of(child, 0), at(child, 0));
	space_exit(parent);
	ok(touch(child, 0, 2, 'd'));
	expect_lazy(child, 0, 1);
}

TEST(lazy, stays_so_over_swap, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	ok(swap_on(test, 64));
	ok(reclaim(sp, 1, 2));
	ok(look(sp, 0, 4));
	expect_lazy(sp, 0, 0);
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

TEST(lazy, stays_so_over_migration, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	ok(migrate(sp, 0, 4));
	expect_lazy(sp, 0, 0);
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

TEST(lazy, stays_so_over_collapse_and_split_of_a_huge_page, NOT_POSTED(is_lazy_elsewhere),
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[W*512]");
	ok(advise(sp, 0, HUGE_NR, MADV_COLLAPSE));
	expect(sp, "[H]");
	expect_lazy(sp, 0, 0);
	ok(split_huge(sp, 7));
	expect(sp, "[W*512]");
	expect_lazy(sp, 0, 0);
}

/* In place of an exec: a new mm, and the old one ends. */
TEST(lazy, stays_so_after_a_fork_whose_child_execs)
{
	struct space *parent = layout(test, "[WW]"), *child, *program;

	lazy_only(test);
	child = space_fork(parent);
	program = layout(test, "[WW]");
	space_exit(child);
	expect_lazy(program, 0, 0);
	expect_regular(parent, 0, 1);
	mapped_at(folio_of(program, 0), at(program, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0));
}

/* They could be one VMA if their rights were the same, so eager mode shares one too. */
TEST(lazy, neighbour_of_other_rights_needs_no_link)
{
	struct space *sp = layout(test, "[wwww]");

	lazy_only(test);
	ok(protect(sp, 2, 2, RW | PROT_EXEC));
	ok(touch(sp, 0, 4, 'n'));
	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 2, 0);
}
