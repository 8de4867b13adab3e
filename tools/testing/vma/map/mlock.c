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
