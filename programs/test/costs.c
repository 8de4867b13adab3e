// SPDX-License-Identifier: GPL-2.0
/* What each case costs, as a file for scripts/bench-builds: a line for each run. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "costs.h"
#include "util.h"

static FILE *out;
static const char *out_name;

/**
 * costs_open() - begin the file
 * @path: its name
 *
 * Does not return if it cannot be written.
 */
void costs_open(const char *path)
{
	out_name = path;
	out = fopen(path, "we");
	if (!out)
		die("%s: %s", path, strerror(errno));
	fprintf(out, "# case\tuser\tsystem\tminor faults\tthose of the worker\n");
}

static double seconds(struct timeval tv)
{
	return tv.tv_sec + tv.tv_usec / 1e6;
}

/**
 * costs_add() - write down what a run of a case has cost
 * @tc: the case
 * @report: of its worker
 */
void costs_add(const struct test_case *tc, const struct worker_report *report)
{
	const struct rusage *used = &report->end.used;

	if (!out)
		return;
	fprintf(out, "%s.%s\t%.6f\t%.6f\t%ld\t%ld\n", tc->suite, tc->name, seconds(used->ru_utime),
		seconds(used->ru_stime), used->ru_minflt, report->faults);
}

/**
 * costs_close() - end the file
 *
 * Does not return if it could not be written.
 */
void costs_close(void)
{
	if (out && (fflush(out) || ferror(out)))
		die("%s: %s", out_name, strerror(errno));
}
