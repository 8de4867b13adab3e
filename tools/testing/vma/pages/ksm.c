// SPDX-License-Identifier: GPL-2.0
/*
 * KSM: pages of one content become one page, which nobody may write to; who
 * does gets a copy. Its reverse map is a list of its own.
 */
#include "attr.h"
#include "internal.h"
#include "test.h"

TEST(ksm, merges_equal_pages, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout_merged(test);

	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	ok(look(sp, 0, 4));
}

TEST(ksm, leaves_different_pages, NEEDS(CONFIG_KSM))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	ok(advise(sp, 0, 4, MADV_MERGEABLE));
	merge_ksm(test);
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 3), at(sp, 3));
}

TEST(ksm, store_gets_a_copy, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout_merged(test);

	ok(write_page(sp, 2, 'x'));
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 1), at(sp, 3));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	ok(look(sp, 0, 4));
}

TEST(ksm, merges_across_processes, NEEDS(CONFIG_KSM))
{
	struct space *one, *other;

	one = equal_pages(test);
	other = equal_pages(test);
	merge_ksm(test);
	mapped_at(folio_of(one, 0), at(one, 0), at(one, 1), at(one, 2), at(one, 3),
		  at(other, 0), at(other, 1), at(other, 2), at(other, 3));
	space_exit(one);
	mapped_at(folio_of(other, 0), at(other, 0), at(other, 1), at(other, 2), at(other, 3));
	ok(look(other, 0, 4));
}

/* The child has it by its parent's anon_vma, as ksmd has not met it. */
TEST(ksm, fork_of_merged_pages, NEEDS(CONFIG_KSM))
{
	struct space *parent = layout_merged(test), *child;

	child = space_fork(parent);
	mapped_at(folio_of(parent, 0), at(parent, 0), at(parent, 1), at(parent, 2), at(parent, 3),
		  at(child, 0), at(child, 1), at(child, 2), at(child, 3));
	ok(write_page(child, 0, 'c'));
	ok(unmap(parent, 0, 4));
	mapped_at(folio_of(child, 1), at(child, 1), at(child, 2), at(child, 3));
	ok(look(child, 0, 4));
}

TEST(ksm, unmerge_gives_everyone_a_page, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout_merged(test);

	ok(advise(sp, 0, 4, MADV_UNMERGEABLE));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 3), at(sp, 3));
	ok(look(sp, 0, 4));
}

TEST(ksm, unmerge_of_a_part_splits, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout_merged(test);

	ok(advise(sp, 1, 2, MADV_UNMERGEABLE));
	expect(sp, "[W][WW][W]");
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 3));
	ok(advise(sp, 1, 2, MADV_MERGEABLE));
	expect(sp, "[WWWW]");
	ok(look(sp, 0, 4));
}

/* ksmd's notes name the old address, so the page is unmerged before it moves. */
TEST(ksm, move_unmerges, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout_merged(test);

	ok(move(sp, 0, 2, 8));
	expect(sp, "..[WW]....[WW]");
	mapped_at(folio_of(sp, 2), at(sp, 2), at(sp, 3));
	mapped_at(folio_of(sp, 8), at(sp, 8));
	ok(look(sp, 8, 2));
	merge_ksm(test);
	mapped_at(folio_of(sp, 2), at(sp, 2), at(sp, 3), at(sp, 8), at(sp, 9));
}

TEST(ksm, mprotect_splits_and_merges_back, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout_merged(test);

	ok(protect(sp, 1, 2, PROT_READ));
	expect(sp, "[W][RR][W]");
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	ok(protect(sp, 1, 2, RW));
	expect(sp, "[WWWW]");
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	ok(write_page(sp, 1, 'x'));
	ok(look(sp, 0, 4));
}

TEST(ksm, merged_page_is_migrated, NEEDS(CONFIG_KSM, CONFIG_MIGRATION))
{
	struct space *sp = layout_merged(test);
	struct folio *folio;

	folio = folio_of(sp, 0);
	ok(migrate(sp, 0, 1));
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 0), folio);
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	ok(look(sp, 0, 4));
}

TEST(ksm, merged_page_is_swapped, NEEDS(CONFIG_KSM, CONFIG_SWAP))
{
	struct space *sp = layout_merged(test);

	ok(swap_on(test, 64));
	ok(reclaim(sp, 0, 4));
	expect(sp, "[SSSS]");
	ok(look(sp, 0, 4));
	ok(write_page(sp, 1, 'x'));
	ok(look(sp, 0, 4));
}

/*
 * All fails from the nth allocation on while ksmd merges; is what it left a page
 * of which rmap_walk() does not know all four places, when there is memory again?
 */
static bool is_lost(struct kunit *test, unsigned long nth, unsigned long *seen)
{
	struct space *sp = equal_pages(test);
	struct place places[4];
	bool lost = false;
	long page;

	shim_fail_nth(nth, true);
	merge_ksm(test);
	*seen = shim_fail_stop();
	merge_ksm(test);
	for (page = 0; page < 4; page++)
		lost |= !rmap_places(folio_of(sp, page), places, ARRAY_SIZE(places));
	space_exit(sp);
	return lost;
}

TEST(ksm, pages_on_no_list_are_taken_apart_later, NEEDS(CONFIG_KSM))
{
	unsigned long nth = 0, seen;
	int lost = 0;

	oracle_pause(test);	/* it would report finding 10 */
	do {
		lost += is_lost(test, ++nth, &seen);
	} while (seen >= nth);
	oracle_resume(test);
	KUNIT_EXPECT_GT(test, nth, 4UL);
	if (lost)
		known_bug(SHIM_BUG_KSM_NO_RETRY, 10);
	KUNIT_EXPECT_EQ(test, lost, 0);
}

/* ksmd knows the page at its new frame, and merges more with it. */
TEST(ksm, migrated_page_is_merged_with_more, NEEDS(CONFIG_KSM, CONFIG_MIGRATION))
{
	struct space *one = layout_merged(test), *other;

	ok(migrate(one, 0, 1));
	other = equal_pages(test);
	merge_ksm(test);
	mapped_at(folio_of(one, 0), at(one, 0), at(one, 1), at(one, 2), at(one, 3),
		  at(other, 0), at(other, 1), at(other, 2), at(other, 3));
}

/* No anon_vma reaches both, so the second to come gets a copy. */
TEST(ksm, merged_page_of_two_processes_is_swapped, NEEDS(CONFIG_KSM, CONFIG_SWAP))
{
	struct space *one, *other;

	one = equal_pages(test);
	other = equal_pages(test);
	merge_ksm(test);
	ok(swap_on(test, 64));
	ok(reclaim(one, 0, 4));
	expect(other, "[SSSS]");
	ok(look(one, 0, 4));
	ok(look(other, 0, 4));
	mapped_at(folio_of(one, 0), at(one, 0));
	mapped_at(folio_of(other, 0), at(other, 0));
}

TEST(ksm, swapoff_gives_each_its_own, NEEDS(CONFIG_KSM, CONFIG_SWAP))
{
	struct space *one, *other;

	one = equal_pages(test);
	other = equal_pages(test);
	merge_ksm(test);
	ok(swap_on(test, 64));
	ok(reclaim(one, 0, 4));
	ok(swap_off(test));
	expect(one, "[WWWW]");
	expect(other, "[WWWW]");
	mapped_at(folio_of(one, 3), at(one, 3));
	mapped_at(folio_of(other, 0), at(other, 0));
	ok(look(one, 0, 4));
	ok(look(other, 0, 4));
}

/* Of a seal, say, which is in the upper half of the flags. */
TEST(ksm, unmerge_keeps_the_other_flags, NEEDS(CONFIG_KSM))
{
	struct space *sp;

	sp = equal_pages(test);
	ok(seal(sp, 0, 4));
	ok(advise(sp, 0, 4, MADV_UNMERGEABLE));
	fails(unmap(sp, 0, 4), -EPERM);
}

/*
 * Two pages of zeros become one, which a child still has, at another address:
 *
 *	parent  [WW]        mergeable
 *	child   ..[WW]      moved before ksmd came by
 */
TEST(ksm, page_that_a_child_has_moved_is_found, NEEDS(CONFIG_KSM))
{
	struct space *parent, *child;

	parent = layout(test, "[ww]");
	ok(touch(parent, 0, 2, 'a'));
	child = space_fork(parent);
	ok(advise(parent, 0, 2, MADV_MERGEABLE));
	ok(move(child, 0, 2, 2));
	oracle_pause(test);
	merge_ksm(test);
	oracle_resume(test);
	if (oracle_complaint(test) && IS_ENABLED(SHIM_BUG_KSM_ONE_ADDRESS)) {
		/* no place is left that nobody would find */
		oracle_pause(test);
		ok(touch(child, 2, 2, 'b'));
		oracle_resume(test);
		known_bug(SHIM_BUG_KSM_ONE_ADDRESS, 17);
	}
	oracle(test);
}

/*
 * The same where the child is mergeable and its parent has the page too:
 *
 *	parent  [WW]
 *	child   [WW]        mergeable
 */
TEST(ksm, page_that_a_parent_still_has_is_found, NEEDS(CONFIG_KSM))
{
	struct space *parent, *child;

	parent = layout(test, "[ww]");
	ok(touch(parent, 0, 2, 'a'));
	child = space_fork(parent);
	ok(advise(child, 0, 2, MADV_MERGEABLE));
	oracle_pause(test);
	merge_ksm(test);
	oracle_resume(test);
	if (oracle_complaint(test) && IS_ENABLED(SHIM_BUG_KSM_ONE_ADDRESS)) {
		/* no place is left that nobody would find */
		oracle_pause(test);
		ok(touch(parent, 0, 2, 'b'));
		oracle_resume(test);
		known_bug(SHIM_BUG_KSM_ONE_ADDRESS, 17);
	}
	oracle(test);
}

/* Memory without page tables is passed by in one step: 16 TB of it. */
TEST(ksm, scan_of_large_memory_that_is_empty, NEEDS(CONFIG_KSM))
{
	struct space *sp = space_new(test);
	const long nr = (16L << 40) >> PAGE_SHIFT;

	ok(map_file(sp, 0, nr, RW, ANON | MAP_NORESERVE, NULL, 0));
	ok(advise(sp, 0, nr, MADV_MERGEABLE));
	ok(write_page(sp, 3, 'x'));
	merge_ksm(test);
	expect(sp, "[wwwWw*2044]");
}

/* Whoever asks which pages were written to since some moment is told of this one. */
TEST(ksm, merged_page_stays_soft_dirty, NEEDS(CONFIG_KSM, CONFIG_MEM_SOFT_DIRTY))
{
	struct space *sp = equal_pages(test);

	KUNIT_ASSERT_TRUE(test, pte_soft_dirty(pte_at(sp, 1)));
	merge_ksm(test);
	if (!pte_soft_dirty(pte_at(sp, 1)))
		known_bug(SHIM_BUG_KSM_LOSES_BITS, 29);
	KUNIT_EXPECT_TRUE(test, pte_soft_dirty(pte_at(sp, 1)));
}

/* Each page that ksmd has looked at counts, also in a scan that comes to the end of all. */
TEST(ksm, scan_counts_its_pages, NEEDS(CONFIG_KSM))
{
#ifdef CONFIG_KSM
	unsigned long before;

	equal_pages(test);
	before = shim_ksm_scanned();
	shim_ksm_scan(1 << 20);
	KUNIT_EXPECT_EQ(test, shim_ksm_scanned() - before, 4UL);
	shim_ksm_scan(3);
	KUNIT_EXPECT_EQ(test, shim_ksm_scanned() - before, 7UL);
#endif
}
