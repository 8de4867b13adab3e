// SPDX-License-Identifier: GPL-2.0
/*
 * Who may have huge pages, by the controls of sysfs and by advice: what faults of anonymous and
 * of shared memory get, what MADV_COLLAPSE gives, and whether khugepaged is told of a process.
 */
#include <linux/mm.h>

#include <shim/files.h>

#include "chardev.h"
#include "internal.h"
#include "pages.h"
#include "test.h"

static bool khugepaged_knows(struct space *sp)
{
	return shim_mm_flag(sp->mm, MMF_VM_HUGEPAGE);
}

/* No control is on. */
static void never(void)
{
	no_large_folios();
	shim_shmem_huge("never", 0, 0);
}

TEST(thp_policy, khugepaged_is_told_by_the_first_fault, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	large_folios(NULL, HUGE_ORDER);
	sp = layout(test, "[w*512]");
	KUNIT_EXPECT_FALSE(test, khugepaged_knows(sp));
	ok(write_page(sp, 5, 'x'));
	KUNIT_EXPECT_TRUE(test, khugepaged_knows(sp));
}

/* Memory that is there already is looked at from the advice on. */
TEST(thp_policy, khugepaged_is_told_by_advice, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[W*512]");

	KUNIT_EXPECT_FALSE(test, khugepaged_knows(sp));
	ok(advise(sp, 0, HUGE_NR, MADV_NOHUGEPAGE));
	KUNIT_EXPECT_FALSE(test, khugepaged_knows(sp));
	ok(advise(sp, 0, HUGE_NR, MADV_HUGEPAGE));
	KUNIT_EXPECT_TRUE(test, khugepaged_knows(sp));
}

TEST(thp_policy, khugepaged_is_not_told_where_nothing_is_on, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	never();
	sp = layout_advised(test, "[W*512]");
	ok(map_file(sp, HUGE_NR, HUGE_NR, RW, MAP_SHARED | MAP_ANONYMOUS, NULL, 0));
	ok(write_page(sp, HUGE_NR, 'x'));
	KUNIT_EXPECT_FALSE(test, khugepaged_knows(sp));
}

/* The control of one size is enough. */
TEST(thp_policy, khugepaged_is_told_where_one_size_is_on, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	never();
	large_folios(NULL, HUGE_ORDER);
	sp = layout(test, "[w*512]");
	ok(write_page(sp, 5, 'x'));
	KUNIT_EXPECT_TRUE(test, khugepaged_knows(sp));
}

/* Is it told by a store to shared memory, of which only that size is on? */
static bool told_of_shared(struct kunit *test, int order)
{
	struct space *sp;

	shim_shmem_huge("never", BIT(order), 0);
	sp = space_new(test);
	ok(map_file(sp, 0, HUGE_NR, RW, MAP_SHARED | MAP_ANONYMOUS, NULL, 0));
	ok(write_page(sp, 5, 'x'));
	return khugepaged_knows(sp);
}

TEST(thp_policy, khugepaged_is_told_where_shared_memory_is_on,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	never();
	KUNIT_EXPECT_TRUE(test, told_of_shared(test, HUGE_ORDER));
}

/* Those who may have huge pages, not those who may have large ones. */
TEST(thp_policy, khugepaged_is_not_told_where_a_small_size_is_on,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	never();
	large_folios(NULL, HUGE_ORDER);
	KUNIT_EXPECT_FALSE(test, told_of_shared(test, 3));
}

/* What a store to a page of so many pages of anonymous shared memory makes. */
static int order_of_shared(struct kunit *test, long nr, long page, int advice)
{
	struct space *sp = space_new(test);
	int order;

	ok(map_file(sp, 0, nr, RW, MAP_SHARED | MAP_ANONYMOUS, NULL, 0));
	if (advice)
		ok(advise(sp, 0, nr, advice));
	ok(write_page(sp, page, 'x'));
	order = folio_order(folio_of(sp, page));
	space_exit(sp);
	return order;
}

TEST(thp_policy, shared_memory_by_advice, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	shim_shmem_huge("advise", 0, 0);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, HUGE_NR, 300, 0), 0);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, HUGE_NR, 300, MADV_HUGEPAGE), HUGE_ORDER);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, HUGE_NR, 300, MADV_NOHUGEPAGE), 0);
	/* a folio does not begin before the mapping, nor end behind it */
	KUNIT_EXPECT_EQ(test, order_of_shared(test, HUGE_NR - 1, 300, MADV_HUGEPAGE), 0);
}

TEST(thp_policy, shared_memory_never, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	shim_shmem_huge("never", 0, 0);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, HUGE_NR, 300, MADV_HUGEPAGE), 0);
}

TEST(thp_policy, shared_memory_denied, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	shim_shmem_huge("deny", BIT(HUGE_ORDER) | BIT(2), 0);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, HUGE_NR, 300, MADV_HUGEPAGE), 0);
}

TEST(thp_policy, shared_memory_by_size, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	shim_shmem_huge("never", BIT(3) | BIT(2), 0);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, HUGE_NR, 300, 0), 3);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, 12, 9, 0), 2);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, 12, 5, 0), 3);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, 3, 1, 0), 0);
}

TEST(thp_policy, shared_memory_within_the_size_of_the_file,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	struct space *sp = space_new(test);

	shim_shmem_huge("never", 0, BIT(3) | BIT(2));
	KUNIT_EXPECT_EQ(test, order_of_shared(test, 12, 5, 0), 3);
	KUNIT_EXPECT_EQ(test, order_of_shared(test, 12, 9, 0), 2);
	/* of a file the mapping may be longer than the file */
	ok(map_file(sp, 0, 16, RW, MAP_SHARED, open_shmem(test, 12), 0));
	ok(write_page(sp, 11, 'x'));
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 11)), 2);
	ok(write_page(sp, 5, 'x'));
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 5)), 3);
}

/* The same, where the policy is that of all sizes: of a memfd, say. */
TEST(thp_policy, file_that_a_huge_page_does_not_fit,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	struct space *sp = space_new(test);

	known_bug(SHIM_BUG_INHERITS_BEYOND_SIZE, 26);
	shim_shmem_huge("within_size", 0, 0);
	ok(map_file(sp, 0, 2 * HUGE_NR, RW, MAP_SHARED, open_shmem(test, HUGE_NR + 12), 0));
	ok(write_page(sp, 300, 'x'));
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 300)), HUGE_ORDER);
	ok(write_page(sp, HUGE_NR + 11, 'x'));
	KUNIT_EXPECT_LE(test, folio_order(folio_of(sp, HUGE_NR + 11)), 2);
}

/* The page that was asked for is there, whatever size is left. */
TEST(thp_policy, smaller_size_where_memory_is_short,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	unsigned long nth;
	int err;

	shim_shmem_huge("never", BIT(3) | BIT(2), 0);
	for (nth = 1; nth < 12; nth++) {
		struct space *sp = space_new(test);

		ok(map_file(sp, 0, 8, RW, MAP_SHARED | MAP_ANONYMOUS, NULL, 0));
		shim_fail_nth(nth, false);
		err = write_page(sp, 5, 'x');
		shim_fail_stop();
		if (!err)
			KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'x');
		space_exit(sp);
	}
}

static int collapse_shared(struct kunit *test, int advice)
{
	struct space *sp = space_new(test);
	int err;

	ok(map_file(sp, 0, HUGE_NR, RW, MAP_SHARED | MAP_ANONYMOUS, NULL, 0));
	if (advice)
		ok(advise(sp, 0, HUGE_NR, advice));
	ok(touch_each(sp, 0, HUGE_NR, 'a'));
	err = advise(sp, 0, HUGE_NR, MADV_COLLAPSE);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 7)), err ? 0 : HUGE_ORDER);
	ok(look(sp, 0, HUGE_NR));
	space_exit(sp);
	return err;
}

/* MADV_COLLAPSE asks for it, whatever faults get; but what is denied stays so. */
TEST(thp_policy, collapse_of_shared_memory, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	shim_shmem_huge("advise", 0, 0);
	ok(collapse_shared(test, 0));
	shim_shmem_huge("never", 0, 0);
	ok(collapse_shared(test, 0));
	/* nor does the size inherit what is set for all */
	shim_shmem_huge("never", BIT(2), 0);
	ok(collapse_shared(test, 0));
	fails(collapse_shared(test, MADV_NOHUGEPAGE), -EINVAL);
	shim_shmem_huge("deny", BIT(HUGE_ORDER), 0);
	fails(collapse_shared(test, 0), -EINVAL);
}

static int huge_calls;

static vm_fault_t note_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	huge_calls += order == HUGE_ORDER;
	return VM_FAULT_FALLBACK;
}

static vm_fault_t no_page(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* The policy is about memory, and not about what a driver maps of its own. */
TEST(thp_policy, frames_of_a_driver, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct chardev *drv = chardev_new(test, HUGE_NR);
	struct space *sp = space_new(test);

	never();
	drv->vm_ops.huge_fault = note_huge_fault;
	drv->fault = no_page;
	drv->vm_flags = VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_DONTDUMP;
	ok(chardev_map(sp, 0, HUGE_NR, MAP_SHARED, drv));
	chardev_put(drv);
	fails(read_page(sp, 7), -EIO);
	KUNIT_EXPECT_GE(test, huge_calls, 1);
}
