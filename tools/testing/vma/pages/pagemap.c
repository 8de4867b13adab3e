// SPDX-License-Identifier: GPL-2.0
/* /proc/PID/pagemap: a word for each page. clear_refs, which clears bits that it shows. */
#include <shim/tlb.h>

#include "pages.h"
#include "proc.h"
#include "test.h"
#include "uffd.h"

/* The bits but for soft-dirty, which has cases of its own. */
#define has(word, bits)	KUNIT_EXPECT_EQ(test, (word) & ~PAGEMAP_PFN & ~PAGEMAP_SOFT_DIRTY, (u64)(bits))

/* Two pages of a file, of which the first is written to. */
static void map_a_file(struct space *sp, long page)
{
	struct file *file = shim_file_create(2);
	struct kunit *test = sp->test;

	ok(map_file(sp, page, 2, RW, MAP_SHARED, file, 0));
	shim_file_put(file);
	ok(write_page(sp, page, 'f'));
}

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

	map_a_file(sp, 0);
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

	map_a_file(sp, 4);
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

/* PAGEMAP_SCAN */

static long scan(struct space *sp, u64 mask, struct page_region *regions)
{
	struct pm_scan_arg arg = {
		.start = page_addr(0), .end = page_addr(16), .vec_len = 8,
		.category_mask = mask, .return_mask = mask | PAGE_IS_FILE,
	};

	return pagemap_scan(sp, &arg, regions);
}

#define region_is(r, from, nr) do {					\
	KUNIT_EXPECT_EQ(test, (r).start, (u64)page_addr(from));		\
	KUNIT_EXPECT_EQ(test, (r).end, (u64)page_addr((from) + (nr)));	\
} while (0)

TEST(pagemap, scan_of_what_is_present, PROC)
{
	struct space *sp = layout(test, "[wWWw]");
	struct page_region regions[8];

	map_a_file(sp, 6);
	KUNIT_ASSERT_EQ(test, scan(sp, PAGE_IS_PRESENT, regions), 2L);
	region_is(regions[0], 1, 2);
	KUNIT_EXPECT_EQ(test, regions[0].categories, (u64)PAGE_IS_PRESENT);
	region_is(regions[1], 6, 1);
	KUNIT_EXPECT_EQ(test, regions[1].categories, (u64)(PAGE_IS_PRESENT | PAGE_IS_FILE));
}

TEST(pagemap, scan_of_what_is_in_swap, PROC_AND(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 2);
	struct page_region regions[8];

	KUNIT_ASSERT_EQ(test, scan(sp, PAGE_IS_SWAPPED, regions), 1L);
	region_is(regions[0], 1, 2);
}

TEST(pagemap, scan_of_zeros, PROC)
{
	struct space *sp = layout(test, "[Www]");
	struct page_region regions[8];

	ok(read_page(sp, 1));
	KUNIT_ASSERT_EQ(test, scan(sp, PAGE_IS_PFNZERO, regions), 1L);
	region_is(regions[0], 1, 1);
}

/* Asks for what was written since the last time, and protects it again. */
static long scan_written(struct space *sp, struct page_region *regions)
{
	struct pm_scan_arg arg = {
		.start = page_addr(0), .end = page_addr(4), .vec_len = 8,
		.flags = PM_SCAN_WP_MATCHING | PM_SCAN_CHECK_WPASYNC,
		.category_mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN,
	};

	return pagemap_scan(sp, &arg, regions);
}

TEST(pagemap, scan_of_what_was_written, PROC_AND(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[WWWW]");
	struct page_region regions[8];
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_WP_ASYNC | UFFD_FEATURE_WP_UNPOPULATED);

	ok(uffd_register(u, 0, 4, UFFD_WP));
	KUNIT_ASSERT_EQ(test, scan_written(sp, regions), 1L);
	region_is(regions[0], 0, 4);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(2), true), 0U);
	KUNIT_ASSERT_EQ(test, scan_written(sp, regions), 0L);
	ok(write_page(sp, 2, 'x'));
	KUNIT_ASSERT_EQ(test, scan_written(sp, regions), 1L);
	region_is(regions[0], 2, 1);
	KUNIT_ASSERT_EQ(test, scan_written(sp, regions), 0L);
	uffd_close(u);
}

TEST(pagemap, scan_of_a_huge_page_that_was_written,
     PROC_AND(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	struct page_region regions[8];
	struct pm_scan_arg arg = {
		.start = page_addr(0), .end = page_addr(HUGE_NR), .vec_len = 8,
		.flags = PM_SCAN_WP_MATCHING,
		.category_mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN | PAGE_IS_HUGE,
	};
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_WP_ASYNC | UFFD_FEATURE_WP_UNPOPULATED);

	ok(uffd_register(u, 0, HUGE_NR, UFFD_WP));
	KUNIT_ASSERT_EQ(test, pagemap_scan(sp, &arg, regions), 1L);
	region_is(regions[0], 0, HUGE_NR);
	KUNIT_EXPECT_EQ(test, regions[0].categories, (u64)(PAGE_IS_WRITTEN | PAGE_IS_HUGE));
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(0), true), 0U);
	uffd_close(u);
}

TEST(pagemap, scan_from_the_middle_of_a_page, PROC)
{
	struct space *sp = layout(test, "[W]");
	struct page_region regions[1];
	struct pm_scan_arg arg = { .start = page_addr(0) + 8, .end = page_addr(1), .vec_len = 1,
				   .category_mask = PAGE_IS_PRESENT, .return_mask = PAGE_IS_PRESENT };

	fails(pagemap_scan(sp, &arg, regions), -EINVAL);
}
