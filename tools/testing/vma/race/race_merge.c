// SPDX-License-Identifier: GPL-2.0
/* mprotect() that makes one VMA of three, and other tasks. */
#include "race.h"
#include "test.h"

/* [WW][RR][WW][RR][WW]: two merges that share a neighbour. */
RACE(race_merge, with_another_beside_it)
{
	struct space *sp = layout(test, "[WWWWWWWWWW]");
	struct racer one = PROTECTS(sp, 2, 2, RW), other = PROTECTS(sp, 6, 2, RW);

	ok(protect(sp, 2, 2, PROT_READ));
	ok(protect(sp, 6, 2, PROT_READ));
	race(test, &one, &other);
	expect(sp, "[WWWWWWWWWW]");
}

RACE(race_merge, with_an_unmap)
{
	struct space *sp = three_parts(test);
	struct racer merge = PROTECTS(sp, 2, 2, RW), unmap = UNMAPS(sp, 3, 2);

	race(test, &merge, &unmap);
	ok(unmap.ret);
	KUNIT_EXPECT_TRUE(test, !merge.ret || merge.ret == -ENOMEM);
	expect(sp, "[WWW]..[W]");
}

RACE(race_merge, with_a_move)
{
	struct space *sp = three_parts(test);
	struct racer merge = PROTECTS(sp, 2, 2, RW), move = MOVES(sp, 4, 2, 8);

	race(test, &merge, &move);
	ok(merge.ret);
	KUNIT_EXPECT_EQ(test, move.ret, page_addr(8));
	expect(sp, "[WWWW]....[WW]");
}

RACE(race_merge, with_a_fork)
{
	struct space *sp = three_parts(test);
	struct racer merge = PROTECTS(sp, 2, 2, RW), fork = FORKS(sp);

	race(test, &merge, &fork);
	ok(merge.ret);
	ok(fork.ret);
	expect(sp, "[WWWWWW]");
	expect_one_of(fork.child, "[WW][RR][WW]", "[WWWWWW]");
}

RACE(race_merge, with_the_exit_of_the_child)
{
	struct space *sp = three_parts(test), *child = space_fork(sp);
	struct racer merge = PROTECTS(sp, 2, 2, RW), exit = EXITS(child);

	race(test, &merge, &exit);
	ok(merge.ret);
	expect(sp, "[WWWWWW]");
}

/*
 * The VMA that goes is still in the anon_vma's tree when the one that swallows it
 * has grown, so a walk may come by twice; but it must come.
 */
RACE(race_merge, with_a_walk)
{
	struct space *sp = three_parts(test), *child = space_fork(sp);
	struct racer merge = PROTECTS(sp, 2, 2, RW), walk = WALKS(child, 2);

	race(test, &merge, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 2 || walk.ret == 3);
	expect(sp, "[WWWWWW]");
}

/* The neighbour whose start moves is put into its trees anew. */
RACE(race_merge, into_the_next_with_a_walk_of_its_page)
{
	struct space *sp = layout(test, "[WWWW]"), *child;
	struct racer merge = PROTECTS(sp, 0, 1, PROT_READ), walk;

	ok(protect(sp, 1, 3, PROT_READ));
	child = space_fork(sp);
	walk = (struct racer)WALKS(child, 2);
	race(test, &merge, &walk);
	KUNIT_EXPECT_EQ(test, walk.ret, 2);
	expect(sp, "[RRRR]");
}

RACE(race_merge, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer merge = PROTECTS(sp, 2, 2, RW), grow = GROWS(sp);

	ok(protect(sp, 2, 2, PROT_READ));
	race(test, &merge, &grow);
	ok(merge.ret);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 2);
}

RACE(race_merge, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer merge = PROTECTS(sp, 1, 1, RW), brk = BREAKS(sp, HEAP_PAGE + 4);

	ok(protect(sp, 1, 1, PROT_READ));
	race(test, &merge, &brk);
	expect(sp, "[WWWW]...[WWww]");
}
