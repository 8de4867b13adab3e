// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks and kernel threads. A task is a copy of init_task on a thread of the host with a
 * CPU of its own. It is never freed, as a waker may have a pointer to a task that has
 * ended, and there are few.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "internal.h"
#include <shim/host.h>
#include <shim/memory.h>
#include <shim/sched.h>
#include <shim/tasks.h>

unsigned long init_stack[THREAD_SIZE / sizeof(unsigned long)];
struct nsproxy init_nsproxy;

/* init_task as it was at boot, of which all others are copies. */
static struct task_struct template;

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

/* All tasks, few enough, as none is ever freed. */
static struct task_struct *tasks[NR_CPUS * 8];
static atomic_t nr_tasks;

static void note_task(struct task_struct *task)
{
	int nr = atomic_inc_return(&nr_tasks) - 1;

	if (nr < ARRAY_SIZE(tasks))
		tasks[nr] = task;
}

/**
 * shim_task_create() - a task that does not run yet
 * @name: its comm
 *
 * It shares signal handlers, limits and credentials with init_task, has no mm, and is
 * free-running, see struct shim_sched_ops.
 *
 * Context: any. Return: the task, never NULL.
 */
struct task_struct *shim_task_create(const char *name)
{
	static atomic_t next_pid = ATOMIC_INIT(1);
	static struct host_pool *pool;
	struct task_struct *task;

	if (!pool)
		pool = host_pool_create("task_struct");
	task = host_object_alloc(pool, sizeof(*task), __alignof__(*task));
	*task = template;
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
	task->cpus_ptr = &task->cpus_mask;	/* as dup_task_struct() does */
	lockdep_init_task(task);
	note_task(task);
	strscpy(task->comm, name, sizeof(task->comm));
	return task;
}

static void __noreturn end_task(struct task_struct *task, long result)
{
	struct shim_kthread *kt = to_shim_kthread(task);

	/* this process has no other threads: fork() took this one alone */
	if (shim_sweep_mode() == SHIM_SWEEP_FAIL)
		host_die("the case ended within an operation, with an allocation that failed");
	kt->result = result;
	task->vfork_done = NULL;
	debug_check_no_locks_held();
	lru_add_drain();
	host_rcu_unregister();
	shim_cpu_put(task->thread_info.cpu);
	/* from here on the creator may go on and free @kt's case */
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
	/* a case may hold any lock when it starts a task, so this must not sleep */
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

int nsproxy_cache_init(void)
{
	return 0;
}

#ifdef CONFIG_LOCKDEP
/* The address within init_task of a copy's part, or 0 if @addr is not within a task. */
static unsigned long in_init_task(unsigned long addr)
{
	int i, nr = min_t(int, atomic_read(&nr_tasks), ARRAY_SIZE(tasks));

	for (i = 0; i < nr; i++)
		if (addr - (unsigned long)tasks[i] < sizeof(init_task))
			return (unsigned long)&init_task + addr - (unsigned long)tasks[i];
	return 0;
}

/*
 * Asked by lockdep, whose classes are static locks by their addresses: the copies of a
 * per-CPU lock are one class, by the address of the first. So are the locks that a task
 * got with the copy of init_task.
 */
bool __is_kernel_percpu_address(unsigned long addr, unsigned long *can_addr)
{
	unsigned long at = in_init_task(addr) ?: shim_percpu_first(addr);

	if (at && can_addr)
		*can_addr = at;
	return at;
}

bool is_kernel_percpu_address(unsigned long addr)
{
	return __is_kernel_percpu_address(addr, NULL);
}
#endif

/**
 * shim_task_boot() - make the booting thread init_task
 */
void shim_task_boot(void)
{
	init_task.thread.host = host_thread_self();
	init_task.thread_info.preempt_count = 0;
	init_task.thread_info.cpu = shim_cpu_get();
	init_task.flags &= ~PF_KTHREAD;
	template = init_task;
	host_rcu_register();
}
