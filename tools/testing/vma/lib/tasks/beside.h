/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second task of a case, for what only shows while the first one waits. It runs
 * when the first is asleep and not before, so a case goes the same way each time:
 *
 *	down_read(&lock);
 *	beside(test, &b, let_go, &lock);	// what is done meanwhile
 *	ok(protect(sp, 0, 2, PROT_READ));	// what has to wait
 *	expect_waited(&b);			// and did
 *
 * A lock that has an owner is taken by the second task itself: beside_holding().
 */
#ifndef VMA_BESIDE_H
#define VMA_BESIDE_H

#include <linux/completion.h>
#include <linux/sched.h>

#include "words.h"

/**
 * struct beside - what a second task does when the first one waits
 * @test: the case
 * @waits: the first one
 * @task: the second one
 * @fn: what the second one does
 * @first: and what it did at once, or NULL
 * @data: for both
 * @over: the first one did not wait
 * @late: and so @fn ran afterwards
 * @taken: @first has run
 * @go: the first one is about to
 * @done: @fn has run
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

#endif /* VMA_BESIDE_H */
