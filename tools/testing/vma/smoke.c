// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>
#include <shim/machine.h>

static void smoke(struct kunit *test)
{
	struct mm_struct *mm = mm_alloc(), *child;
	unsigned long addr;
	char c = 'x', d = 0;

	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);
	mm->task_size = TASK_SIZE;
	shim_use_mm(mm);
	addr = vm_mmap(NULL, 0, 16 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	KUNIT_EXPECT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_EXPECT_EQ(test, shim_user_write(mm, addr, &c, 1), 0);
	KUNIT_EXPECT_EQ(test, shim_user_read(mm, addr, &d, 1), 0);
	KUNIT_EXPECT_EQ(test, d, 'x');
	KUNIT_EXPECT_EQ(test, mm->map_count, 1);
	KUNIT_EXPECT_EQ(test, sys_mprotect(addr + PAGE_SIZE * 4, 4 * PAGE_SIZE, PROT_READ), 0);
	KUNIT_EXPECT_EQ(test, mm->map_count, 3);
	child = shim_dup_mm(current, mm);
	c = 'y';
	KUNIT_EXPECT_EQ(test, shim_user_write(child, addr, &c, 1), 0);
	KUNIT_EXPECT_EQ(test, shim_user_read(mm, addr, &d, 1), 0);
	KUNIT_EXPECT_EQ(test, d, 'x');
	shim_use_mm(NULL);
	mmput(mm);
	mmput(child);
}

static struct kunit_case cases[] = { KUNIT_CASE(smoke), {} };
static struct kunit_suite suite = { .name = "boot", .test_cases = cases };
kunit_test_suite(suite);
