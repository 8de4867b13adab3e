/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_REPLAYER_H
#define REPLAY_REPLAYER_H

#include <stdbool.h>
#include <stdio.h>

#include <shim/cases.h>
#include <waist/replay.h>

#include "usage.h"
#include "util.h"

/**
 * struct trace - what was read
 * @calls: those that can be replayed
 * @nr: how many
 * @nr_files: different files that are mapped
 * @nr_procs: processes and threads
 * @lines: of the file
 * @others: calls that are about address spaces and are not replayed, by name
 * @nr_others: how many names
 */
struct trace {
	struct replay_call *calls;
	unsigned int nr, nr_files, nr_procs, lines;
	struct other {
		char name[32];
		unsigned int nr;
	} others[32];
	unsigned int nr_others;
};

#define MAX_ARGS 10

/**
 * struct lexed - a line of strace, taken apart
 * @name: of the call
 * @arg: its arguments as text
 * @nr_args: how many
 * @ret: what stands behind the last " = "
 */
struct lexed {
	char name[32];
	char *arg[MAX_ARGS];
	unsigned int nr_args;
	char *ret;
};

/* input.c */
bool input_can_unpack(const char *path);
FILE *input_open(const char *path);
void input_close(FILE *from, const char *path);

/* lex.c */
char *lex_prefix(char *line, long *pid);
bool lex_call(char *line, struct lexed *l);
unsigned long lex_number(const char *text);
long lex_result(const char *text);

/* parse.c */
void trace_read(struct trace *t, const char *path);

/* report.c */
void report(const struct trace *t, const char *path, struct replay_run *const runs[2]);

/* html.c */
void html_write(const char *to, const char *path, struct replay_run *const runs[2]);

#endif /* REPLAY_REPLAYER_H */
