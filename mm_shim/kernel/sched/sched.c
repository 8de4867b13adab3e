// SPDX-License-Identifier: GPL-2.0
/*
 * The part of the scheduler that is the same for all tasks. The protocol of the task's state
 * is the kernel's own: set the state, check the condition, schedule(); a waker sets the
 * state to TASK_RUNNING and wakes the task. How a task sleeps is up to its struct
 * shim_sched_ops.
 */
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/rcuwait.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/sched/wake_q.h>
#include <linux/wait.h>

#include <shim/sched.h>

/* @offsets: sections that the caller may be in, as in resched_offsets_ok() of kernel/sched/core.c */
static void check_sections(unsigned int offsets)
{
	unsigned int in = preempt_count() + (rcu_preempt_depth() << MIGHT_RESCHED_RCU_SHIFT);

	WARN_ONCE(in != offsets || irqs_disabled(),
		  "BUG: scheduling while atomic: %s preempt_count:%x rcu:%d",
		  current->comm, preempt_count(), rcu_preempt_depth());
}

static void check_may_sleep(void)
{
	check_sections(0);
}

void schedule(void)
{
	check_may_sleep();
	shim_memory_barrier();	/* that of the kernel is behind the lock of the runqueue */
	/* the woken task sees all that came before, as by the kernel's runqueue lock */
	while (smp_load_acquire(&current->__state) != TASK_RUNNING)
		shim_sched()->park();
}

void schedule_preempt_disabled(void)
{
	sched_preempt_enable_no_resched();
	schedule();
	preempt_disable();
}

int io_schedule_prepare(void)
{
	int token = current->in_iowait;

	current->in_iowait = 1;
	return token;
}

void io_schedule_finish(int token)
{
	current->in_iowait = token;
}

void io_schedule(void)
{
	int token = io_schedule_prepare();

	schedule();
	io_schedule_finish(token);
}

/*
 * Stands for the timer interrupt. Readers of jiffies expect it at any time, and read them
 * plainly, so TSan does not see this write.
 */
static __no_sanitize_thread void advance(unsigned long ticks)
{
	__atomic_fetch_add(&jiffies_64, ticks, __ATOMIC_RELAXED);
}

/* The machine's time moves by the time that a task slept for, not by the host's clock. */
signed long schedule_timeout(signed long timeout)
{
	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	check_may_sleep();
	shim_sched()->park_timeout(timeout * (u64)TICK_NSEC);
	if (smp_load_acquire(&current->__state) == TASK_RUNNING)
		return timeout;
	__set_current_state(TASK_RUNNING);
	advance(timeout);
	return 0;
}

long io_schedule_timeout(long timeout)
{
	return schedule_timeout(timeout);
}

signed long schedule_timeout_killable(signed long timeout)
{
	__set_current_state(TASK_KILLABLE);
	return schedule_timeout(timeout);
}

signed long schedule_timeout_uninterruptible(signed long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}

/* kernel/sched/sched.h has the prototype, and all of the scheduler with it */
int try_to_wake_up(struct task_struct *p, unsigned int state, int wake_flags);

/* A task that sleeps in a spinlock of PREEMPT_RT is not woken; it finds that when it has the lock. */
static bool wake_later(struct task_struct *p, unsigned int state)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT) || !(p->saved_state & state))
		return false;
	p->saved_state = TASK_RUNNING;
	return true;
}

int try_to_wake_up(struct task_struct *p, unsigned int state, int wake_flags)
{
	unsigned long flags;
	int woken;

	raw_spin_lock_irqsave(&p->pi_lock, flags);
	shim_memory_barrier();
	woken = !!(READ_ONCE(p->__state) & state);
	if (woken) {
		smp_store_release(&p->__state, TASK_RUNNING);
		p->thread.sched->wake(p);
	} else {
		woken = wake_later(p, state);
	}
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
	return woken;
}

int wake_up_state(struct task_struct *p, unsigned int state)
{
	return try_to_wake_up(p, state, 0);
}

int wake_up_process(struct task_struct *p)
{
	return wake_up_state(p, TASK_NORMAL);
}

int default_wake_function(wait_queue_entry_t *entry, unsigned int mode, int flags, void *key)
{
	return try_to_wake_up(entry->private, mode, flags);
}

/* Queues a task unless it is in a wake queue: a task is in one at the most. */
static bool queue_task(struct wake_q_head *head, struct task_struct *task)
{
	struct wake_q_node *node = &task->wake_q;

	shim_memory_barrier();
	if (cmpxchg_relaxed(&node->next, NULL, WAKE_Q_TAIL))
		return false;
	*head->lastp = node;
	head->lastp = &node->next;
	return true;
}

void wake_q_add(struct wake_q_head *head, struct task_struct *task)
{
	if (queue_task(head, task))
		get_task_struct(task);
}

void wake_q_add_safe(struct wake_q_head *head, struct task_struct *task)
{
	if (!queue_task(head, task))
		put_task_struct(task);
}

void wake_up_q(struct wake_q_head *head)
{
	struct wake_q_node *node = head->first;

	while (node != WAKE_Q_TAIL) {
		struct task_struct *task = container_of(node, struct task_struct, wake_q);

		node = READ_ONCE(node->next);
		WRITE_ONCE(task->wake_q.next, NULL);
		wake_up_process(task);
		put_task_struct(task);
	}
}

/* weak: kernel/rcu/update.c is there with LOCKDEP=1 */
void __weak finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
	__set_current_state(TASK_RUNNING);
}

int __cond_resched(void)
{
	return 0;
}

/*
 * Called at the end of sections without preemption while TIF_NEED_RESCHED is set, which a case
 * may do. In a race there is a point for others anyway; the flag stays, as if the time was up in
 * each section.
 */
asmlinkage void preempt_schedule(void)
{
}

asmlinkage void preempt_schedule_notrace(void)
{
}

#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
void __might_sleep(const char *file, int line)
{
	check_may_sleep();
}

void __might_resched(const char *file, int line, unsigned int offsets)
{
	check_sections(offsets);
}
#endif

void yield(void)
{
	cpu_relax();
}
