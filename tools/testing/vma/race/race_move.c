// SPDX-License-Identifier: GPL-2.0
/* mremap() that moves pages, and other tasks. */
#include "race.h"
#include "test.h"

RACE(race_move, with_another_of_the_same_pages)
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer one = MOVES(sp, 0, 2, 8), other = MOVES(sp, 0, 2, 12);

	race(test, &one, &other);
	expect_one_of(sp, "..[WW]....[WW]", "..[WW]........[WW]");
	KUNIT_EXPECT_TRUE(test, one.ret == -EFAULT || other.ret == -EFAULT);
}

RACE(race_move, with_a_fork)
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer move = MOVES(sp, 0, 2, 8), fork = FORKS(sp);

	race(test, &move, &fork);
	ok(fork.ret);
	expect(sp, "..[WW]....[WW]");
	expect_one_of(fork.child, "[WWWW]", "..[WW]....[WW]");
}

RACE(race_move, with_the_exit_of_the_child)
{
	struct space *sp = layout(test, "[WWWW]"), *child = space_fork(sp);
	struct racer move = MOVES(sp, 0, 2, 8), exit = EXITS(child);

	race(test, &move, &exit);
	expect(sp, "..[WW]....[WW]");
}

/* Found at the old place, at the new one or at both, but found. */
RACE(race_move, with_a_walk)
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer move = MOVES(sp, 0, 2, 8), walk = WALKS(sp, 1);

	race(test, &move, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 1 || walk.ret == 2);
	expect(sp, "..[WW]....[WW]");
}

/*
 * Back beside [WW], with which it merges: a walk comes by that VMA first, and only
 * the locks of the reverse map keep it from missing the page on its way there.
 */
RACE(race_move, back_with_a_walk)
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer back = MOVES(sp, 8, 2, 2), walk = WALKS(sp, 9);

	ok(move(sp, 2, 2, 8));
	expect(sp, "[WW]......[WW]");
	race(test, &back, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 1 || walk.ret == 2);
	expect(sp, "[WWWW]");
}

RACE(race_move, of_the_parent_with_a_walk_of_the_childs_page)
{
	struct space *sp = layout(test, "[WWWW]"), *child = space_fork(sp);
	struct racer move = MOVES(sp, 0, 2, 8), walk = WALKS(child, 1);

	race(test, &move, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 2 || walk.ret == 3);
	expect(sp, "..[WW]....[WW]");
}

RACE(race_move, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer move = MOVES(sp, 0, 2, 8), grow = GROWS(sp);

	race(test, &move, &grow);
	KUNIT_EXPECT_EQ(test, move.ret, page_addr(8));
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
}

/* The heap wants to grow to where the pages want to go. */
RACE(race_move, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer move = MOVES(sp, 0, 2, HEAP_PAGE + 3), brk = BREAKS(sp, HEAP_PAGE + 4);

	race(test, &move, &brk);
	KUNIT_EXPECT_EQ(test, move.ret, page_addr(HEAP_PAGE + 3));
	expect_one_of(sp, "..[WW]...[WW].[WW]", "..[WW]...[WWw][WW]");
}
