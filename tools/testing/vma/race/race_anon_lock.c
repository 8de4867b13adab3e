// SPDX-License-Identifier: GPL-2.0
/*
 * From a page to its anon_vma, while the page is unmapped and the anon_vma loses its
 * last VMA: each look of folio_lock_anon_vma_read() and folio_get_anon_vma() is in
 * turn the one that has to see it. The cases are as small as can be, and preempt
 * before the words that these looks are at, so that a few dozen schedules are all.
 */
#include "internal.h"
#include "anon_lock.h"
#include "race.h"
#include "test.h"

/* The result of a lookup. */
enum { NOTHING, LOCKED, FREED };

static void looks_up(struct racer *r)
{
	struct anon_vma *anon_vma;

	folio_lock(r->folio);
	anon_vma = lock_anon_vma(r->folio, NULL);
	if (anon_vma) {
		r->ret = atomic_read(&shim_av_refcount(anon_vma)) ? LOCKED : FREED;
		anon_vma_unlock_read(anon_vma);
	}
	folio_unlock(r->folio);
}

#define LOOKS_UP(sp_, page_) \
	FOLIO_RACER("lookup", looks_up, .sp = sp_, .page = page_)

/* A lookup that comes meanwhile cannot have the lock at once. */
static void locks_and_unmaps(struct racer *r)
{
	struct anon_vma *anon_vma = shim_anon_vma(vma_lookup(r->sp->mm, page_addr(r->page)));

	anon_vma_lock_write(anon_vma);
	pass_turn();
	anon_vma_unlock_write(anon_vma);
	race_unmap(r);
}

static void gets(struct racer *r)
{
	folio_lock(r->folio);
	r->got = folio_get_anon_vma(r->folio);
	folio_unlock(r->folio);
}

static void expect_no_freed_one(struct kunit *test, const struct racer *lookup)
{
	if (lookup->ret == FREED)
		KUNIT_FAIL(test, "folio_lock_anon_vma_read() locked an anon_vma that was freed");
}

/* It gets the lock, and looks again whether the page is still mapped. */
RACE(race_anon_lock, of_a_page_that_is_unmapped, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[W]");
	struct racer lookup = LOOKS_UP(sp, 0), unmap = UNMAPS(sp, 0, 1);

	preempt_before("rwsem");
	race(test, &lookup, &unmap);
	expect_no_freed_one(test, &lookup);
	expect(sp, "");
}

static void unmap_under_a_waiter(struct kunit *test, const char *points)
{
	struct space *sp = layout(test, "[W]");
	struct racer unmap = RACER("unmap", locks_and_unmaps, .sp = sp, .page = 0, .nr = 1);
	struct racer lookup = LOOKS_UP(sp, 0);

	preempt_before(points);
	race(test, &unmap, &lookup);
	expect_no_freed_one(test, &lookup);
	expect(sp, "");
}

/*
 * It does not get the lock. What it is to wait with has been freed before it takes its
 * reference, or has no page any more when it looks again.
 */
RACE(race_anon_lock, of_a_page_that_is_unmapped_before_it_waits, NOT_POSTED(reads_anon_vma))
{
	unmap_under_a_waiter(test, "refcount,_mapcount");
}

/* It waits, and its reference is the last one when it has the lock. */
RACE(race_anon_lock, of_a_page_that_is_unmapped_while_it_waits, NOT_POSTED(reads_anon_vma))
{
	unmap_under_a_waiter(test, "rwsem");
}

RACE(race_anon_lock, is_asked_for_a_reference)
{
	struct space *sp = layout(test, "[W]");
	struct racer unmap = UNMAPS(sp, 0, 1);
	struct racer get = FOLIO_RACER("folio_get_anon_vma", gets, .sp = sp, .page = 0);

	preempt_before("refcount,_mapcount");
	race(test, &get, &unmap);
	put_got(test, &get);
	expect(sp, "");
}
