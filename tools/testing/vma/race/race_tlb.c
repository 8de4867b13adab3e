// SPDX-License-Identifier: GPL-2.0
/*
 * Two tasks drop the same entries, and the one that comes second finds them gone. It must not
 * return before they are flushed, though the first one is about to do that.
 */
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>

#include <shim/files.h>
#include <shim/tlb.h>

#include "pages.h"
#include "race.h"
#include "test.h"

#define NR	4

/* The number of pages of the racer's that can be reached after its call. */
static long reachable(struct racer *r, bool stores)
{
	long page, n = 0;

	for (page = r->page; page < r->page + r->nr; page++)
		n += shim_tlb_holds(r->sp->mm, page_addr(page), stores);
	return n;
}

static void drop_pages(struct racer *r)
{
	race_advise(r);
	r->to = reachable(r, false);
}

static void unmap_all(struct racer *r)
{
	race_unmap(r);
	r->to = reachable(r, false);
}

static void forbid(struct racer *r)
{
	race_calls[CALL_PROTECT].fn(r);
	r->to = reachable(r, true);
}

static void mkclean(struct racer *r)
{
	struct folio *folio = r->folio;

	folio_lock(folio);
	r->ret = folio_mkclean(folio);
	r->to = reachable(r, true);
	folio_unlock(folio);
	r->folio = NULL;
	folio_put(folio);
}

#define DONTNEEDS(sp_)	RACER("dontneed", drop_pages, .sp = sp_, .nr = NR, .to = MADV_DONTNEED)
#define UNMAPS_ALL(sp_) RACER("munmap", unmap_all, .sp = sp_, .nr = NR)
#define FORBIDS(sp_)	RACER("mprotect", forbid, .sp = sp_, .nr = NR, .to = PROT_READ)
#define CLEANS(sp_)	FOLIO_RACER("mkclean", mkclean, .sp = sp_, .nr = 1)

RACE(race_tlb, two_drop_the_same)
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer one = DONTNEEDS(sp), other = DONTNEEDS(sp);

	preempt_before("ptl,rcu");
	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	KUNIT_EXPECT_EQ(test, one.to, 0L);
	KUNIT_EXPECT_EQ(test, other.to, 0L);
}

/* Reclaim has put the flush off. */
static struct space *to_be_reclaimed(struct kunit *test)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(swap_on(test, 64));
	drain_lru();
	preempt_before("ptl,rcu");
	return sp;
}

static void reclaim_beside(struct kunit *test, struct space *sp, struct racer *other)
{
	struct racer out = RECLAIMS(sp, 0);

	race(test, &out, other);
	ok(other->ret);
	KUNIT_EXPECT_EQ(test, other->to, 0L);
}

RACE(race_tlb, reclaim_and_munmap, NEEDS(CONFIG_SWAP))
{
	struct space *sp = to_be_reclaimed(test);
	struct racer unmap = UNMAPS_ALL(sp);

	reclaim_beside(test, sp, &unmap);
}

RACE(race_tlb, reclaim_and_dontneed, NEEDS(CONFIG_SWAP))
{
	struct space *sp = to_be_reclaimed(test);
	struct racer dontneed = DONTNEEDS(sp);

	reclaim_beside(test, sp, &dontneed);
}

RACE(race_tlb, reclaim_and_mprotect, NEEDS(CONFIG_SWAP))
{
	struct space *sp = to_be_reclaimed(test);
	struct racer protect = FORBIDS(sp);

	reclaim_beside(test, sp, &protect);
}

/* After mkclean() a store by the TLB would be lost: it is not written back. */
RACE(race_tlb, dontneed_and_write_back)
{
	struct file *file = shim_file_create_cached(NR, true);
	struct space *sp = space_new(test);
	struct racer dontneed, clean;

	ok(map_file(sp, 0, NR, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 0, NR, 'x'));
	shim_file_put(file);
	dontneed = (struct racer)DONTNEEDS(sp);
	clean = (struct racer)CLEANS(sp);
	preempt_before("ptl,rcu");
	race(test, &dontneed, &clean);
	ok(dontneed.ret);
	KUNIT_EXPECT_EQ(test, clean.to, 0L);
}
