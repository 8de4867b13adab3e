// SPDX-License-Identifier: GPL-2.0
/* The calls that a racer can make, see race.h: how each is prepared and made. */
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/swap.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "anon_lock.h"
#include "race.h"

static void set_ret(struct racer *r, long ret)
{
	WRITE_ONCE(r->ret, ret);
}

static void call_write(struct racer *r)
{
	u8 byte = r->to;

	set_ret(r, shim_user_write(r->sp->mm, page_addr(r->page), &byte, 1));
}

static void call_read(struct racer *r)
{
	u8 byte = 0;
	int err = shim_user_read(r->sp->mm, page_addr(r->page), &byte, 1);

	set_ret(r, err ?: byte);
}

static void call_fault_slowly(struct racer *r)
{
	set_ret(r, shim_fault_slowly(r->sp->mm, page_addr(r->page), true));
}

static void call_map(struct racer *r)
{
	set_ret(r, vm_mmap_pgoff(NULL, page_addr(r->page), r->nr * PAGE_SIZE, RW,
				 ANON | MAP_FIXED, 0));
}

/**
 * race_unmap() - munmap() of @page and @nr, as UNMAPS() has it
 * @r: the racer
 *
 * Context: in the racer's task, also as a part of a call of the case's own.
 */
void race_unmap(struct racer *r)
{
	set_ret(r, sys_munmap(page_addr(r->page), r->nr * PAGE_SIZE));
}

static void call_protect(struct racer *r)
{
	set_ret(r, sys_mprotect(page_addr(r->page), r->nr * PAGE_SIZE, r->to));
}

static void call_move(struct racer *r)
{
	set_ret(r, sys_mremap(page_addr(r->page), r->nr * PAGE_SIZE, r->nr * PAGE_SIZE,
			      MREMAP_MAYMOVE | MREMAP_FIXED, page_addr(r->to)));
}

static void call_fork(struct racer *r)
{
	r->mm = shim_dup_mm(current, r->sp->mm);
	set_ret(r, r->mm ? 0 : -ENOMEM);
}

/**
 * race_exit() - the last mmput() of the racer's mm, as EXITS() has it
 * @r: the racer
 *
 * Context: in the racer's task, also as a part of a call of the case's own.
 */
void race_exit(struct racer *r)
{
	r->gone = r->sp;
	shim_use_mm(NULL);
	mmput(r->sp->mm);
}

static void call_brk(struct racer *r)
{
	set_ret(r, sys_brk(page_addr(r->page)));
}

/* Waits for entries that are empty for a moment, as PVMW_SYNC asks for. */
static bool count_places(struct folio *folio, struct vm_area_struct *vma, unsigned long addr,
			 void *nr)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, addr, PVMW_SYNC);

	while (page_vma_mapped_walk(&pvmw))
		++*(long *)nr;
	return true;
}

static void walk(struct racer *r, struct rmap_walk_control *rwc)
{
	long nr = 0;

	rwc->arg = &nr;
	folio_lock(r->folio);
	rmap_walk(r->folio, rwc);
	folio_unlock(r->folio);
	set_ret(r, nr);
}

static void call_walk(struct racer *r)
{
	struct rmap_walk_control rwc = { .rmap_one = count_places, .anon_lock = ANON_LOCK };

	walk(r, &rwc);
}

static void call_walk_holding(struct racer *r)
{
	struct rmap_walk_control rwc = { .rmap_one = count_places };

	walk(r, &rwc);
}

/* A walk may use the VMA that it has come to until it goes on; other tasks run meanwhile. */
static bool count_vmas(struct folio *folio, struct vm_area_struct *vma, unsigned long addr,
		       void *nr)
{
	struct mm_struct *mm = READ_ONCE(shim_vm_mm(vma));

	++*(long *)nr;
	shim_race_pass();
	WARN_ON(READ_ONCE(shim_vm_mm(vma)) != mm);
	return true;
}

static void call_visit(struct racer *r)
{
	struct rmap_walk_control rwc = { .rmap_one = count_vmas, .anon_lock = ANON_LOCK };

	walk(r, &rwc);
}

static void call_walk_by_pfn(struct racer *r)
{
	struct folio *folio = r->folio;

	if (folio_try_get(folio)) {
		call_walk(r);
		folio_put(folio);
	}
	r->folio = NULL;
}

static void call_reference(struct racer *r)
{
	unsigned long flags[8];		/* one type or another, as the tree has it */

	folio_lock(r->folio);
	set_ret(r, folio_referenced(r->folio, 1, NULL, (void *)flags));
	folio_unlock(r->folio);
}

static void call_pin(struct racer *r)
{
	set_ret(r, pin_user_pages_fast(page_addr(r->page), 1, FOLL_WRITE, &r->pinned));
}

static void forget_destination(struct kunit *test, struct racer *r)
{
	forget(r->sp, r->to, r->nr);
}

/* All that is above the break may go. */
static void forget_heap(struct kunit *test, struct racer *r)
{
	forget(r->sp, r->page, SPACE_PAGES - r->page);
}

/* Pages in the batch of this CPU are on no LRU list, and no other task can drain it. */
static void fill_lru(struct kunit *test, struct racer *r)
{
	lru_add_drain();
}

/* Without a reference: the call looks whether the folio is still there. */
static void find_folio(struct kunit *test, struct racer *r)
{
	r->folio = folio_of(r->sp, r->page);
	KUNIT_ASSERT_NOT_NULL(test, r->folio);
}

/**
 * race_get_folio() - prepare a call on the folio of a page
 * @test: the case
 * @r: the racer, whose @folio is that of @page, with a reference until the race is over
 */
void race_get_folio(struct kunit *test, struct racer *r)
{
	find_folio(test, r);
	folio_get(r->folio);
}

static void get_folio_on_lru(struct kunit *test, struct racer *r)
{
	lru_add_drain();
	race_get_folio(test, r);
}

static void get_anon_vma_of_folio(struct kunit *test, struct racer *r)
{
	race_get_folio(test, r);
	folio_lock(r->folio);
	r->got = folio_get_anon_vma(r->folio);
	folio_unlock(r->folio);
}

const struct race_call race_calls[] = {
	[CALL_WRITE] = { "write", call_write },
	[CALL_READ] = { "read", call_read },
	[CALL_SLOW_FAULT] = { "slow fault", call_fault_slowly },
	[CALL_MAP] = { "mmap", call_map },
	[CALL_UNMAP] = { "munmap", race_unmap },
	[CALL_PROTECT] = { "mprotect", call_protect },
	[CALL_MOVE] = { "mremap", call_move, forget_destination },
	[CALL_FORK] = { "fork", call_fork },
	[CALL_EXIT] = { "exit", race_exit },
	[CALL_BRK] = { "brk", call_brk, forget_heap },
	[CALL_GROW] = { "stack", call_write },
	[CALL_WALK] = { "walk", call_walk, race_get_folio },
	[CALL_WALK_BY_PFN] = { "walk", call_walk_by_pfn, find_folio },
	[CALL_WALK_HOLDING] = { "walk", call_walk_holding, get_anon_vma_of_folio },
	[CALL_VISIT] = { "walk", call_visit, race_get_folio },
	[CALL_REFERENCE] = { "folio_referenced", call_reference, race_get_folio },
	[CALL_PIN] = { "pin", call_pin },
	[CALL_ADVISE] = { "madvise", race_advise, fill_lru },
	[CALL_MIGRATE] = { "migration", race_migrate, get_folio_on_lru },
	[CALL_RECLAIM] = { "reclaim", race_reclaim, get_folio_on_lru },
	[CALL_SPLIT_HUGE] = { "folio split", race_split_huge, race_get_folio },
	[CALL_SWAP_OFF] = { "swapoff", race_swap_off },
};
