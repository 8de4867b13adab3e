// SPDX-License-Identifier: GPL-2.0
/* mm_access(): who gets the memory of another process, as for /proc/pid/mem. */
#include <linux/kthread.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>

#include <shim/machine.h>

#include "internal.h"
#include "test.h"

static int sleep_until_stopped(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* One's own needs no rights. */
TEST(mm_access, memory_of_ones_own)
{
	struct space *sp = layout(test, "[WW]");
	struct task_struct *thread = shim_process_create("thread", sp->mm);
	struct mm_struct *mm;

	shim_use_mm(sp->mm);
	mm = mm_access(thread, PTRACE_MODE_READ_FSCREDS);
	KUNIT_EXPECT_PTR_EQ(test, mm, sp->mm);
	mmput(mm);
	shim_process_end(thread);
}

/* A kernel thread has none. */
TEST(mm_access, thread_without_memory)
{
	struct task_struct *thread = kthread_run(sleep_until_stopped, NULL, "sleeper");

	fails(PTR_ERR(mm_access(thread, PTRACE_MODE_READ_FSCREDS)), -ESRCH);
	kthread_stop(thread);
}
