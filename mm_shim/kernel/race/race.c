// SPDX-License-Identifier: GPL-2.0
/*
 * Races: a few tasks that run one at a time and take turns at synchronisation points, by
 * the plan that the search of schedules has made (mm_shim/kernel/cases/search.c). One more
 * task does the work of softirqs and of work queues, so that RCU's callbacks run as early
 * as a grace period allows, or later. Built without instrumentation, like turns.c.
 */
#include <linux/debug_locks.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/swap.h>

#include <asm/shim-point.h>
#include <shim/host.h>
#include <shim/race.h>
#include <shim/report.h>
#include <shim/sched.h>
#include <shim/tasks.h>

#include "racers.h"
#include "weak.h"

static bool may_stick;			/* the case expects a deadlock */
static char who_waits[256];

static void softirqs(void *arg)
{
	while (!turn_is_over())
		if (!shim_rcu_run_callbacks() && !shim_run_works())
			turn_block();
}

static void describe(void)
{
	struct racer *r = &racers[current->thread.racer - 1];

	pr_err("race: %s waits at %s, state %x, holds:\n", r->name,
		r->waits ?: shim_point_kind_name(r->kind), READ_ONCE(r->task->__state));
	host_print_stack();
}

#ifdef CONFIG_LOCKDEP
static bool holds(const struct racer *r, const struct lockdep_map *lock)
{
	int i;

	for (i = 0; i < r->task->lockdep_depth; i++)
		if (r->task->held_locks[i].instance == lock)
			return true;
	return false;
}

/* Names the lock that a task tried last: lockdep counts it as held from then on. */
static int name_lock(const struct racer *r, char *text, int size)
{
	const struct lockdep_map *lock;
	const struct racer *other;

	/* lockdep turns itself off at its first report, and no longer knows who holds what */
	if (!debug_locks || !r->task->lockdep_depth)
		return 0;
	lock = r->task->held_locks[r->task->lockdep_depth - 1].instance;
	for (other = racers; other < racers + nr_racers; other++)
		if (other != r && !other->ended && holds(other, lock))
			return scnprintf(text, size, "%s waits for %s, held by %s", r->name, lock->name,
					 other->name);
	return scnprintf(text, size, "%s asked for %s last, and nobody else has it", r->name,
			 lock->name);
}
#else
static int name_lock(const struct racer *r, char *text, int size)
{
	return 0;
}
#endif

/* Names who waits for whom, as far as lockdep knows. */
static void name_waiters(char *text, int size)
{
	const struct racer *r;
	int len = scnprintf(text, size, "race: deadlock or endless loop: ");

	for (r = racers; r < racers + nr_racers; r++) {
		if (r->ended || r->fn == softirqs)
			continue;
		len += name_lock(r, text + len, size - len) ?:
		       scnprintf(text + len, size - len, "%s waits at %s", r->name,
				 r->waits ?: shim_point_kind_name(r->kind));
		len += scnprintf(text + len, size - len, "; ");
	}
	text[len - 2] = 0;
}

/* Called by a racer when none can go on, see turn_begin(). */
static void stuck(void)
{
	name_waiters(who_waits, sizeof(who_waits));
	if (!may_stick)
		shim_reason("%s", who_waits);
	turn_each(describe);
	if (may_stick)
		turn_give_up();
	host_die("race: no task can go on");
}

/* A time slice is 10 ms, for those who give up, or no longer share, after some time. */
static void switched(unsigned int from, unsigned int to, enum turn_why why)
{
	if (why == TURN_SLICE)
		jiffies_64 += DIV_ROUND_UP(HZ, 100);
	story_switch(from, to, why);
}

static void run_racer(void *arg)
{
	struct racer *r = arg;

	shim_current = r->task;
	host_rcu_register();
	turn_join(r->number, r->fn == softirqs);
	r->fn(r->arg);
	debug_check_no_locks_held();
	r->ended = true;
	turn_leave();
	host_rcu_unregister();
	shim_cpu_put(r->task->thread_info.cpu);
	host_thread_exit();
}

static void add_racer(const char *name, void (*fn)(void *arg), void *arg)
{
	struct racer *r = &racers[nr_racers];

	if (nr_racers == TURN_THREADS)
		host_die("more racers than TURN_THREADS");
	*r = (struct racer) { .name = name, .fn = fn, .arg = arg, .number = nr_racers++ };
	r->task = shim_task_create(name);
	r->task->thread_info.cpu = shim_cpu_get();
	r->task->thread.racer = r->number + 1;
	r->task->thread.sched = &shim_turn_taking;
}

/**
 * shim_race() - run tasks against each other, by the plan of shim_race_plan()
 * @list: the tasks
 * @nr: number of tasks, below TURN_THREADS
 *
 * Returns when all have ended. Per-CPU batches that they have filled are not drained.
 *
 * Context: may sleep; the caller is in no race and holds no lock that the tasks take. The
 * process ends with a report if no task can go on.
 */
void shim_race(const struct shim_racer *list, unsigned int nr)
{
	unsigned int i;

	nr_racers = 0;
	shim_preempt_watch();
	for (i = 0; i < nr; i++)
		add_racer(list[i].name, list[i].fn, list[i].arg);
	add_racer("softirq", softirqs, NULL);
	wanted_points = shim_race_plan()->kinds;
	story_begin();
	weak_tales_begin(shim_race_plan()->tell);
	weak_begin(shim_race_plan()->weak);
	turn_begin(shim_race_plan(), nr_racers, stuck, switched);
	__atomic_store_n(&shim_racing, 1, __ATOMIC_RELAXED);
	for (i = 0; i < nr_racers; i++) {
		struct task_struct *task = racers[i].task;

		task->thread.host = host_thread_start(task->comm, run_racer, &racers[i]);
		if (!task->thread.host)
			host_die("race: the host refuses another thread");
	}
	turn_run();
	__atomic_store_n(&shim_racing, 0, __ATOMIC_RELAXED);
}

/**
 * shim_race_until_stuck() - as shim_race(), for tasks that are expected to deadlock
 * @list: the tasks
 * @nr: number of tasks, below TURN_THREADS
 *
 * Context: as shim_race(). After a deadlock the tasks stay where they are, with their locks.
 *
 * Return: a line that names who waits for whom, or NULL if all tasks have ended.
 */
const char *shim_race_until_stuck(const struct shim_racer *list, unsigned int nr)
{
	who_waits[0] = 0;
	may_stick = true;
	shim_race(list, nr);
	may_stick = false;
	return who_waits[0] ? who_waits : NULL;
}
