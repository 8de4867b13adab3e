// SPDX-License-Identifier: GPL-2.0
/* brk() that fails, and heaps with holes. */
#include "test.h"

/* A heap that cannot grow or shrink is where it was, and so is its charge. */
TEST(heap_errors, growth_without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	do {
		sp = space_with_brk(test, 0);
		shim_fail_nth(++nth, false);
		err = set_brk(sp, page_addr(4));
		seen = shim_fail_stop();
		KUNIT_EXPECT_EQ(test, charged(), err ? 0LL : 4LL);
		KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(err ? 0 : 4));
		expect(sp, err ? "" : "[wwww]");
		failed += !!err;
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
}

TEST(heap_errors, further_growth_without_memory)
{
	unsigned long nth = 0, seen;
	struct space *sp;
	int err;

	do {
		sp = space_with_brk(test, 0);
		ok(set_brk(sp, page_addr(2)));
		ok(map(sp, 8, 1, PROT_READ));
		ok(touch(sp, 0, 2, 'x'));
		shim_fail_nth(++nth, true);
		err = set_brk(sp, page_addr(4));
		seen = shim_fail_stop();
		KUNIT_EXPECT_EQ(test, charged(), err ? 2LL : 4LL);
		KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(err ? 2 : 4));
		expect(sp, err ? "[WW]......[r]" : "[WWww]....[r]");
		space_exit(sp);
	} while (seen >= nth);
}

TEST(heap_errors, shrinking_without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	do {
		sp = space_with_brk(test, 0);
		ok(set_brk(sp, page_addr(4)));
		ok(touch(sp, 0, 4, 'x'));
		forget(sp, 2, 2);
		shim_fail_nth(++nth, false);
		err = set_brk(sp, page_addr(2));
		seen = shim_fail_stop();
		KUNIT_EXPECT_EQ(test, charged(), err ? 4LL : 2LL);
		KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(err ? 4 : 2));
		if (err)
			KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'x');
		else
			expect(sp, "[WW]");
		failed += !!err;
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 1UL);
}

/* [wwww] of which the program itself has unmapped the end. */
TEST(heap_errors, unmapped_heap_does_not_shrink)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(4)));
	ok(unmap(sp, 2, 2));
	fails(set_brk(sp, page_addr(3)), -ENOMEM);
	KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(4));
	ok(set_brk(sp, page_addr(1)));
	expect(sp, "[w]");
	ok(set_brk(sp, page_addr(3)));
	expect(sp, "[www]");
}

/* It grows from where the break is, be there a hole below. */
TEST(heap_errors, grows_behind_a_hole)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(4)));
	ok(unmap(sp, 3, 1));
	ok(set_brk(sp, page_addr(6)));
	expect(sp, "[www].[ww]");
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 5UL);
}

/* The mapping that exec makes for zeroed data replaces the one that is there. */
TEST(heap_errors, zeroed_data_replaces)
{
	struct space *sp = layout(test, "[WWWW]");

	shim_use_mm(sp->mm);
	forget(sp, 1, 2);
	ok(vm_brk_flags(page_addr(1), 2 * PAGE_SIZE, 0));
	oracle(test);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 0);
	ok(look(sp, 0, 1));
	ok(look(sp, 3, 1));
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	ok(vm_brk_flags(page_addr(8), 0, 0));
	fails(vm_brk_flags(page_addr(8), -1UL, 0), -ENOMEM);
	oracle(test);
}
