// SPDX-License-Identifier: GPL-2.0
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "first.h"
#include "plan.h"
#include "random.h"
#include "util.h"

static bool mode_selects(const char *mode, const struct shim_case *c)
{
	return !strcmp(mode, "both") || !strcmp(mode, c->mode);
}

static bool name_matches(const char *glob, const char *suite, const char *name)
{
	char *full = xasprintf("%s.%s", suite, name);
	bool match;

	/* A name found in --list selects its case, whatever is in it */
	match = !strcmp(glob, full) || !fnmatch(glob, full, 0);
	if (!match && !strchr(glob, '.'))
		match = !fnmatch(glob, suite, 0);
	free(full);
	return match;
}

static bool glob_selects(const char *glob, const struct shim_case *c)
{
	return name_matches(glob, c->suite, c->name) || name_matches(glob, c->file_suite, c->name);
}

/* With --no-fork, SUITE.CASE is the case of that very name, and not that of another mode, too. */
static void select_exact(const char *glob, const struct shim_case *list, unsigned int nr,
			 bool *selected)
{
	unsigned int i, exact = nr;
	char *name;

	for (i = 0; i < nr && exact == nr; i++) {
		name = xasprintf("%s.%s", list[i].suite, list[i].name);
		if (selected[i] && !strcmp(name, glob))
			exact = i;
		free(name);
	}
	for (i = 0; i < nr && exact < nr; i++)
		selected[i] = i == exact;
}

/* Each glob has to select something, so that no typo goes unnoticed. */
static bool *select_cases(const struct options *opt, const struct shim_case *list,
			  unsigned int nr)
{
	bool *selected = xcalloc(nr, sizeof(*selected));
	unsigned int i, g;
	bool any;

	any = false;
	for (i = 0; i < nr; i++) {
		selected[i] = !opt->nr_globs && mode_selects(opt->shim.mode, &list[i]);
		any |= mode_selects(opt->shim.mode, &list[i]);
	}
	if (nr && !any)
		die("this subject has no '%s' mode; see %s --subject", opt->shim.mode, opt->argv0);
	for (g = 0; g < opt->nr_globs; g++) {
		any = false;
		for (i = 0; i < nr; i++) {
			if (!mode_selects(opt->shim.mode, &list[i]) ||
			    !glob_selects(opt->globs[g], &list[i]))
				continue;
			selected[i] = true;
			any = true;
		}
		if (!any)
			die("no test matches '%s'; %s --list shows them", opt->globs[g],
			    opt->argv0);
	}
	if (opt->no_fork && opt->nr_globs == 1)
		select_exact(opt->globs[0], list, nr, selected);
	return selected;
}

/* Leaves those that --first names. */
static void drop_rest(const char *path, bool *selected, const unsigned int *ranks, unsigned int nr)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		selected[i] &= ranks[i] != 0;
		any |= selected[i];
	}
	if (!any)
		die("%s names none of the selected tests", path);
}

static void shuffle(unsigned int *order, unsigned int nr, uint64_t seed)
{
	unsigned int i, other, tmp;

	for (i = nr; i > 1; i--) {
		other = random_next(&seed) % i;
		tmp = order[i - 1];
		order[i - 1] = order[other];
		order[other] = tmp;
	}
}

/* Puts those that --first names at the begin, in the order of their ranks; returns how many. */
static unsigned int order_first(struct plan *plan, const unsigned int *ranks, unsigned int nr)
{
	unsigned int *of_rank = xcalloc(nr + 1, sizeof(*of_rank)), rank, i, n = 0;

	for (i = 0; i < plan->nr_cases; i++)
		of_rank[ranks[plan->cases[i].nr]] = i + 1;
	for (rank = 1; rank <= nr; rank++) {
		if (of_rank[rank])
			plan->order[n++] = of_rank[rank] - 1;
	}
	free(of_rank);
	return n;
}

/*
 * Races go first, or the run would end with one CPU busy on the last of
 * them and the others idle.
 */
static void make_order(struct plan *plan, const struct shim_case *list, const unsigned int *ranks,
		       unsigned int nr)
{
	unsigned int i, n, race;

	plan->order = xcalloc(plan->nr_cases, sizeof(*plan->order));
	n = order_first(plan, ranks, nr);
	for (race = 2; race--; ) {
		for (i = 0; i < plan->nr_cases; i++) {
			if (!ranks[plan->cases[i].nr] && !list[plan->cases[i].nr].race == !race)
				plan->order[n++] = i;
		}
	}
}

/* A sample is one case in so many, with so many failing allocations. */
#define SAMPLE_OF	16
#define SAMPLE_MOST	8

/*
 * When all cases are swept, each stack is failed so many times in a case, so that all
 * are through in five minutes. With ASan a child costs five times as much.
 */
#ifdef __SANITIZE_ADDRESS__
#define MOST_OF_A_STACK	4
#else
#define MOST_OF_A_STACK	8
#endif

/* A race is run by many schedules, which a sample is not to take from it. */
static bool is_in_sample(const struct test_case *tc, uint64_t *random)
{
	return random_next(random) % SAMPLE_OF == 0 && !tc->search.on;
}

static void choose_swept(struct plan *plan, const struct options *opt)
{
	uint64_t random = opt->shim.seed;
	struct shim_oom oom = {
		.on = 1, .nth = opt->oom_nth, .persistent = opt->oom_persistent,
		.most = opt->oom == OOM_SAMPLE ? SAMPLE_MOST : 0,
		.of_a_stack = opt->nr_globs ? 0 : MOST_OF_A_STACK, .seconds = opt->timeout,
	};
	unsigned int i;

	for (i = 0; i < plan->nr_cases && opt->oom != OOM_NONE; i++) {
		if (opt->oom == OOM_SAMPLE && !is_in_sample(&plan->cases[i], &random))
			continue;
		plan->cases[i].oom = oom;
		plan->nr_swept++;
	}
}

/* A repeat line that has come to the wrong case must not look like a fix. */
static void check_schedule(const struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->nr_cases; i++) {
		if (!plan->cases[i].search.on)
			die("--schedule is for races, and %s.%s is none",
			    plan->cases[i].suite, plan->cases[i].name);
	}
}

/**
 * plan_make() - select the cases to run
 * @plan: filled in
 * @opt: says which
 *
 * Does not return if nothing is selected.
 */
void plan_make(struct plan *plan, const struct options *opt)
{
	const struct shim_case *list;
	unsigned int nr = shim_case_list(&list), i;
	bool *selected = select_cases(opt, list, nr);
	unsigned int *ranks;
	struct test_case *tc;

	if (!nr)
		die("there are no tests in this program");
	ranks = opt->first ? first_ranks(opt->first, list, nr) : xcalloc(nr, sizeof(*ranks));
	if (opt->no_rest)
		drop_rest(opt->first, selected, ranks, nr);
	memset(plan, 0, sizeof(*plan));
	plan->cases = xcalloc(nr, sizeof(*plan->cases));
	for (i = 0; i < nr; i++) {
		if (!selected[i])
			continue;
		tc = &plan->cases[plan->nr_cases++];
		tc->nr = i;
		tc->suite = list[i].suite;
		tc->name = list[i].name;
		tc->file = list[i].file;
		tc->line = list[i].line;
		tc->skip = list[i].skip;
		tc->known_bug = list[i].known_bug;
		if (list[i].race)
			tc->search = opt->search;
	}
	free(selected);
	if (opt->search.schedule)
		check_schedule(plan);
	for (i = 0; i < plan->nr_cases; i++)
		plan->nr_suites += plan_starts_suite(plan, i);
	choose_swept(plan, opt);
	make_order(plan, list, ranks, nr);
	free(ranks);
	if (opt->shuffle)
		shuffle(plan->order, plan->nr_cases, opt->shim.seed);
}

/**
 * plan_starts_suite() - is a case the first one of its suite?
 * @plan: the plan
 * @i: index of the case
 *
 * Return: true if it is.
 */
bool plan_starts_suite(const struct plan *plan, unsigned int i)
{
	return !i || strcmp(plan->cases[i - 1].suite, plan->cases[i].suite);
}

/**
 * plan_ends_suite() - is a case the last one of its suite?
 * @plan: the plan
 * @i: index of the case
 *
 * Return: true if it is.
 */
bool plan_ends_suite(const struct plan *plan, unsigned int i)
{
	return i + 1 == plan->nr_cases || plan_starts_suite(plan, i + 1);
}
