/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_REPLAYER_H
#define REPLAY_REPLAYER_H

#include <stdbool.h>
#include <stdio.h>

#include <shim/cases.h>
#include <waist/replay.h>

#include "read/reader.h"
#include "usage.h"
#include "util.h"

#define EXIT_NOT_WHOLE	3	/* all agrees that was carried out, see the --help text */

struct options;

/**
 * struct recorded - what there is to replay
 * @trace: the calls
 * @start: what the first process begins with, or NULL
 * @ends: what it must end with, by address; or NULL
 * @nr_ends: how many VMAs that are
 */
struct recorded {
	struct reader *trace, *start;
	const struct replay_vma *ends;
	unsigned int nr_ends;
};

/* layout.c */
void read_ends(struct recorded *rec, struct reader *r);

/* run.c */
void run_of(struct replay_run *run, const struct recorded *rec, const struct options *opt);
bool run_apart(struct replay_run *run, unsigned int mode, unsigned int seconds, bool bar, char **log);

/* written.c */
void write_test(const struct recorded *rec, const struct options *opt);

/* record.c */
char *record(char **command, unsigned int seconds);

/* print.c */
int print_calls(struct reader *trace);

/* report.c */
unsigned long not_whole(const struct facts *t, struct replay_run *const runs[2]);
void report(const struct facts *t, const char *path, struct replay_run *const runs[2]);

/* html.c */
void html_write(const char *to, const char *path, struct replay_run *const runs[2]);

#endif /* REPLAY_REPLAYER_H */
