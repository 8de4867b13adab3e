// SPDX-License-Identifier: GPL-2.0
/*
 * RCU: read-side sections and grace periods are those of the running task's scheduler.
 * Callbacks wait in one list, in the order of call_rcu(), and run at certain places: at
 * a barrier, at the end of a case, where a task sleeps, or in call_rcu() if too many wait
 * and the caller may sleep. So the same seed repeats a run.
 */
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include <shim/sched.h>

#define MANY_CALLBACKS	512

static struct rcu_head *waiting;	/* the newest first */
static atomic_long_t nr_waiting;

void __rcu_read_lock(void)
{
	if (!current->rcu_read_lock_nesting)
		shim_sched()->reader_begin();
	current->rcu_read_lock_nesting++;
	barrier();
}

void __rcu_read_unlock(void)
{
	barrier();
	if (!--current->rcu_read_lock_nesting)
		shim_sched()->reader_end();
	WARN_ON_ONCE(current->rcu_read_lock_nesting < 0);
}

/**
 * shim_rcu_call_raw() - queue a callback as call_rcu() does, and never run any
 * @head: links the callback
 * @func: called after a grace period
 *
 * Context: any, with any lock held.
 */
void shim_rcu_call_raw(struct rcu_head *head, rcu_callback_t func)
{
	head->func = func;
	head->next = (void *)READ_ONCE(waiting);
	while (!try_cmpxchg(&waiting, (struct rcu_head **)&head->next, head))
		;
	atomic_long_inc(&nr_waiting);
	shim_sched()->raise_softirq();
}

/**
 * shim_rcu_run_callbacks() - wait for a grace period and run the callbacks queued before it
 *
 * Context: may sleep; outside of read-side sections.
 * Return: true if there was a callback.
 */
bool shim_rcu_run_callbacks(void)
{
	struct rcu_head *list = xchg(&waiting, NULL), *fifo = NULL, *next;

	if (!list)
		return false;
	shim_sched()->synchronize();
	for (; list; list = next) {
		next = (void *)list->next;
		list->next = (void *)fifo;
		fifo = list;
		atomic_long_dec(&nr_waiting);
	}
	for (; fifo; fifo = next) {
		next = (void *)fifo->next;
		rcu_lock_acquire(&rcu_callback_map);
		fifo->func(fifo);
		rcu_lock_release(&rcu_callback_map);
	}
	return true;
}

#ifdef CONFIG_LOCKDEP
int rcu_scheduler_active = 2;	/* RCU_SCHEDULER_RUNNING, in kernel/rcu/rcu.h */

/* A grace period waits for every task, whatever it does. */
bool notrace rcu_is_watching(void)
{
	return true;
}
#endif

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	shim_rcu_call_raw(head, func);
	if (atomic_long_read(&nr_waiting) > MANY_CALLBACKS &&
	    preemptible() && !rcu_preempt_depth())
		shim_sched()->callback_flood();
}

void synchronize_rcu(void)
{
	WARN_ONCE(rcu_preempt_depth(), "synchronize_rcu() in a read-side section");
	shim_sched()->synchronize();
}

void synchronize_rcu_expedited(void)
{
	synchronize_rcu();
}

void rcu_barrier(void)
{
	while (shim_rcu_run_callbacks())
		;
}
