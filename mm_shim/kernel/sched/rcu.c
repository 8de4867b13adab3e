// SPDX-License-Identifier: GPL-2.0
/*
 * RCU over the host's engine. Callbacks wait in one list, in the order in which
 * they came, and run where the machine says so: at a barrier, when a case ends,
 * or when too many wait and the caller may sleep. So a seed repeats a run.
 */
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <shim/compat.h>
#include <shim/host.h>
#include <shim/machine.h>

#define MANY_CALLBACKS	512

static struct rcu_head *waiting;	/* the newest first */
static atomic_long_t nr_waiting;

void __rcu_read_lock(void)
{
	if (!current->rcu_read_lock_nesting) {
		shim_race_reader(true);
		host_rcu_read_lock();
	}
	current->rcu_read_lock_nesting++;
	barrier();
}

void __rcu_read_unlock(void)
{
	barrier();
	if (!--current->rcu_read_lock_nesting) {
		host_rcu_read_unlock();
		shim_race_reader(false);
	}
	WARN_ON_ONCE(current->rcu_read_lock_nesting < 0);
}

int shim_preempt_watched;

/**
 * shim_preempt_watch() - more tasks than one run from now on
 */
void shim_preempt_watch(void)
{
	__atomic_store_n(&shim_preempt_watched, 1, __ATOMIC_RELAXED);
}

void shim_preempt_off(void)
{
	if (shim_in_race())
		return;
	host_rcu_read_lock();
	current->thread_info.reads_by_preempt = 1;
}

void shim_preempt_on(void)
{
	if (current->thread_info.reads_by_preempt) {
		current->thread_info.reads_by_preempt = 0;
		host_rcu_read_unlock();
	} else {
		shim_race_preemptible();
	}
}

/**
 * shim_rcu_call_raw() - call_rcu() that never runs callbacks at once
 * @head: links the callback
 * @func: called after a grace period
 */
void shim_rcu_call_raw(struct rcu_head *head, rcu_callback_t func)
{
	head->func = func;
	head->next = (void *)READ_ONCE(waiting);
	while (!try_cmpxchg(&waiting, (struct rcu_head **)&head->next, head))
		;
	atomic_long_inc(&nr_waiting);
	shim_race_softirq();
}

static void synchronize(void)
{
	if (shim_in_race())
		shim_race_synchronize();
	else
		host_rcu_synchronize();
}

/**
 * shim_rcu_run_callbacks() - wait for a grace period and run what waited for it
 *
 * Context: may sleep; outside of read-side sections.
 * Return: whether there was anything to run.
 */
bool shim_rcu_run_callbacks(void)
{
	struct rcu_head *list = xchg(&waiting, NULL), *fifo = NULL, *next;

	if (!list)
		return false;
	synchronize();
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

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	shim_rcu_call_raw(head, func);
	if (atomic_long_read(&nr_waiting) > MANY_CALLBACKS &&
	    preemptible() && !rcu_preempt_depth() && !shim_in_race())
		shim_rcu_run_callbacks();
}

void synchronize_rcu(void)
{
	WARN_ONCE(rcu_preempt_depth(), "synchronize_rcu() in a read-side section");
	synchronize();
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

struct shim_kvfree {
	struct rcu_head rcu;
	void *ptr;
};

static void kvfree_callback(struct rcu_head *rcu)
{
	struct shim_kvfree *f = container_of(rcu, struct shim_kvfree, rcu);

	kvfree(f->ptr);
	kfree(f);
}

void kvfree_call_rcu(struct shim_kvfree_head *head, void *ptr)
{
	struct shim_kvfree *f = kmalloc(sizeof(*f), GFP_ATOMIC | __GFP_NOFAIL);

	f->ptr = ptr;
	shim_rcu_call_raw(&f->rcu, kvfree_callback);
}
