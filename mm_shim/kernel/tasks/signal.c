// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that the kernel finds by for_each_process(), and the signals that it sends
 * them, which are recorded and not delivered.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include <shim/tasks.h>

static struct shim_signal sent[SHIM_MAX_SIGNALS];
static int nr_sent;

static int record(struct task_struct *task, int sig, int code, unsigned long addr, short lsb)
{
	if (WARN_ON(nr_sent == SHIM_MAX_SIGNALS))
		return -EAGAIN;
	sent[nr_sent++] = (struct shim_signal) { task, sig, code, addr, lsb };
	return 0;
}

int send_sig_mceerr(int code, void __user *addr, short lsb, struct task_struct *task)
{
	return record(task, SIGBUS, code, (unsigned long)addr, lsb);
}

int force_sig_mceerr(int code, void __user *addr, short lsb)
{
	return record(current, SIGBUS, code, (unsigned long)addr, lsb);
}

int do_send_sig_info(int sig, struct kernel_siginfo *info, struct task_struct *task,
		     enum pid_type type)
{
	return record(task, sig, 0, 0, 0);
}

/**
 * shim_signals() - the signals that were sent since the case began
 * @signals: set to the first, valid until the end of the case
 *
 * Return: how many.
 */
int shim_signals(const struct shim_signal **signals)
{
	*signals = sent;
	return nr_sent;
}

/**
 * shim_process_create() - a process of one thread that does not run
 * @name: its comm
 * @mm: its address space, to which it takes no reference
 *
 * Unlike a thread of the machine it is in the list of all processes, has signal
 * handlers of its own, and gets SIGBUS early for memory failure (PF_MCE_EARLY).
 *
 * Return: the process, never NULL, until shim_process_end().
 */
struct task_struct *shim_process_create(const char *name, struct mm_struct *mm)
{
	struct signal_struct *signal = kzalloc(sizeof(*signal), GFP_KERNEL | __GFP_NOFAIL);
	struct task_struct *task = shim_task_create(name);

	INIT_LIST_HEAD(&signal->thread_head);
	init_rwsem(&signal->exec_update_lock);
	list_add_tail(&task->thread_node, &signal->thread_head);
	task->signal = signal;
	task->mm = task->active_mm = mm;
	task->flags |= PF_MCE_PROCESS | PF_MCE_EARLY;
	list_add_tail_rcu(&task->tasks, &init_task.tasks);
	return task;
}

/**
 * shim_process_end() - take a process off the list of all
 * @task: from shim_process_create()
 */
void shim_process_end(struct task_struct *task)
{
	list_del_rcu(&task->tasks);
	task->mm = task->active_mm = NULL;
	kfree(task->signal);
	task->signal = NULL;
}
