// SPDX-License-Identifier: GPL-2.0
/* fork(), and other tasks. */
#include "race.h"
#include "test.h"

/* Two tasks of a process fork at once: siblings. */
RACE(race_fork, with_another)
{
	struct space *sp = layout(test, "[WWW]");
	struct racer one = FORKS(sp), other = FORKS(sp);

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	ok(write_page(sp, 1, 'p'));
	ok(write_page(one.child, 1, 'c'));
	KUNIT_EXPECT_EQ(test, byte_at(other.child, 1), 'B');
}

/* A parent and its child fork at once: three generations. */
RACE(race_fork, with_that_of_the_child)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer one = FORKS(sp), other = FORKS(child);

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	ok(write_page(child, 1, 'c'));
	KUNIT_EXPECT_EQ(test, byte_at(other.child, 1), 'B');
}

/* The anon_vma of the child that goes may be reused by the one that comes. */
RACE(race_fork, with_the_exit_of_the_child)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer fork = FORKS(sp), exit = EXITS(child);

	race(test, &fork, &exit);
	ok(fork.ret);
	ok(write_page(sp, 1, 'p'));
	KUNIT_EXPECT_EQ(test, byte_at(fork.child, 1), 'B');
}

RACE(race_fork, of_the_child_with_the_exit_of_the_parent)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer fork = FORKS(child), exit = EXITS(sp);

	race(test, &fork, &exit);
	ok(fork.ret);
	ok(write_page(child, 1, 'c'));
	KUNIT_EXPECT_EQ(test, byte_at(fork.child, 1), 'B');
}

/* Found where it was before; where it is copied to, or not yet. */
RACE(race_fork, with_a_walk)
{
	struct space *sp = layout(test, "[WWW]");
	struct racer fork = FORKS(sp), walk = WALKS(sp, 1);

	race(test, &fork, &walk);
	ok(fork.ret);
	KUNIT_EXPECT_TRUE(test, walk.ret == 1 || walk.ret == 2);
}

/* A pinned page stays the parent's own: the child has a copy, or the older contents. */
RACE(race_fork, with_a_pin)
{
	struct space *sp = layout(test, "[W]");
	struct racer fork = FORKS(sp), pin = PINS(sp, 0);

	race(test, &fork, &pin);
	ok(fork.ret);
	KUNIT_ASSERT_EQ(test, pin.ret, 1);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), page_folio(pin.pinned));
	KUNIT_EXPECT_PTR_NE(test, folio_of(fork.child, 0), page_folio(pin.pinned));
	KUNIT_EXPECT_EQ(test, byte_at(fork.child, 0), 'A');
}

/* Of two that were moved the fork copies one; the walk looks for the page of the other. */
RACE(race_fork, of_a_moved_page_with_a_walk_of_another)
{
	struct space *sp = layout(test, "[W].[W]");
	struct racer fork = FORKS(sp), walk = WALKS(sp, 20);

	ok(move(sp, 0, 1, 10));
	ok(move(sp, 2, 1, 20));
	ok(advise(sp, 20, 1, MADV_DONTFORK));
	race(test, &fork, &walk);
	ok(fork.ret);
	KUNIT_EXPECT_EQ(test, walk.ret, 1);
	expect(fork.child, "..........[W]");
}

RACE(race_fork, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer fork = FORKS(sp), grow = GROWS(sp);

	race(test, &fork, &grow);
	ok(fork.ret);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
	KUNIT_EXPECT_NOT_NULL(test, vma_of(fork.child, STACK_PAGE));
}

RACE(race_fork, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer fork = FORKS(sp), brk = BREAKS(sp, HEAP_PAGE + 1);

	race(test, &fork, &brk);
	ok(fork.ret);
	expect(sp, "[WWWW]...[W]");
	expect_one_of(fork.child, "[WWWW]...[WW]", "[WWWW]...[W]");
}
