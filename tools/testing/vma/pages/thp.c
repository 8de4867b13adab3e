// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages: one PMD maps 512 pages until something splits it, and the folio
 * may stay whole when its PMD does not.
 */
#include "test.h"

TEST(thp, fault_maps_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[HH]");
	expect(sp, "[HH]");
	KUNIT_EXPECT_EQ(test, folio_nr_pages(folio_of(sp, 0)), HUGE_NR);
	mapped_at(folio_of(sp, 5), at(sp, 0));
	mapped_at(folio_of(sp, HUGE_NR), at(sp, HUGE_NR));
}

/* Only where 512 pages fit, aligned. */
TEST(thp, fault_where_it_fits, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = space_new(test);
	ok(map(sp, 256, 1024, RW));
	ok(advise(sp, 256, 1024, MADV_HUGEPAGE));
	ok(write_page(sp, 320, 'a'));
	ok(write_page(sp, 600, 'b'));
	ok(write_page(sp, 1100, 'c'));
	expect(sp, ".*256[w*64Ww*191Hw*76Ww*179]");
	ok(look(sp, 590, 20));
}

TEST(thp, load_maps_the_huge_zero_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout_advised(test, "[w*512]");
	ok(read_page(sp, 3));
	expect(sp, "[H]");
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 0UL);
	ok(write_page(sp, 3, 'x'));
	ok(look(sp, 0, 8));
	KUNIT_EXPECT_GT(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 0UL);
}

TEST(thp, mprotect_of_all_keeps_it, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(protect(sp, 0, HUGE_NR, PROT_READ));
	expect(sp, "[H]");
	fails(write_page(sp, 7, 'x'), -EFAULT);
	ok(look(sp, 0, 8));
	ok(protect(sp, 0, HUGE_NR, RW));
	expect(sp, "[H]");
	ok(write_page(sp, 7, 'x'));
	ok(look(sp, 0, 8));
}

/* The PMD becomes a table, and its folio stays one. */
TEST(thp, mprotect_of_half_splits_the_pmd, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	ok(protect(sp, 0, 256, PROT_READ));
	expect(sp, "[R*256][W*256]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 511), folio);
	ok(write_page(sp, 300, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 300), folio);
	ok(protect(sp, 0, 256, RW));
	expect(sp, "[W*512]");
	ok(look(sp, 250, 60));
}

TEST(thp, unmap_of_a_part, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	ok(unmap(sp, 0, 100));
	expect(sp, ".*100[W*412]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 100), folio);
	ok(unmap(sp, 200, 100));
	expect(sp, ".*100[W*100].*100[W*212]");
	ok(look(sp, 100, 10));
	ok(unmap(sp, 100, 412));
	expect(sp, "");
}

TEST(thp, dontneed_of_all_and_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[HH]");
	ok(advise(sp, 0, HUGE_NR, MADV_DONTNEED));
	ok(advise(sp, HUGE_NR, 256, MADV_DONTNEED));
	expect(sp, "[w*768W*256]");
	ok(look(sp, 1020, 4));
	KUNIT_EXPECT_EQ(test, byte_at(sp, HUGE_NR), 0);
}

TEST(thp, fork_shares_the_pmd, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct folio *folio;

	parent = layout(test, "[H]");
	folio = folio_of(parent, 0);
	child = space_fork(parent);
	expect(child, "[H]");
	mapped_at(folio, at(parent, 0), at(child, 0));
	/* a store splits the PMD of who writes, and copies one page */
	ok(write_page(child, 3, 'c'));
	expect(child, "[W*512]");
	expect(parent, "[H]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 4), folio);
	KUNIT_EXPECT_PTR_NE(test, folio_of(child, 3), folio);
	ok(look(parent, 0, 8));
	ok(look(child, 0, 8));
	space_exit(child);
	mapped_at(folio, at(parent, 0));
}

TEST(thp, fork_of_one_that_is_mapped_by_ptes, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	ok(protect(parent, 0, 256, PROT_READ));
	child = space_fork(parent);
	expect(child, "[R*256][W*256]");
	ok(write_page(parent, 400, 'p'));
	ok(unmap(child, 0, 300));
	ok(look(parent, 396, 8));
	ok(look(child, 396, 8));
}

TEST(thp, parent_exits_and_the_child_keeps_it, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	space_exit(parent);
	mapped_at(folio_of(child, 0), at(child, 0));
	ok(write_page(child, 0, 'c'));
	ok(look(child, 0, 8));
}

TEST(thp, move_to_an_aligned_place_moves_the_pmd, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	ok(move(sp, 0, HUGE_NR, 2 * HUGE_NR));
	expect(sp, ".*1024[H]");
	mapped_at(folio, at(sp, 2 * HUGE_NR));
	ok(look(sp, 2 * HUGE_NR, 4));
}

TEST(thp, move_to_any_other_place_splits_the_pmd, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	ok(move(sp, 0, HUGE_NR, 600));
	expect(sp, ".*600[W*512]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 600), folio);
	ok(look(sp, 600, 4));
}

TEST(thp, move_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	ok(move(sp, 128, 256, HUGE_NR + 128));
	expect(sp, "[W*128].*256[W*128].*128[W*256]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, HUGE_NR + 128), folio);
	ok(look(sp, HUGE_NR + 128, 4));
	ok(look(sp, 510, 2));
}

TEST(thp, move_in_the_child_only, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(move(child, 0, HUGE_NR, HUGE_NR));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, HUGE_NR));
	ok(write_page(parent, 1, 'p'));
	ok(look(child, HUGE_NR, 4));
	ok(look(parent, 0, 4));
}

TEST(thp, split_makes_single_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(split_huge(sp, 7));
	expect(sp, "[W*512]");
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 511), at(sp, 511));
	ok(look(sp, 0, 8));
	ok(look(sp, 504, 8));
}

TEST(thp, split_of_a_forked_one, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	ok(split_huge(parent, 0));
	expect(parent, "[W*512]");
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
	mapped_at(folio_of(parent, 1), at(parent, 1));
	mapped_at(folio_of(child, 1), at(child, 1));
	ok(look(parent, 0, 8));
	ok(look(child, 0, 8));
}

/* Pages that nobody maps are free afterwards. */
TEST(thp, split_of_a_partly_unmapped_one, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	unsigned long used;
	struct space *sp;

	sp = layout(test, "[H]");
	ok(unmap(sp, 0, 100));
	used = shim_pages_used();
	ok(split_huge(sp, 200));
	KUNIT_EXPECT_EQ(test, used - shim_pages_used(), 100UL);
	expect(sp, ".*100[W*412]");
	mapped_at(folio_of(sp, 100), at(sp, 100));
	ok(look(sp, 100, 8));
}

TEST(thp, split_of_one_that_moved_in_parts, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(move(sp, 128, 256, HUGE_NR + 128));
	ok(split_huge(sp, 0));
	expect(sp, "[W*128].*256[W*128].*128[W*256]");
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, HUGE_NR + 128), at(sp, HUGE_NR + 128));
	ok(look(sp, HUGE_NR + 128, 8));
}

TEST(thp, split_of_a_pinned_one_fails, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = hold_folio(sp, 0);
	fails(split_huge(sp, 0), -EAGAIN);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
	release_folio(test, folio);
	ok(split_huge(sp, 0));
	ok(look(sp, 0, 8));
}

TEST(thp, migration_keeps_it_huge, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct folio *folio;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	folio = folio_of(parent, 0);
	ok(migrate(parent, 0, HUGE_NR));
	KUNIT_EXPECT_PTR_NE(test, folio_of(parent, 0), folio);
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
	expect(parent, "[H]");
	ok(look(parent, 0, 8));
	ok(look(child, 0, 8));
}

TEST(thp, fork_and_move_of_a_pmd_under_migration,
     NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration_of_a_huge_page"),
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[H]");
	ok(begin_migration(parent, 0, &m));
	expect(parent, "[M*512]");
	child = space_fork(parent);
	ok(move(child, 0, HUGE_NR, HUGE_NR));
	expect(child, ".*512[M*512]");
	ok(end_migration(parent, &m, true));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, HUGE_NR));
	ok(look(parent, 0, 8));
	ok(look(child, HUGE_NR, 8));
}

/* The PMD under migration is split into 512 migration entries. */
TEST(thp, mprotect_of_half_under_migration, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[H]");
	ok(begin_migration(sp, 0, &m));
	ok(protect(sp, 0, 256, PROT_READ));
	expect(sp, "[M*256][M*256]");
	ok(end_migration(sp, &m, true));
	expect(sp, "[R*256][W*256]");
	ok(look(sp, 250, 10));
}

TEST(thp, swap_out_and_in, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(swap_on(test, 2048));
	ok(reclaim(sp, 0, HUGE_NR));
	expect(sp, "[S*512]");
	ok(look(sp, 0, 8));
	ok(look(sp, 500, 8));
}
