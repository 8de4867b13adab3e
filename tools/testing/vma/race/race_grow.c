// SPDX-License-Identifier: GPL-2.0
/* A stack that grows, and other tasks. */
#include "race.h"
#include "test.h"

/* Two faults below the stack, at different pages. */
RACE(race_grow, with_another_of_the_same_stack)
{
	struct space *sp = with_stack(test);
	struct racer one = GROWS(sp), other = WRITES(sp, STACK_PAGE - 1, 'o');

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
	KUNIT_EXPECT_EQ(test, byte_at(sp, STACK_PAGE - 2), 'g');
	KUNIT_EXPECT_EQ(test, byte_at(sp, STACK_PAGE - 1), 'o');
}

RACE(race_grow, with_brk)
{
	struct space *sp = with_heap(test);
	struct racer brk = BREAKS(sp, HEAP_PAGE + 4), grow = GROWS(sp);

	ok(map_file(sp, STACK_PAGE, 1, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	race(test, &brk, &grow);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
	KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(HEAP_PAGE + 4));
}
