/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_STRACE_H
#define REPLAY_STRACE_H

#include "reader.h"

/**
 * struct lexed - a call of strace, taken apart
 * @name: of the call
 * @arg: its arguments as text
 * @nr_args: how many
 * @ret: what stands behind the last " = "
 */
struct lexed {
	char name[40];
	char *arg[MAX_ARGS];
	unsigned int nr_args;
	char *ret;
};

/* strace_call.c */
char *strace_prefix(char *line, long *pid);
bool strace_call(char *line, struct lexed *l);

/* strace.c */
extern const struct format strace_format;

#endif /* REPLAY_STRACE_H */
