// SPDX-License-Identifier: GPL-2.0
/*
 * PAGEMAP_SCAN: regions of pages by what they are, and of those that were written to since the
 * last time. What it says of each kind of entry is in entries_proc.c.
 */
#include <linux/rwsem.h>

#include <shim/tlb.h>

#include "internal.h"
#include "notify.h"
#include "pages.h"
#include "proc.h"
#include "test.h"
#include "uffd.h"

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

TEST(pagemap_scan, of_what_is_present, PROC)
{
	struct space *sp = layout(test, "[wWWw]");
	struct page_region regions[8];

	map_written_file(sp, 6);
	KUNIT_ASSERT_EQ(test, scan(sp, PAGE_IS_PRESENT, regions), 2L);
	region_is(regions[0], 1, 2);
	KUNIT_EXPECT_EQ(test, regions[0].categories, (u64)PAGE_IS_PRESENT);
	region_is(regions[1], 6, 1);
	KUNIT_EXPECT_EQ(test, regions[1].categories, (u64)(PAGE_IS_PRESENT | PAGE_IS_FILE));
}

TEST(pagemap_scan, of_what_is_in_swap, PROC_AND(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 2);
	struct page_region regions[8];

	KUNIT_ASSERT_EQ(test, scan(sp, PAGE_IS_SWAPPED, regions), 1L);
	region_is(regions[0], 1, 2);
}

TEST(pagemap_scan, of_zeros, PROC)
{
	struct space *sp = layout(test, "[Www]");
	struct page_region regions[8];

	ok(read_page(sp, 1));
	KUNIT_ASSERT_EQ(test, scan(sp, PAGE_IS_PFNZERO, regions), 1L);
	region_is(regions[0], 1, 1);
}

/* What is written to is told by the scan, and no fault waits. */
static struct uffd *watch_writes(struct space *sp, long page, long nr)
{
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_WP_ASYNC | UFFD_FEATURE_WP_UNPOPULATED);
	struct kunit *test = sp->test;

	ok(uffd_register(u, page, nr, UFFD_WP));
	return u;
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

TEST(pagemap_scan, of_what_was_written, PROC_AND(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[WWWW]");
	struct page_region regions[8];
	struct uffd *u = watch_writes(sp, 0, 4);

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

TEST(pagemap_scan, of_a_huge_page_that_was_written,
     PROC_AND(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	struct page_region regions[8];
	struct pm_scan_arg arg = {
		.start = page_addr(0), .end = page_addr(HUGE_NR), .vec_len = 8,
		.flags = PM_SCAN_WP_MATCHING,
		.category_mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN | PAGE_IS_HUGE,
	};
	struct uffd *u = watch_writes(sp, 0, HUGE_NR);

	KUNIT_ASSERT_EQ(test, pagemap_scan(sp, &arg, regions), 1L);
	region_is(regions[0], 0, HUGE_NR);
	KUNIT_EXPECT_EQ(test, regions[0].categories, (u64)(PAGE_IS_WRITTEN | PAGE_IS_HUGE));
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(0), true), 0U);
	uffd_close(u);
}

TEST(pagemap_scan, from_the_middle_of_a_page, PROC)
{
	struct space *sp = layout(test, "[W]");
	struct page_region regions[1];
	struct pm_scan_arg arg = { .start = page_addr(0) + 8, .end = page_addr(1), .vec_len = 1,
				   .category_mask = PAGE_IS_PRESENT, .return_mask = PAGE_IS_PRESENT };

	fails(pagemap_scan(sp, &arg, regions), -EINVAL);
}

/* Without room for regions it only protects; a part of a huge page is split for it. */
TEST(pagemap_scan, protects_a_part_of_a_huge_page, PROC_AND(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	struct pm_scan_arg arg = {
		.start = page_addr(8), .end = page_addr(16),
		.flags = PM_SCAN_WP_MATCHING,
		.category_mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN,
	};
	struct page_region none;
	struct uffd *u = watch_writes(sp, 0, HUGE_NR);

	KUNIT_EXPECT_EQ(test, pagemap_scan(sp, &arg, &none), 0L);
	KUNIT_EXPECT_FALSE(test, uffd_protected_at(sp, 7));
	KUNIT_EXPECT_TRUE(test, uffd_protected_at(sp, 8));
	KUNIT_EXPECT_TRUE(test, uffd_protected_at(sp, 15));
	KUNIT_EXPECT_FALSE(test, uffd_protected_at(sp, 16));
	uffd_close(u);
}

/* One region of what was written, whichever of the two ways the scan takes. */
static void expect_written(struct space *sp, long page, long nr, u64 more)
{
	struct pm_scan_arg arg = {
		.start = page_addr(page), .end = page_addr(page + nr), .vec_len = 8,
		.category_mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN | more,
	};
	struct page_region regions[8];
	struct kunit *test = sp->test;

	KUNIT_ASSERT_EQ(test, pagemap_scan(sp, &arg, regions), 1L);
	region_is(regions[0], page, nr);
}

/* What is not there has no protection, so somebody has dropped it. */
static void nothing_is_written(struct kunit *test, long page)
{
	struct space *sp = layout(test, "[W]");
	struct uffd *u;

	ok(map(sp, page, 4, RW));
	u = watch_writes(sp, page, 4);
	expect_written(sp, page, 4, 0);
	expect_written(sp, page, 4, PAGE_IS_FILE);
	uffd_close(u);
}

TEST(pagemap_scan, written_where_an_entry_is_none, PROC_AND(CONFIG_USERFAULTFD))
{
	nothing_is_written(test, 2);
}

TEST(pagemap_scan, written_where_no_table_is, PROC_AND(CONFIG_USERFAULTFD))
{
	nothing_is_written(test, HUGE_NR + 2);
}

TEST(pagemap_scan, not_written_as_it_is_protected_in_swap, PROC_AND(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct space *sp = layout(test, "[WWWW]");
	struct page_region regions[8];
	struct uffd *u;

	ok(swap_on(test, 64));
	u = watch_writes(sp, 0, 4);
	KUNIT_ASSERT_EQ(test, scan_written(sp, regions), 1L);
	ok(reclaim(sp, 1, 2));
	KUNIT_ASSERT_TRUE(test, uffd_protected_at(sp, 1));
	KUNIT_EXPECT_EQ(test, scan_written(sp, regions), 0L);
	uffd_close(u);
}

/* A marker stands where nothing is, and says that it is protected. */
TEST(pagemap_scan, not_written_as_a_marker_says, PROC_AND(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[WwwW]");
	struct page_region regions[8];
	struct uffd *u = watch_writes(sp, 0, 4);

	KUNIT_ASSERT_EQ(test, scan_written(sp, regions), 1L);
	region_is(regions[0], 0, 4);
	KUNIT_EXPECT_EQ(test, scan_written(sp, regions), 0L);
	uffd_close(u);
}

TEST(pagemap_scan, of_who_has_ended, PROC)
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct file *file;

	shim_use_mm(child->mm);
	file = shim_proc_open(SHIM_PROC_PAGEMAP);
	oracle_hold(test, grabbed(child->mm), 1);
	shim_use_mm(parent->mm);
	oracle_pause(test);
	space_exit(child);
	KUNIT_EXPECT_EQ(test, file->f_op->unlocked_ioctl(file, PAGEMAP_SCAN, 0), (long)-ESRCH);
	shim_proc_close(file);
	oracle_resume(test);
}

TEST(pagemap_scan, room_that_no_memory_has, PROC)
{
	struct space *sp = layout(test, "[W]");
	struct page_region regions[SCAN_REGIONS];
	struct pm_scan_arg arg = {
		.start = page_addr(0), .end = page_addr(1),
		.vec_len = U64_MAX / sizeof(regions[0]) + 1,
		.category_mask = PAGE_IS_PRESENT, .return_mask = PAGE_IS_PRESENT,
	};

	fails(pagemap_scan(sp, &arg, regions), -EFAULT);
}

#ifdef CONFIG_MMU_NOTIFIER
static void note_lock(void *data)
{
	struct space *sp = data;

	if (!rwsem_is_locked(&shim_mmap_lock(sp->mm)))
		KUNIT_FAIL(sp->test, "the mappings may change before they are walked");
}

TEST(pagemap_scan, tells_of_the_change_under_the_lock, PROC_AND(CONFIG_USERFAULTFD, CONFIG_MMU_NOTIFIER))
{
	struct space *sp = layout(test, "[WWWW]");
	struct page_region regions[8];
	struct notify n;
	struct uffd *u = watch_writes(sp, 0, 4);

	oracle_pause(test);
	notify_begin(&n, sp, note_lock, sp);
	KUNIT_EXPECT_EQ(test, scan_written(sp, regions), 1L);
	notify_end(&n);
	oracle_resume(test);
	uffd_close(u);
}
#else
ABSENT(pagemap_scan, tells_of_the_change_under_the_lock, "needs MMU notifiers; make CONFIG=full")
#endif
