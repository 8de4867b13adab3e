// SPDX-License-Identifier: GPL-2.0
/*
 * Rounds of khugepaged: whom it visits, and what it leaves alone: what has too many holes,
 * pages in swap or pages that nobody uses.
 */
#include <linux/mmu_notifier.h>

#include <shim/files.h>

#include "internal.h"
#include "pages.h"
#include "test.h"

static void becomes(struct kunit *test, struct space *sp, const char *after)
{
	khugepaged_round(sp);
	expect(sp, after);
	ok(look(sp, 0, 8));
}

TEST(khugepaged_scan, pages_become_huge, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	becomes(test, layout_advised(test, "[W*512]"), "[H]");
}

TEST(khugepaged_scan, nobody_has_asked, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	becomes(test, layout(test, "[W*512]"), "[W*512]");
}

TEST(khugepaged_scan, process_that_ends, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout_advised(test, "[W*512]"), *child = space_fork(sp);

	space_exit(sp);
	/* some kernels want a page that can be written to */
	ok(touch_each(child, 0, HUGE_NR, 'a'));
	becomes(test, child, "[H]");
}

TEST(khugepaged_scan, holes, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout_advised(test, "[WWWwW*508]");

	allow_holes(0);
	becomes(test, sp, "[WWWwW*508]");
	allow_holes(1);
	becomes(test, sp, "[H]");
}

TEST(khugepaged_scan, pages_in_swap, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = layout_advised(test, "[W*512]");

	ok(swap_on(test, 1024));
	ok(reclaim(sp, 0, 65));
	becomes(test, sp, "[S*65W*447]");
}

/* All young bits are clear. */
static void nobody_uses(struct kunit *test, struct space *sp)
{
	long page;

	for (page = 0; page < HUGE_NR; page++)
		referenced(sp, page);
}

TEST(khugepaged_scan, pages_that_nobody_uses, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout_advised(test, "[W*512]");

	nobody_uses(test, sp);
	khugepaged_round(sp);
	expect(sp, "[W*512]");
	ok(read_page(sp, 300) < 0);
	becomes(test, sp, "[H]");
}

#ifdef CONFIG_MMU_NOTIFIER
/* A guest, whose page tables are its own. It has used one page. */
struct guest {
	struct mmu_notifier mn;
	unsigned long used;
	DECLARE_BITMAP(asked, HUGE_NR);
};

/* Older kernels have int, of which bool is a part. */
static int test_young(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long addr)
{
	struct guest *guest = container_of(mn, struct guest, mn);

	__set_bit((addr - SPACE_BASE) >> PAGE_SHIFT, guest->asked);
	return addr == guest->used;
}

TEST(khugepaged_scan, page_that_a_guest_uses,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MMU_NOTIFIER))
{
	static struct mmu_notifier_ops ops;
	struct guest guest = { .mn.ops = &ops, .used = page_addr(300) };
	struct space *sp = layout_advised(test, "[W*512]");

	ops.test_young = (void *)test_young;
	nobody_uses(test, sp);
	ok(mmu_notifier_register(&guest.mn, sp->mm));
	oracle_pause(test);
	khugepaged_round(sp);
	mmu_notifier_unregister(&guest.mn, sp->mm);
	oracle_resume(test);
	KUNIT_EXPECT_TRUE(test, bitmap_full(guest.asked, HUGE_NR));
	expect(sp, "[H]");
}
#else
ABSENT(khugepaged_scan, page_that_a_guest_uses, "CONFIG_MMU_NOTIFIER is off; make CONFIG=full")
#endif

/* Shared memory, of folios of that order; what comes after may be huge. */
static struct space *shared(struct kunit *test, int order, struct file **file)
{
	struct space *sp = space_new(test);

	shim_shmem_huge("never", BIT(order), 0);
	*file = open_shmem(test, HUGE_NR);
	ok(map_file(sp, 0, HUGE_NR, RW, MAP_SHARED, *file, 0));
	ok(touch_each(sp, 0, HUGE_NR, 'a'));
	KUNIT_ASSERT_EQ(test, folio_order(folio_of(sp, 0)), order);
	shim_shmem_huge("advise", 0, 0);
	ok(advise(sp, 0, HUGE_NR, MADV_HUGEPAGE));
	return sp;
}

static bool is_huge(struct file *file)
{
	struct folio *folio = folio_in_cache(file, 0);

	return folio && folio_order(folio) == HUGE_ORDER;
}

TEST(khugepaged_scan, shared_memory, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp, *child;

	/* khugepaged lets go of a process that has ended when it comes by again */
	leave_out_of_sweeps();
	sp = shared(test, 0, &file);
	child = space_fork(sp);
	khugepaged_round(sp);
	KUNIT_EXPECT_TRUE(test, is_huge(file));
	ok(look(sp, 0, HUGE_NR));
	ok(write_page(child, 7, 'x'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 'x');
}

/* A large folio is as many pages as it has. */
TEST(khugepaged_scan, shared_memory_without_holes, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp = shared(test, 3, &file);

	allow_holes(0);
	khugepaged_round(sp);
	KUNIT_EXPECT_TRUE(test, is_huge(file));
	ok(look(sp, 0, HUGE_NR));
}

/* And so is a large entry in swap. */
TEST(khugepaged_scan, shared_memory_in_swap,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM, CONFIG_SWAP))
{
	struct file *file;
	struct space *sp = shared(test, 3, &file);

	ok(swap_on_disk(test, 1024, false));
	ok(reclaim(sp, 0, 72));
	khugepaged_round(sp);
	KUNIT_EXPECT_FALSE(test, is_huge(file));
	ok(look(sp, 0, HUGE_NR));
	khugepaged_round(sp);
	KUNIT_EXPECT_TRUE(test, is_huge(file));
}
