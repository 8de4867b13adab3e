// SPDX-License-Identifier: GPL-2.0
/*
* Sections that a grace period of the machine waits for, by all schedules. The kernel
 * counts on both kinds of sections: folio_lock_anon_vma_read() begins in the first,
 * and the end of up_read() is in the second.
 */
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "race.h"
#include "test.h"

static unsigned int began, ended;

static void reads(struct racer *r)
{
	rcu_read_lock();
	WRITE_ONCE(began, 1);
	WRITE_ONCE(ended, 1);
	rcu_read_unlock();
}

static void cannot_be_preempted(struct racer *r)
{
	preempt_disable();
	WRITE_ONCE(began, 1);
	WRITE_ONCE(ended, 1);
	preempt_enable();
}

/* Returns whether the section was overtaken: it began before, and ends after. */
static void waits(struct racer *r)
{
	unsigned int before = READ_ONCE(began);

	synchronize_rcu();
	r->ret = before && !READ_ONCE(ended);
}

static void expect_a_wait(struct kunit *test, void (*section)(struct racer *r))
{
	struct space *sp = layout(test, "[w]");
	struct racer reader = RACER("reader", section, .sp = sp);
	struct racer updater = RACER("updater", waits, .sp = sp);

	race(test, &reader, &updater);
	KUNIT_EXPECT_FALSE(test, updater.ret);
}

RACE(race_rcu, a_grace_period_waits_for_a_reader)
{
	expect_a_wait(test, reads);
}

RACE(race_rcu, a_grace_period_waits_for_a_section_without_preemption)
{
	expect_a_wait(test, cannot_be_preempted);
}
