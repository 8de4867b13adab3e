// SPDX-License-Identifier: GPL-2.0
/* mremap() of locked memory. */
#include <linux/syscalls.h>

#include "mremap.h"

TEST(mremap_locked, moved_memory_stays_locked)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(lock(sp, 0, 4));
	ok(move(sp, 1, 2, 10));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 10)) & VM_LOCKED);
	ok(unmap(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 2UL);
	ok(look(sp, 10, 2));
}

TEST(mremap_locked, growth_is_counted_and_faulted_in)
{
	struct space *sp = layout(test, "[WW].[RR]");

	ok(lock(sp, 0, 2));
	ok(resize(sp, 0, 2, 3));
	expect(sp, "[WWW][RR]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 3UL);
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 3, 5, TO, 10), 10L);
	expect(sp, "...[RR].....[WWWWW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 5UL);
	ok(resize(sp, 10, 5, 1));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 1UL);
}

/* The emptied source is not locked any more, the copy is. */
TEST(mremap_locked, dontunmap_of_the_whole)
{
	struct space *sp = layout(test, "[WW]");

	ok(lock(sp, 0, 2));
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 2, COPY_TO, 10), 10L);
	expect(sp, "[ww]........[WW]");
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKED);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 10)) & VM_LOCKED);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 2UL);
	ok(unmap(sp, 0, 12));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

TEST(mremap_locked, growth_with_lock_on_fault_is_not_faulted_in)
{
	struct space *sp = layout(test, "[WW]");

	shim_use_mm(sp->mm);
	ok(sys_mlock2(page_addr(0), 2 * PAGE_SIZE, MLOCK_ONFAULT));
	ok(resize(sp, 0, 2, 4));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	expect(sp, "[WWww]");
}
