// SPDX-License-Identifier: GPL-2.0
/*
 * The output of perf script on raw_syscalls:sys_enter and sys_exit, and of
 * scripts/record-calls.bt:
 * "bash 3055 [000] 48356.475003: raw_syscalls:sys_enter: NR 9 (0, 2000, 3, 22, ffffffff, 0)".
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf.h"

/* Numbers of x86-64: arch/x86/entry/syscalls/syscall_64.tbl. */
static const struct {
	unsigned int nr;
	const char *name;
} numbers[] = {
	{ 9, "mmap" }, { 10, "mprotect" }, { 11, "munmap" }, { 12, "brk" }, { 25, "mremap" },
	{ 28, "madvise" }, { 30, "shmat" }, { 56, "clone" }, { 57, "fork" }, { 58, "vfork" },
	{ 59, "execve" }, { 60, "exit" }, { 67, "shmdt" }, { 149, "mlock" }, { 150, "munlock" },
	{ 151, "mlockall" }, { 152, "munlockall" }, { 216, "remap_file_pages" },
	{ 231, "exit_group" }, { 237, "mbind" }, { 256, "migrate_pages" }, { 278, "vmsplice" },
	{ 279, "move_pages" }, { 311, "process_vm_writev" }, { 322, "execveat" },
	{ 323, "userfaultfd" }, { 325, "mlock2" }, { 329, "pkey_mprotect" },
	{ 425, "io_uring_setup" }, { 435, "clone3" },
};

static const char *name_of(unsigned int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].nr == nr)
			return numbers[i].name;
	return call_name(nr);
}

static bool read_enter(const char *text, struct sysc *s)
{
	unsigned int nr;

	if (sscanf(text, " NR %u (%lx, %lx, %lx, %lx, %lx, %lx)", &nr, &s->arg[0], &s->arg[1],
		   &s->arg[2], &s->arg[3], &s->arg[4], &s->arg[5]) != 7)
		return false;
	s->nr_args = 6;
	if (name_of(nr))
		snprintf(s->name, sizeof(s->name), "%s", name_of(nr));
	return true;
}

/* An unmapping takes place when it begins, see strace.c. */
static void enters(struct reader *r, struct proc *proc, const char *text)
{
	struct sysc s = { .nr_args = 0 };

	if (!read_enter(text, &s))
		input_damaged(reader_input(r), "not a call as perf script writes it", text);
	free(proc->unfinished);
	proc->unfinished = NULL;
	proc->early = 0;
	if (!*s.name)
		return;		/* one of those that are of no concern */
	if (!strncmp(s.name, "exit", 4)) {
		perf_call(r, proc, &s);
		return;
	}
	proc->unfinished = xasprintf("%s", text);
	if (strcmp(s.name, "munmap") || reader_failed_before(r))
		return;
	perf_call(r, proc, &s);
	proc->early = input_line_nr(reader_input(r));
}

static void leaves(struct reader *r, struct proc *proc, const char *text)
{
	struct sysc s = { .nr_args = 0 };
	unsigned int nr;

	if (sscanf(text, " NR %u = %ld", &nr, &s.ret) != 2)
		input_damaged(reader_input(r), "not a result as perf script writes it", text);
	if (!proc->unfinished) {
		/* the first half was before the trace began */
		if (!s.ret && name_of(nr) && !strncmp(name_of(nr), "execve", 6)) {
			snprintf(s.name, sizeof(s.name), "execve");
			perf_call(r, proc, &s);
		}
		return;
	}
	read_enter(proc->unfinished, &s);
	free(proc->unfinished);
	proc->unfinished = NULL;
	if (!proc->early)
		perf_call(r, proc, &s);
	else if (s.ret)
		reader_will_fail(r, proc->early);
	proc->early = 0;
}

static void script_call(struct reader *r, struct proc *proc, char *text)
{
	if (!strncmp(text, "enter: ", 7))
		enters(r, proc, text + 7);
	else
		leaves(r, proc, text + 6);
}

/* "bash  3055 [000] ..." or "bash 3055/3056 [000] ...": the thread. */
static long tid_of(const char *line, const char *event)
{
	const char *at;

	for (at = event; at > line; at--)
		if (*at == '[' && isdigit((unsigned char)at[1]))
			break;
	while (at > line && at[-1] == ' ')
		at--;
	while (at > line && isdigit((unsigned char)at[-1]))
		at--;
	return strtol(at, NULL, 10);
}

/* "exit:  NR 59 = 0", "enter: NR 59 (...": either half of execve(). */
static bool is_execve(const char *text)
{
	unsigned int nr;

	return sscanf(text, "%*[a-z]: NR %u", &nr) == 1 && nr == 59;
}

/* "Lost 12 events" of bpftrace */
static void count_lost(struct reader *r, const char *line)
{
	unsigned int nr;

	if (sscanf(line, "Lost %u events", &nr) == 1)
		reader_other(r, "events that bpftrace has lost");
}

static void script_line(struct reader *r, char *line)
{
	char *event = strstr(line, "raw_syscalls:sys_"), *text;

	/* other events, stacks of -g, comments */
	if (!event) {
		count_lost(r, line);
		return;
	}
	text = event + strlen("raw_syscalls:sys_");
	if (strncmp(text, "enter: ", 7) && strncmp(text, "exit: ", 6))
		input_damaged(reader_input(r), "not a line that perf script writes", line);
	perf_of_process(r, tid_of(line, event), text, is_execve(text), script_call);
}

static int script_is(const char *line)
{
	return strstr(line, "raw_syscalls:sys_enter: NR ") || strstr(line, "raw_syscalls:sys_exit: NR ") ? 2 : 0;
}

const struct format perf_script_format = {
	.name = "perf script",
	.is = script_is,
	.line = script_line,
	.end = perf_end,
};
