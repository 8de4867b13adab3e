// SPDX-License-Identifier: GPL-2.0
/* munmap(), and other tasks. */
#include "race.h"
#include "test.h"

RACE(race_unmap, with_another_that_overlaps)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct racer one = UNMAPS(sp, 1, 2), other = UNMAPS(sp, 2, 2);

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	expect(sp, "[W]...[WW]");
}

RACE(race_unmap, with_a_move)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct racer unmap = UNMAPS(sp, 1, 1), move = MOVES(sp, 0, 2, 8);

	race(test, &unmap, &move);
	ok(unmap.ret);
	/* newer trees move what is there, and not the hole */
	if (move.ret == page_addr(8))
		expect_one_of(sp, "..[WWWW]..[WW]", "..[WWWW]..[W]");
	else
		expect(sp, "[W].[WWWW]");
}

RACE(race_unmap, with_a_fork)
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer unmap = UNMAPS(sp, 1, 2), fork = FORKS(sp);

	race(test, &unmap, &fork);
	ok(fork.ret);
	expect(sp, "[W]..[W]");
	expect_one_of(fork.child, "[WWWW]", "[W]..[W]");
}

/* Two generations leave the same anon_vma at once. */
RACE(race_unmap, with_the_exit_of_the_child)
{
	struct space *sp = layout(test, "[WWWW]"), *child = space_fork(sp);
	struct racer unmap = UNMAPS(sp, 0, 4), exit = EXITS(child);

	race(test, &unmap, &exit);
	expect(sp, "");
}

RACE(race_unmap, with_a_walk)
{
	struct space *sp = layout(test, "[WWWW]"), *child = space_fork(sp);
	struct racer unmap = UNMAPS(sp, 1, 2), walk = WALKS(child, 2);

	race(test, &unmap, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 1 || walk.ret == 2);
	expect(sp, "[W]..[W]");
	expect(child, "[WWWW]");
}

/* The last place goes while the walk looks for it, and the anon_vma with it. */
RACE(race_unmap, with_a_walk_of_what_nobody_else_maps)
{
	struct space *sp = layout(test, "[WW]");
	struct racer unmap = UNMAPS(sp, 0, 2), walk = WALKS(sp, 1);

	race(test, &unmap, &walk);
	KUNIT_EXPECT_TRUE(test, !walk.ret || walk.ret == 1);
	expect(sp, "");
}

/* A page that is mapped where the other once was is not locked by the walk. */
RACE(race_unmap, of_the_old_place_of_a_moved_page_with_its_walk)
{
	struct space *sp = layout(test, "[W]");
	struct racer unmap = UNMAPS(sp, 0, 1), walk = VISITS(sp, 8);

	ok(move(sp, 0, 1, 8));
	ok(map(sp, 0, 1, RW));
	ok(read_page(sp, 0));
	race(test, &unmap, &walk);
	KUNIT_EXPECT_EQ(test, walk.ret, 1);
	expect(sp, "........[W]");
}

/*
 * parent	[WWWW]		a split holds the lock of the family
 * child	[cccc]		pages of its own
 *
 * So the walk waits with a reference to the child's anon_vma, and meanwhile the child
 * unmaps them: the walk has to give up, and to free what only it still has.
 */
RACE(race_unmap, with_a_walk_that_waits_for_a_relative)
{
	struct space *sp = layout(test, "[WWWW]"), *child = space_fork(sp);
	struct racer split = PROTECTS(sp, 1, 2, PROT_READ), unmap = UNMAPS(child, 0, 4), walk;
	int i;

	for (i = 0; i < 4; i++)
		write_page(child, i, 'c');
	walk = (struct racer)WALKS(child, 1);
	race(test, &split, &unmap, &walk);
	KUNIT_EXPECT_TRUE(test, !walk.ret || walk.ret == 1);
	expect(sp, "[W][RR][W]");
	expect(child, "");
}

RACE(race_unmap, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer unmap = UNMAPS(sp, STACK_PAGE, 1), grow = GROWS(sp);

	race(test, &unmap, &grow);
	ok(unmap.ret);
	if (grow.ret)
		KUNIT_EXPECT_NULL(test, vma_of(sp, STACK_PAGE - 1));
	else
		KUNIT_EXPECT_EQ(test, shim_vm_end(vma_of(sp, STACK_PAGE - 1)), page_addr(STACK_PAGE));
}

RACE(race_unmap, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer unmap = UNMAPS(sp, HEAP_PAGE, 1), brk = BREAKS(sp, HEAP_PAGE + 4);

	race(test, &unmap, &brk);
	expect(sp, "[WWWW]....[Www]");
}
