// SPDX-License-Identifier: GPL-2.0
/* /proc/PID/pagemap: a word for each page. clear_refs, which clears bits that it shows. */
#include <shim/tlb.h>

#include "chardev.h"
#include "pages.h"
#include "proc.h"
#include "test.h"
#include "uffd.h"

/* The bits but for soft-dirty, which has cases of its own. */
#define has(word, bits)	KUNIT_EXPECT_EQ(test, (word) & ~PAGEMAP_PFN & ~PAGEMAP_SOFT_DIRTY, (u64)(bits))

TEST(pagemap, page_of_a_process, PROC)
{
	struct space *sp = layout(test, "[Ww]");
	u64 word = pagemap_at(sp, 0);

	has(word, PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, word & PAGEMAP_PFN, (u64)page_to_pfn(frame_of(sp, 0)));
	has(pagemap_at(sp, 1), 0);
	has(pagemap_at(sp, 2), 0);
}

TEST(pagemap, page_of_two, PROC)
{
	struct space *parent = layout(test, "[W]"), *child = space_fork(parent);

	has(pagemap_at(parent, 0), PAGEMAP_PRESENT);
	has(pagemap_at(child, 0), PAGEMAP_PRESENT);
	ok(write_page(child, 0, 'c'));
	has(pagemap_at(child, 0), PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE);
	has(pagemap_at(parent, 0), PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE);
}

TEST(pagemap, page_of_a_file, PROC)
{
	struct space *sp = space_new(test);

	map_written_file(sp, 0);
	has(pagemap_at(sp, 0), PAGEMAP_PRESENT | PAGEMAP_FILE | PAGEMAP_EXCLUSIVE);
}

TEST(pagemap, page_in_swap, PROC_AND(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 1);

	has(pagemap_at(sp, 0), PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE);
	has(pagemap_at(sp, 1), PAGEMAP_SWAP);
}

TEST(pagemap, huge_page, PROC_AND(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	u64 word = pagemap_at(sp, 300);

	has(word, PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, word & PAGEMAP_PFN, (u64)page_to_pfn(frame_of(sp, 300)));
}

TEST(pagemap, not_for_everyone, PROC)
{
	struct space *sp = layout(test, "[W]");

	shim_drop_rights();
	KUNIT_EXPECT_EQ(test, pagemap_at(sp, 0) & PAGEMAP_PFN, 0ULL);
	has(pagemap_at(sp, 0), PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE);
}

TEST(pagemap, page_under_migration, PROC_AND(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWW]", 1, &m);

	KUNIT_EXPECT_TRUE(test, pagemap_at(sp, 1) & PAGEMAP_SWAP);
	ok(end_migration(sp, &m, true));
	has(pagemap_at(sp, 1), PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE);
}

TEST(pagemap, page_that_userfaultfd_protects, PROC_AND(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[WW]");
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);

	ok(uffd_register(u, 0, 2, UFFD_WP));
	ok(uffd_protect(u, 0, 1, true));
	KUNIT_EXPECT_TRUE(test, pagemap_at(sp, 0) & PAGEMAP_UFFD_WP);
	KUNIT_EXPECT_FALSE(test, pagemap_at(sp, 1) & PAGEMAP_UFFD_WP);
	uffd_close(u);
}

/* clear_refs */

TEST(pagemap, clear_refs_forgets_the_use, PROC)
{
	struct space *sp = layout(test, "[WW]");

	ok(write_clear_refs(sp, "1"));
	KUNIT_EXPECT_FALSE(test, was_accessed(sp, 0));
	KUNIT_EXPECT_EQ(test, smaps_kb(sp, 0, "Referenced"), 0L);
	ok(read_page(sp, 1));
	KUNIT_EXPECT_EQ(test, smaps_kb(sp, 0, "Referenced"), 4L);
}

TEST(pagemap, clear_refs_of_files_only, PROC)
{
	struct space *sp = layout(test, "[WW]");

	map_written_file(sp, 4);
	ok(write_clear_refs(sp, "3"));
	KUNIT_EXPECT_EQ(test, smaps_kb(sp, 0, "Referenced"), 8L);
	KUNIT_EXPECT_EQ(test, smaps_kb(sp, 4, "Referenced"), 0L);
	ok(read_page(sp, 4));
	ok(write_clear_refs(sp, "2"));
	KUNIT_EXPECT_EQ(test, smaps_kb(sp, 0, "Referenced"), 0L);
	KUNIT_EXPECT_EQ(test, smaps_kb(sp, 4, "Referenced"), 4L);
}

TEST(pagemap, clear_refs_of_nothing_known, PROC)
{
	struct space *sp = layout(test, "[W]");

	fails(write_clear_refs(sp, "9"), -EINVAL);
	fails(write_clear_refs(sp, "x"), -EINVAL);
}

TEST(pagemap, soft_dirty, PROC_AND(CONFIG_MEM_SOFT_DIRTY))
{
	struct space *sp = layout(test, "[WWWW]");

	KUNIT_EXPECT_TRUE(test, pagemap_at(sp, 2) & PAGEMAP_SOFT_DIRTY);
	ok(write_clear_refs(sp, "4"));
	KUNIT_EXPECT_FALSE(test, pagemap_at(sp, 2) & PAGEMAP_SOFT_DIRTY);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(2), true), 0U);
	ok(read_page(sp, 2));
	KUNIT_EXPECT_FALSE(test, pagemap_at(sp, 2) & PAGEMAP_SOFT_DIRTY);
	ok(write_page(sp, 2, 'x'));
	KUNIT_EXPECT_TRUE(test, pagemap_at(sp, 2) & PAGEMAP_SOFT_DIRTY);
	KUNIT_EXPECT_FALSE(test, pagemap_at(sp, 1) & PAGEMAP_SOFT_DIRTY);
}

TEST(pagemap, soft_dirty_of_a_huge_page, PROC_AND(CONFIG_MEM_SOFT_DIRTY, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");

	ok(write_clear_refs(sp, "4"));
	expect(sp, "[H]");
	KUNIT_EXPECT_FALSE(test, pagemap_at(sp, 300) & PAGEMAP_SOFT_DIRTY);
	ok(write_page(sp, 3, 'x'));
	KUNIT_EXPECT_TRUE(test, pagemap_at(sp, 300) & PAGEMAP_SOFT_DIRTY);
}

TEST(pagemap, soft_dirty_of_a_page_in_swap, PROC_AND(CONFIG_MEM_SOFT_DIRTY, CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 1);

	KUNIT_EXPECT_TRUE(test, pagemap_at(sp, 1) & PAGEMAP_SOFT_DIRTY);
	ok(write_clear_refs(sp, "4"));
	KUNIT_EXPECT_FALSE(test, pagemap_at(sp, 1) & PAGEMAP_SOFT_DIRTY);
	ok(read_page(sp, 1));
	KUNIT_EXPECT_FALSE(test, pagemap_at(sp, 1) & PAGEMAP_SOFT_DIRTY);
}

/* A huge entry of a driver maps no page that pagemap knows the owner of. */
TEST(pagemap, frames_of_a_driver, PROC_AND(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *frames;
	struct space *sp = layout_of_frames(test, &frames);

	has(pagemap_at(sp, 7), PAGEMAP_PRESENT);
}

TEST(pagemap, clear_refs_of_frames_of_a_driver, PROC_AND(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *frames;
	struct space *sp = layout_of_frames(test, &frames);

	folio_set_referenced(frames);
	ok(write_clear_refs(sp, "1"));
	KUNIT_EXPECT_TRUE(test, was_accessed(sp, 7));
	KUNIT_EXPECT_TRUE(test, folio_test_referenced(frames));
	folio_clear_referenced(frames);
}

/* status and statm, which count what a CPU has not handed in yet */

TEST(pagemap, status_counts_each_page, PROC)
{
	struct space *sp = layout(test, "[WWWw]");

	map_written_file(sp, 6);
	KUNIT_EXPECT_EQ(test, status_kb(sp, "RssAnon"), 12L);
	KUNIT_EXPECT_EQ(test, status_kb(sp, "RssFile"), 4L);
	KUNIT_EXPECT_EQ(test, status_kb(sp, "VmRSS"), 16L);
	KUNIT_EXPECT_EQ(test, statm_pages(sp), 4UL);
}
