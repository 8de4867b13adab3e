// SPDX-License-Identifier: GPL-2.0
/* The end of a process, and other tasks. */
#include "race.h"
#include "test.h"

RACE(race_exit, of_parent_and_child)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer one = EXITS(sp), other = EXITS(child);

	race(test, &one, &other);
}

RACE(race_exit, with_a_walk_of_what_nobody_else_maps, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[WWW]"), *other = space_new(test);
	struct racer exit = EXITS(sp), walk = WALKS(sp, 1);

	race(test, &exit, &walk);
	KUNIT_EXPECT_TRUE(test, !walk.ret || walk.ret == 1);
	expect(other, "");
}

/* A migration may come to its second half when all that was mapped has gone. */
RACE(race_exit, with_a_walk_by_who_holds_the_anon_vma, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[WWW]"), *other = space_new(test);
	struct racer exit = EXITS(sp), walk = WALKS_HOLDING(sp, 1);

	race(test, &exit, &walk);
	put_got(test, &walk);
	KUNIT_EXPECT_TRUE(test, !walk.ret || walk.ret == 1);
	expect(other, "");
}

RACE(race_exit, of_the_parent_with_a_walk_of_the_childs_page)
{
	struct space *sp = layout(test, "[WWW]"), *child = space_fork(sp);
	struct racer exit = EXITS(sp), walk = WALKS(child, 1);

	race(test, &exit, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 1 || walk.ret == 2);
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'B');
}

RACE(race_exit, of_the_child_with_a_growing_stack)
{
	struct space *sp = with_stack(test), *child = space_fork(sp);
	struct racer exit = EXITS(child), grow = GROWS(sp);

	race(test, &exit, &grow);
	ok(grow.ret);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, STACK_PAGE)), page_addr(STACK_PAGE - 2));
}

RACE(race_exit, of_the_child_with_brk)
{
	struct space *sp = with_heap(test), *child = space_fork(sp);
	struct racer exit = EXITS(child), brk = BREAKS(sp, HEAP_PAGE);

	race(test, &exit, &brk);
	expect(sp, "[WWWW]");
}
