// SPDX-License-Identifier: GPL-2.0
/*
 * madvise() that works on many pages lets others run in between. What it has taken off the LRU
 * lists by then is not forgotten, whatever they have made of the page table.
 */
#include <linux/sched.h>
#include <linux/syscalls.h>

#include "pages.h"
#include "race.h"
#include "test.h"

#define TOUCHED	40	/* more than what is done without a pause */

static void page_out(struct racer *r)
{
	set_tsk_need_resched(current);
	race_advise(r);
	clear_tsk_need_resched(current);
}

#define PAGES_OUT(sp_)							\
	{ .call = &(const struct race_call) { "pageout", page_out },	\
	  .sp = sp_, .page = 0, .nr = TOUCHED, .to = MADV_PAGEOUT }

static struct space *touched(struct kunit *test)
{
	struct space *sp = layout(test, "[w*512]");

	ok(touch(sp, 0, TOUCHED, 'a'));
	ok(swap_on(test, 128));
	drain_lru();
	preempt_before("ptl");
	return sp;
}

/* The page table is freed, as it is empty. */
RACE(race_pageout, with_a_dontneed_of_the_page_table, NEEDS(CONFIG_SWAP))
{
	struct space *sp = touched(test);
	struct racer out = PAGES_OUT(sp), drop = ADVISES(sp, 0, HUGE_NR, MADV_DONTNEED);

	race(test, &out, &drop);
	ok(out.ret);
	ok(drop.ret);
	expect(sp, "[w*512]");
}

RACE(race_pageout, with_an_unmap_of_a_part, NEEDS(CONFIG_SWAP))
{
	struct space *sp = touched(test);
	struct racer out = PAGES_OUT(sp), unmap = UNMAPS(sp, 32, 8);

	race(test, &out, &unmap);
	ok(unmap.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 31), 'a');
}

RACE(race_pageout, with_a_write, NEEDS(CONFIG_SWAP))
{
	struct space *sp = touched(test);
	struct racer out = PAGES_OUT(sp), write = WRITES(sp, 35, 'x');

	race(test, &out, &write);
	ok(out.ret);
	ok(write.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 35), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 31), 'a');
}

RACE(race_pageout, of_two, NEEDS(CONFIG_SWAP))
{
	struct space *sp = touched(test);
	struct racer one = PAGES_OUT(sp), other = PAGES_OUT(sp);

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 31), 'a');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 35), 'a');
}
