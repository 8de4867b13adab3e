// SPDX-License-Identifier: GPL-2.0
/*
 * Races: a few tasks that run one at a time and take turns at synchronisation
 * points, in an order that the plan of the search says (search.c). Beside those
 * of the test runs one for what a softirq and a work queue would do, so that
 * RCU's callbacks come as early as a grace period allows, or later.
 */
#include <linux/debug_locks.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/swap.h>

#include <asm/shim-point.h>
#include <shim/host.h>
#include <shim/machine.h>
#include <shim/points.h>
#include <shim/turn.h>

struct racer {
	const char *name;
	void (*fn)(void *arg);
	void *arg;
	struct task_struct *task;
	unsigned int number;
	const char *waits;		/* for what, if it is blocked */
	const void *at;			/* the word of its last point */
	unsigned int kind;
	bool reading;			/* in an RCU read-side section */
	unsigned long sections;		/* that it has ended, with those without preemption */
	bool waits_for_readers;
	bool ended;
};

int shim_racing;

static struct racer racers[TURN_THREADS];
static unsigned int nr_racers;
static unsigned int wanted_points;	/* of the plan */
/* what the points of RCU name: sections read it, a grace period writes it */
static unsigned long rcu_word;
static bool may_stick;			/* that no task can go on is what the case wants */
static char who_waits[256];

static struct racer *self(void)
{
	int number = __atomic_load_n(&shim_racing, __ATOMIC_RELAXED) ? turn_self() : -1;

	return number < 0 ? NULL : &racers[number];
}

/**
 * shim_in_race() - whether the running task takes part in a race
 */
bool shim_in_race(void)
{
	return self();
}

void shim_point_reached(unsigned int kind, const void *addr)
{
	struct racer *r = self();
	unsigned int bits;

	if (!r)
		return;
	r->kind = kind;
	r->at = addr;
	bits = shim_point_bits(kind, addr, wanted_points);
	if (kind == SHIM_POINT_READ || kind == SHIM_POINT_RCU)
		turn_point(TURN_READS, bits, addr);
	else
		turn_point(kind == SHIM_POINT_LOCK ? TURN_TAKES : TURN_WRITES, bits, addr);
}

static bool is_in_section(const struct racer *r)
{
	return r->reading || r->task->thread_info.preempt_count;
}

static void end_section(struct racer *r)
{
	unsigned int i;

	if (is_in_section(r))
		return;
	r->sections++;
	for (i = 0; i < nr_racers; i++)
		if (racers[i].waits_for_readers)
			turn_wake(i);
}

/**
 * shim_race_reader() - the outermost RCU read-side section begins or ends
 * @begins: which
 */
void shim_race_reader(bool begins)
{
	struct racer *r = self();

	if (!r)
		return;
	shim_point_reached(SHIM_POINT_RCU, &rcu_word);
	r->reading = begins;
	if (!begins)
		end_section(r);
}

/**
 * shim_race_preemptible() - the outermost section without preemption ends
 */
void shim_race_preemptible(void)
{
	struct racer *r = self();

	if (!r)
		return;
	host_rcu_reader_over();
	end_section(r);
}

/**
 * shim_race_synchronize() - wait until the read-side sections of now have ended
 *
 * Context: in a race, not within such a section.
 */
void shim_race_synchronize(void)
{
	struct racer *r = self(), *other;
	unsigned long sections;

	r->waits = "a grace period";
	r->waits_for_readers = true;
	for (other = racers; other < racers + nr_racers; other++)
		for (sections = other->sections; other != r && is_in_section(other) &&
		     other->sections == sections;)
			turn_block();
	r->waits_for_readers = false;
	r->waits = NULL;
	shim_point_reached(SHIM_POINT_GRACE, &rcu_word);
	host_rcu_period_over();
}

static void softirqs(void *arg)
{
	while (!turn_is_over())
		if (!shim_rcu_run_callbacks() && !shim_run_works())
			turn_block();
}

/**
 * shim_race_pass() - another task may go on here, which is no preemption
 */
void shim_race_pass(void)
{
	if (self())
		turn_pass();
}

/**
 * shim_race_softirq() - there is something to do for RCU or a work queue
 */
void shim_race_softirq(void)
{
	if (self())
		turn_wake(nr_racers - 1);
}

static const char *const kinds[] = {
	[SHIM_POINT_READ] = "a read", [SHIM_POINT_WRITE] = "a write",
	[SHIM_POINT_ATOMIC] = "an atomic operation", [SHIM_POINT_LOCK] = "a spinlock",
	[SHIM_POINT_UNLOCK] = "the release of a spinlock",
	[SHIM_POINT_RCU] = "an RCU read-side section", [SHIM_POINT_GRACE] = "a grace period",
};

static void describe(void)
{
	struct racer *r = self();

	pr_err("race: %s waits at %s, state %x, holds:\n", r->name,
		r->waits ?: kinds[r->kind], READ_ONCE(r->task->__state));
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

/* The lock that a task asked for last: lockdep counts it as held from then on. */
static int say_lock(const struct racer *r, char *text, int size)
{
	const struct lockdep_map *lock;
	const struct racer *other;

	/* with its first report it goes off, and knows no more who holds what */
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
static int say_lock(const struct racer *r, char *text, int size)
{
	return 0;
}
#endif

/* Who waits for whom, as far as somebody knows: lockdep does. */
static void say_who_waits(char *text, int size)
{
	const struct racer *r;
	int len = scnprintf(text, size, "race: deadlock or endless loop: ");

	for (r = racers; r < racers + nr_racers; r++) {
		if (r->ended || r->fn == softirqs)
			continue;
		len += say_lock(r, text + len, size - len) ?:
		       scnprintf(text + len, size - len, "%s waits at %s", r->name,
				 r->waits ?: kinds[r->kind]);
		len += scnprintf(text + len, size - len, "; ");
	}
	text[len - 2] = 0;
}

void shim_race_stuck(void)
{
	say_who_waits(who_waits, sizeof(who_waits));
	if (!may_stick)
		shim_reason("%s", who_waits);
	turn_each(describe);
	if (may_stick)
		turn_give_up();
	host_die("race: no task can go on");
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
}

/**
 * shim_race() - run tasks against each other, by the schedule of the search
 * @list: name and function of each, which gets its argument
 * @nr: how many
 *
 * Context: may sleep. What the tasks leave in per-CPU batches stays there.
 */
void shim_race(const struct shim_racer *list, unsigned int nr)
{
	unsigned int i;

	nr_racers = 0;
	shim_preempt_watch();
	for (i = 0; i < nr; i++)
		add_racer(list[i].name, list[i].fn, list[i].arg);
	add_racer("softirq", softirqs, NULL);
	wanted_points = shim_search_plan()->kinds;
	turn_begin(shim_search_plan(), nr_racers);
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
 * shim_race_until_stuck() - as shim_race(), for tasks that will wait for each other
 * @list: name and function of each, which gets its argument
 * @nr: how many
 *
 * Context: as shim_race(). The tasks stay where they are, with what they hold.
 *
 * Return: who waits for whom, or NULL if each task has come to its end.
 */
const char *shim_race_until_stuck(const struct shim_racer *list, unsigned int nr)
{
	who_waits[0] = 0;
	may_stick = true;
	shim_race(list, nr);
	may_stick = false;
	return who_waits[0] ? who_waits : NULL;
}
