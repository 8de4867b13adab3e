/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPUs, the scheduler, RCU, work queues and time: the rooms mm_shim/kernel/cpu and
 * mm_shim/kernel/sched. And the table of operations by which a task is scheduled.
 */
#ifndef SHIM_SCHED_H
#define SHIM_SCHED_H

#include <linux/sched.h>
#include <linux/types.h>

/**
 * struct shim_sched_ops - how a task waits for others and lets others run
 * @point: the task is about to do @kind (enum shim_point_kind) to the word at @addr,
 *	which other tasks can see. Called only while shim_racing is set.
 * @load: the same for a read of @size bytes, ordered as __ATOMIC_@order; returns the address of
 *	the value that is read: @addr, or where an older one is
 * @memory: the task does @event (enum shim_memory_event), beside a point or after it; the same
 * @relax: the task is in a busy wait, before it looks again: cpu_relax()
 * @park: sleep until @wake is called for the task; one that came before counts, once.
 *	The task's state may still be other than TASK_RUNNING afterwards.
 * @park_in_lock: the same while it waits for a spinlock of PREEMPT_RT: it does nothing else
 * @park_timeout: the same as @park for at most @ns nanoseconds, until the state is TASK_RUNNING
 * @wake: end the sleep of @task, whose operations these are. Its state is TASK_RUNNING.
 * @preempt_off: the outermost section without preemption begins: RCU waits for it
 * @preempt_on: it has ended
 * @reader_begin: the outermost RCU read-side section begins
 * @reader_end: it has ended
 * @synchronize: wait for a grace period. Not called within a section of the above.
 * @raise_softirq: a callback of RCU or a work was queued; may be called in any section
 * @callback_flood: very many callbacks wait, and the caller may sleep
 *
 * A task has its table in task->thread.sched. There are two: shim_free_running, where
 * tasks are threads that the host schedules (mm_shim/kernel/sched/free.c), and
 * shim_turn_taking, where one task of a race runs at a time and the plan of the race says
 * when another one goes on (mm_shim/kernel/race/turns.c).
 *
 * All but @wake are called by the task itself.
 */
struct shim_sched_ops {
	void (*point)(unsigned int kind, const void *addr);
	const void *(*load)(const void *addr, unsigned long size, int order);
	void (*memory)(unsigned int event, const void *addr, unsigned long size, int order);
	void (*relax)(void);
	void (*park)(void);
	void (*park_in_lock)(void);
	void (*park_timeout)(u64 ns);
	void (*wake)(struct task_struct *task);
	void (*preempt_off)(void);
	void (*preempt_on)(void);
	void (*reader_begin)(void);
	void (*reader_end)(void);
	void (*synchronize)(void);
	void (*raise_softirq)(void);
	void (*callback_flood)(void);
};

/* the operations of the running task */
#define shim_sched()	(current->thread.sched)

/* CPUs (cpu/cpu.c) */
void shim_cpu_boot(void);
int shim_cpu_get(void);
bool shim_cpu_claim(int cpu);
void shim_cpu_put(int cpu);

/* points and preemption (cpu/dispatch.c) */
extern int shim_racing;
void shim_preempt_watch(void);
void shim_memory_is_new(const void *addr, unsigned long size);
void shim_memory_barrier(void);

/* PREEMPT_RT (rt.c) */
#ifdef CONFIG_PREEMPT_RT
struct rt_mutex_waiter *shim_rt_set_aside(void);
void shim_rt_take_up(struct rt_mutex_waiter *waiter);
#else
static inline struct rt_mutex_waiter *shim_rt_set_aside(void) { return NULL; }
static inline void shim_rt_take_up(struct rt_mutex_waiter *waiter) { }
#endif

/* RCU (rcu.c) */
void shim_rcu_call_raw(struct rcu_head *head, rcu_callback_t func);
bool shim_rcu_run_callbacks(void);

/* work queues (workqueue.c) */
void shim_workqueue_boot(void);
bool shim_run_works(void);

/* random numbers (time.c) */
void shim_seed(u64 seed);

#endif /* SHIM_SCHED_H */
