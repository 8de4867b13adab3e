// SPDX-License-Identifier: GPL-2.0
/* vma_replay: system calls that strace -f recorded, made again; see docs/replay.md. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shim/host.h>

#include "apart.h"
#include "options.h"
#include "read/source.h"
#include "replayer.h"

static struct replay_run *running;
static unsigned int mode_now;

static void body(void *arg)
{
	(void)arg;
	source_begin(running);
	shim_replay_set(running);
	if (shim_run_case(mode_now) == SHIM_FAIL)
		_exit(1);
}

/* A bar on a terminal, for traces that take their time. */
static void tick(void)
{
	const unsigned int width = 40, at = (unsigned long)width * running->now / running->nr;
	char *line = xasprintf("%s [%.*s%*s] %u/%u", mode_now ? "lazy " : "eager", at,
			       "########################################", width - at, "",
			       running->now, running->nr);

	fprintf(stderr, "\r%.*s", terminal_width(STDERR_FILENO), line);
	free(line);
}

static bool replay(struct replay_run *run, unsigned int mode)
{
	bool tty = isatty(STDERR_FILENO), failed;
	char *log = NULL;

	running = run;
	mode_now = mode;
	apart_begin(run->reason, sizeof(run->reason));
	failed = apart(body, NULL, 0, tty ? tick : NULL, &log);
	if (tty)
		fprintf(stderr, "\r\033[K");
	if (failed)
		fprintf(stderr, "%s%s: line %u, %s: %s\n", log ?: "", program_invocation_short_name,
			run->call.line, mode ? "lazy" : "eager", run->reason);
	free(log);
	return failed || run->why[WHY_DIFFERS];
}

static struct replay_run *new_run(struct reader *r, const struct options *opt)
{
	struct replay_run *run = host_shared(sizeof(*run));

	source_of_reader(run, r);
	run->touch = opt->touch;
	run->every = opt->every;
	return run;
}

/**
 * main() - replay a trace
 * @argc: number of arguments
 * @argv: the arguments, see the --help text
 *
 * Return: the exit code, see the --help text.
 */
int main(int argc, char **argv)
{
	const struct shim_options shim = { .seed = 1, .mode = "both" };
	struct replay_run *runs[2] = { NULL, NULL };
	bool failed = false;
	struct options opt;
	struct reader *trace;
	unsigned int nr = 0;

	options_parse(&opt, argc, argv);
	trace = reader_open(opt.traces, opt.nr_traces);
	shim_boot(&shim);
	if (strcmp(opt.mode, "lazy")) {
		runs[nr] = new_run(trace, &opt);
		failed |= replay(runs[nr++], 0);
	}
	if (strcmp(opt.mode, "eager")) {
		runs[nr] = new_run(trace, &opt);
		failed |= replay(runs[nr++], 1);
	}
	if (!runs[0]->nr_samples || (runs[1] && !runs[1]->nr_samples))
		return EXIT_TESTS_FAILED;	/* it ended before the first, and replay() has reported it */
	if (!opt.quiet || failed)
		report(reader_facts(trace), opt.traces[0], runs);
	if (opt.html)
		html_write(opt.html, opt.traces[0], runs);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	return failed ? EXIT_TESTS_FAILED : 0;
}
