// SPDX-License-Identifier: GPL-2.0
/* A page fault under the VMA's lock, or if that fails the mmap lock, and other tasks. */
#include "race.h"
#include "test.h"

RACE(race_fault, with_another_of_the_same_page)
{
	struct space *sp = layout(test, "[ww]");
	struct racer one = WRITES(sp, 1, 'x'), other = WRITES(sp, 1, 'y');

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	expect(sp, "[wW]");
	KUNIT_EXPECT_TRUE(test, byte_at(sp, 1) == 'x' || byte_at(sp, 1) == 'y');
}

/* Both allocate an anon_vma, and one of them is used. */
RACE(race_fault, with_another_of_the_same_vma)
{
	struct space *sp = layout(test, "[wwww]");
	struct racer one = WRITES(sp, 0, 'x'), other = WRITES(sp, 3, 'y');

	race(test, &one, &other);
	expect(sp, "[WwwW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'y');
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(sp, 0)), 1U);
}

/* find_mergeable_anon_vma() of one looks at the other's. */
RACE(race_fault, with_another_of_the_neighbour)
{
	struct space *sp = layout(test, "[ww][rr]");
	struct racer one = WRITES(sp, 1, 'x'), other = WRITES(sp, 2, 'y');

	ok(protect(sp, 2, 2, RW | PROT_EXEC));
	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	expect(sp, "[wW][Ww]");
}

RACE(race_fault, with_one_under_mmap_lock)
{
	struct space *sp = layout(test, "[ww]");
	struct racer one = WRITES(sp, 1, 'x'), other = FAULTS_SLOWLY(sp, 1);

	race(test, &one, &other);
	expect(sp, "[wW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
}

RACE(race_fault, with_a_split)
{
	struct space *sp = layout(test, "[WWWwWW]");
	struct racer fault = WRITES(sp, 3, 'x'), split = PROTECTS(sp, 2, 2, PROT_READ);

	race(test, &fault, &split);
	/* refused or not, it may have brought the page in before */
	if (fault.ret)
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
	else
		KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'x');
	expect_one_of(sp, "[WW][Rr][WW]", "[WW][RR][WW]");
}

RACE(race_fault, with_a_merge)
{
	struct space *sp = three_parts(test);
	struct racer fault = WRITES(sp, 3, 'x'), merge = PROTECTS(sp, 2, 2, RW);

	ok(advise(sp, 3, 1, MADV_DONTNEED));
	race(test, &fault, &merge);
	if (fault.ret)
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
	expect_one_of(sp, "[WWWwWW]", "[WWWWWW]");
}

/* The first fault of the middle while it is swallowed by its neighbours. */
RACE(race_fault, with_a_merge_of_the_unfaulted)
{
	struct space *sp = layout(test, "[WWwwWW]");
	struct racer fault = WRITES(sp, 2, 'x'), merge = PROTECTS(sp, 2, 2, RW);

	ok(protect(sp, 2, 2, RW | PROT_EXEC));
	race(test, &fault, &merge);
	ok(fault.ret);
	expect(sp, "[WWWwWW]");
}

RACE(race_fault, with_an_unmap)
{
	struct space *sp = layout(test, "[WwWw]");
	struct racer fault = WRITES(sp, 1, 'x'), unmap = UNMAPS(sp, 1, 2);

	race(test, &fault, &unmap);
	if (fault.ret)
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
	expect(sp, "[W]..[w]");
}

RACE(race_fault, with_a_move_of_its_page)
{
	struct space *sp = layout(test, "[WWwW]");
	struct racer fault = WRITES(sp, 2, 'x'), move = MOVES(sp, 1, 2, 8);

	race(test, &fault, &move);
	if (fault.ret) {
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
		expect_one_of(sp, "[W]..[W]....[Ww]", "[W]..[W]....[WW]");
	} else {
		expect(sp, "[W]..[W]....[WW]");
		KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'x');
	}
}

/* The child's contents are from before the store or from after it. */
RACE(race_fault, with_a_fork)
{
	struct space *sp = layout(test, "[WWW]");
	struct racer fault = WRITES(sp, 1, 'x'), fork = FORKS(sp);

	race(test, &fault, &fork);
	ok(fault.ret);
	ok(fork.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	expect(sp, "[WWW]");
	expect(fork.child, "[WWW]");
	KUNIT_EXPECT_TRUE(test, byte_at(fork.child, 1) == 'x' || byte_at(fork.child, 1) == 'B');
}

/* COW of a page of the parent while the child goes. */
RACE(race_fault, with_the_exit_of_the_child)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer fault = WRITES(sp, 1, 'x'), exit = EXITS(child);

	race(test, &fault, &exit);
	ok(fault.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	expect(sp, "[WWW]");
}

RACE(race_fault, with_a_walk)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer fault = WRITES(sp, 1, 'x'), walk = WALKS(child, 1);

	race(test, &fault, &walk);
	ok(fault.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'B');
}

RACE(race_fault, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer fault = WRITES(sp, 1, 'x'), grow = GROWS(sp);

	race(test, &fault, &grow);
	ok(fault.ret);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
}

/* A fault of a page of the heap that brk() unmaps. */
RACE(race_fault, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer fault = WRITES(sp, HEAP_PAGE + 1, 'x');
	struct racer brk = BREAKS(sp, HEAP_PAGE + 1);

	race(test, &fault, &brk);
	if (fault.ret)
		KUNIT_EXPECT_EQ(test, fault.ret, -EFAULT);
	expect(sp, "[WWWW]...[W]");
}
