// SPDX-License-Identifier: GPL-2.0
/*
 * mprotect() that splits a VMA, and others. All that change the same address
 * space are kept apart by mmap_lock: what is left is that of one order or of the
 * other, never a mixture.
 */
#include "race.h"
#include "test.h"

RACE(race_split, with_another_of_the_same_vma)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct racer one = PROTECTS(sp, 1, 2, PROT_READ);
	struct racer other = PROTECTS(sp, 2, 2, PROT_READ | PROT_EXEC);

	race(test, &one, &other);
	expect_one_of(sp, "[W][R][XX][WW]", "[W][RR][X][WW]");
}

RACE(race_split, with_a_merge)
{
	struct space *sp = three_parts(test);
	struct racer split = PROTECTS(sp, 0, 1, PROT_READ), merge = PROTECTS(sp, 2, 2, RW);

	race(test, &split, &merge);
	expect(sp, "[R][WWWWW]");
}

RACE(race_split, with_an_unmap)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct racer split = PROTECTS(sp, 1, 2, PROT_READ), unmap = UNMAPS(sp, 2, 2);

	race(test, &split, &unmap);
	ok(unmap.ret);
	/* mprotect() changes what comes before the hole and fails there */
	KUNIT_EXPECT_TRUE(test, !split.ret || split.ret == -ENOMEM);
	expect(sp, "[W][R]..[WW]");
}

RACE(race_split, with_a_move)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct racer split = PROTECTS(sp, 1, 1, PROT_READ), move = MOVES(sp, 0, 2, 8);

	race(test, &split, &move);
	if (split.ret)
		expect(sp, "..[WWWW]..[WW]");
	else
		expect_one_of(sp, "..[WWWW]..[W][R]", "[W][R][WWWW]");
}

RACE(race_split, with_a_fork)
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer split = PROTECTS(sp, 1, 2, PROT_READ), fork = FORKS(sp);

	race(test, &split, &fork);
	ok(fork.ret);
	expect(sp, "[W][RR][W]");
	expect_one_of(fork.child, "[WWWW]", "[W][RR][W]");
}

RACE(race_split, with_the_exit_of_the_child)
{
	struct space *sp = layout(test, "[WWWW]"), *child = space_fork(sp);
	struct racer split = PROTECTS(sp, 1, 2, PROT_READ), exit = EXITS(child);

	race(test, &split, &exit);
	expect(sp, "[W][RR][W]");
}

/* The child's pages are found whatever the parent does to its VMA. */
RACE(race_split, with_a_walk)
{
	struct space *sp = layout(test, "[WWWW]"), *child = space_fork(sp);
	struct racer split = PROTECTS(sp, 1, 2, PROT_READ), walk = WALKS(child, 2);

	race(test, &split, &walk);
	KUNIT_EXPECT_EQ(test, walk.ret, 2);
	expect(sp, "[W][RR][W]");
}

RACE(race_split, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer split = PROTECTS(sp, 2, 2, PROT_READ), grow = GROWS(sp);

	race(test, &split, &grow);
	ok(split.ret);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, 2)), page_addr(2));
}

RACE(race_split, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer split = PROTECTS(sp, HEAP_PAGE, 1, PROT_READ);
	struct racer brk = BREAKS(sp, HEAP_PAGE + 4);

	race(test, &split, &brk);
	expect(sp, "[WWWW]...[R][Www]");
}
