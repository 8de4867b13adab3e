// SPDX-License-Identifier: GPL-2.0
/*
 * Turn-taking tasks: one task of a race runs at a time, and another one goes on only at a
 * synchronisation point, where mm_shim/host/choose.c decides by the plan of the race, or
 * when the first one waits. This file counts the read-side sections of each racer, so that
 * a grace period ends as early as it may. The last racer runs RCU's callbacks and the works.
 *
 * Built without instrumentation: only the task that has the turn changes these counts. TSan
 * must not see the turns, since it would take them for an order between the kernel's own
 * accesses.
 */
#include <linux/sched.h>

#include <asm/shim-point.h>
#include <shim/host.h>
#include <shim/race.h>
#include <shim/sched.h>

#include "racers.h"
#include "weak.h"

unsigned int wanted_points;		/* of the plan, see struct turn_plan */

/* the word that points of RCU access: sections read it, a grace period writes it */
static unsigned long rcu_word;

static struct racer *self(void)
{
	return &racers[current->thread.racer - 1];
}

/**
 * shim_in_race() - check if the running task takes part in a race
 *
 * Context: any.
 * Return: true if it does.
 */
bool shim_in_race(void)
{
	return shim_sched() == &shim_turn_taking;
}

static void point(unsigned int kind, const void *addr)
{
	struct racer *r = self();
	unsigned int bits;

	r->kind = kind;
	r->at = addr;
	bits = shim_point_bits(kind, addr, wanted_points);
	if (kind == SHIM_POINT_READ || kind == SHIM_POINT_RCU)
		turn_point(TURN_READS, bits, addr);
	else
		turn_point(kind == SHIM_POINT_LOCK ? TURN_TAKES : TURN_WRITES, bits, addr);
}

static const void *load(const void *addr, unsigned long size, int order)
{
	point(SHIM_POINT_READ, addr);
	return weak_on ? weak_load(addr, size, order) : addr;
}

static void memory(unsigned int event, const void *addr, unsigned long size, int order)
{
	if (weak_on)
		weak_told(event, addr, size, order);
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
	weak_reader_ends(r->number);
	r->sections++;
	for (i = 0; i < nr_racers; i++)
		if (racers[i].waits_for_readers)
			turn_wake(i);
}

/* The host's section is for TSan, which learns the order of RCU from it. */
static void reader_begin(void)
{
	point(SHIM_POINT_RCU, &rcu_word);
	self()->reading = true;
	weak_reader_begins(self()->number);
	host_rcu_read_lock();
}

static void reader_end(void)
{
	struct racer *r = self();

	host_rcu_read_unlock();
	point(SHIM_POINT_RCU, &rcu_word);
	r->reading = false;
	end_section(r);
}

/* The section begins by itself: is_in_section() looks at preempt_count. */
static void preempt_off(void)
{
	weak_reader_begins(self()->number);
}

static void preempt_on(void)
{
	host_rcu_reader_over();
	end_section(self());
}

/* Waits for the sections of other racers that have begun and not ended yet. */
static void synchronize(void)
{
	struct racer *r = self(), *other;
	unsigned long sections;

	r->waits = "a grace period";
	r->waits_for_readers = true;
	weak_grace_begins(r->number);
	for (other = racers; other < racers + nr_racers; other++)
		for (sections = other->sections; other != r && is_in_section(other) &&
		     other->sections == sections;)
			turn_block();
	r->waits_for_readers = false;
	r->waits = NULL;
	point(SHIM_POINT_GRACE, &rcu_word);
	weak_grace_ends(r->number);
	host_rcu_period_over();
}

static void park(void)
{
	weak_sleeps(self()->number);
	turn_block();
}

/* The time is over when no other task can go on. */
static void park_timeout(u64 ns)
{
	weak_sleeps(self()->number);
	turn_spin();
}

static void wake(struct task_struct *task)
{
	weak_hands_to(self()->number, task->thread.racer - 1);
	turn_wake(task->thread.racer - 1);
}

/* The last racer runs callbacks and works. */
static void raise_softirq(void)
{
	weak_hands_to(self()->number, nr_racers - 1);
	turn_wake(nr_racers - 1);
}

static void callback_flood(void)
{
}

/**
 * shim_race_pass() - let another task go on here, which does not count as a preemption
 *
 * Does nothing without a race.
 *
 * Context: any, with any lock held: a task that needs the lock gives the turn back.
 */
void shim_race_pass(void)
{
	if (shim_in_race())
		turn_pass();
}

const struct shim_sched_ops shim_turn_taking = {
	.point		= point,
	.load		= load,
	.memory		= memory,
	.relax		= turn_spin,
	.park		= park,
	.park_in_lock	= park,
	.park_timeout	= park_timeout,
	.wake		= wake,
	.preempt_off	= preempt_off,
	.preempt_on	= preempt_on,
	.reader_begin	= reader_begin,
	.reader_end	= reader_end,
	.synchronize	= synchronize,
	.raise_softirq	= raise_softirq,
	.callback_flood	= callback_flood,
};
