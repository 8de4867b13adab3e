// SPDX-License-Identifier: GPL-2.0
/*
 * get_user_pages() and its relatives: what they return of a range that is there in part, and
 * pins for long, which take pages out of memory that has to stay free of them.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
/* does not include what it needs itself */
#include <linux/memfd.h>
#include <linux/pagemap.h>

#include "chardev.h"
#include "internal.h"
#include "pages.h"
#include "test.h"

#define MOST	8

static int pin(struct space *sp, long page, long nr, unsigned int flags, struct page **pages)
{
	shim_use_mm(sp->mm);
	return pin_user_pages_fast(page_addr(page), nr, flags, pages);
}

/* Without the look at the page tables that takes no lock, and ends at a page that has to move. */
static long pin_slowly(struct space *sp, long page, long nr, struct page **pages)
{
	shim_use_mm(sp->mm);
	return pin_user_pages_unlocked(page_addr(page), nr, pages, FOLL_WRITE | FOLL_LONGTERM);
}

/* Bytes of which none could be made writable. */
TEST(gup, fault_in_returns_what_is_missing)
{
	struct space *sp = layout(test, "[ww][r][w]");
	char __user *at = (char __user *)page_addr(0);

	shim_use_mm(sp->mm);
	KUNIT_EXPECT_EQ(test, fault_in_safe_writeable(at, 0), 0UL);
	KUNIT_EXPECT_EQ(test, fault_in_safe_writeable(at + 100, PAGE_SIZE), 0UL);
	expect(sp, "[WW][r][w]");
	KUNIT_EXPECT_EQ(test, fault_in_safe_writeable(at, 2 * PAGE_SIZE), 0UL);
	KUNIT_EXPECT_EQ(test, fault_in_safe_writeable(at, 4 * PAGE_SIZE), 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fault_in_safe_writeable(at + 100, 2 * PAGE_SIZE), 100UL);
	KUNIT_EXPECT_EQ(test, fault_in_safe_writeable(at + 2 * PAGE_SIZE, 7), 7UL);
	expect(sp, "[WW][r][w]");
}

/* The number of pages before the first that is not there, and which error if there is none. */
TEST(gup, pin_of_a_range_that_ends)
{
	struct space *sp = layout(test, "[WWw][R].[W]");
	struct page *pages[MOST];

	fails(pin(sp, 0, 6, FOLL_WRITE, pages), 3);
	unpin_user_pages(pages, 3);
	fails(pin(sp, 0, 6, 0, pages), 4);
	unpin_user_pages(pages, 4);
	fails(pin(sp, 3, 1, FOLL_WRITE, pages), -EFAULT);
	fails(pin(sp, 4, 2, 0, pages), -EFAULT);
	expect(sp, "[WWW][R].[W]");
}

/* Those before it may have been given back already. */
TEST(gup, unpin_passes_by_what_is_no_page)
{
	struct space *sp = layout(test, "[WWW]");
	struct page *pages[4] = { };

	fails(pin(sp, 0, 1, FOLL_WRITE, pages + 2), 1);
	fails(pin(sp, 2, 1, FOLL_WRITE, pages + 3), 1);
	unpin_user_pages(pages, 4);
	KUNIT_EXPECT_FALSE(test, folio_maybe_dma_pinned(folio_of(sp, 0)));
	KUNIT_EXPECT_FALSE(test, folio_maybe_dma_pinned(folio_of(sp, 2)));
}

static bool is_movable(struct space *sp, long page)
{
	return folio_is_zone_movable(folio_of(sp, page));
}

/* Pinned for long, none of so many pages is in ZONE_MOVABLE any more. */
static void moves(struct kunit *test, struct space *sp, long page, long nr)
{
	struct page *pages[MOST];
	long i;

	KUNIT_ASSERT_TRUE(test, is_movable(sp, page) && is_movable(sp, page + nr - 1));
	fails(pin(sp, page, nr, FOLL_WRITE | FOLL_LONGTERM, pages), nr);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_FALSE(test, is_movable(sp, page + i));
		KUNIT_EXPECT_PTR_EQ(test, page_folio(pages[i]), folio_of(sp, page + i));
	}
	unpin_user_pages(pages, nr);
	oracle(test);
	ok(look(sp, page, nr));
}

TEST(gup, long_pin_moves_pages, NEEDS(CONFIG_MIGRATION))
{
	shim_use_zone_movable(true);
	moves(test, layout(test, "[WWWW]"), 0, 4);
}

/* The last pages of one folio and the first ones of the next. */
TEST(gup, long_pin_moves_large_folios, NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	shim_use_zone_movable(true);
	sp = large_layout(test, "[WWWWWWWWWWWW]", 2);
	moves(test, sp, 2, 4);
	KUNIT_EXPECT_TRUE(test, is_movable(sp, 8));
	moves(test, sp, 8, 1);
}

/* Two folios, either of which may be the first to be allocated, and the one that has to move. */
static void one_of_two(struct kunit *test, long first, long second, bool first_is_movable)
{
	struct page *pages[MOST];
	struct space *sp;

	large_folios(NULL, 2);
	sp = layout(test, "[wwwwwwww]");
	shim_use_zone_movable(first_is_movable);
	ok(write_page(sp, first, 'x'));
	shim_use_zone_movable(!first_is_movable);
	ok(write_page(sp, second, 'y'));
	KUNIT_ASSERT_EQ(test, is_movable(sp, first), first_is_movable);
	KUNIT_ASSERT_EQ(test, is_movable(sp, second), !first_is_movable);
	fails(pin_slowly(sp, 2, 4, pages), 4);
	KUNIT_EXPECT_FALSE(test, is_movable(sp, 0) || is_movable(sp, 4));
	unpin_user_pages(pages, 4);
	space_exit(sp);
}

TEST(gup, long_pin_of_two_folios_moves_one, NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	one_of_two(test, 0, 4, true);
	one_of_two(test, 0, 4, false);
	one_of_two(test, 4, 0, true);
	one_of_two(test, 4, 0, false);
}

TEST(gup, pin_for_a_moment_moves_nothing, NEEDS(CONFIG_MIGRATION))
{
	struct page *page;
	struct space *sp;

	shim_use_zone_movable(true);
	sp = layout(test, "[WW]");
	fails(pin(sp, 0, 1, FOLL_WRITE, &page), 1);
	unpin_user_page(page);
	KUNIT_EXPECT_TRUE(test, is_movable(sp, 0));
}

/* What is read for the first time is allocated where it may stay. */
TEST(gup, long_pin_faults_in_what_may_stay)
{
	struct page *page;
	struct space *sp;

	shim_use_zone_movable(true);
	sp = layout(test, "[ww]");
	fails(pin(sp, 0, 1, FOLL_WRITE | FOLL_LONGTERM, &page), 1);
	KUNIT_EXPECT_FALSE(test, is_movable(sp, 0));
	unpin_user_page(page);
	ok(write_page(sp, 1, 'x'));
	KUNIT_EXPECT_TRUE(test, is_movable(sp, 1));
}

static int pin_for_long(void *data)
{
	struct space *sp = data;
	struct page *page;
	int nr = pin(sp, 0, 1, FOLL_WRITE | FOLL_LONGTERM, &page);

	if (nr == 1)
		unpin_user_page(page);
	return nr;
}

/* A page that another one has taken off its LRU list is waited for. */
TEST(gup, long_pin_waits_for_what_is_isolated, NEEDS(CONFIG_MIGRATION))
{
	struct task_struct *thread;
	struct folio *folio;
	struct space *sp;
	int refs;

	shim_use_zone_movable(true);
	sp = layout(test, "[WW]");
	folio = folio_of(sp, 0);
	drain_lru();
	KUNIT_ASSERT_TRUE(test, folio_isolate_lru(folio));
	oracle_pause(test);
	refs = folio_ref_count(folio);
	thread = kthread_run(pin_for_long, sp, "pin");
	/* it does not sleep: it pins the page, cannot move it, and tries again */
	while (folio_ref_count(folio) == refs)
		cpu_relax();
	KUNIT_EXPECT_TRUE(test, is_movable(sp, 0));
	folio_putback_lru(folio);
	drain_lru();
	fails(kthread_stop(thread), 1);
	oracle_resume(test);
	KUNIT_EXPECT_FALSE(test, is_movable(sp, 0));
	ok(look(sp, 0, 2));
}

static int calls;

/* A fault that has to wait, and then has no page. */
static vm_fault_t wait_and_fail(struct vm_fault *vmf)
{
	if (++calls > 9 || vmf->flags & FAULT_FLAG_TRIED || !(vmf->flags & FAULT_FLAG_ALLOW_RETRY))
		return VM_FAULT_SIGBUS;
	release_fault_lock(vmf);
	return VM_FAULT_RETRY;
}

/* Whoever asks again says so, as the handler may not ask for more than one more try. */
TEST(gup, fault_is_tried_once_more)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = space_new(test);
	struct page *page;

	drv->fault = wait_and_fail;
	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	chardev_put(drv);
	fails(read_page(sp, 0), -EIO);
	KUNIT_EXPECT_EQ(test, calls, 2);
	fails(advise(sp, 1, 1, MADV_POPULATE_READ), -EFAULT);
	KUNIT_EXPECT_EQ(test, calls, 4);
	fails(advise(sp, 1, 1, MADV_POPULATE_WRITE), -EFAULT);
	KUNIT_EXPECT_EQ(test, calls, 6);
	/* pin_user_pages_fast() retries where it need not hold the lock */
	fails(pin(sp, 1, 1, 0, &page), -EFAULT);
	KUNIT_EXPECT_EQ(test, calls, 8);
}

/* Pages of a file that nobody maps. */
TEST(gup, pin_of_a_memfd, NEEDS(CONFIG_SHMEM))
{
	struct space *sp = space_new(test);
	struct file *file = open_shmem(test, 4);
	struct folio *folios[MOST];
	pgoff_t offset;

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(write_page(sp, 1, 'b'));
	fails(memfd_pin_folios(file, PAGE_SIZE + 5, 3 * PAGE_SIZE - 1, folios, MOST, &offset), 2);
	KUNIT_EXPECT_EQ(test, offset, 5UL);
	KUNIT_EXPECT_PTR_EQ(test, folios[0], folio_of(sp, 1));
	KUNIT_EXPECT_TRUE(test, folio_maybe_dma_pinned(folios[1]));
	unpin_folios(folios, 2);
	fails(memfd_pin_folios(file, 0, 4 * PAGE_SIZE - 1, folios, 3, &offset), 3);
	unpin_folios(folios, 3);
	fails(memfd_pin_folios(file, 2, 1, folios, MOST, &offset), -EINVAL);
	fails(memfd_pin_folios(file, 0, 4 * PAGE_SIZE, folios, MOST, &offset), -EINVAL);
	fails(memfd_pin_folios(file, 0, 5, folios, 0, &offset), -EINVAL);
}

/* Pages 0 and 1 are there, and there is no memory for the next one: no pin is left. */
TEST(gup, pin_of_a_memfd_without_memory, NEEDS(CONFIG_SHMEM))
{
	struct space *sp = space_new(test);
	struct file *file = open_shmem(test, 4);
	struct folio *folios[MOST];
	pgoff_t offset;

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 0, 2, 'a'));
	shim_fail_nth(1, true);
	fails(memfd_pin_folios(file, 0, 4 * PAGE_SIZE - 1, folios, MOST, &offset), -ENOMEM);
	shim_fail_stop();
	KUNIT_EXPECT_FALSE(test, folio_maybe_dma_pinned(folio_of(sp, 0)));
	KUNIT_EXPECT_FALSE(test, folio_maybe_dma_pinned(folio_of(sp, 1)));
	fails(memfd_pin_folios(file, 0, 4 * PAGE_SIZE - 1, folios, MOST, &offset), 4);
	KUNIT_EXPECT_TRUE(test, folio_maybe_dma_pinned(folio_of(sp, 0)));
	unpin_folios(folios, 4);
}
