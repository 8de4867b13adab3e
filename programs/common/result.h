/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_RESULT_H
#define RUNNER_RESULT_H

#include <stdbool.h>

#include <shim/cases.h>

#include "capture.h"

/* What the sanitizers are told to exit with, see sanitizer.c. */
#define EXIT_SANITIZER	86

enum verdict { NOT_RUN, PASSED, FAILED, SKIPPED };

/**
 * struct result - what came of a case
 * @verdict: the result proper
 * @reason: why it failed or was skipped, may be NULL for a skipped case
 * @detail: more about it, may be NULL
 * @log: clean text of its log, may be NULL
 * @line: of the statement of the case that failed, 0 if none is known
 * @statement: its text, may be NULL
 * @condition: the line of a WARN or BUG of the kernel, with its place, may be NULL
 * @rule: the rule of docs/oracle.md that was broken, with its line, may be NULL
 * @seconds: how long it took
 * @cpu_seconds: of CPU time, with all processes that it has started
 * @longest: of CPU time, of the run that used most; a sweep and a search have many
 * @run: number of the run that @reason and @log are from
 * @runs: number of runs so far
 * @failed: how many of them failed
 * @skipped: how many of them were skipped
 * @now: which allocation or schedule failed in that run, if one did
 * @oom_failed: allocations that have been made to fail, in all runs
 * @oom_of: of how many
 */
struct result {
	enum verdict verdict;
	char *reason;
	char *detail;
	char *log;
	unsigned int line;
	char *statement;
	char *condition;
	char *rule;
	double seconds;
	double cpu_seconds;
	double longest;
	unsigned int run;
	unsigned int runs;
	unsigned int failed;
	unsigned int skipped;
	struct shim_now now;
	unsigned long oom_failed;
	unsigned long oom_of;
};

/**
 * struct run_end - how a run of a case ended
 * @run: which of its runs
 * @status: as of waitpid()
 * @returned: the case has returned from its function
 * @timed_out: the limit in seconds after which it was killed, or 0
 * @reason: what host_reason() was told, or NULL
 * @log: its log
 * @seconds: how long it took
 * @cpu_seconds: of CPU time
 * @longest: of CPU time, of the one of its processes with a limit that used most
 * @now: where its sweep or search was
 */
struct run_end {
	unsigned int run;
	int status;
	bool returned;
	unsigned int timed_out;
	const char *reason;
	const struct capture *log;
	double seconds;
	double cpu_seconds;
	double longest;
	struct shim_now now;
};

void result_add_run(struct result *res, const struct run_end *end);
void result_finish(struct result *res);
void result_excuse(struct result *res, const char *known_bug);
void result_clear(struct result *res);

#endif /* RUNNER_RESULT_H */
