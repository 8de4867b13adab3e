// SPDX-License-Identifier: GPL-2.0
/* mlock(): what it counts, and what of a range may be locked. */
#include <linux/mman.h>
#include <linux/syscalls.h>

#include "attr.h"
#include "internal.h"
#include "test.h"

/* More pages than an int can count: 9 TB */
TEST(mlock, range_of_many_pages)
{
	const long nr = (9L << 40) >> PAGE_SHIFT;
	struct space *sp = layout(test, "[W]");

	ok(map(sp, 10, nr, PROT_NONE));
	ok(lock_on_fault(sp, 10, nr));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), (unsigned long)nr);
	ok(unlock(sp, 10, nr / 2));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), (unsigned long)(nr - nr / 2));
	ok(unmap(sp, 10, nr));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

/* What is locked already is not counted again against the limit. */
TEST(mlock, range_that_is_locked_in_part)
{
	struct space *sp = layout(test, "[WWWWWWWW]");

	shim_drop_rights();
	current->signal->rlim[RLIMIT_MEMLOCK].rlim_cur = 6 * PAGE_SIZE;
	ok(lock(sp, 0, 4));
	ok(lock(sp, 2, 4));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 6UL);
	fails(lock(sp, 4, 4), -ENOMEM);
	ok(lock(sp, 0, 6));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 6UL);
}

/* A hole ends it, and what lies before is locked. */
TEST(mlock, range_with_a_hole)
{
	struct space *sp = layout(test, "[WW].[WW]");

	fails(lock(sp, 0, 5), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKED);
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 3)) & VM_LOCKED);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 2UL);
}

TEST(mlock, all_that_a_process_has)
{
	struct space *sp = layout(test, "[WW].[rr].[WW]");

	shim_use_mm(sp->mm);
	ok(sys_mlockall(MCL_CURRENT));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 6UL);
	ok(sys_munlockall());
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

static bool is_locked(struct space *sp, long page)
{
	return shim_vm_flags(vma_of(sp, page)) & VM_LOCKED;
}

/*
 * [WW][WW][RRRR] with the first one locked, so that the second merges with it, and the third with
 * none. Each allocation fails in turn: what cannot be changed stays, and is passed by.
 */
TEST(mlock, all_without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;

	do {
		sp = layout(test, "[WWWW][RRRR]");
		ok(lock(sp, 0, 2));
		shim_use_mm(sp->mm);
		shim_fail_nth(++nth, false);
		ok(sys_mlockall(MCL_CURRENT));
		seen = shim_fail_stop();
		KUNIT_EXPECT_TRUE(test, is_locked(sp, 0) && is_locked(sp, 4));
		failed += !is_locked(sp, 2);
		KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), is_locked(sp, 2) ? 8UL : 6UL);
		oracle(test);
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
}

/* A fault of what is locked looks whether somebody has been faster before it reads from the disk. */
TEST(mlock, pages_of_a_file_as_they_are_used)
{
	struct file *file = shim_file_create_cached(4, false);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 4, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(lock_on_fault(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'C');
	ok(write_page(sp, 3, 'x'));
	ok(write_page(sp, 2, 'y'));
	expect(sp, "(wWWW)");
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 1)));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 3)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'x');
}
