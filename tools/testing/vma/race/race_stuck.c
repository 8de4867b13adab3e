// SPDX-License-Identifier: GPL-2.0
/* The report of a deadlock: tasks that wait for each other. */
#include <linux/completion.h>
#include <linux/lockdep.h>
#include <linux/rwsem.h>

#include <shim/machine.h>

#include "test.h"

static struct rw_semaphore left, right;

/* lockdep names a lock as it stands here, so these two alike */
static void make_lock(struct rw_semaphore *lock)
{
	init_rwsem(lock);
}

struct taker {
	struct rw_semaphore *first, *second;
	struct completion has_first;
	struct taker *other;
};

/*
 * Whatever the schedule, the first two are taken before anybody asks for the second.
 * To lockdep both orders are that of the subclasses, so it does not report them first.
 */
static void takes_both(void *arg)
{
	struct taker *t = arg;

	down_write(t->first);
	complete(&t->has_first);
	wait_for_completion(&t->other->has_first);
	down_write_nested(t->second, SINGLE_DEPTH_NESTING);
	up_write(t->second);
	up_write(t->first);
}

static const char *take_both(struct taker *one, struct taker *other)
{
	const struct shim_racer tasks[] = {
		{ "one", takes_both, one }, { "other", takes_both, other },
	};

	one->other = other;
	other->other = one;
	make_lock(&left);
	make_lock(&right);
	init_completion(&one->has_first);
	init_completion(&other->has_first);
	return shim_race_until_stuck(tasks, ARRAY_SIZE(tasks));
}

#define SAYS	"race: deadlock or endless loop: "

RACE(race_stuck, two_locks_in_two_orders)
{
	struct taker one = { .first = &left, .second = &right };
	struct taker other = { .first = &right, .second = &left };
	const char *says = take_both(&one, &other);

	KUNIT_ASSERT_NOT_NULL(test, says);
	if (IS_ENABLED(CONFIG_LOCKDEP))
		KUNIT_EXPECT_STREQ(test, says, SAYS "one waits for lock, held by other; other waits for lock, held by one");
	else
		KUNIT_EXPECT_TRUE(test, strstarts(says, SAYS "one waits at "));
}

RACE(race_stuck, nobody_in_one_order)
{
	struct taker one = { .first = &left, .second = &right };

	KUNIT_EXPECT_NULL(test, take_both(&one, &one));
}
