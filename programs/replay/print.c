// SPDX-License-Identifier: GPL-2.0
/* --print: what was read, a line for each call. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "replayer.h"

static const char *const names[REPLAY_KINDS] = {
	[REPLAY_MMAP] = "mmap", [REPLAY_MUNMAP] = "munmap", [REPLAY_MPROTECT] = "mprotect",
	[REPLAY_MREMAP] = "mremap", [REPLAY_MADVISE] = "madvise", [REPLAY_BRK] = "brk",
	[REPLAY_MLOCK] = "mlock", [REPLAY_MUNLOCK] = "munlock", [REPLAY_MLOCKALL] = "mlockall",
	[REPLAY_MUNLOCKALL] = "munlockall", [REPLAY_MSEAL] = "mseal",
	[REPLAY_REMAP_FILE] = "remap_file_pages", [REPLAY_TOUCH] = "touch", [REPLAY_FORK] = "fork",
	[REPLAY_THREAD] = "thread", [REPLAY_EXEC] = "execve", [REPLAY_EXIT] = "exit",
};

static const unsigned int nr_args[REPLAY_KINDS] = {
	[REPLAY_MMAP] = 4, [REPLAY_MUNMAP] = 2, [REPLAY_MPROTECT] = 3, [REPLAY_MREMAP] = 5,
	[REPLAY_MADVISE] = 3, [REPLAY_BRK] = 1, [REPLAY_MLOCK] = 2, [REPLAY_MUNLOCK] = 2,
	[REPLAY_MLOCKALL] = 1, [REPLAY_MSEAL] = 2, [REPLAY_REMAP_FILE] = 5, [REPLAY_TOUCH] = 2,
};

static void print_call(const struct replay_call *c)
{
	unsigned int i;

	printf("%u: %u %s(", c->line, c->proc, names[c->kind]);
	for (i = 0; i < nr_args[c->kind] + (c->kind == REPLAY_MLOCK && c->arg[2]); i++)
		printf("%s%#lx", i ? ", " : "", c->arg[i]);
	if (c->file >= 0)
		printf(", file %d, %#lx", c->file, c->arg[5]);
	if (c->kind == REPLAY_FORK || c->kind == REPLAY_THREAD)
		printf("%u", c->child);
	if (c->open)
		printf(") = ?\n");
	else if (c->ret < 0 && c->ret >= -4095)
		printf(") = error %ld\n", -c->ret);
	else
		printf(c->kind < REPLAY_FORK ? ") = %#lx\n" : ")\n", c->ret);
}

/* What the format has drawn, as comments. */
static void print_said(const char *text)
{
	size_t len;

	for (; *text; text += len + 1) {
		len = strcspn(text, "\n");
		printf("# %.*s\n", (int)len, text);
	}
}

/**
 * print_calls() - print the calls of a trace, and what is not carried out of it
 * @trace: the trace
 *
 * A line is "LINE: PROCESS name(arguments) = result": processes are counted from 0, numbers
 * are hexadecimal, the last one of a file is its offset.
 *
 * Return: the exit code.
 */
int print_calls(struct reader *trace)
{
	const struct facts *facts = reader_facts(trace);
	struct replay_call call;
	unsigned int i;

	if (facts->said)
		print_said(facts->said);
	while (reader_next(trace, &call))
		print_call(&call);
	for (i = 0; i < facts->nr_other; i++)
		printf("# not carried out: %s, %u times, first in line %u\n", facts->other[i].name,
		       facts->other[i].nr, facts->other[i].line);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	return facts->nr_other ? EXIT_NOT_WHOLE : 0;
}
