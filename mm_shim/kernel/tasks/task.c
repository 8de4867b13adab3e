// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks and kernel threads. A task is a copy of init_task on a thread of the
 * host with a CPU of its own; it is never freed, because its number is small
 * and whoever holds a pointer to it may look.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "internal.h"
#include "task.h"
#include <shim/compat.h>
#include <shim/host.h>
#include <shim/machine.h>

__thread struct task_struct *shim_current = &init_task;
__thread unsigned long shim_irq_flags;

/* init_task as it was when nothing ran: the mould of all others. */
static struct task_struct mould;

struct shim_kthread {
	int (*fn)(void *data);
	void *data;
	bool should_stop;
	int result;
	struct completion exited;
};

static struct shim_kthread *to_shim_kthread(struct task_struct *task)
{
	return task->worker_private;
}

/* Each task that was made; few, as none is ever freed. */
static struct task_struct *made[NR_CPUS * 8];
static atomic_t nr_made;

/**
 * shim_task_mould() - where init_task has what a task has at an address
 * @addr: any address
 *
 * A lock that a task got with the copy has no class of its own to lockdep.
 *
 * Return: the address within init_task, or 0 if @addr is not within a task.
 */
unsigned long shim_task_mould(unsigned long addr)
{
	int i, nr = min_t(int, atomic_read(&nr_made), ARRAY_SIZE(made));

	for (i = 0; i < nr; i++)
		if (addr - (unsigned long)made[i] < sizeof(init_task))
			return (unsigned long)&init_task + addr - (unsigned long)made[i];
	return 0;
}

static void note_task(struct task_struct *task)
{
	int nr = atomic_inc_return(&nr_made) - 1;

	if (nr < ARRAY_SIZE(made))
		made[nr] = task;
}

/**
 * shim_task_create() - a task that does not run yet
 * @name: its comm
 *
 * It shares signal handlers, limits and credentials with init_task and has no
 * mm. Return: the task, never NULL.
 */
struct task_struct *shim_task_create(const char *name)
{
	static atomic_t next_pid = ATOMIC_INIT(1);
	static struct host_pool *pool;
	struct task_struct *task;

	if (!pool)
		pool = host_pool_create("task_struct");
	task = host_object_alloc(pool, sizeof(*task), __alignof__(*task));
	*task = mould;
	refcount_set(&task->usage, 2);
	refcount_set(&task->rcu_users, 2);
	raw_spin_lock_init(&task->pi_lock);
	spin_lock_init(&task->alloc_lock);
	INIT_LIST_HEAD(&task->tasks);
	INIT_LIST_HEAD(&task->children);
	INIT_LIST_HEAD(&task->sibling);
	INIT_LIST_HEAD(&task->thread_node);
	task->group_leader = task;
	task->pid = task->tgid = atomic_inc_return(&next_pid);
	task->flags &= ~PF_KTHREAD;
	task->thread_info.preempt_count = 0;
	task->rcu_read_lock_nesting = 0;
	task->mm = task->active_mm = NULL;
	task->wake_q.next = NULL;
	lockdep_init_task(task);
	note_task(task);
	strscpy(task->comm, name, sizeof(task->comm));
	return task;
}

static void __noreturn end_task(struct task_struct *task, long result)
{
	struct shim_kthread *kt = to_shim_kthread(task);

	/* the other threads were not forked with it */
	if (shim_sweep_mode() == SHIM_SWEEP_FAIL)
		host_die("the case ended within an operation, with an allocation that failed");
	kt->result = result;
	task->vfork_done = NULL;
	debug_check_no_locks_held();
	lru_add_drain();
	host_rcu_unregister();
	shim_cpu_put(task->thread_info.cpu);
	/* from here on the creator may go on, so nothing of ours is touched */
	complete_all(&kt->exited);
	host_thread_exit();
}

static void run_task(void *arg)
{
	struct task_struct *task = arg;
	struct shim_kthread *kt = to_shim_kthread(task);

	shim_current = task;
	host_rcu_register();
	schedule();
	/* stopped before it was ever run */
	end_task(task, READ_ONCE(kt->should_stop) ? -EINTR : kt->fn(kt->data));
}

struct task_struct *kthread_create_on_node(int (*fn)(void *data), void *data, int node,
					   const char *namefmt, ...)
{
	/* a case may hold any lock when it starts a second task */
	struct shim_kthread *kt = kzalloc(sizeof(*kt), GFP_ATOMIC | __GFP_NOFAIL);
	char name[TASK_COMM_LEN];
	struct task_struct *task;
	va_list args;

	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	/* KUnit runs each case, and its end, in a thread, and waits for it */
	if (!strstarts(name, "kunit_try_catch")) {
		shim_preempt_watch();
		if (shim_sweep_mode() == SHIM_SWEEP_RECORD)
			shim_sweep_log()->threads = true;
	}
	kt->fn = fn;
	kt->data = data;
	init_completion(&kt->exited);
	task = shim_task_create(name);
	task->worker_private = kt;
	task->vfork_done = &kt->exited;
	task->thread_info.cpu = shim_cpu_get();
	WRITE_ONCE(task->__state, TASK_UNINTERRUPTIBLE);
	task->thread.host = host_thread_start(task->comm, run_task, task);
	if (!task->thread.host)
		return ERR_PTR(-EAGAIN);
	return task;
}

bool kthread_should_stop(void)
{
	return READ_ONCE(to_shim_kthread(current)->should_stop);
}

void *kthread_func(struct task_struct *task)
{
	struct shim_kthread *kt = to_shim_kthread(task);

	return kt ? kt->fn : NULL;
}

int kthread_stop(struct task_struct *task)
{
	struct shim_kthread *kt = to_shim_kthread(task);

	WRITE_ONCE(kt->should_stop, true);
	wake_up_process(task);
	wait_for_completion(&kt->exited);
	return kt->result;
}

/* The linker sends calls of do_exit() here: exit.c itself stays unlinked. */
void __noreturn __wrap_do_exit(long code)
{
	end_task(current, code);
}

struct kthread;
void __noreturn __wrap_kthread_do_exit(struct kthread *kthread, long code)
{
	end_task(current, code);
}

#ifdef SHIM_KTHREAD_EXIT_FUNCTION
void __noreturn kthread_exit(long code)
{
	end_task(current, code);
}
#endif

/**
 * shim_use_mm() - make a mm the one that the running task's system calls mean
 * @mm: the mm, or NULL for none; no reference is taken
 */
void shim_use_mm(struct mm_struct *mm)
{
	current->mm = mm;
	current->active_mm = mm;
}

/**
 * shim_task_boot() - the booting thread becomes init_task
 */
void shim_task_boot(void)
{
	init_task.thread.host = host_thread_self();
	init_task.thread_info.preempt_count = 0;
	init_task.thread_info.cpu = shim_cpu_get();
	init_task.flags &= ~PF_KTHREAD;
	mould = init_task;
	host_rcu_register();
}
