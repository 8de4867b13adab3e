// SPDX-License-Identifier: GPL-2.0
/* What tasks of a race do, and what the test knows when they have done it. */
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/swap.h>

#include "internal.h"
#include "anon_lock.h"
#include "race.h"

static void set_ret(struct racer *r, long ret)
{
	WRITE_ONCE(r->ret, ret);
}

void race_write(struct racer *r)
{
	u8 byte = r->to;

	set_ret(r, shim_user_write(r->sp->mm, page_addr(r->page), &byte, 1));
}

void race_read(struct racer *r)
{
	u8 byte = 0;
	int err = shim_user_read(r->sp->mm, page_addr(r->page), &byte, 1);

	set_ret(r, err ?: byte);
}

void race_fault_slowly(struct racer *r)
{
	set_ret(r, shim_fault_slowly(r->sp->mm, page_addr(r->page), true));
}

void race_map(struct racer *r)
{
	set_ret(r, vm_mmap_pgoff(NULL, page_addr(r->page), r->nr * PAGE_SIZE, RW,
				 ANON | MAP_FIXED, 0));
}

void race_unmap(struct racer *r)
{
	set_ret(r, sys_munmap(page_addr(r->page), r->nr * PAGE_SIZE));
}

void race_protect(struct racer *r)
{
	set_ret(r, sys_mprotect(page_addr(r->page), r->nr * PAGE_SIZE, r->to));
}

void race_move(struct racer *r)
{
	set_ret(r, sys_mremap(page_addr(r->page), r->nr * PAGE_SIZE, r->nr * PAGE_SIZE,
			      MREMAP_MAYMOVE | MREMAP_FIXED, page_addr(r->to)));
}

void race_fork(struct racer *r)
{
	r->mm = shim_dup_mm(current, r->sp->mm);
	set_ret(r, r->mm ? 0 : -ENOMEM);
}

void race_exit(struct racer *r)
{
	r->gone = r->sp;
	shim_use_mm(NULL);
	mmput(r->sp->mm);
}

void race_brk(struct racer *r)
{
	set_ret(r, sys_brk(page_addr(r->page)));
}

/* With PVMW_SYNC: an entry that is empty for a moment is waited for. */
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

void race_walk(struct racer *r)
{
	struct rmap_walk_control rwc = { .rmap_one = count_places, .anon_lock = ANON_LOCK };

	walk(r, &rwc);
}

void race_walk_holding(struct racer *r)
{
	struct rmap_walk_control rwc = { .rmap_one = count_places };

	walk(r, &rwc);
}

/* What a walk comes by it may use until it is over, and others go on meanwhile. */
static bool count_vmas(struct folio *folio, struct vm_area_struct *vma, unsigned long addr,
		       void *nr)
{
	struct mm_struct *mm = READ_ONCE(vma->vm_mm);

	++*(long *)nr;
	pass_turn();
	WARN_ON(READ_ONCE(vma->vm_mm) != mm);
	return true;
}

void race_visit(struct racer *r)
{
	struct rmap_walk_control rwc = { .rmap_one = count_vmas, .anon_lock = ANON_LOCK };

	walk(r, &rwc);
}

void race_walk_by_pfn(struct racer *r)
{
	struct folio *folio = r->folio;

	if (folio_try_get(folio)) {
		race_walk(r);
		folio_put(folio);
	}
	r->folio = NULL;
}

void race_reference(struct racer *r)
{
	unsigned long flags[8];		/* one type or another, as the tree has it */

	folio_lock(r->folio);
	set_ret(r, folio_referenced(r->folio, 1, NULL, (void *)flags));
	folio_unlock(r->folio);
}

void race_pin(struct racer *r)
{
	set_ret(r, pin_user_pages_fast(page_addr(r->page), 1, FOLL_WRITE, &r->pinned));
}

static void run_racer(void *arg)
{
	struct racer *r = arg;

	shim_use_mm(r->sp->mm);
	r->fn(r);
}

static void prepare(struct kunit *test, struct racer *r)
{
	forget(r->sp, r->page, r->nr);
	if (r->fn == race_move)
		forget(r->sp, r->to, r->nr);
	if (r->fn == race_brk)
		forget(r->sp, r->page, SPACE_PAGES - r->page);
	/* no task can drain what the CPU of the test has in its batches */
	if (r->takes_folio || r->fn == race_advise)
		lru_add_drain();
	if (r->needs_folio || r->knows_folio || r->takes_folio) {
		r->folio = folio_of(r->sp, r->page);
		KUNIT_ASSERT_NOT_NULL(test, r->folio);
	}
	if (r->needs_folio || r->takes_folio)
		folio_get(r->folio);
	if (r->fn == race_walk_holding) {
		folio_lock(r->folio);
		r->got = folio_get_anon_vma(r->folio);
		folio_unlock(r->folio);
	}
}

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
	if (r->folio)
		folio_put(r->folio);
}

/**
 * run_race() - let tasks make their calls at the same time
 * @test: the case, made by RACE()
 * @racers: the tasks
 * @nr: how many
 *
 * Context: afterwards the current space is the first that has not exited.
 */
void run_race(struct kunit *test, struct racer **racers, unsigned int nr)
{
	struct shim_racer list[8];
	unsigned int i;

	KUNIT_ASSERT_LE(test, nr, ARRAY_SIZE(list));
	for (i = 0; i < nr; i++) {
		prepare(test, racers[i]);
		list[i] = (struct shim_racer) { racers[i]->name, run_racer, racers[i] };
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

void put_got(struct kunit *test, struct racer *r)
{
	if (!r->got)
		return;
	put_anon_vma(r->got);
	oracle_hold(test, r->got, -1);
}

void preempt_before(const char *points)
{
	shim_search_points(points);
}

void pass_turn(void)
{
	shim_race_pass();
}

/**
 * three_parts() - [WW][RR][WW], which mprotect() of the middle makes one again
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
 * with_stack() - [WWWWWW] and a stack of one page at STACK_PAGE
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
 * with_heap() - [WWWW]...[WW], of which the last two pages are the heap
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
 * expect_one_of() - the layout is one of two, as one task or the other was first
 * @sp: the space
 * @one: a drawing
 * @other: a drawing
 */
void expect_one_of(struct space *sp, const char *one, const char *other)
{
	const char *is = layout_of(sp);

	if (strcmp(is, one) && strcmp(is, other))
		KUNIT_FAIL(sp->test, "expected %s or %s, but it is %s", one, other, is);
}
