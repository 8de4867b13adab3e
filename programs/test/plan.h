/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_PLAN_H
#define RUNNER_PLAN_H

#include <stdbool.h>

#include "options.h"
#include "result.h"

/**
 * struct test_case - a selected case
 * @nr: its number on the kernel side
 * @suite: name of its suite
 * @name: its name in the suite
 * @file: where its TEST() is, as seen from the top of the repository
 * @line: the line of it
 * @skip: why it is skipped without being started, or NULL
 * @known_bug: reason to skip it for if it fails, or NULL
 * @oom: how it is swept with failing allocations
 * @search: if its tasks race: which schedules are run
 * @done: @result is final
 * @result: what came of it
 */
struct test_case {
	unsigned int nr;
	const char *suite;
	const char *name;
	const char *file;
	unsigned int line;
	const char *skip;
	const char *known_bug;
	struct shim_oom oom;
	struct shim_search search;
	bool done;
	struct result result;
};

/**
 * struct plan - what to run
 * @cases: the selected cases, in the order of the kernel side's list
 * @nr_cases: their number
 * @nr_suites: number of suites they are from
 * @nr_swept: number of cases that are swept with failing allocations
 * @order: indices into @cases, in the order to run them
 */
struct plan {
	struct test_case *cases;
	unsigned int nr_cases;
	unsigned int nr_suites;
	unsigned int *order;
	unsigned int nr_swept;
};

void plan_make(struct plan *plan, const struct options *opt);
bool plan_starts_suite(const struct plan *plan, unsigned int i);
bool plan_ends_suite(const struct plan *plan, unsigned int i);

#endif /* RUNNER_PLAN_H */
