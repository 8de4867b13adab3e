// SPDX-License-Identifier: GPL-2.0
/* The calls that threads of a stress make again and again, and its run. */
#include <linux/kthread.h>
#include <linux/migrate.h>
#include <linux/mman.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>
#include <linux/swap.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "anon_lock.h"
#include "stress.h"

static unsigned long page_of_round(struct stressor *s)
{
	return page_addr(s->page + s->round % s->nr);
}

/**
 * stress_write() - write to a page by user code
 * @s: the thread; each round has the next page
 *
 * Fails where another thread has unmapped or protected the page.
 */
void stress_write(struct stressor *s)
{
	u8 byte = s->round;

	shim_user_write(s->sp->mm, page_of_round(s), &byte, 1);
}

/**
 * stress_fault_slowly() - a fault under mmap_lock
 * @s: the thread; each round has the next page
 */
void stress_fault_slowly(struct stressor *s)
{
	shim_fault_slowly(s->sp->mm, page_of_round(s), true);
}

/**
 * stress_toggle() - mprotect() to read only, and back in the next round
 * @s: the thread
 */
void stress_toggle(struct stressor *s)
{
	WARN_ON(sys_mprotect(page_addr(s->page), s->nr * PAGE_SIZE,
			     s->round % 2 ? RW : PROT_READ));
}

/**
 * stress_remap() - munmap() and mmap() of the same range
 * @s: the thread
 */
void stress_remap(struct stressor *s)
{
	unsigned long addr;

	WARN_ON(sys_munmap(page_addr(s->page), s->nr * PAGE_SIZE));
	addr = vm_mmap_pgoff(NULL, page_addr(s->page), s->nr * PAGE_SIZE, RW,
			     ANON | MAP_FIXED, 0);
	WARN_ON(addr != page_addr(s->page));
}

/**
 * stress_travel() - mremap() to @to, and back in the next round
 * @s: the thread
 */
void stress_travel(struct stressor *s)
{
	unsigned long from = page_addr(s->page), to = page_addr(s->to), addr;

	if (s->round % 2)
		swap(from, to);
	addr = sys_mremap(from, s->nr * PAGE_SIZE, s->nr * PAGE_SIZE,
			  MREMAP_MAYMOVE | MREMAP_FIXED, to);
	WARN_ON(addr != to);
}

/**
 * stress_fork() - fork, and exit of the child
 * @s: the thread
 */
void stress_fork(struct stressor *s)
{
	struct mm_struct *mm = shim_dup_mm(current, s->sp->mm);

	if (!WARN_ON(!mm))
		mmput(mm);
}

static bool look_at(struct folio *folio, struct vm_area_struct *vma, unsigned long addr,
		    void *arg)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, addr, 0);

	while (page_vma_mapped_walk(&pvmw))
		;
	return true;
}

/**
 * stress_walk() - rmap_walk() of the folio
 * @s: the thread
 */
void stress_walk(struct stressor *s)
{
	struct rmap_walk_control rwc = {
		.rmap_one = look_at, .anon_lock = ANON_LOCK,
	};

	folio_lock(s->folio);
	rmap_walk(s->folio, &rwc);
	folio_unlock(s->folio);
}

/**
 * stress_migrate() - a migration of the folio that fails after migrate_folio_unmap()
 * @s: the thread
 *
 * Faults wait while the entries are migration entries. A folio that is not mapped any more is
 * left alone, as migrate_folio_unmap() leaves it: its anon_vma may be gone.
 */
void stress_migrate(struct stressor *s)
{
#ifdef CONFIG_MIGRATION
	struct anon_vma *anon_vma;

	folio_lock(s->folio);
	anon_vma = folio_get_anon_vma(s->folio);
	if (folio_mapped(s->folio)) {
		try_to_migrate(s->folio, 0);
		remove_migration_ptes(s->folio, s->folio, 0);
	}
	folio_unlock(s->folio);
	if (anon_vma)
		put_anon_vma(anon_vma);
#endif
}

/**
 * stress_try_to_unmap() - try_to_unmap() of the folio
 * @s: the thread
 */
void stress_try_to_unmap(struct stressor *s)
{
	folio_lock(s->folio);
	try_to_unmap(s->folio, 0);
	folio_unlock(s->folio);
}

/**
 * stress_cut() - munmap()
 * @s: the thread
 */
void stress_cut(struct stressor *s)
{
	WARN_ON(sys_munmap(page_addr(s->page), s->nr * PAGE_SIZE));
}

/**
 * stress_drop() - madvise(MADV_DONTNEED)
 * @s: the thread
 */
void stress_drop(struct stressor *s)
{
	WARN_ON(sys_madvise(page_addr(s->page), s->nr * PAGE_SIZE, MADV_DONTNEED));
}

/**
 * stress_collapse() - madvise(MADV_COLLAPSE)
 * @s: the thread
 *
 * Fails where another thread has a reference to a page.
 */
void stress_collapse(struct stressor *s)
{
	sys_madvise(page_addr(s->page), s->nr * PAGE_SIZE, MADV_COLLAPSE);
}

static int run_stressor(void *data)
{
	struct stressor *s = data;

	shim_use_mm(s->sp->mm);
	for (s->round = 0; s->round < s->rounds; s->round++)
		s->fn(s);
	shim_use_mm(NULL);
	lru_add_drain();
	complete(&s->done);
	return 0;
}

static void prepare(struct kunit *test, struct stressor *s, unsigned int rounds)
{
	forget(s->sp, s->page, s->nr);
	if (s->to)
		forget(s->sp, s->to, s->nr);
	if (s->needs_folio) {
		s->folio = folio_of(s->sp, s->page);
		KUNIT_ASSERT_NOT_NULL(test, s->folio);
		folio_get(s->folio);
	}
	s->rounds = rounds;
	init_completion(&s->done);
}

/**
 * run_stress() - run threads at the same time, see stress()
 * @test: the case
 * @rounds: number of calls of each; even, so that calls that go there and back end here
 * @list: the threads
 * @nr: number of threads
 *
 * The model forgets the pages that they name. The oracle runs when all have ended.
 */
void run_stress(struct kunit *test, unsigned int rounds, struct stressor **list,
		unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		prepare(test, list[i], rounds);
	for (i = 0; i < nr; i++)
		kthread_run(run_stressor, list[i], "stress/%u", i);
	for (i = 0; i < nr; i++)
		wait_for_completion(&list[i]->done);
	for (i = 0; i < nr; i++)
		if (list[i]->folio)
			folio_put(list[i]->folio);
	shim_quiesce();
	oracle(test);
}
