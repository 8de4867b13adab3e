// SPDX-License-Identifier: GPL-2.0
/*
 * Upgrades of VMAs with entries that are rare: what a driver maps, guards, pinned
 * pages; and one that a fatal signal ends. Run in lazy mode only.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "beside.h"
#include "chardev.h"
#include "internal.h"
#include "test.h"

/* A task that waits for a folio, and gets a signal meanwhile. */
struct killed {
	struct beside b;
	struct folio *folio;
	bool gave_up;
};

static void kill_and_unlock(void *data)
{
	struct killed *k = data;
	struct task_struct *task = k->b.waits;
	int ticks;

	sigaddset(&task->pending.signal, SIGKILL);
	set_tsk_thread_flag(task, TIF_SIGPENDING);
	wake_up_state(task, TASK_WAKEKILL);
	for (ticks = 0; ticks < 1000 && !READ_ONCE(k->b.over); ticks++)
		schedule_timeout_uninterruptible(1);
	k->gave_up = READ_ONCE(k->b.over);
	folio_unlock(k->folio);
}

static void survive(void)
{
	sigdelset(&current->pending.signal, SIGKILL);
	clear_tsk_thread_flag(current, TIF_SIGPENDING);
}

/* fork() of who is killed ends. Its VMAs are lazy and can be upgraded later. */
TEST(lazy_upgrade, ends_with_a_fatal_signal, NOT_POSTED(is_lazy_elsewhere))
{
	struct space *sp, *child;
	struct killed k;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	k.folio = folio_of(sp, 2);
	folio_lock(k.folio);
	beside(test, &k.b, kill_and_unlock, &k);
	child = space_fork(sp);
	survive();
	expect_waited(&k.b);
	KUNIT_ASSERT_NULL(test, child);
	KUNIT_EXPECT_TRUE(test, k.gave_up);
	expect_lazy(sp, 0, 1);
	oracle(test);
	ok(protect(sp, 1, 2, PROT_READ));
	ok(protect(sp, 1, 2, RW));
	ok(write_page(sp, 3, 'y'));
	child = space_fork(sp);
	KUNIT_ASSERT_NOT_NULL(test, child);
	expect_regular(sp, 0, 1);
	mapped_at(folio_of(sp, 1), at(sp, 1), at(child, 1));
	mapped_at(folio_of(sp, 3), at(sp, 3), at(child, 3));
	ok(look(child, 0, 4));
}

/* Waiting for what cannot be had yet is no reason to be killed for nothing. */
TEST(lazy_upgrade, goes_on_when_the_folio_is_unlocked)
{
	struct space *sp, *child;
	struct folio *folio;
	struct beside b;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	folio = folio_of(sp, 2);
	folio_lock(folio);
	beside(test, &b, (void (*)(void *))folio_unlock, folio);
	child = space_fork(sp);
	expect_waited(&b);
	KUNIT_ASSERT_NOT_NULL(test, child);
	expect_regular(sp, 0, 1);
	mapped_at(folio, at(sp, 2), at(child, 2));
}

#if defined(CONFIG_TRANSPARENT_HUGEPAGE) && !__has_include("linux/pfn_t.h")
static struct folio *mapped;

static vm_fault_t map_it(struct vm_fault *vmf, unsigned int order)
{
	if (order != HUGE_ORDER || vmf->flags & FAULT_FLAG_WRITE)
		return VM_FAULT_FALLBACK;
	return vmf_insert_pfn_pmd(vmf, folio_pfn(mapped), false);
}

/* A driver maps frames that a process has given it: they are no folio of this VMA. */
TEST(lazy_upgrade, of_a_huge_page_that_a_driver_maps)
{
	struct chardev *drv;
	struct space *sp;

	lazy_only(test);
	drv = chardev_new(test, HUGE_NR + 1);
	sp = layout(test, "[H]");
	mapped = folio_of(sp, 0);
	transparent_hugepage_flags |= BIT(TRANSPARENT_HUGEPAGE_FLAG);
	drv->vm_ops.huge_fault = map_it;
	drv->vm_flags = VM_MIXEDMAP;
	ok(chardev_map(sp, HUGE_NR, HUGE_NR + 1, MAP_PRIVATE, drv));
	chardev_put(drv);
	ok(write_page(sp, 2 * HUGE_NR, 'd'));
	oracle_pause(test);
	ok(read_page(sp, HUGE_NR) < 0);
	ok(advise(sp, 0, HUGE_NR, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	expect_regular(sp, HUGE_NR, 1);
	expect_lazy(sp, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(mapped), shim_anon_vma(vma_of(sp, 0)));
	ok(unmap(sp, HUGE_NR, HUGE_NR));
	oracle_resume(test);
}
#else
ABSENT(lazy_upgrade, of_a_huge_page_that_a_driver_maps, "needs huge pages, and frames without pfn_t")
#endif

#ifdef MADV_GUARD_INSTALL
/* A guard has no folio, and stays. */
TEST(lazy_upgrade, of_guards)
{
	struct space *sp, *child;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	ok(advise(sp, 1, 2, MADV_GUARD_INSTALL));
	expect(sp, "[WGGW]");
	child = space_fork(sp);
	KUNIT_ASSERT_NOT_NULL(test, child);
	expect_regular(sp, 0, 1);
	expect(sp, "[WGGW]");
	expect(child, "[WGGW]");
	ok(advise(sp, 1, 2, MADV_GUARD_REMOVE));
	ok(write_page(sp, 1, 'g'));
	mapped_at(folio_of(sp, 1), at(sp, 1));
}
#else
ABSENT(lazy_upgrade, of_guards, "the kernel has no MADV_GUARD_INSTALL")
#endif

/* A page that is pinned for long is copied by fork(): the copy is the child's own. */
TEST(lazy_upgrade, of_a_pinned_page)
{
	struct space *sp, *child;
	struct page *frame;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	frame = pin_page(sp, 1);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	child = space_fork(sp);
	KUNIT_ASSERT_NOT_NULL(test, child);
	expect_regular(sp, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(page_folio(frame)), shim_anon_vma(vma_of(sp, 0)));
	KUNIT_EXPECT_PTR_NE(test, folio_of(child, 1), page_folio(frame));
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(folio_of(child, 1)),
			    shim_anon_vma(vma_of(child, 0)));
	mapped_at(folio_of(child, 1), at(child, 1));
}
