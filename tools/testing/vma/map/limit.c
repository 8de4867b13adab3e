// SPDX-License-Identifier: GPL-2.0
/* Limits of a process: memory mapped, data and locked memory by its rlimits, VMAs by number. */
#include <linux/syscalls.h>

#include "chardev.h"
#include "internal.h"
#include "test.h"

static struct rlimit *limit_of(int which)
{
	return &current->signal->rlim[which];
}

TEST(limit, address_space_and_mremap)
{
	struct space *sp = layout(test, "[WW][rr]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

	limit_of(RLIMIT_AS)->rlim_cur = 5 * PAGE_SIZE;
	fails(remap(sp, 0, 2, 4, MREMAP_MAYMOVE, 0), -ENOMEM);
	fails(remap(sp, 0, 2, 2, flags, 8), -ENOMEM);
	expect(sp, "[WW][rr]");
	ok(move(sp, 0, 2, 8));
	ok(resize(sp, 8, 2, 3));
	fails(resize(sp, 8, 3, 4), -ENOMEM);
	expect(sp, "..[rr]....[WWw]");
	limit_of(RLIMIT_AS)->rlim_cur = RLIM_INFINITY;
}

TEST(limit, address_space_and_brk)
{
	struct space *sp = space_with_brk(test, 0);

	limit_of(RLIMIT_AS)->rlim_cur = 3 * PAGE_SIZE;
	fails(set_brk(sp, page_addr(4)), -ENOMEM);
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	ok(set_brk(sp, page_addr(3)));
	limit_of(RLIMIT_AS)->rlim_cur = RLIM_INFINITY;
}

/* Private writable memory counts as data, whoever made it writable. */
TEST(limit, data_and_everything_that_makes_some)
{
	struct space *sp = layout(test, "[WW][rr]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

	limit_of(RLIMIT_DATA)->rlim_cur = 3 * PAGE_SIZE;
	fails(map(sp, 8, 2, RW), -ENOMEM);
	ok(map(sp, 8, 2, PROT_READ));
	fails(protect(sp, 8, 2, RW), -ENOMEM);
	fails(remap(sp, 0, 2, 4, MREMAP_MAYMOVE, 0), -ENOMEM);
	fails(remap(sp, 0, 2, 2, flags, 12), -ENOMEM);
	expect(sp, "[WW][rr]....[rr]");
	ok(protect(sp, 8, 1, RW));
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 3UL);
	limit_of(RLIMIT_DATA)->rlim_cur = RLIM_INFINITY;
}

/* A user's locked memory is limited; root's is not. */
TEST(limit, locked_memory)
{
	struct space *sp = layout(test, "[WWWWWW]");

	limit_of(RLIMIT_MEMLOCK)->rlim_cur = 3 * PAGE_SIZE;
	ok(lock(sp, 0, 6));
	ok(unlock(sp, 0, 6));
	shim_drop_rights();
	fails(lock(sp, 0, 4), -ENOMEM);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
	ok(lock(sp, 0, 3));
	/* what is locked already does not count again */
	ok(lock(sp, 1, 2));
	fails(lock(sp, 3, 1), -ENOMEM);
	ok(unlock(sp, 0, 1));
	ok(lock(sp, 5, 1));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 3UL);
	limit_of(RLIMIT_MEMLOCK)->rlim_cur = 0;
	fails(lock(sp, 0, 1), -EPERM);
}

TEST(limit, locked_memory_and_mmap)
{
	struct space *sp = space_new(test);

	shim_drop_rights();
	limit_of(RLIMIT_MEMLOCK)->rlim_cur = 3 * PAGE_SIZE;
	fails(map_file(sp, 0, 4, RW, ANON | MAP_LOCKED, NULL, 0), -EAGAIN);
	expect(sp, "");
	ok(map_file(sp, 0, 3, RW, ANON | MAP_LOCKED, NULL, 0));
	expect(sp, "[WWW]");
	fails(map_file(sp, 4, 1, RW, ANON | MAP_LOCKED, NULL, 0), -EAGAIN);
	ok(unmap(sp, 1, 1));
	ok(map_file(sp, 4, 1, RW, ANON | MAP_LOCKED, NULL, 0));
	limit_of(RLIMIT_MEMLOCK)->rlim_cur = 0;
	fails(map_file(sp, 6, 1, RW, ANON | MAP_LOCKED, NULL, 0), -EPERM);
}

TEST(limit, locked_memory_and_mremap)
{
	struct space *sp = layout(test, "[WWW]");

	shim_drop_rights();
	limit_of(RLIMIT_MEMLOCK)->rlim_cur = 4 * PAGE_SIZE;
	ok(lock(sp, 0, 3));
	fails(resize(sp, 0, 3, 5), -EAGAIN);
	expect(sp, "[WWW]");
	ok(resize(sp, 0, 3, 4));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	expect(sp, "[WWWW]");	/* faulted in, as it is locked */
	ok(move(sp, 0, 4, 8));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
}

TEST(limit, locked_memory_and_the_heap)
{
	struct space *sp = space_with_brk(test, 0);

	shim_drop_rights();
	limit_of(RLIMIT_MEMLOCK)->rlim_cur = 3 * PAGE_SIZE;
	shim_use_mm(sp->mm);
	ok(sys_mlockall(MCL_FUTURE));
	fails(set_brk(sp, page_addr(4)), -ENOMEM);
	ok(set_brk(sp, page_addr(3)));
	expect(sp, "[WWW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 3UL);
	ok(set_brk(sp, page_addr(1)));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 1UL);
	ok(sys_munlockall());
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

TEST(limit, locked_memory_and_the_stack)
{
	struct space *sp = space_new(test);

	shim_drop_rights();
	limit_of(RLIMIT_MEMLOCK)->rlim_cur = 4 * PAGE_SIZE;
	ok(map_file(sp, 1000, 2, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	ok(lock(sp, 1000, 2));
	fails(write_page(sp, 997, 'x'), -EFAULT);
	ok(write_page(sp, 998, 'x'));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	ok(unmap(sp, 998, 4));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

/* As many VMAs as the limit and one are made; merging ones ask nobody. */
TEST(limit, number_of_vmas_and_mmap)
{
	struct space *sp = layout(test, "[ww].[rr]");

	sysctl_max_map_count = 2;
	ok(map(sp, 8, 1, RW));
	fails(map(sp, 10, 1, RW), -ENOMEM);
	expect(sp, "[ww].[rr]...[w]");
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 3);
}

TEST(limit, number_of_vmas_and_brk)
{
	struct space *sp = space_with_brk(test, 100);

	ok(map(sp, 0, 1, RW));
	ok(map(sp, 2, 1, RW));
	sysctl_max_map_count = 1;
	fails(set_brk(sp, page_addr(102)), -ENOMEM);
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	sysctl_max_map_count = 2;
	ok(set_brk(sp, page_addr(102)));
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 3);
}

/* A move may split in two places: there must be room for all of it beforehand. */
TEST(limit, number_of_vmas_and_mremap)
{
	struct space *sp = layout(test, "[WWWWWW]");

	sysctl_max_map_count = 3;
	fails(move(sp, 2, 2, 20), -ENOMEM);
	expect(sp, "[WWWWWW]");
	sysctl_max_map_count = 7;
	ok(move(sp, 2, 2, 20));
	expect(sp, "[WW]..[WW]..............[WW]");
	ok(look(sp, 4, 2));
	ok(look(sp, 20, 2));
}

/* MREMAP_DONTUNMAP keeps the source, and may want room for one VMA more than a move. */
TEST(limit, number_of_vmas_and_mremap_that_keeps_the_source)
{
	/* older trees make no difference, and the oldest want more room for both */
	int kept = IS_ENABLED(SHIM_MREMAP_COUNTS_SPLITS) ? 3 + IS_ENABLED(SHIM_MREMAP_SPLITS_BEFORE) : 5;
	int moved = kept == 5 ? 5 : 3;
	unsigned long keep = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	struct space *sp = layout(test, "[WW]");

	sysctl_max_map_count = 1 + moved;
	fails(move(sp, 0, 2, 10), -ENOMEM);
	sysctl_max_map_count++;
	ok(move(sp, 0, 2, 10));
	sysctl_max_map_count = 1 + kept;
	fails(remap(sp, 10, 2, 2, keep, 0), -ENOMEM);
	expect(sp, "..........[WW]");
	sysctl_max_map_count++;
	KUNIT_EXPECT_EQ(test, remap(sp, 10, 2, 2, keep, 0), 0L);
	expect(sp, "[WW]........[ww]");
}

/* mprotect() over [WW][RR][WW] with one VMA too many in the middle of its work. */
TEST(limit, number_of_vmas_in_the_middle_of_mprotect)
{
	struct space *sp = layout(test, "[WWWW].[WWWW]");

	sysctl_max_map_count = 3;
	ok(protect(sp, 2, 2, PROT_READ));
	fails(protect(sp, 5, 2, PROT_READ), -ENOMEM);
	expect(sp, "[WW][RR].[WWWW]");
	ok(protect(sp, 2, 2, RW));
	ok(protect(sp, 5, 2, PROT_READ));
	expect(sp, "[WWWW].[RR][WW]");
}
