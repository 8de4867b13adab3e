/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second task of a case, to check that the first one sleeps for a lock. It runs when
 * the first one is asleep and not before, so that each run of the case is the same:
 *
 *	down_read(&lock);
 *	beside(test, &b, unlock, &lock);	// runs while protect() sleeps
 *	ok(protect(sp, 0, 2, PROT_READ));
 *	expect_waited(&b);
 *
 * A lock that has an owner is taken by the second task itself: beside_holding(). Where it is
 * the second task that sleeps, run_until_it_sleeps() starts it.
 */
#ifndef VMA_BESIDE_H
#define VMA_BESIDE_H

#include <linux/completion.h>
#include <linux/sched.h>

#include "words.h"

/**
 * struct beside - a second task, which calls a function when the first one sleeps
 * @test: the case
 * @waits: the first task
 * @task: the second task
 * @fn: the function
 * @first: another one that it calls at once, or NULL
 * @data: argument of both
 * @over: the first task has come to expect_waited()
 * @late: @fn was called after that, so the first task did not sleep
 * @taken: completed after @first
 * @go: completed when the second task may look whether the first one sleeps
 * @done: completed after @fn
 */
struct beside {
	struct kunit *test;
	struct task_struct *waits, *task;
	void (*fn)(void *data);
	void (*first)(void *data);
	void *data;
	bool over, late;
	struct completion taken, go, done;
};

void beside(struct kunit *test, struct beside *b, void (*fn)(void *), void *data);
void beside_holding(struct kunit *test, struct beside *b, void (*first)(void *),
		    void (*fn)(void *), void *data);
void expect_waited(struct beside *b);
struct task_struct *run_until_it_sleeps(int (*fn)(void *data), void *data, const char *name);

#endif /* VMA_BESIDE_H */
