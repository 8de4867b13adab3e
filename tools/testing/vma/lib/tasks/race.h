/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Races: two or three tasks, one call each, in many orders.
 *
 *	RACE(race_fault, with_a_split)
 *	{
 *		struct space *sp = layout(test, "[WWWwWW]");
 *		struct racer fault = WRITES(sp, 3, 'x');
 *		struct racer split = PROTECTS(sp, 2, 2, PROT_READ);
 *
 *		race(test, &fault, &split);
 *		expect(sp, "[WW][RR][WW]");
 *	}
 *
 * The whole case is run once for each schedule, in a process of its own. What
 * the tasks do is not in the model: the pages that they name are forgotten. The
 * oracle runs when all have ended.
 */
#ifndef VMA_RACE_H
#define VMA_RACE_H

#include "words.h"

/**
 * struct racer - a task of a race and what it calls
 * @name: shown in reports
 * @fn: the call
 * @sp: the space that it is made in
 * @page: first page
 * @nr: pages
 * @to: another page, a protection, an advice or a byte
 * @needs_folio: @folio is that of the page
 * @knows_folio: the same, without a reference
 * @takes_folio: as @needs_folio, and @folio is on an LRU list, from which the call takes it
 * @folio: for walks
 * @ret: what the call returned
 * @got: a reference that it took, or was given
 * @pinned: the page that it pinned
 * @mm: made by a fork
 * @child: the space of that, or another one
 * @gone: a space that the call has ended
 */
struct racer {
	const char *name;
	void (*fn)(struct racer *r);
	struct space *sp;
	long page, nr, to;
	bool needs_folio, knows_folio, takes_folio;
	struct folio *folio;
	long ret;
	struct anon_vma *got;
	struct page *pinned;
	struct mm_struct *mm;
	struct space *child;
	struct space *gone;
};

#define RACER(name_, fn_, ...)	{ .name = name_, .fn = fn_, __VA_ARGS__ }

/* a store and a load by user code, which fault under the VMA's lock */
#define WRITES(sp_, page_, byte) \
	RACER("write", race_write, .sp = sp_, .page = page_, .nr = 1, .to = byte)
#define READS(sp_, page_)	RACER("read", race_read, .sp = sp_, .page = page_, .nr = 1)
/* a fault under mmap_lock */
#define FAULTS_SLOWLY(sp_, page_) \
	RACER("slow fault", race_fault_slowly, .sp = sp_, .page = page_, .nr = 1)
#define MAPS(sp_, page_, nr_) \
	RACER("mmap", race_map, .sp = sp_, .page = page_, .nr = nr_)
#define UNMAPS(sp_, page_, nr_) \
	RACER("munmap", race_unmap, .sp = sp_, .page = page_, .nr = nr_)
#define PROTECTS(sp_, page_, nr_, prot) \
	RACER("mprotect", race_protect, .sp = sp_, .page = page_, .nr = nr_, .to = prot)
#define MOVES(sp_, page_, nr_, to_) \
	RACER("mremap", race_move, .sp = sp_, .page = page_, .nr = nr_, .to = to_)
#define FORKS(sp_)		RACER("fork", race_fork, .sp = sp_)
#define EXITS(sp_)		RACER("exit", race_exit, .sp = sp_)
/* brk() to the start of a page */
#define BREAKS(sp_, page_)	RACER("brk", race_brk, .sp = sp_, .page = page_)
/* the stack of with_stack() grows by two pages */
#define GROWS(sp_)		RACER("stack", race_write, .sp = sp_, \
				      .page = STACK_PAGE - 2, .nr = 2, .to = 'g')
/* rmap_walk() of the page's folio; returns at how many places it was found */
#define WALKS(sp_, page_) \
	RACER("walk", race_walk, .sp = sp_, .page = page_, .needs_folio = true)
/* the same, by whoever comes by the page's number, as page_idle does */
#define WALKS_BY_PFN(sp_, page_) \
	RACER("walk", race_walk_by_pfn, .sp = sp_, .page = page_, .knows_folio = true)
/* the same by whoever has @got a reference on the anon_vma before, as a migration has */
#define WALKS_HOLDING(sp_, page_) \
	RACER("walk", race_walk_holding, .sp = sp_, .page = page_, .needs_folio = true)
/* the same; returns how many VMAs it came by, whether the page is there or not */
#define VISITS(sp_, page_) \
	RACER("walk", race_visit, .sp = sp_, .page = page_, .needs_folio = true)
/* folio_referenced(), which gives up where it would have to wait */
#define REFERENCES(sp_, page_) \
	RACER("folio_referenced", race_reference, .sp = sp_, .page = page_, \
	      .needs_folio = true)
/* a DMA to the page begins, by GUP-fast where that can; the case keeps the pin */
#define PINS(sp_, page_)	RACER("pin", race_pin, .sp = sp_, .page = page_, .nr = 1)
/* what the kernel does to pages (race_pages.c) */
#define ADVISES(sp_, page_, nr_, advice) \
	RACER("madvise", race_advise, .sp = sp_, .page = page_, .nr = nr_, .to = advice)
#define MIGRATES(sp_, page_) \
	RACER("migration", race_migrate, .sp = sp_, .page = page_, .takes_folio = true)
#define RECLAIMS(sp_, page_) \
	RACER("reclaim", race_reclaim, .sp = sp_, .page = page_, .takes_folio = true)
#define SPLITS_HUGE(sp_, page_) \
	RACER("folio split", race_split_huge, .sp = sp_, .page = page_, .needs_folio = true)

void race_write(struct racer *r);
void race_read(struct racer *r);
void race_fault_slowly(struct racer *r);
void race_map(struct racer *r);
void race_unmap(struct racer *r);
void race_protect(struct racer *r);
void race_move(struct racer *r);
void race_fork(struct racer *r);
void race_exit(struct racer *r);
void race_brk(struct racer *r);
void race_walk(struct racer *r);
void race_walk_by_pfn(struct racer *r);
void race_walk_holding(struct racer *r);
void race_visit(struct racer *r);
void race_reference(struct racer *r);
void race_pin(struct racer *r);
void race_advise(struct racer *r);
void race_migrate(struct racer *r);
void race_reclaim(struct racer *r);
void race_split_huge(struct racer *r);

/* race(test, &one, &other): when they have all ended, the oracle runs */
#define race(test, ...) do {						\
	struct racer *__racers[] = { __VA_ARGS__ };			\
									\
	run_race(test, __racers, ARRAY_SIZE(__racers));			\
} while (0)
void run_race(struct kunit *test, struct racer **racers, unsigned int nr);

/* Preemptions are tried before these only (see --points): for a case about a few words. */
void preempt_before(const char *points);
/* In a task: another one may go on here, which counts as no preemption. */
void pass_turn(void);
/* The reference that a racer has @got, when the race is over. */
void put_got(struct kunit *test, struct racer *r);

/* where most races take place */
#define STACK_PAGE	1000
#define HEAP_PAGE	7
struct space *three_parts(struct kunit *test);
struct space *with_stack(struct kunit *test);
struct space *with_heap(struct kunit *test);
void expect_one_of(struct space *sp, const char *one, const char *other);

#endif /* VMA_RACE_H */
