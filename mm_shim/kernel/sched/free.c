// SPDX-License-Identifier: GPL-2.0
/*
 * Free-running tasks: threads that the host's scheduler runs as it likes, on all of its
 * CPUs. Grace periods are those of liburcu. No thread serves RCU's callbacks or the work
 * queues, so a task that is about to sleep runs them itself.
 */
#include <linux/sched.h>

#include <shim/host.h>
#include <shim/sched.h>

static void no_point(unsigned int kind, const void *addr)
{
}

static const void *load(const void *addr, unsigned long size, int order)
{
	return addr;
}

static void no_memory_model(unsigned int event, const void *addr, unsigned long size, int order)
{
}

static void relax(void)
{
	host_yield();
}

/*
 * A callback or a work may be what wakes this task, or the one that has the mutex it waits for.
 * With PREEMPT_RT the task may sleep in a spinlock while it looks for them: who wakes it there, or
 * has woken it before, leaves only the state behind and no unpark that host_park() would find.
 */
static void park(void)
{
	struct rt_mutex_waiter *waiter = shim_rt_set_aside();
	bool any = shim_rcu_run_callbacks() || shim_run_works();

	shim_rt_take_up(waiter);
	if (!any && smp_load_acquire(&current->__state) != TASK_RUNNING)
		host_park();
}

static void park_timeout(u64 ns)
{
	while (smp_load_acquire(&current->__state) != TASK_RUNNING)
		if (!host_park_timeout(ns))
			break;
}

static void wake(struct task_struct *task)
{
	host_unpark(task->thread.host);
}

static void preempt_off(void)
{
	host_rcu_read_lock();
	current->thread_info.reads_by_preempt = 1;
}

/* The section may have begun before the second task started: no grace period needs it. */
static void preempt_on(void)
{
	if (!current->thread_info.reads_by_preempt)
		return;
	current->thread_info.reads_by_preempt = 0;
	host_rcu_read_unlock();
}

/* Nothing to do: callbacks and works run where a task sleeps. */
static void no_softirq(void)
{
}

static void callback_flood(void)
{
	shim_rcu_run_callbacks();
}

const struct shim_sched_ops shim_free_running = {
	.point		= no_point,
	.load		= load,
	.memory		= no_memory_model,
	.relax		= relax,
	.park		= park,
	.park_in_lock	= host_park,
	.park_timeout	= park_timeout,
	.wake		= wake,
	.preempt_off	= preempt_off,
	.preempt_on	= preempt_on,
	.reader_begin	= host_rcu_read_lock,
	.reader_end	= host_rcu_read_unlock,
	.synchronize	= host_rcu_synchronize,
	.raise_softirq	= no_softirq,
	.callback_flood	= callback_flood,
};
