// SPDX-License-Identifier: GPL-2.0
/* Reverse-map walks, and other tasks. */
#include "race.h"
#include "test.h"

RACE(race_walk, with_another_of_the_same_page)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer one = WALKS(sp, 1), other = WALKS(child, 1);

	race(test, &one, &other);
	KUNIT_EXPECT_EQ(test, one.ret, 2);
	KUNIT_EXPECT_EQ(test, other.ret, 2);
}

/* Each takes the young bits that it finds, or nobody does. */
RACE(race_walk, for_references_with_another)
{
	struct space *sp = layout(test, "[WWW]");
	struct racer one = REFERENCES(sp, 1), other = REFERENCES(sp, 1);

	race(test, &one, &other);
	KUNIT_EXPECT_EQ(test, one.ret + other.ret, 1);
}

RACE(race_walk, with_a_growing_stack)
{
	struct space *sp = with_stack(test);
	struct racer walk = WALKS(sp, STACK_PAGE), grow = GROWS(sp);

	race(test, &walk, &grow);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, walk.ret, 1);
}

RACE(race_walk, with_brk)
{
	struct space *sp = with_heap(test), *child = space_fork(sp);
	struct racer walk = WALKS(child, HEAP_PAGE + 1), brk = BREAKS(sp, HEAP_PAGE);

	race(test, &walk, &brk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 1 || walk.ret == 2);
	expect(sp, "[WWWW]");
}
