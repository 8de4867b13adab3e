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

static struct replay_run *new_run(const struct recorded *rec, const struct options *opt)
{
	struct replay_run *run = host_shared(sizeof(*run));

	run_of(run, rec, opt);
	return run;
}

/* A copy of /proc/PID/maps, or what else tells a layout. */
static struct reader *open_layout(const char *option, const char *path)
{
	struct reader *r = reader_open(&path, 1);

	if (!reader_facts(r)->is_layout)
		die("%s=%s: %s, and not maps, smaps, a core file or a kernel log", option, path,
		    reader_facts(r)->format);
	return r;
}

static const char *recorded_path;

static void remove_recorded(void)
{
	if (recorded_path)
		unlink(recorded_path);
	recorded_path = NULL;
}

static struct reader *open_trace(struct options *opt)
{
	struct reader *r;

	if (!opt->command)
		return reader_open(opt->traces, opt->nr_traces);
	recorded_path = record(opt->command, opt->seconds);
	atexit(remove_recorded);	/* where it cannot be read */
	r = reader_open(&recorded_path, 1);
	remove_recorded();
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
	struct recorded rec = { .start = NULL };
	struct options opt;
	unsigned int nr = 0;

	options_parse(&opt, argc, argv);
	rec.trace = open_trace(&opt);
	if (opt.start)
		rec.start = open_layout("--start", opt.start);
	if (opt.end)
		read_ends(&rec, open_layout("--end", opt.end));
	if (opt.print)
		return print_calls(rec.trace);
	shim_boot(&shim);
	if (opt.as_case || opt.as_program) {
		write_test(&rec, &opt);
		return 0;
	}
	if (strcmp(opt.mode, "lazy")) {
		runs[nr] = new_run(&rec, &opt);
		failed |= replay(runs[nr++], 0);
	}
	if (strcmp(opt.mode, "eager")) {
		runs[nr] = new_run(&rec, &opt);
		failed |= replay(runs[nr++], 1);
	}
	if (!runs[0]->nr_samples || (runs[1] && !runs[1]->nr_samples))
		return EXIT_TESTS_FAILED;	/* it ended before the first, and replay() has reported it */
	if (!opt.quiet || failed)
		report(reader_facts(rec.trace), opt.traces[0], runs);
	if (opt.html)
		html_write(opt.html, opt.traces[0], runs);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	if (failed)
		return EXIT_TESTS_FAILED;
	if (!not_whole(reader_facts(rec.trace), runs))
		return 0;
	if (opt.quiet)
		fprintf(stderr, "%s: %s: %lu of what it has was not carried out; see the report without --quiet\n",
			program_invocation_short_name, opt.traces[0],
			not_whole(reader_facts(rec.trace), runs));
	return EXIT_NOT_WHOLE;
}
