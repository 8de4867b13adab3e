// SPDX-License-Identifier: GPL-2.0
/*
 * What PREEMPT_RT wants of the scheduler: sleeping in a spinlock, and priorities. No task of
 * the machine has another priority than its neighbours, so that none is ever lent.
 */
#ifdef CONFIG_PREEMPT_RT
#include <linux/bottom_half.h>
#include <linux/mmu_context.h>	/* sched.h of 6.12 wants it */
#include <linux/sched.h>
#include <linux/sched/rt.h>

#include <shim/sched.h>

/* the count of tasks that may not leave their CPU is in it */
#include <../kernel/sched/sched.h>
DEFINE_PER_CPU_SHARED_ALIGNED(struct rq, runqueues);

/*
 * A task sleeps in a spinlock with its own state saved. It may be in an RCU reader, as it
 * may be preempted there.
 */
void schedule_rtlock(void)
{
	WARN_ONCE(preempt_count() || irqs_disabled(),
		  "BUG: scheduling while atomic: %s preempt_count:%x in a spinlock",
		  current->comm, preempt_count());
	while (smp_load_acquire(&current->__state) != TASK_RUNNING)
		shim_sched()->park_in_lock();
}

/* before and behind a sleep in a mutex: no work queue and no plugged I/O is told of it */
void rt_mutex_pre_schedule(void)
{
	lockdep_assert(!fetch_and_set(current->sched_rt_mutex, 1));
}

void rt_mutex_schedule(void)
{
	lockdep_assert(current->sched_rt_mutex);
	schedule();
}

void rt_mutex_post_schedule(void)
{
	lockdep_assert(fetch_and_set(current->sched_rt_mutex, 0));
}

/**
 * shim_rt_set_aside() - forget which lock the task waits for, so that it can wait for others
 *
 * A task is in the queue of one lock at a time. Before one that waits for a mutex runs callbacks
 * of RCU or works, which take locks too, the kernel must not find that first one here.
 *
 * Context: the task is about to sleep, or does not wait for a lock. Takes pi_lock.
 * Return: for shim_rt_take_up().
 */
struct rt_mutex_waiter *shim_rt_set_aside(void)
{
	struct rt_mutex_waiter *waiter;
	unsigned long flags;

	raw_spin_lock_irqsave(&current->pi_lock, flags);
	waiter = current->pi_blocked_on;
	current->pi_blocked_on = NULL;
	raw_spin_unlock_irqrestore(&current->pi_lock, flags);
	return waiter;
}

/**
 * shim_rt_take_up() - undo shim_rt_set_aside()
 * @waiter: what it returned
 *
 * Context: as for that. Takes pi_lock.
 */
void shim_rt_take_up(struct rt_mutex_waiter *waiter)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&current->pi_lock, flags);
	current->pi_blocked_on = waiter;
	raw_spin_unlock_irqrestore(&current->pi_lock, flags);
}

/* The caller has both tasks' pi_lock; pi_task waits for what p has. */
void rt_mutex_setprio(struct task_struct *p, struct task_struct *pi_task)
{
	p->pi_top_task = pi_task;
	WARN_ON_ONCE(pi_task && pi_task->prio < p->normal_prio);
}

/* Softirqs are off for the task, which may sleep meanwhile. */
void __local_bh_disable_ip(unsigned long ip, unsigned int cnt)
{
	current->softirq_disable_cnt += cnt;
}

void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	current->softirq_disable_cnt -= cnt;
}
#endif
