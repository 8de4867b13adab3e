// SPDX-License-Identifier: GPL-2.0
/* The run of a race, and the layouts and expectations that most races begin and end with. */
#include <linux/mman.h>

#include "internal.h"
#include "race.h"

static void run_racer(void *arg)
{
	struct racer *r = arg;

	shim_use_mm(r->sp->mm);
	r->call->fn(r);
}

/* The results of a call become a part of the case. */
static void finish(struct kunit *test, struct racer *r)
{
	if (r->mm)
		r->child = space_adopt(r->sp, r->mm);
	if (r->got)
		oracle_hold(test, r->got, 1);
	if (r->pinned)
		ok(keep_pin(test, r->pinned));
	if (r->gone)
		space_gone(r->gone);
	if (r->device)
		oracle_hold(test, r->device, -1);
	if (r->folio)
		folio_put(r->folio);
}

/**
 * run_race() - make the calls of several tasks at the same time, see race()
 * @test: the case, declared by RACE()
 * @racers: the tasks
 * @nr: number of tasks, 8 at the most
 *
 * The model forgets the pages that they name. The oracle runs when all have ended.
 *
 * Context: afterwards the current space is the first of @racers that has not exited.
 */
void run_race(struct kunit *test, struct racer **racers, unsigned int nr)
{
	struct shim_racer list[8];
	unsigned int i;

	KUNIT_ASSERT_LE(test, nr, ARRAY_SIZE(list));
	for (i = 0; i < nr; i++) {
		forget(racers[i]->sp, racers[i]->page, racers[i]->nr);
		if (racers[i]->call->prepare)
			racers[i]->call->prepare(test, racers[i]);
		list[i] = (struct shim_racer) { racers[i]->call->name, run_racer, racers[i] };
	}
	shim_race(list, nr);
	for (i = 0; i < nr; i++)
		finish(test, racers[i]);
	shim_use_mm(NULL);
	for (i = nr; i-- > 0;)
		if (racers[i]->sp->mm)
			shim_use_mm(racers[i]->sp->mm);
	shim_quiesce();
	oracle(test);
}

/**
 * put_got() - give back the reference on an anon_vma that a racer has @got
 * @test: the case
 * @r: the racer, after the race; nothing is done if it got none
 */
void put_got(struct kunit *test, struct racer *r)
{
	if (!r->got)
		return;
	put_anon_vma(r->got);
	oracle_hold(test, r->got, -1);
}

/**
 * preempt_before() - narrow the search of schedules to points that a case is about
 * @points: names as of --points, with commas between them
 */
void preempt_before(const char *points)
{
	shim_search_points(points);
}

/**
 * pass_turn() - let another task go on here, which counts as no preemption
 *
 * Context: in the task of a racer.
 */
void pass_turn(void)
{
	shim_race_pass();
}

/**
 * three_parts() - make [WW][RR][WW], which mprotect() of the middle merges
 * @test: the case
 */
struct space *three_parts(struct kunit *test)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "[WW][RR][WW]");
	return sp;
}

/**
 * with_stack() - make [WWWWWW] and a stack of one page at STACK_PAGE
 * @test: the case
 */
struct space *with_stack(struct kunit *test)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(map_file(sp, STACK_PAGE, 1, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	ok(write_page(sp, STACK_PAGE, 's'));
	return sp;
}

/**
 * with_heap() - make [WWWW]...[WW], of which the last two pages are the heap
 * @test: the case
 */
struct space *with_heap(struct kunit *test)
{
	struct space *sp = space_with_brk(test, HEAP_PAGE);

	ok(map(sp, 0, 4, RW));
	ok(touch(sp, 0, 4, 'm'));
	ok(set_brk(sp, page_addr(HEAP_PAGE + 2)));
	ok(touch(sp, HEAP_PAGE, 2, 'h'));
	expect(sp, "[WWWW]...[WW]");
	return sp;
}

/**
 * expect_one_of() - expect one of two layouts, as one task or the other was first
 * @sp: the space
 * @one: a layout
 * @other: the other layout
 */
void expect_one_of(struct space *sp, const char *one, const char *other)
{
	const char *is = layout_of(sp);

	if (strcmp(is, one) && strcmp(is, other))
		KUNIT_FAIL(sp->test, "expected %s or %s, but it is %s", one, other, is);
}
