// SPDX-License-Identifier: GPL-2.0
/* The test runner: runs the cases of the kernel side and reports on them. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shim/cases.h>

#include "child.h"
#include "costs.h"
#include "junit.h"
#include "ktap.h"
#include "log.h"
#include "options.h"
#include "plan.h"
#include "graph.h"
#include "failure.h"
#include "pool.h"
#include "progress.h"
#include "reach.h"
#include "util.h"

static struct ktap ktap;

static void on_done(const struct test_case *tc)
{
	if (ktap_ready(&ktap)) {
		progress_clear();
		ktap_advance(&ktap);
	}
	progress_show(tc);
}

static int run_pool(struct plan *plan, const struct options *opt)
{
	int sig;

	progress_begin(plan->nr_cases);
	sig = pool_run(plan, opt, on_done);
	progress_clear();
	return sig;
}

static void run_single(struct plan *plan)
{
	struct test_case *tc = &plan->cases[0];
	const struct capture no_log = { .total = 0 };
	static struct shim_now now;
	struct run_end end = { .log = &no_log, .returned = true };
	double start = now_seconds();

	tc->oom.now = &now.oom;
	tc->oom.in_place = 1;
	tc->search.now = &now.search;
	tc->search.in_place = 1;
	tc->search.on = tc->search.schedule != NULL;
	end.status = run_in_place(tc, &now, &end.reason);
	end.now = now;
	end.seconds = now_seconds() - start;
	result_add_run(&tc->result, &end);
	result_excuse(&tc->result, tc->known_bug);
	failure_place(tc, false);
	tc->done = true;
}

static void list_cases(const struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->nr_cases; i++)
		printf("%s.%s\n", plan->cases[i].suite, plan->cases[i].name);
}

static unsigned int count_done(const struct plan *plan)
{
	unsigned int i, done = 0;

	for (i = 0; i < plan->nr_cases; i++)
		done += plan->cases[i].done;
	return done;
}

/* Did no case have the allocation or the turns that were asked for? */
static bool nothing_applies(const struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->nr_cases; i++) {
		if (!plan->cases[i].result.now.oom.no_such && !plan->cases[i].result.now.search.no_such)
			return false;
	}
	return true;
}

/* Run the plan and report on it. */
static int run(struct plan *plan, const struct options *opt)
{
	int sig = 0;

	if (opt->no_fork && plan->nr_cases > 1)
		die("--no-fork runs one case, and %u are selected; name one as -t SUITE.CASE",
		    plan->nr_cases);
	if (opt->junit)
		junit_open(opt);
	if (opt->reach)
		reach_open(opt->reach);
	if (opt->costs)
		costs_open(opt->costs);
	if (opt->dot)
		graphs_open(opt->dot, opt->dot_all);
	shim_boot(&opt->shim);
	ktap_begin(&ktap, plan, opt);
	if (opt->no_fork)
		run_single(plan);
	else
		sig = run_pool(plan, opt);
	if (!sig && count_done(plan) != plan->nr_cases)
		die("some cases got no result");
	ktap_end(&ktap, sig != 0);
	reach_close();
	costs_close();
	if (opt->junit)
		junit_write(plan, opt);
	if (sig == SIGKILL)
		return EXIT_USAGE;
	if (sig) {
		fprintf(stderr, "%s: interrupted by SIG%s, %u of %u cases were done\n",
			program_invocation_short_name, sigabbrev_np(sig), count_done(plan),
			plan->nr_cases);
		return EXIT_SIGNAL + sig;
	}
	if (nothing_applies(plan))
		die("%s.%s: %s", plan->cases[0].suite, plan->cases[0].name,
		    plan->cases[0].result.reason);
	return ktap.total.failed ? EXIT_TESTS_FAILED : 0;
}

/**
 * main() - run the tests
 * @argc: number of arguments
 * @argv: the arguments, see options.c
 *
 * Return: the exit code, see the --help text.
 */
int main(int argc, char **argv)
{
	struct options opt;
	struct plan plan;
	int code = 0;

	options_parse(&opt, argc, argv);
	if (opt.subject || opt.known_bugs) {
		log_to(STDOUT_FILENO);
		if (opt.subject)
			shim_print_subject();
		if (opt.known_bugs)
			shim_print_known_bugs(opt.known_bugs == KNOWN_BUGS_JSON);
		return 0;
	}
	plan_make(&plan, &opt);
	if (opt.list)
		list_cases(&plan);
	else
		code = run(&plan, &opt);
	/* A full disk must not look like a passed test */
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	return code;
}
