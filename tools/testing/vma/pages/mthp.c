// SPDX-License-Identifier: GPL-2.0
/*
 * Large folios that no PMD maps: their pages are mapped one by one, in batches
 * where that is possible, and some may be where others are not.
 */
#include "pages.h"
#include "test.h"

#define ORDER	2
#define NR	(1 << ORDER)

static bool is_large(struct space *sp, long page)
{
	struct folio *folio = folio_of(sp, page);

	return folio && folio_nr_pages(folio) == NR;
}

TEST(mthp, fault_maps_four_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = large_layout(test, "[wwwwwwww]", ORDER);
	ok(write_page(sp, 1, 'a'));
	expect(sp, "[WWWWwwww]");
	KUNIT_EXPECT_TRUE(test, is_large(sp, 1));
	mapped_at(folio_of(sp, 1), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 4UL);
	ok(look(sp, 0, 4));
}

/* It has to be aligned, inside of its VMA, and nothing may be there. */
TEST(mthp, fault_where_it_does_not_fit, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, ".[wwwwww].[Wwww]");
	large_folios(sp, ORDER);
	ok(write_page(sp, 1, 'a'));
	ok(write_page(sp, 6, 'b'));
	ok(write_page(sp, 10, 'c'));
	expect(sp, ".[WwwwwW].[WwWw]");
	ok(look(sp, 8, 4));
}

TEST(mthp, largest_that_fits, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = large_layout(test, "[w*22]", ORDER);
	large_folios(sp, 4);
	ok(write_page(sp, 3, 'a'));
	ok(write_page(sp, 17, 'b'));
	ok(write_page(sp, 21, 'c'));
	expect(sp, "[WWWWWWWWWWWWWWWWWWWWwW]");
	KUNIT_EXPECT_EQ(test, folio_nr_pages(folio_of(sp, 3)), 16L);
	KUNIT_EXPECT_EQ(test, folio_nr_pages(folio_of(sp, 17)), 4L);
	KUNIT_EXPECT_EQ(test, folio_nr_pages(folio_of(sp, 21)), 1L);
}

TEST(mthp, load_maps_the_zero_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = large_layout(test, "[wwww]", ORDER);
	ok(read_page(sp, 1));
	expect(sp, "[wWww]");
	/* with that in the way it stays small */
	ok(write_page(sp, 2, 'a'));
	expect(sp, "[wWWw]");
	ok(look(sp, 0, 4));
}

TEST(mthp, fork_and_a_store_copies_one_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct folio *folio;

	parent = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(parent, 0);
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	expect(child, "[WWWW]");
	mapped_at(folio, at(parent, 0), at(parent, 1), at(parent, 2), at(parent, 3),
		  at(child, 0), at(child, 2), at(child, 3));
	mapped_at(folio_of(child, 1), at(child, 1));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
}

TEST(mthp, everyone_copies_a_part, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	ok(touch(child, 0, 2, 'c'));
	ok(touch(parent, 1, 3, 'p'));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 2), at(child, 3));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
	space_exit(parent);
	mapped_at(folio_of(child, 2), at(child, 2), at(child, 3));
	ok(look(child, 0, 4));
}

/* A store by the only one that is left needs no copy, where a folio knows its owners. */
TEST(mthp, last_owner_reuses_it, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct folio *folio;

#ifndef FOLIO_MM_IDS_SHARED_BITNUM
	kunit_skip(test, "large folios are always copied");
#endif
	parent = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(parent, 0);
	child = space_fork(parent);
	space_exit(child);
	ok(write_page(parent, 1, 'p'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(parent, 1), folio);
	mapped_at(folio, at(parent, 0), at(parent, 1), at(parent, 2), at(parent, 3));
	ok(look(parent, 0, 4));
}

/* The child's one page of it is enough for a store of the parent to copy. */
TEST(mthp, is_not_reused_while_a_child_has_one_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct folio *folio;

	parent = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(parent, 0);
	child = space_fork(parent);
	ok(unmap(child, 0, 3));
	ok(write_page(parent, 3, 'p'));
	KUNIT_EXPECT_PTR_NE(test, folio_of(parent, 3), folio);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 3), folio);
	ok(look(parent, 0, 4));
	ok(look(child, 3, 1));
}

/* Pages that nobody maps are kept until memory is short; then the folio is split. */
TEST(mthp, half_is_unmapped_and_given_back, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	unsigned long used;
	struct folio *folio;
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(sp, 0);
	used = shim_pages_used();
	ok(unmap(sp, 2, 2));
	expect(sp, "[WW]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	KUNIT_EXPECT_EQ(test, shim_pages_used(), used);
	drain_lru();
	drop_caches(test);
	KUNIT_EXPECT_EQ(test, used - shim_pages_used(), 2UL);
	KUNIT_EXPECT_FALSE(test, is_large(sp, 0));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 1), at(sp, 1));
	ok(look(sp, 0, 2));
}

/* All of it is mapped by the parent still. */
TEST(mthp, half_of_the_childs_is_unmapped, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	ok(unmap(child, 2, 2));
	drain_lru();
	drop_caches(test);
	KUNIT_EXPECT_TRUE(test, is_large(parent, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(parent, 1), at(parent, 2), at(parent, 3),
		  at(child, 0), at(child, 1));
	ok(look(parent, 0, 4));
}

TEST(mthp, pages_are_unmapped_one_by_one, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	long page;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	for (page = 0; page < NR; page++) {
		ok(unmap(parent, page, 1));
		ok(unmap(child, NR - 1 - page, 1));
	}
	expect(parent, "");
	expect(child, "");
}

TEST(mthp, unmap_of_the_middle, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(sp, 0);
	ok(unmap(sp, 1, 2));
	expect(sp, "[W]..[W]");
	mapped_at(folio, at(sp, 0), at(sp, 3));
	ok(write_page(sp, 3, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 3), folio);
	ok(look(sp, 0, 1));
}

TEST(mthp, mprotect_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(sp, 0);
	ok(protect(sp, 0, 2, PROT_READ));
	expect(sp, "[RR][WW]");
	fails(write_page(sp, 1, 'x'), -EFAULT);
	ok(write_page(sp, 2, 'x'));
	ok(protect(sp, 0, 2, RW));
	expect(sp, "[WWWW]");
	ok(write_page(sp, 1, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	ok(look(sp, 0, 4));
}

/* The batch ends where the pages are shared: only the child's copy may be written. */
TEST(mthp, mprotect_of_one_that_is_shared_in_part, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	ok(protect(child, 0, 4, PROT_READ));
	ok(protect(child, 0, 4, RW));
	ok(write_page(child, 2, 'd'));
	ok(write_page(child, 1, 'e'));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
}

/*
 * The child was there and is gone: the page that was written to since is exclusive
 * again, and the others are when they are written to.
 */
TEST(mthp, mprotect_of_one_that_is_exclusive_in_part, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	space_exit(child);
	ok(write_page(parent, 0, 'p'));
	ok(protect(parent, 0, 4, PROT_READ));
	ok(protect(parent, 0, 4, RW));
	ok(write_page(parent, 1, 'q'));
	ok(look(parent, 0, 4));
}

TEST(mthp, move_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(sp, 0);
	ok(move(sp, 1, 2, 9));
	expect(sp, "[W]..[W].....[WW]");
	mapped_at(folio, at(sp, 0), at(sp, 3), at(sp, 9), at(sp, 10));
	ok(look(sp, 9, 2));
}

/* The parent moves it by one page, so that nothing is aligned any more; the child does not. */
TEST(mthp, move_to_an_unaligned_place, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct folio *folio;

	parent = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(parent, 0);
	child = space_fork(parent);
	ok(move(parent, 0, 4, 9));
	mapped_at(folio, at(parent, 9), at(parent, 10), at(parent, 11), at(parent, 12),
		  at(child, 0), at(child, 1), at(child, 2), at(child, 3));
	ok(write_page(child, 0, 'c'));
	ok(look(parent, 9, 4));
	ok(look(child, 0, 4));
}

/* Entries of one folio that are not alike: each keeps its rights on the way. */
TEST(mthp, move_of_one_that_is_writable_in_part, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	bool writable[NR];
	long i;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	ok(write_page(child, 2, 'c'));
	space_exit(child);
	ok(write_page(parent, 1, 'x'));
	ok(write_page(parent, 2, 'y'));
	for (i = 0; i < NR; i++)
		writable[i] = pte_write(pte_at(parent, i));
	KUNIT_EXPECT_NE(test, writable[0], writable[1]);
	ok(move(parent, 0, 4, 9));
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ_MSG(test, pte_write(pte_at(parent, 9 + i)), writable[i],
				    "page %ld", i);
	expect(parent, ".........[WWWW]");
	ok(write_page(parent, 9, 'z'));
	ok(look(parent, 9, 4));
}

TEST(mthp, dontneed_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	ok(advise(sp, 0, 2, MADV_DONTNEED));
	expect(sp, "[wwWW]");
	KUNIT_EXPECT_TRUE(test, is_large(sp, 2));
	ok(write_page(sp, 1, 'x'));
	expect(sp, "[wWWW]");
	KUNIT_EXPECT_FALSE(test, is_large(sp, 1));
	ok(look(sp, 0, 4));
}

/* Only a folio all of whose pages are locked leaves the lists of reclaim. */
TEST(mthp, mlock_of_half_and_of_all, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	ok(lock(sp, 0, 2));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, 0)));
	ok(unlock(sp, 0, 2));
	ok(lock(sp, 0, 4));
	expect(sp, "[WWWW]");
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 0)));
	ok(unlock(sp, 0, 4));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, 0)));
	ok(look(sp, 0, 4));
}

TEST(mthp, many_become_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = large_layout(test, "[W*512]", ORDER);
	KUNIT_EXPECT_TRUE(test, is_large(sp, 100));
	ok(advise(sp, 0, HUGE_NR, MADV_COLLAPSE));
	expect(sp, "[H]");
	ok(look(sp, 98, 8));
	ok(look(sp, 508, 4));
}
