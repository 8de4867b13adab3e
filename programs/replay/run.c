// SPDX-License-Identifier: GPL-2.0
/* A run in a process of its own. */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shim/host.h>

#include "apart.h"
#include "options.h"
#include "read/source.h"
#include "replayer.h"

static struct replay_run *running;
static unsigned int mode_now, seconds_now;

static void body(void *arg)
{
	(void)arg;
	if (seconds_now)
		host_limit(seconds_now);
	source_begin(running);
	shim_replay_set(running);
	if (shim_run_case(mode_now) == SHIM_FAIL)
		_exit(1);
}

/* A bar on a terminal, for traces that take their time. */
static void tick(void)
{
	const unsigned int width = 40, at = (unsigned long)width * running->now / (running->nr ?: 1);
	char *line = xasprintf("%s [%.*s%*s] %u/%u", mode_now ? "lazy " : "eager", at,
			       "########################################", width - at, "",
			       running->now, running->nr);

	fprintf(stderr, "\r%.*s", terminal_width(STDERR_FILENO), line);
	free(line);
}

/**
 * run_of() - prepare a run of a trace
 * @run: zeroed
 * @rec: the trace
 * @opt: the command line
 */
void run_of(struct replay_run *run, const struct recorded *rec, const struct options *opt)
{
	source_of_reader(run, rec->trace);
	if (rec->start)
		source_begins_with(run, rec->start);
	run->ends = rec->ends;
	run->nr_ends = rec->nr_ends;
	run->touch = opt->touch;
	run->every = opt->every;
}

/**
 * run_apart() - carry out a trace
 * @run: it, shared with the process that does it; what becomes of it is there afterwards
 * @mode: 0 eager, 1 lazy
 * @seconds: of CPU time that it may take, 0 for any
 * @bar: show on a terminal how far it is
 * @log: set to what it has logged, if it failed; or NULL
 *
 * Return: whether it failed; a result that differs is no failure of its own.
 */
bool run_apart(struct replay_run *run, unsigned int mode, unsigned int seconds, bool bar, char **log)
{
	bool tty = bar && isatty(STDERR_FILENO), failed;

	running = run;
	mode_now = mode;
	seconds_now = seconds;
	apart_begin(run->reason, sizeof(run->reason));
	failed = apart(body, NULL, seconds, tty ? tick : NULL, log);
	if (tty)
		fprintf(stderr, "\r\033[K");
	return failed;
}
