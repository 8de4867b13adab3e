/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_OPTIONS_H
#define REPLAY_OPTIONS_H

#include <stdbool.h>

#include <waist/replay.h>

/**
 * struct options - the command line of vma_replay
 * @touch: pages of a new mapping that are accessed
 * @every: the oracle runs after so many calls; 0 is at the end only
 * @html: file for the page with the objects in use, or NULL
 * @start: maps that the first process begins with, or NULL
 * @end: maps that it must end with, or NULL
 * @mode: "eager", "lazy" or "both"
 * @quiet: print failures only
 * @print: print the calls that were read, and carry out nothing
 * @as_case: name of a case to write, or NULL
 * @as_program: name of the test of a program to write, or NULL
 * @until: the expression of --shrink-to, or NULL
 * @first: first line of the trace that these are about
 * @last: last one, 0 for all
 * @command: a program to record, and its arguments; or NULL
 * @seconds: it is ended after so many
 * @traces: paths of the trace
 * @nr_traces: how many
 */
struct options {
	enum replay_touch touch;
	unsigned int every;
	const char *html, *mode, *start, *end;
	bool quiet, print;
	const char *as_case, *as_program, *until;
	unsigned int first, last;
	char **command;
	unsigned int seconds;
	const char *const *traces;
	unsigned int nr_traces;
};

void options_parse(struct options *opt, int argc, char **argv);

#endif /* REPLAY_OPTIONS_H */
