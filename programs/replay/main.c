// SPDX-License-Identifier: GPL-2.0
/* vma_replay: system calls that strace -f recorded, made again; see docs/replay.md. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <shim/host.h>

#include "options.h"
#include "read/source.h"
#include "replayer.h"

static struct reader *start;		/* of --start */
static const struct replay_vma *ends;	/* of --end */
static unsigned int nr_ends;

static bool replay(struct replay_run *run, unsigned int mode)
{
	char *log = NULL;
	bool failed = run_apart(run, mode, 0, true, &log);

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
	if (start)
		source_begins_with(run, start);
	run->ends = ends;
	run->nr_ends = nr_ends;
	run->touch = opt->touch;
	run->every = opt->every;
	return run;
}

/* The mappings that a copy of /proc/PID/maps has, for the end. */
static void read_ends(const char *path)
{
	struct reader *r = reader_open(&path, 1);
	struct replay_vma *v = xcalloc(reader_facts(r)->nr + 1, sizeof(*v));
	struct replay_call call;

	ends = v;
	while (reader_next(r, &call)) {
		if (call.kind != REPLAY_MMAP)
			continue;
		*v = (struct replay_vma) { .start = call.arg[0], .end = call.arg[0] + call.arg[1] };
		snprintf(v->rights, sizeof(v->rights), "%c%c%c%c", call.arg[2] & PROT_READ ? 'r' : '-',
			 call.arg[2] & PROT_WRITE ? 'w' : '-', call.arg[2] & PROT_EXEC ? 'x' : '-',
			 call.arg[3] & MAP_SHARED ? 's' : 'p');
		v++;
	}
	nr_ends = v - ends;
	reader_close(r);
}

static struct reader *open_trace(struct options *opt)
{
	static const char *path;
	struct reader *r;

	if (!opt->command)
		return reader_open(opt->traces, opt->nr_traces);
	path = record(opt->command, opt->seconds);
	r = reader_open(&path, 1);
	unlink(path);
	opt->traces = (const char *const *)opt->command;
	opt->nr_traces = 1;
	return r;
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
	trace = open_trace(&opt);
	if (opt.start)
		start = reader_open(&opt.start, 1);
	if (opt.end)
		read_ends(opt.end);
	if (opt.print)
		return print_calls(trace);
	shim_boot(&shim);
	if (opt.as_case || opt.as_program) {
		write_test(trace, &opt);
		return 0;
	}
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
	if (failed)
		return EXIT_TESTS_FAILED;
	if (!not_whole(reader_facts(trace), runs))
		return 0;
	if (opt.quiet)
		fprintf(stderr, "%s: %s: %lu of what it has was not carried out; see the report without --quiet\n",
			program_invocation_short_name, opt.traces[0],
			not_whole(reader_facts(trace), runs));
	return EXIT_NOT_WHOLE;
}
