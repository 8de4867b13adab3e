// SPDX-License-Identifier: GPL-2.0
/* A second task of a case, see beside.h. */
#include <linux/kthread.h>

#include "beside.h"

static bool is_asleep(struct task_struct *task)
{
	return READ_ONCE(task->__state) & TASK_UNINTERRUPTIBLE;
}

static int run_beside(void *data)
{
	struct beside *b = data;

	if (b->first)
		b->first(b->data);
	complete(&b->taken);
	wait_for_completion(&b->go);
	while (!is_asleep(b->waits))
		schedule_timeout_uninterruptible(1);
	b->late = READ_ONCE(b->over);
	b->fn(b->data);
	complete(&b->done);
	return 0;
}

/**
 * beside() - have a second task do something as soon as this one waits
 * @test: the case, whose oracle rests until expect_waited()
 * @b: filled in
 * @fn: what it does; it lets go of what this one will wait for
 * @data: for @fn
 */
void beside(struct kunit *test, struct beside *b, void (*fn)(void *), void *data)
{
	beside_holding(test, b, NULL, fn, data);
}

/**
 * beside_holding() - the same, with a lock that the second task takes itself
 * @test: the case, whose oracle rests until expect_waited()
 * @b: filled in
 * @first: what the second task does before this returns: it takes the lock
 * @fn: what it does when this one waits: it lets go of it
 * @data: for @first and @fn
 */
void beside_holding(struct kunit *test, struct beside *b, void (*first)(void *),
		    void (*fn)(void *), void *data)
{
	struct world *world = test->priv;

	*b = (struct beside) {
		.test = test, .waits = current, .first = first, .fn = fn, .data = data
	};
	init_completion(&b->taken);
	init_completion(&b->go);
	init_completion(&b->done);
	world->quiet = true;
	b->task = kthread_run(run_beside, b, "beside");
	wait_for_completion(&b->taken);
	complete(&b->go);	/* starting it may sleep too */
}

/**
 * expect_waited() - expect that this task had to wait for the second one
 * @b: of beside()
 */
void expect_waited(struct beside *b)
{
	struct kunit *test = b->test;
	struct world *world = test->priv;

	WRITE_ONCE(b->over, true);
	wait_for_completion(&b->done);
	/* it empties its batches as it ends, which the oracle must not meet */
	kthread_stop(b->task);
	world->quiet = false;
	KUNIT_EXPECT_FALSE_MSG(test, b->late, "it was not waited for");
	oracle(test);
}
