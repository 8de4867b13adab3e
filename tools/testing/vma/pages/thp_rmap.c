// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages where the reverse map is put to the test: page tables that a folio
 * shares with others, bits that a split hands down, and pins.
 */
#include "test.h"

/* Pages of the first table of the next GB, see thp.move_to_another_pmd_table. */
#define FAR	(1L << (PUD_SHIFT - PAGE_SHIFT))

/*
 * [H88 . . . | H424]: a huge page in the way of the walk for another
 *
 * The folio is mapped across two page tables, and then the PMD of the first is
 * that of another folio.
 */
TEST(thp, walk_goes_on_behind_another_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = space_new(test);
	ok(map(sp, 424, 600, RW));
	ok(advise(sp, 424, 600, MADV_HUGEPAGE));
	ok(write_page(sp, 1020, 'x'));
	folio = folio_of(sp, 512);
	ok(move(sp, 424, 600, 1024));
	expect(sp, ".*1024[w*88W*512]");
	ok(advise(sp, 1024, HUGE_NR, MADV_DONTNEED));
	oracle_pause(test);	/* it would report finding 14 */
	ok(write_page(sp, 1024, 'y'));	/* makes a huge page itself where the table is gone */
	ok(advise(sp, 1024, HUGE_NR, MADV_COLLAPSE));
	expect(sp, ".*1024[HW*88]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1536), folio);
	if (!rmap_places(folio, NULL, 0))
		known_bug(SHIM_BUG_WALK_ENDS_AT_PMD, 14);
	oracle_resume(test);
	oracle(test);
	KUNIT_EXPECT_EQ(test, rmap_places(folio, NULL, 0), 88);
	ok(look(sp, 1616, 8));
}

TEST(thp, pmd_under_migration_that_is_split_stays_exclusive,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[H]");
	ok(begin_migration(sp, 0, &m));
	ok(protect(sp, 0, 256, PROT_READ));
	ok(end_migration(sp, &m, true));
	expect(sp, "[R*256][W*256]");
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(frame_of(sp, 3)));
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(frame_of(sp, 300)));
	KUNIT_EXPECT_TRUE(test, pte_write(pte_at(sp, 300)));
}

TEST(thp, pmd_under_migration_that_is_split_stays_shared,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(begin_migration(parent, 0, &m));
	ok(protect(parent, 0, 256, PROT_READ));
	ok(end_migration(parent, &m, true));
	KUNIT_EXPECT_FALSE(test, PageAnonExclusive(frame_of(parent, 300)));
	KUNIT_EXPECT_FALSE(test, pte_write(pte_at(parent, 300)));
	ok(write_page(parent, 300, 'p'));
	ok(look(child, 296, 8));
}

TEST(thp, split_of_the_pmd_hands_its_bits_down, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	pte_t pte;

	sp = layout(test, "[H]");
	ok(unmap(sp, 0, 1));
	pte = pte_at(sp, 300);
	KUNIT_EXPECT_TRUE(test, pte_write(pte));
	KUNIT_EXPECT_TRUE(test, pte_dirty(pte));
	KUNIT_EXPECT_TRUE(test, pte_young(pte));
	KUNIT_EXPECT_TRUE(test, pte_soft_dirty(pte));
}

/* The page table for its split goes along, into the other table of PMDs. */
TEST(thp, move_to_another_pmd_table, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(move(sp, 0, HUGE_NR, FAR));
	ok(protect(sp, FAR, 256, PROT_READ));
	ok(unmap(sp, FAR, HUGE_NR));
}

/* Whoever pinned it goes on with the parent's pages. */
TEST(thp, fork_of_a_pinned_one_copies, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct page *page;

	parent = layout(test, "[H]");
	page = pin_page(parent, 3);
	KUNIT_ASSERT_NOT_NULL(test, page);
	child = space_fork(parent);
	expect(parent, "[W*512]");
	KUNIT_EXPECT_PTR_NE(test, frame_of(child, 3), page);
	ok(write_page(parent, 3, 'p'));
	KUNIT_EXPECT_PTR_EQ(test, frame_of(parent, 3), page);
	ok(look(child, 0, 8));
}
