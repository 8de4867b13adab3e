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

struct racer;

/**
 * struct race_call - a call that tasks of races make
 * @name: its name in reports of a race
 * @fn: the call, made in the task of the racer; sets @ret
 * @prepare: in the task of the case, before any racer starts; or NULL
 */
struct race_call {
	const char *name;
	void (*fn)(struct racer *r);
	void (*prepare)(struct kunit *test, struct racer *r);
};

enum race_call_nr {
	CALL_WRITE, CALL_READ, CALL_SLOW_FAULT, CALL_MAP, CALL_UNMAP, CALL_PROTECT, CALL_MOVE,
	CALL_FORK, CALL_EXIT, CALL_BRK, CALL_GROW, CALL_WALK, CALL_WALK_BY_PFN,
	CALL_WALK_HOLDING, CALL_VISIT, CALL_REFERENCE, CALL_PIN,
	/* work that the kernel does on its own account (race_pages.c) */
	CALL_ADVISE, CALL_MIGRATE, CALL_RECLAIM, CALL_SPLIT_HUGE, CALL_SWAP_OFF,
};
extern const struct race_call race_calls[];

/**
 * struct racer - a task of a race and its call
 * @call: the call
 * @sp: the space that it is made in
 * @page: first page
 * @nr: number of pages
 * @to: another page, a protection, an advice or a byte
 * @folio: the folio of @page, where the call is about that
 * @ret: result: the value that the call returned
 * @got: result: an anon_vma to which the racer has a reference, see put_got()
 * @pinned: result: a page that it has pinned; the end of the case unpins it
 * @mm: result: an mm that it has forked
 * @child: the space of @mm after the race, or another space that the call uses
 * @gone: result: a space that the call has ended
 * @device: result: a swap device that the call has put out of use
 */
struct racer {
	const struct race_call *call;
	struct space *sp;
	long page, nr, to;
	struct folio *folio;
	long ret;
	struct anon_vma *got;
	struct page *pinned;
	struct mm_struct *mm;
	struct space *child;
	struct space *gone;
	struct file *device;
};

/* a call of the table above */
#define CALLS(call_, ...)	{ .call = &race_calls[call_], __VA_ARGS__ }
/* a call of the case's own, and one on @folio, to which it is given a reference */
#define RACER(name_, fn_, ...)						\
	{ .call = &(const struct race_call) { name_, fn_ }, __VA_ARGS__ }
#define FOLIO_RACER(name_, fn_, ...)					\
	{ .call = &(const struct race_call) { name_, fn_, race_get_folio }, __VA_ARGS__ }

/* a store and a load by user code, which fault under the VMA's lock */
#define WRITES(sp_, page_, byte) \
	CALLS(CALL_WRITE, .sp = sp_, .page = page_, .nr = 1, .to = byte)
#define READS(sp_, page_)	CALLS(CALL_READ, .sp = sp_, .page = page_, .nr = 1)
/* a fault under mmap_lock */
#define FAULTS_SLOWLY(sp_, page_) \
	CALLS(CALL_SLOW_FAULT, .sp = sp_, .page = page_, .nr = 1)
#define MAPS(sp_, page_, nr_) \
	CALLS(CALL_MAP, .sp = sp_, .page = page_, .nr = nr_)
#define UNMAPS(sp_, page_, nr_) \
	CALLS(CALL_UNMAP, .sp = sp_, .page = page_, .nr = nr_)
#define PROTECTS(sp_, page_, nr_, prot) \
	CALLS(CALL_PROTECT, .sp = sp_, .page = page_, .nr = nr_, .to = prot)
#define MOVES(sp_, page_, nr_, to_) \
	CALLS(CALL_MOVE, .sp = sp_, .page = page_, .nr = nr_, .to = to_)
#define FORKS(sp_)		CALLS(CALL_FORK, .sp = sp_)
#define EXITS(sp_)		CALLS(CALL_EXIT, .sp = sp_)
/* brk() to the start of a page */
#define BREAKS(sp_, page_)	CALLS(CALL_BRK, .sp = sp_, .page = page_)
/* the stack of with_stack() grows by two pages */
#define GROWS(sp_)		CALLS(CALL_GROW, .sp = sp_, \
				      .page = STACK_PAGE - 2, .nr = 2, .to = 'g')
/* rmap_walk() of the page's folio; returns the number of places where it is mapped */
#define WALKS(sp_, page_)	CALLS(CALL_WALK, .sp = sp_, .page = page_)
/* the same for a folio found by its pfn, without a reference, as page_idle finds it */
#define WALKS_BY_PFN(sp_, page_)	CALLS(CALL_WALK_BY_PFN, .sp = sp_, .page = page_)
/* the same with a reference on the anon_vma, in @got, from before, as a migration has it */
#define WALKS_HOLDING(sp_, page_)	CALLS(CALL_WALK_HOLDING, .sp = sp_, .page = page_)
/* the same; returns the number of VMAs on the way, whether they map the page or not */
#define VISITS(sp_, page_)	CALLS(CALL_VISIT, .sp = sp_, .page = page_)
/* folio_referenced(), which gives up where it would have to wait */
#define REFERENCES(sp_, page_)	CALLS(CALL_REFERENCE, .sp = sp_, .page = page_)
/* a DMA to the page begins, by GUP-fast where that can; the case keeps the pin */
#define PINS(sp_, page_)	CALLS(CALL_PIN, .sp = sp_, .page = page_, .nr = 1)
#define ADVISES(sp_, page_, nr_, advice) \
	CALLS(CALL_ADVISE, .sp = sp_, .page = page_, .nr = nr_, .to = advice)
#define MIGRATES(sp_, page_)	CALLS(CALL_MIGRATE, .sp = sp_, .page = page_)
#define RECLAIMS(sp_, page_)	CALLS(CALL_RECLAIM, .sp = sp_, .page = page_)
#define SPLITS_HUGE(sp_, page_)	CALLS(CALL_SPLIT_HUGE, .sp = sp_, .page = page_)
/* swapoff() of a device: 0 for the one that was put into use first */
#define SWAPS_OFF(sp_, nth)	CALLS(CALL_SWAP_OFF, .sp = sp_, .to = nth)

/* parts of a call of the case's own (race_calls.c) */
void race_get_folio(struct kunit *test, struct racer *r);
void race_unmap(struct racer *r);
void race_exit(struct racer *r);

/* entries of the table (race_pages.c) */
void race_advise(struct racer *r);
void race_migrate(struct racer *r);
void race_reclaim(struct racer *r);
void race_split_huge(struct racer *r);
void race_swap_off(struct racer *r);

/* for RACER() (race_pages.c) */
void race_store(struct racer *r);

/* race(test, &one, &other), see run_race() */
#define race(test, ...) do {						\
	struct racer *__racers[] = { __VA_ARGS__ };			\
									\
	run_race(test, __racers, ARRAY_SIZE(__racers));			\
} while (0)
void run_race(struct kunit *test, struct racer **racers, unsigned int nr);

void preempt_before(const char *points);
void pass_turn(void);
void put_got(struct kunit *test, struct racer *r);

/* layouts of most races */
#define STACK_PAGE	1000
#define HEAP_PAGE	7
struct space *three_parts(struct kunit *test);
struct space *with_stack(struct kunit *test);
struct space *with_heap(struct kunit *test);
void expect_one_of(struct space *sp, const char *one, const char *other);

#endif /* VMA_RACE_H */
