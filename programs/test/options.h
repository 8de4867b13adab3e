/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_OPTIONS_H
#define RUNNER_OPTIONS_H

#include <stdbool.h>

#include <shim/cases.h>

#define DEFAULT_MODE	"both"

/* A plain run of everything sweeps a sample, see plan.c. */
enum oom_option { OOM_NONE, OOM_SAMPLE, OOM_ALL };

/**
 * struct options - the command line
 * @argv0: how the program was called
 * @shim: what the kernel side is told
 * @globs: the arguments of -t
 * @nr_globs: their number; with none everything is selected
 * @jobs: how many cases run at a time
 * @timeout: limit of a case in seconds of CPU time, 0 for none
 * @repeat: how often each case is run
 * @oom: which cases are swept with failing allocations
 * @oom_nth: only this allocation, 0 for all
 * @oom_persistent: and all that follow it
 * @search: which schedules of races are run
 * @junit: name of the JUnit report, or NULL
 * @first: file that names the cases to run first, or NULL
 * @no_rest: run no others
 * @reach: where to write which functions each case runs, or NULL
 * @costs: where to write what each case costs, or NULL
 * @dot: directory of the graphs of failed cases, or NULL
 * @dot_all: and of all others
 * @list: print the names of the selected cases only
 * @subject: print what is tested only
 * @brief: print failures and a summary only
 * @slowest: print so many of the cases that used most CPU time
 * @known_bugs: print the known bugs of the tree only, as text or JSON
 * @shuffle: run in an order that depends on the seed
 * @no_fork: run a single case in this process
 * @fail_fast: run nothing after a failure
 */
struct options {
	const char *argv0;
	struct shim_options shim;
	const char **globs;
	unsigned int nr_globs;
	unsigned int jobs;
	unsigned int timeout;
	unsigned int repeat;
	enum oom_option oom;
	unsigned long oom_nth;
	bool oom_persistent;
	struct shim_search search;
	const char *junit;
	const char *first;
	bool no_rest;
	const char *reach;
	const char *costs;
	const char *dot;
	bool dot_all;
	bool list;
	bool subject;
	bool brief;
	unsigned int slowest;
	enum { KNOWN_BUGS_NO, KNOWN_BUGS_TEXT, KNOWN_BUGS_JSON } known_bugs;
	bool shuffle;
	bool no_fork;
	bool fail_fast;
};

void options_parse(struct options *opt, int argc, char **argv);

#endif /* RUNNER_OPTIONS_H */
