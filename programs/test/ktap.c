// SPDX-License-Identifier: GPL-2.0
/*
 * The results as KTAP version 1, in the order of the plan and in the way that
 * KUnit prints them, for tools/testing/kunit/kunit.py to parse. On a terminal those of
 * failures only, and a summary.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "ktap.h"
#include "util.h"

#define INDENT	"    "

/*
 * No line that starts with "# " is mistaken for a result, but there are things
 * that kunit.py looks for in such lines too: the header of a suite, and the
 * ways a kernel ends, after which it stops reading.
 */
static void defuse(char *line)
{
	static const char * const ends[] = {
		"List of all partitions:", "Kernel panic - not syncing: VFS:",
		"reboot: System halted",
	};
	char *at;
	size_t i;

	if (!strncmp(line, "Subtest: ", 9))
		line[8] = '_';
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		while ((at = strstr(line, ends[i])))
			*strchr(at, ' ') = '_';
	}
}

/* Print each line of @text as a diagnostic line, after @prefix. */
static void print_diagnostics(const char *prefix, const char *text)
{
	char *copy = xasprintf("%s", text);
	char *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		/* A final newline ends a line and starts none */
		if (!rest && !*line && line != copy)
			break;
		defuse(line);
		printf(INDENT "#%s%s%s%s\n", *prefix || *line ? " " : "", prefix,
		       *prefix ? ": " : "", line);
	}
	free(copy);
}

static void print_repeat(const struct ktap *ktap, const struct test_case *tc)
{
	const struct options *opt = ktap->opt;
	const struct shim_now *now = &tc->result.now;

	printf(INDENT "# repeat: %s -t %s.%s --seed %llu", opt->argv0, tc->suite, tc->name,
	       opt->shim.seed);
	if (strcmp(opt->shim.mode, DEFAULT_MODE))
		printf(" --mode %s", opt->shim.mode);
	if (now->oom.nth)
		printf(" --oom=%lu%s", now->oom.nth, now->oom.persistent ? "+" : "");
	if (now->search.schedule[0])
		printf(" --schedule=%s", now->search.schedule);
	/* One run of it may well pass */
	if (opt->repeat > 1)
		printf(" --repeat %u", opt->repeat);
	putchar('\n');
}

/* A second " # SKIP" in the line would confuse the parser. */
static void print_skip_reason(const char *reason)
{
	char last = ' ';

	putchar(' ');
	for (; *reason; last = *reason++) {
		if (*reason == '#' && last == ' ')
			putchar('\\');
		putchar(*reason == '\n' ? ' ' : *reason);
	}
}

static void print_header(struct ktap *ktap, unsigned int first)
{
	const struct plan *plan = ktap->plan;
	unsigned int last = first;

	if (ktap->opt->brief)
		return;
	while (!plan_ends_suite(plan, last))
		last++;
	printf(INDENT "KTAP version 1\n" INDENT "# Subtest: %s\n" INDENT "1..%u\n",
	       plan->cases[first].suite, last - first + 1);
}

static void print_footer(const struct ktap *ktap, const char *suite)
{
	const struct ktap_counts *n = &ktap->suite;
	bool failed = n->failed || ktap->missing;

	if (ktap->opt->brief)
		return;
	printf("# %s: pass:%u fail:%u skip:%u total:%u\n", suite, n->passed, n->failed,
	       n->skipped, n->passed + n->failed + n->skipped);
	printf("%sok %u %s%s\n", failed ? "not " : "", ktap->suites, suite,
	       !failed && !n->passed ? " # SKIP" : "");
}

static void print_failure(const struct ktap *ktap, const struct test_case *tc)
{
	const struct result *res = &tc->result;

	print_diagnostics(tc->name, res->reason);
	if (res->detail)
		print_diagnostics(tc->name, res->detail);
	if (res->statement)
		printf(INDENT "# statement: %s\n", res->statement);
	if (res->condition)
		printf(INDENT "# condition: %s\n", res->condition);
	if (res->rule)
		printf(INDENT "# rule: %s\n", res->rule);
	print_repeat(ktap, tc);
}

static void print_result(const struct ktap *ktap, const struct test_case *tc)
{
	const struct result *res = &tc->result;
	bool failed = res->verdict == FAILED;

	if (failed)
		print_failure(ktap, tc);
	if (res->verdict == SKIPPED && res->detail)
		print_diagnostics(tc->name, res->detail);
	if (res->log && (failed || ktap->opt->shim.verbose))
		print_diagnostics("", res->log);
	printf(INDENT "%sok %u %s", failed ? "not " : "", ktap->in_case, tc->name);
	if (res->verdict == SKIPPED) {
		printf(" # SKIP");
		if (res->reason)
			print_skip_reason(res->reason);
	}
	putchar('\n');
}

static void print_case(struct ktap *ktap, struct test_case *tc)
{
	struct result *res = &tc->result;
	bool failed = res->verdict == FAILED;

	if (!ktap->opt->brief || failed)
		print_result(ktap, tc);
	ktap->suite.failed += failed;
	ktap->suite.skipped += res->verdict == SKIPPED;
	ktap->suite.passed += res->verdict == PASSED;
	/* Only the JUnit report still needs a log, that of a failure */
	if (!failed || !ktap->opt->junit) {
		free(res->log);
		res->log = NULL;
	}
}

static unsigned int suite_start(const struct plan *plan, unsigned int i)
{
	while (!plan_starts_suite(plan, i))
		i--;
	return i;
}

/* Print the next case, or go past it if there is no result of it. */
static void step(struct ktap *ktap)
{
	const struct plan *plan = ktap->plan;
	unsigned int i = ktap->next++;
	struct test_case *tc = &plan->cases[i];

	if (plan_starts_suite(plan, i)) {
		memset(&ktap->suite, 0, sizeof(ktap->suite));
		ktap->suites++;
		ktap->in_case = 0;
		ktap->missing = false;
	}
	ktap->in_case++;
	if (tc->done) {
		if (!ktap->open)
			print_header(ktap, suite_start(plan, i));
		ktap->open = true;
		print_case(ktap, tc);
	} else {
		ktap->missing = true;
	}
	if (plan_ends_suite(plan, i) && ktap->open) {
		print_footer(ktap, tc->suite);
		ktap->open = false;
		ktap->total.passed += ktap->suite.passed;
		ktap->total.failed += ktap->suite.failed;
		ktap->total.skipped += ktap->suite.skipped;
	}
}

/**
 * ktap_begin() - print what comes before the first suite
 * @ktap: filled in
 * @plan: what is run
 * @opt: the command line
 */
void ktap_begin(struct ktap *ktap, struct plan *plan, const struct options *opt)
{
	*ktap = (struct ktap) { .plan = plan, .opt = opt };
	if (!opt->brief)
		printf("KTAP version 1\n# seed: %llu\n1..%u\n", opt->shim.seed, plan->nr_suites);
	fflush(stdout);
}

/**
 * ktap_ready() - is there something to print?
 * @ktap: the state of the output
 *
 * Return: true if ktap_advance() would print.
 */
bool ktap_ready(const struct ktap *ktap)
{
	return ktap->next < ktap->plan->nr_cases && ktap->plan->cases[ktap->next].done;
}

/**
 * ktap_advance() - print the results up to the first one that is missing
 * @ktap: the state of the output
 */
void ktap_advance(struct ktap *ktap)
{
	while (ktap_ready(ktap))
		step(ktap);
	fflush(stdout);
}

/* What a sample leaves out must not pass for tested. */
static void print_swept(const struct ktap *ktap)
{
	const struct plan *plan = ktap->plan;
	unsigned long failed = 0, of = 0;
	unsigned int i, swept = 0;

	if (ktap->opt->oom == OOM_NONE)
		return;
	for (i = 0; i < plan->nr_cases; i++) {
		failed += plan->cases[i].result.oom_failed;
		of += plan->cases[i].result.oom_of;
		swept += plan->cases[i].result.oom_failed > 0;
	}
	printf("# oom: %lu of %lu allocations failed, alone and with all that follow, in %u of %u cases",
	       failed, of, swept, plan->nr_cases);
	if (ktap->opt->oom == OOM_SAMPLE)
		printf("; a sample: --oom has all cases");
	putchar('\n');
}

/* "with_a_split: 40 points, 900 schedules, all with up to 2 preemptions" */
static void print_race(const struct test_case *tc)
{
	const struct shim_search_now *now = &tc->result.now.search;

	printf("# %s: %u points, %lu schedules, ", tc->name, now->points, now->schedules);
	if (now->everything)
		printf("all that there are\n");
	else if (now->exhausted)
		printf("all with up to %u preemption%s\n", now->exhausted - 1,
		       now->exhausted == 2 ? "" : "s");
	else
		printf("not even all without a preemption\n");
}

/* How much of what could happen did. */
static void print_searched(const struct ktap *ktap)
{
	const struct plan *plan = ktap->plan;
	const struct shim_search_now *now;
	unsigned int i, races = 0, all = 0;
	unsigned long schedules = 0;
	bool each = ktap->opt->shim.verbose || plan->nr_cases == 1;

	for (i = 0; i < plan->nr_cases; i++) {
		now = &plan->cases[i].result.now.search;
		races += now->schedules > 0;
		if (each && now->schedules)
			print_race(&plan->cases[i]);
		schedules += now->schedules;
		all += now->exhausted > ktap->opt->search.preemptions;
	}
	if (races)
		printf("# races: %lu schedules of %u cases, in %u of them all with up to %u preemptions\n",
		       schedules, races, all, ktap->opt->search.preemptions);
}

static int by_cpu_seconds(const void *a, const void *b)
{
	const struct test_case * const *one = a, * const *two = b;
	double diff = (*two)->result.cpu_seconds - (*one)->result.cpu_seconds;

	return diff < 0 ? -1 : diff > 0;
}

/*
 * "nearest to its limit of 20 s: replay.node_worker, 1.930 s of CPU time in one run"
 *
 * What hangs for a known bug of the tree, and is skipped for it, tells nothing of a limit.
 */
static void print_nearest(const struct ktap *ktap)
{
	const struct plan *plan = ktap->plan;
	const struct test_case *tc = NULL;
	unsigned int i;

	for (i = 0; i < plan->nr_cases; i++)
		if (plan->cases[i].result.verdict != SKIPPED &&
		    (!tc || plan->cases[i].result.longest > tc->result.longest))
			tc = &plan->cases[i];
	if (tc && ktap->opt->timeout)
		printf("# nearest to its limit of %u s: %s.%s, %.3f s of CPU time in one run\n",
		       ktap->opt->timeout, tc->suite, tc->name, tc->result.longest);
}

/* "slowest: 1.93 s of CPU time, 2.41 s on the wall: replay.node_worker" */
static void print_slowest(const struct ktap *ktap)
{
	const struct plan *plan = ktap->plan;
	struct test_case **cases = xcalloc(plan->nr_cases, sizeof(*cases));
	unsigned int i;

	for (i = 0; i < plan->nr_cases; i++)
		cases[i] = &plan->cases[i];
	qsort(cases, plan->nr_cases, sizeof(*cases), by_cpu_seconds);
	for (i = 0; i < plan->nr_cases && i < ktap->opt->slowest; i++)
		printf("# slowest: %.2f s of CPU time, %.2f s on the wall: %s.%s\n",
		       cases[i]->result.cpu_seconds, cases[i]->result.seconds,
		       cases[i]->suite, cases[i]->name);
	free(cases);
	if (ktap->opt->slowest)
		print_nearest(ktap);
}

/**
 * ktap_end() - print the results that are left, and the total
 * @ktap: the state of the output
 * @interrupted: some cases may have no result, and stay so
 *
 * The last line of a run that is not whole is no total: nobody is to take it for one.
 */
void ktap_end(struct ktap *ktap, bool interrupted)
{
	unsigned int i, done = 0;

	while (ktap->next < ktap->plan->nr_cases)
		step(ktap);
	if (ktap->opt->brief)
		brief_summary(ktap->plan);
	print_swept(ktap);
	print_searched(ktap);
	print_slowest(ktap);
	for (i = 0; i < ktap->plan->nr_cases; i++)
		done += ktap->plan->cases[i].done;
	if (interrupted)
		printf("# interrupted: %u of %u cases\n", done, ktap->plan->nr_cases);
	printf("%s: %u passed, %u failed, %u skipped\n", interrupted ? "not whole" : "total",
	       ktap->total.passed, ktap->total.failed, ktap->total.skipped);
	fflush(stdout);
}
