// SPDX-License-Identifier: GPL-2.0
/* Large folios that no PMD maps: migrated, split, and in swap. */
#include "pages.h"
#include "test.h"

#define ORDER	2
#define NR	(1 << ORDER)
#define DEVICE	1024	/* pages */

static bool is_large(struct space *sp, long page)
{
	struct folio *folio = folio_of(sp, page);

	return folio && folio_nr_pages(folio) == NR;
}

TEST(mthp, migration_keeps_it_large, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct folio *folio;

	parent = large_layout(test, "[WWWW]", ORDER);
	folio = folio_of(parent, 0);
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	ok(migrate(parent, 0, 4));
	KUNIT_EXPECT_PTR_NE(test, folio_of(parent, 0), folio);
	KUNIT_EXPECT_TRUE(test, is_large(parent, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(parent, 1), at(parent, 2), at(parent, 3),
		  at(child, 0), at(child, 2), at(child, 3));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
}

TEST(mthp, fork_unmap_and_mprotect_under_migration,
     NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration_of_a_huge_page"),
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct migration m;

	parent = large_layout(test, "[WWWW]", ORDER);
	ok(begin_migration(parent, 0, &m));
	expect(parent, "[MMMM]");
	child = space_fork(parent);
	ok(unmap(child, 1, 1));
	ok(protect(parent, 2, 2, PROT_READ));
	expect(child, "[M].[MM]");
	expect(parent, "[MM][MM]");
	ok(end_migration(parent, &m, true));
	expect(child, "[W].[WW]");
	expect(parent, "[WW][RR]");
	mapped_at(folio_of(parent, 0), at(parent, 0), at(parent, 1), at(parent, 2), at(parent, 3),
		  at(child, 0), at(child, 2), at(child, 3));
	ok(write_page(child, 0, 'c'));
	ok(look(parent, 0, 4));
	ok(look(child, 2, 2));
}

TEST(mthp, moved_in_parts_under_migration_that_fails, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct migration m;
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	ok(begin_migration(sp, 0, &m));
	ok(move(sp, 1, 2, 9));
	expect(sp, "[M]..[M].....[MM]");
	ok(end_migration(sp, &m, false));
	expect(sp, "[W]..[W].....[WW]");
	mapped_at(m.folio, at(sp, 0), at(sp, 3), at(sp, 9), at(sp, 10));
	ok(look(sp, 9, 2));
}

TEST(mthp, split_makes_single_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	ok(unmap(child, 0, 2));
	ok(write_page(child, 2, 'c'));
	ok(split_huge(parent, 1));
	mapped_at(folio_of(parent, 1), at(parent, 1));
	mapped_at(folio_of(parent, 2), at(parent, 2));
	mapped_at(folio_of(parent, 3), at(parent, 3), at(child, 3));
	ok(look(parent, 0, 4));
	ok(look(child, 2, 2));
}

/* A page of it that nobody maps goes free; the others keep their index. */
TEST(mthp, split_of_one_that_moved_in_parts, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	unsigned long used;
	struct space *sp;

	sp = large_layout(test, "[WWWW]", ORDER);
	ok(move(sp, 2, 2, 9));
	ok(unmap(sp, 0, 1));
	used = shim_pages_used();
	ok(split_huge(sp, 1));
	KUNIT_EXPECT_EQ(test, used - shim_pages_used(), 1UL);
	mapped_at(folio_of(sp, 1), at(sp, 1));
	mapped_at(folio_of(sp, 10), at(sp, 10));
	ok(look(sp, 9, 2));
}

TEST(mthp, swapped_out_and_in, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = large_layout(test, "[WWWW]", ORDER);
	child = space_fork(parent);
	ok(swap_on_disk(test, DEVICE, false));
	ok(reclaim(parent, 0, 4));
	expect(parent, "[SSSS]");
	expect(child, "[SSSS]");
	ok(write_page(child, 1, 'c'));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
}

/* A large folio, and a disk that it can go to in one piece. */
static struct space *large_with_disk(struct kunit *test, const char *text, bool sync)
{
	struct space *sp;

	sp = large_layout(test, text, ORDER);
	ok(swap_on_disk(test, DEVICE, sync));
	return sp;
}

/* One page comes back: its neighbours' entries stay. */
TEST(mthp, swapped_and_one_page_comes_back, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_with_disk(test, "[WWWW]", false);

	ok(reclaim(sp, 0, 4));
	ok(write_page(sp, 1, 'x'));
	expect(sp, "[SWSS]");
	mapped_at(folio_of(sp, 1), at(sp, 1));
	ok(unmap(sp, 2, 1));
	ok(look(sp, 0, 2));
	ok(look(sp, 3, 1));
}

/* A device without a queue: the four entries are read as the folio that they were. */
TEST(mthp, swapped_and_comes_back_large, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_with_disk(test, "[WWWW]", true);

	ok(reclaim(sp, 0, 4));
	expect(sp, "[SSSS]");
	ok(read_page(sp, 2));
	expect(sp, "[WWWW]");
	KUNIT_EXPECT_TRUE(test, is_large(sp, 2));
	mapped_at(folio_of(sp, 2), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	ok(write_page(sp, 0, 'x'));
	ok(look(sp, 0, 4));
}

/* Not where the entries are not those of four neighbours any more. */
TEST(mthp, swapped_and_moved_in_part_comes_back_small,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_with_disk(test, "[WWWW]", true);

	ok(reclaim(sp, 0, 4));
	ok(move(sp, 2, 2, 9));
	expect(sp, "[SS].......[SS]");
	ok(read_page(sp, 1));
	expect(sp, "[SW].......[SS]");
	ok(look(sp, 0, 2));
	ok(look(sp, 9, 2));
}

TEST(mthp, entries_in_swap_are_forked_in_part, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *parent = large_with_disk(test, "[WWWW]", false);
	struct space *child;

	ok(reclaim(parent, 0, 4));
	ok(write_page(parent, 0, 'p'));
	child = space_fork(parent);
	expect(child, "[WSSS]");
	ok(write_page(child, 2, 'c'));
	ok(advise(parent, 1, 3, MADV_DONTNEED));
	ok(look(child, 0, 4));
	ok(look(parent, 0, 4));
	ok(reclaim(child, 0, 4));
	ok(look(child, 0, 4));
}

TEST(mthp, swapoff_brings_it_back, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_with_disk(test, "[WWWWWWWW]", false);

	ok(reclaim(sp, 0, 8));
	ok(unmap(sp, 2, 1));
	shim_use_mm(sp->mm);
	ok(swap_off(test));
	expect(sp, "[WW].[WWWWW]");
	ok(look(sp, 0, 2));
	ok(look(sp, 3, 5));
}

/* A program that names a half of it: the folio is split, and the half goes. */
TEST(mthp, pageout_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_with_disk(test, "[WWWW]", false);

	drain_lru();
	ok(advise(sp, 0, 2, MADV_PAGEOUT));
	expect(sp, "[SSWW]");
	KUNIT_EXPECT_FALSE(test, is_large(sp, 2));
	ok(look(sp, 0, 4));
}

TEST(mthp, pageout_of_all, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_with_disk(test, "[WWWW]", false);

	drain_lru();
	ok(advise(sp, 0, 4, MADV_PAGEOUT));
	expect(sp, "[SSSS]");
	ok(look(sp, 0, 4));
}

/* Unmapped in part, the rest is all that reclaim has to write. */
TEST(mthp, partly_unmapped_one_is_reclaimed, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_with_disk(test, "[WWWW]", false);

	ok(unmap(sp, 0, 2));
	reclaim(sp, 2, 2);
	expect(sp, "..[SS]");
	ok(look(sp, 2, 2));
}
