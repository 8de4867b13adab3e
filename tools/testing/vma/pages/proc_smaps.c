// SPDX-License-Identifier: GPL-2.0
/* /proc/PID/smaps and smaps_rollup: what is resident, of whom, and in what state. */
#include "pages.h"
#include "proc.h"
#include "test.h"

#define kb(sp, page, field, value) \
	KUNIT_EXPECT_EQ_MSG(test, smaps_kb(sp, page, field), (long)(value), "%s of %d", field, page)

TEST(proc_smaps, resident_pages, PROC)
{
	struct space *sp = layout(test, "[WWw][Rrr]");

	kb(sp, 0, "Size", 12);
	kb(sp, 0, "Rss", 8);
	kb(sp, 0, "Pss", 8);
	kb(sp, 0, "Anonymous", 8);
	kb(sp, 0, "Private_Dirty", 8);
	kb(sp, 0, "Referenced", 8);
	kb(sp, 0, "Swap", 0);
	kb(sp, 3, "Size", 12);
	kb(sp, 3, "Rss", 0);	/* the zero page is nobody's */
}

TEST(proc_smaps, shared_by_two, PROC)
{
	struct space *parent = layout(test, "[WWWW]"), *child = space_fork(parent);

	ok(write_page(child, 0, 'c'));
	kb(child, 0, "Rss", 16);
	kb(child, 0, "Pss", 10);
	kb(child, 0, "Shared_Dirty", 12);
	kb(child, 0, "Private_Dirty", 4);
	kb(parent, 0, "Pss", 10);
}

TEST(proc_smaps, swapped, PROC_AND(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 2);

	kb(sp, 0, "Rss", 8);
	kb(sp, 0, "Swap", 8);
	kb(sp, 0, "SwapPss", 8);
}

TEST(proc_smaps, huge_page, PROC_AND(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");

	kb(sp, 0, "Rss", 2048);
	kb(sp, 0, "AnonHugePages", 2048);
	ok(split_pmd(sp, 0));
	kb(sp, 0, "Rss", 2048);
	kb(sp, 0, "AnonHugePages", 0);
}

TEST(proc_smaps, locked, PROC)
{
	struct space *sp = layout(test, "[ww]");

	ok(lock(sp, 0, 2));
	kb(sp, 0, "Rss", 8);
	kb(sp, 0, "Locked", 8);
}

TEST(proc_smaps, freed, PROC)
{
	struct space *sp = layout(test, "[WW]");

	drain_lru();
	forget(sp, 0, 2);
	ok(advise(sp, 0, 2, MADV_FREE));
	drain_lru();
	kb(sp, 0, "Rss", 8);
	kb(sp, 0, "LazyFree", 8);
}

TEST(proc_smaps, under_migration, PROC_AND(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWW]", 1, &m);

	kb(sp, 0, "Rss", 12);
	ok(end_migration(sp, &m, true));
	kb(sp, 0, "Rss", 12);
}

TEST(proc_smaps, rollup_is_the_sum, PROC)
{
	struct space *parent = layout(test, "[WW][RR]..[WW]"), *child = space_fork(parent);

	ok(write_page(child, 0, 'c'));
	KUNIT_EXPECT_EQ(test, rollup_kb(child, "Rss"),
			smaps_kb(child, 0, "Rss") + smaps_kb(child, 2, "Rss") +
			smaps_kb(child, 6, "Rss"));
	KUNIT_EXPECT_EQ(test, rollup_kb(child, "Anonymous"),
			smaps_kb(child, 0, "Anonymous") + smaps_kb(child, 2, "Anonymous") +
			smaps_kb(child, 6, "Anonymous"));
	KUNIT_EXPECT_EQ(test, rollup_kb(child, "Private_Dirty"),
			smaps_kb(child, 0, "Private_Dirty"));
}
