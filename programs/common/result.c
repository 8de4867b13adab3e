// SPDX-License-Identifier: GPL-2.0
/* From the end of a case's process to the result of the case. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <shim/cases.h>

#include "ending.h"
#include "result.h"
#include "util.h"

/*
 * Why the process of a case must count as failed, or NULL if it ended with a
 * result of its own. A sanitizer's report spoils any result, since a report
 * need not end the process: UBSan may be built to recover.
 */
static char *failure_of(const struct run_end *end)
{
	const char *report = capture_report(end->log);
	char ending[ENDING_MAX];
	int code;

	ending_text(end->status, end->timed_out, ending, sizeof(ending));
	if (end->timed_out)
		return xasprintf("%s%s%s", ending, report ? "; " : "", report ? report : "");
	if (report)
		return xasprintf("%s", report);
	if (WIFSIGNALED(end->status))
		return xasprintf("%s", ending);
	code = WEXITSTATUS(end->status);
	if (code == EXIT_SANITIZER)
		return xasprintf("%s, as after a sanitizer report", ending);
	if (code != SHIM_PASS && code != SHIM_FAIL && code != SHIM_SKIP)
		return xasprintf("%s", ending);
	if (code == SHIM_PASS && !end->returned)
		return xasprintf("%s before the case was over", ending);
	return NULL;
}

static void judge_run(struct result *res, const struct run_end *end)
{
	char *failure = failure_of(end);

	memset(res, 0, sizeof(*res));
	res->run = end->run;
	if (failure || WEXITSTATUS(end->status) == SHIM_FAIL)
		res->verdict = FAILED;
	else if (WEXITSTATUS(end->status) == SHIM_SKIP)
		res->verdict = SKIPPED;
	else
		res->verdict = PASSED;
	/* The case knows best what went wrong, the rest may only follow from it */
	if (end->reason && res->verdict != PASSED) {
		res->reason = text_clean(end->reason, strlen(end->reason));
		res->detail = failure;
	} else if (failure) {
		res->reason = failure;
	} else if (res->verdict == FAILED) {
		res->reason = xasprintf("failed without a reason, see its log");
	}
	res->log = capture_text(end->log);
}

/* Is @run the one to show? Failed before skipped before passed, then the first. */
static bool tells_more(const struct result *run, const struct result *than)
{
	static const int weight[] = {
		[NOT_RUN] = 0, [PASSED] = 1, [SKIPPED] = 2, [FAILED] = 3,
	};

	if (weight[run->verdict] != weight[than->verdict])
		return weight[run->verdict] > weight[than->verdict];
	/* Runs end in any order, but what is shown must not depend on that */
	return run->run < than->run;
}

/**
 * result_add_run() - account a finished run of a case
 * @res: the result of the case so far; all zeroes at first
 * @end: how the run ended
 */
void result_add_run(struct result *res, const struct run_end *end)
{
	struct result run, drop;

	judge_run(&run, end);
	run.runs = res->runs + 1;
	run.failed = res->failed + (run.verdict == FAILED);
	run.skipped = res->skipped + (run.verdict == SKIPPED);
	run.seconds = res->seconds + end->seconds;
	run.cpu_seconds = res->cpu_seconds + end->cpu_seconds;
	run.longest = res->longest > end->longest ? res->longest : end->longest;
	run.now = end->now;
	run.oom_failed = res->oom_failed + end->now.oom.failed;
	run.oom_of = res->oom_of + end->now.oom.of;
	if (tells_more(&run, res)) {
		drop = *res;
		*res = run;
	} else {
		drop = run;
		res->runs = run.runs;
		res->failed = run.failed;
		res->skipped = run.skipped;
		res->seconds = run.seconds;
		res->cpu_seconds = run.cpu_seconds;
		res->longest = run.longest;
		res->oom_failed = run.oom_failed;
		res->oom_of = run.oom_of;
	}
	result_clear(&drop);
}

/**
 * result_finish() - come to a conclusion after the last run of a case
 * @res: the result of the case
 */
void result_finish(struct result *res)
{
	unsigned int odd = res->failed ? res->failed : res->skipped;

	if (!odd || odd == res->runs)
		return;
	free(res->detail);
	res->detail = res->reason;
	res->reason = xasprintf("flaky: %u of %u runs %s", odd, res->runs,
				res->failed ? "failed" : "skipped");
	res->verdict = FAILED;
}

/**
 * result_excuse() - skip what has failed for a known bug of the kernel
 * @res: the result of the case, after result_finish()
 * @known_bug: the reason, or NULL if no bug of it is known, so that nothing changes
 *
 * What has failed by turns only is a known bug as well: many bugs are races.
 */
void result_excuse(struct result *res, const char *known_bug)
{
	if (!known_bug || res->verdict != FAILED)
		return;
	free(res->detail);
	res->detail = res->reason;
	res->reason = xasprintf("%s", known_bug);
	res->verdict = SKIPPED;
}

/**
 * result_clear() - free the texts of a result
 * @res: the result
 */
void result_clear(struct result *res)
{
	free(res->reason);
	free(res->detail);
	free(res->log);
	free(res->statement);
	free(res->condition);
	free(res->rule);
	res->reason = NULL;
	res->detail = NULL;
	res->log = NULL;
	res->statement = NULL;
	res->condition = NULL;
	res->rule = NULL;
}
