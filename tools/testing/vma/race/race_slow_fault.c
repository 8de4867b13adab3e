// SPDX-License-Identifier: GPL-2.0
/*
 * A page fault under mmap_lock, and others. Those that take mmap_lock for write
 * are kept out while it runs, so the layout is that of one order or the other.
 */
#include "race.h"
#include "test.h"

RACE(race_slow_fault, with_another_of_the_same_page)
{
	struct space *sp = layout(test, "[ww]");
	struct racer one = FAULTS_SLOWLY(sp, 1), other = FAULTS_SLOWLY(sp, 1);

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	expect(sp, "[wW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
}

RACE(race_slow_fault, with_a_split)
{
	struct space *sp = layout(test, "[WWWwWW]");
	struct racer fault = FAULTS_SLOWLY(sp, 3), split = PROTECTS(sp, 2, 2, PROT_READ);

	race(test, &fault, &split);
	if (fault.ret) {
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
		expect(sp, "[WW][Rr][WW]");
	} else {
		expect(sp, "[WW][RR][WW]");
	}
}

RACE(race_slow_fault, with_a_merge)
{
	struct space *sp = layout(test, "[WWwwWW]");
	struct racer fault = FAULTS_SLOWLY(sp, 2), merge = PROTECTS(sp, 2, 2, RW);

	ok(protect(sp, 2, 2, RW | PROT_EXEC));
	race(test, &fault, &merge);
	ok(fault.ret);
	expect(sp, "[WWWwWW]");
}

RACE(race_slow_fault, with_an_unmap)
{
	struct space *sp = layout(test, "[WwWw]");
	struct racer fault = FAULTS_SLOWLY(sp, 1), unmap = UNMAPS(sp, 1, 2);

	race(test, &fault, &unmap);
	if (fault.ret)
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
	expect(sp, "[W]..[w]");
}

RACE(race_slow_fault, with_a_move)
{
	struct space *sp = layout(test, "[WWwW]");
	struct racer fault = FAULTS_SLOWLY(sp, 2), move = MOVES(sp, 1, 2, 8);

	race(test, &fault, &move);
	if (fault.ret) {
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
		expect(sp, "[W]..[W]....[Ww]");
	} else {
		expect(sp, "[W]..[W]....[WW]");
	}
}

RACE(race_slow_fault, with_a_fork)
{
	struct space *sp = layout(test, "[Www]");
	struct racer fault = FAULTS_SLOWLY(sp, 1), fork = FORKS(sp);

	race(test, &fault, &fork);
	ok(fault.ret);
	ok(fork.ret);
	expect(sp, "[WWw]");
	expect_one_of(fork.child, "[Www]", "[WWw]");
}

RACE(race_slow_fault, with_the_exit_of_the_child)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer fault = FAULTS_SLOWLY(sp, 1), exit = EXITS(child);

	race(test, &fault, &exit);
	ok(fault.ret);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

RACE(race_slow_fault, with_a_walk)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer fault = FAULTS_SLOWLY(sp, 1), walk = WALKS(child, 1);

	race(test, &fault, &walk);
	ok(fault.ret);
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'B');
}

RACE(race_slow_fault, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer fault = FAULTS_SLOWLY(sp, 1), grow = GROWS(sp);

	race(test, &fault, &grow);
	ok(fault.ret);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
}

RACE(race_slow_fault, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer fault = FAULTS_SLOWLY(sp, HEAP_PAGE + 1);
	struct racer brk = BREAKS(sp, HEAP_PAGE + 1);

	race(test, &fault, &brk);
	if (fault.ret)
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
	expect(sp, "[WWWW]...[W]");
}
