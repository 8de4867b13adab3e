// SPDX-License-Identifier: GPL-2.0
/* A second task of a case, see beside.h. */
#include <linux/kthread.h>

#include <shim/host.h>

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
 * beside() - start a second task that calls a function when this one sleeps
 * @test: the case, whose oracle is paused until expect_waited()
 * @b: filled
 * @fn: the function, which releases the lock that this task sleeps for
 * @data: argument of @fn
 */
void beside(struct kunit *test, struct beside *b, void (*fn)(void *), void *data)
{
	beside_holding(test, b, NULL, fn, data);
}

/**
 * beside_holding() - beside(), with a lock that the second task takes itself
 * @test: the case, whose oracle is paused until expect_waited()
 * @b: filled
 * @first: called by the second task before this function returns; takes the lock
 * @fn: called by it when this task sleeps; releases the lock
 * @data: argument of @first and @fn
 */
void beside_holding(struct kunit *test, struct beside *b, void (*first)(void *),
		    void (*fn)(void *), void *data)
{
	*b = (struct beside) {
		.test = test, .waits = current, .first = first, .fn = fn, .data = data
	};
	init_completion(&b->taken);
	init_completion(&b->go);
	init_completion(&b->done);
	oracle_pause(test);
	b->task = kthread_run(run_beside, b, "beside");
	wait_for_completion(&b->taken);
	complete(&b->go);	/* not before, as kthread_run() may sleep too */
}

/**
 * expect_waited() - expect that this task has slept until the second one called @fn
 * @b: from beside()
 *
 * Waits for the end of the second task, and resumes the oracle.
 */
void expect_waited(struct beside *b)
{
	struct kunit *test = b->test;

	WRITE_ONCE(b->over, true);
	wait_for_completion(&b->done);
	/* it drains its batches as it ends, which changes references that the oracle counts */
	kthread_stop(b->task);
	oracle_resume(test);
	KUNIT_EXPECT_FALSE_MSG(test, b->late, "it was not waited for");
	oracle(test);
}

/**
 * run_until_it_sleeps() - start a kernel thread, and go on when it sleeps or has ended
 * @fn: what it runs
 * @data: argument of @fn
 * @name: its name
 *
 * Context: all other tasks of the case sleep until this one lets them go on.
 *
 * Return: the thread, for kthread_stop(), which gives what @fn returns.
 */
struct task_struct *run_until_it_sleeps(int (*fn)(void *data), void *data, const char *name)
{
	struct task_struct *task = kthread_run(fn, data, "%s", name);

	host_wait_alone();
	return task;
}
