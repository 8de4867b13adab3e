/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that run in parallel, for TSan and for bugs that need several CPUs:
 *
 *	struct stressor faults = WRITES_ALL(sp, 0, 8), split = TOGGLES(sp, 2, 4);
 *
 *	stress(test, 200, &faults, &split);
 *
 * Each makes its call as many times as the first number says. The order is that of the
 * host's scheduler, so a case may expect only properties of any order: the oracle at the
 * end, and no report of a sanitizer. RACE() is for orders that repeat (race.h).
 */
#ifndef VMA_STRESS_H
#define VMA_STRESS_H

#include <linux/completion.h>

#include "words.h"

/**
 * struct stressor - a thread and its call
 * @fn: the call
 * @sp: the space that it is made in
 * @page: first page
 * @nr: number of pages
 * @to: another page
 * @needs_folio: take a reference to the folio of @page before the threads start
 * @round: number of calls that were made before this one
 * @folio: the folio of @page, with @needs_folio
 * @rounds: number of calls; set by run_stress()
 * @done: completed after all calls
 */
struct stressor {
	void (*fn)(struct stressor *s);
	struct space *sp;
	long page, nr, to;
	bool needs_folio;
	unsigned int round;
	struct folio *folio;
	unsigned int rounds;
	struct completion done;
};

#define STRESSOR(fn_, sp_, page_, nr_, to_) \
	{ .fn = fn_, .sp = sp_, .page = page_, .nr = nr_, .to = to_ }
#define FOLIO_STRESSOR(fn_, sp_, page_) \
	{ .fn = fn_, .sp = sp_, .page = page_, .nr = 1, .needs_folio = true }

/* one page after the other by user code */
#define WRITES_ALL(sp, page, nr)	STRESSOR(stress_write, sp, page, nr, 0)
/* the same under mmap_lock */
#define FAULTS_ALL(sp, page, nr)	STRESSOR(stress_fault_slowly, sp, page, nr, 0)
/* mprotect() to read only and back: splits and merges */
#define TOGGLES(sp, page, nr)		STRESSOR(stress_toggle, sp, page, nr, 0)
/* munmap() and mmap() */
#define REMAPS(sp, page, nr)		STRESSOR(stress_remap, sp, page, nr, 0)
/* mremap() there and back */
#define TRAVELS(sp, page, nr, to)	STRESSOR(stress_travel, sp, page, nr, to)
/* fork(), and the child exits */
#define FORKS_AND_EXITS(sp)		STRESSOR(stress_fork, sp, 0, 0, 0)
/* rmap_walk() of the folio of a page, whoever maps it then */
#define WALKS_ALWAYS(sp, page)		FOLIO_STRESSOR(stress_walk, sp, page)
/* the folio of a page goes into migration and comes back to where it was */
#define MIGRATES_ALWAYS(sp, page)	FOLIO_STRESSOR(stress_migrate, sp, page)
/* all entries of the folio of a file's page are taken away */
#define TRIES_TO_UNMAP(sp, page)	FOLIO_STRESSOR(stress_try_to_unmap, sp, page)
/* munmap() alone; somebody else is to map or grow into the place */
#define CUTS(sp, page, nr)		STRESSOR(stress_cut, sp, page, nr, 0)
/* MADV_DONTNEED */
#define DROPS(sp, page, nr)		STRESSOR(stress_drop, sp, page, nr, 0)
/* MADV_COLLAPSE */
#define COLLAPSES_ALWAYS(sp, page)	STRESSOR(stress_collapse, sp, page, HUGE_NR, 0)

void stress_write(struct stressor *s);
void stress_fault_slowly(struct stressor *s);
void stress_toggle(struct stressor *s);
void stress_remap(struct stressor *s);
void stress_travel(struct stressor *s);
void stress_fork(struct stressor *s);
void stress_walk(struct stressor *s);
void stress_migrate(struct stressor *s);
void stress_try_to_unmap(struct stressor *s);
void stress_cut(struct stressor *s);
void stress_drop(struct stressor *s);
void stress_collapse(struct stressor *s);

#define stress(test, rounds, ...) do {					\
	struct stressor *__list[] = { __VA_ARGS__ };			\
									\
	run_stress(test, rounds, __list, ARRAY_SIZE(__list));		\
} while (0)
void run_stress(struct kunit *test, unsigned int rounds, struct stressor **list,
		unsigned int nr);

#endif /* VMA_STRESS_H */
