// SPDX-License-Identifier: GPL-2.0
/*
 * Work queues, without worker threads. Works wait in one list, in the order in which they
 * were queued, and run where a task flushes one or sleeps, in the softirq task of a race,
 * and in shim_quiesce(). So the same seed repeats a run.
 */
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "internal.h"
#include <shim/sched.h>

struct workqueue_struct *system_percpu_wq __weak, *system_wq __weak, *bdi_wq;

static LIST_HEAD(queued);
static LIST_HEAD(running);
static DEFINE_SPINLOCK(lock);

/* A work that was taken off the list and runs. */
struct run {
	struct list_head entry;
	struct work_struct *work;
	int cpu;
};

/* Gets the CPU of a queued work, which is in its data above the flags. */
static int cpu_of(struct work_struct *work)
{
	return atomic_long_read(&work->data) >> WORK_STRUCT_FLAG_BITS;
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	/* a work that is queued already sees what came before, too */
	shim_memory_barrier();
	if (test_and_set_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work)))
		return false;
	spin_lock(&lock);
	atomic_long_set(&work->data, (unsigned long)cpu << WORK_STRUCT_FLAG_BITS |
			1 << WORK_STRUCT_PENDING_BIT);
	list_add_tail(&work->entry, &queued);
	spin_unlock(&lock);
	shim_sched()->raise_softirq();
	return true;
}

/*
 * Takes a work off the list, the first one if @work is NULL. With a @run it counts as running
 * from then on, and it may be queued again. Returns false if it was not in the list.
 */
static bool dequeue(struct work_struct *work, struct run *run)
{
	struct work_struct *found = NULL;

	spin_lock(&lock);
	if (!work)
		found = list_first_entry_or_null(&queued, struct work_struct, entry);
	else if (!list_empty(&work->entry))
		found = work;
	if (found && run) {
		run->work = found;
		run->cpu = cpu_of(found);
		list_add(&run->entry, &running);
	}
	if (found) {
		list_del_init(&found->entry);
		atomic_long_set(&found->data, WORK_STRUCT_NO_POOL);
	}
	spin_unlock(&lock);
	return found;
}

/* Runs a work, on the CPU that it was queued on unless that has a thread. */
static void run_work(struct run *run)
{
	int own = current->thread_info.cpu;
	bool there = run->cpu < NR_CPUS && shim_cpu_claim(run->cpu);

	if (there)
		current->thread_info.cpu = run->cpu;
	shim_memory_barrier();
	run->work->func(run->work);
	current->thread_info.cpu = own;
	if (there)
		shim_cpu_put(run->cpu);
	spin_lock(&lock);
	list_del(&run->entry);
	spin_unlock(&lock);
}

static bool is_running(struct work_struct *work)
{
	bool found = false;
	struct run *run;

	spin_lock(&lock);
	list_for_each_entry(run, &running, entry)
		found |= run->work == work;
	spin_unlock(&lock);
	return found;
}

static bool wait_for(struct work_struct *work)
{
	bool ran = false;

	while (is_running(work)) {
		ran = true;
		cpu_relax();
	}
	return ran;
}

bool flush_work(struct work_struct *work)
{
	struct run run;

	if (!dequeue(work, &run))
		return wait_for(work);
	run_work(&run);
	return true;
}

bool cancel_work_sync(struct work_struct *work)
{
	bool was_queued = dequeue(work, NULL);

	wait_for(work);
	return was_queued;
}

/**
 * shim_workqueue_boot() - create mm_percpu_wq, as init_mm_internals() of mm/vmstat.c does
 *
 * Context: booting.
 */
void shim_workqueue_boot(void)
{
	static char queue;	/* opaque outside of kernel/workqueue.c */

	mm_percpu_wq = (struct workqueue_struct *)&queue;
}

/**
 * shim_run_works() - run all works that are queued, and those that they queue
 *
 * Context: may sleep, no locks held.
 * Return: true if there was a work.
 */
bool shim_run_works(void)
{
	bool any = false;
	struct run run;

	while (dequeue(NULL, &run)) {
		run_work(&run);
		any = true;
	}
	return any;
}
