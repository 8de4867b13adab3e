// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of syzkaller, as syzbot's reports have them: "r0 = call$variant(args) (async)".
 * Calls about an address space are carried out, one after another, and have no recorded
 * results. All others are counted by name.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "syz.h"

/* The first address of a program's data as it is written, and as an executor has it. */
#define WRITTEN		0x7f0000000000UL
#define DATA		0x200000000000UL
#define DATA_SIZE	0x1000000UL
#define PAGE		0x1000UL
#define RERUN_MOST	100

struct state {
	bool begun;
};

static void map_data(struct reader *r, struct proc *proc, unsigned long start, unsigned long len,
		     unsigned long prot)
{
	struct replay_call *c = reader_add(r, REPLAY_MMAP, proc->nr);

	c->arg[0] = start;
	c->arg[1] = len;
	c->arg[2] = prot;
	c->arg[3] = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS;
	c->ret = start;
}

/* An executor has mapped its data, between guards, before the first call. */
static struct proc *process(struct reader *r)
{
	struct state *s = reader_state(r, sizeof(*s));
	struct proc *proc;

	if (s->begun)
		return proc_first(r);
	s->begun = true;
	proc = proc_new(r, 1);
	reader_add(r, REPLAY_EXEC, proc->nr);
	map_data(r, proc, DATA - PAGE, PAGE, PROT_NONE);
	map_data(r, proc, DATA, DATA_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC);
	map_data(r, proc, DATA + DATA_SIZE, PAGE, PROT_NONE);
	return proc;
}

/* The end of an argument: a comma or a bracket, over strings and brackets. */
static char *end_of_arg(char *at)
{
	char quote;
	int depth = 0;

	for (; *at; at++) {
		if (*at == '"' || *at == '\'') {
			quote = *at;
			for (at++; *at && *at != quote; at++)
				if (*at == '\\' && at[1])
					at++;
			if (!*at)
				return NULL;
		} else if (strchr("([{<", *at)) {
			depth++;
		} else if (depth && strchr(")]}>", *at)) {
			depth--;
		} else if (!depth && (*at == ',' || *at == ')')) {
			return at;
		}
	}
	return NULL;
}

/* "0x3000", "&(0x7f0000001000/0x3000)=nil", "&(0x7f0000001000)=...", "nil", "r0". */
static unsigned long value_of(const char *arg)
{
	unsigned long value;

	if (!strncmp(arg, "&(", 2)) {
		value = strtoul(arg + 2, NULL, 0);
		return value >= WRITTEN ? value - WRITTEN + DATA : value + DATA;
	}
	return isdigit((unsigned char)*arg) ? strtoul(arg, NULL, 0) : 0;
}

static bool read_args(struct sysc *s, char *at)
{
	char *arg[MAX_ARGS];
	unsigned int i;

	at = split_args(at, end_of_arg, arg, &s->nr_args);
	if (!at)
		return false;
	for (i = 0; i < s->nr_args; i++) {
		s->arg[i] = value_of(arg[i]);
		s->text[i] = arg[i];
	}
	/* "(async)", "(rerun: 32)", "(fail_nth: 5)", and a comment */
	at[strcspn(at, "#")] = '\0';
	s->text[MAX_ARGS - 1] = at;
	return true;
}

/* The child of a fork in a program returns to nothing, and ends. */
static void fork_and_end(struct reader *r, struct proc *proc, const struct sysc *s)
{
	struct proc *child = proc_new(r, -1);
	bool shares = !strcmp(s->name, "vfork") || (strcmp(s->name, "fork") && (s->arg[0] & CLONE_VM));

	reader_add(r, shares ? REPLAY_THREAD : REPLAY_FORK, proc->nr)->child = child->nr;
	reader_add(r, REPLAY_EXIT, child->nr);
	proc_end(r, child);
}

static void carry_out(struct reader *r, struct proc *proc, const struct sysc *s, const char *whole)
{
	unsigned int before = reader_facts(r)->about;

	if (!strcmp(s->name, "fork") || !strcmp(s->name, "vfork") || !strcmp(s->name, "clone") ||
	    !strcmp(s->name, "syz_clone")) {
		fork_and_end(r, proc, s);
		return;
	}
	if (s->nr_args == MAX_ARGS || !strncmp(s->name, "execve", 6)) {
		reader_other(r, whole);
		return;
	}
	call_done(r, proc, s);
	if (reader_facts(r)->about == before)
		reader_other(r, whole);
}

/* "r0 = ": past it. */
static char *skip_result(char *line)
{
	char *at = line;

	if (*at != 'r' || !isdigit((unsigned char)at[1]))
		return line;
	at += 1 + strspn(at + 1, "0123456789");
	return strncmp(at, " = ", 3) ? line : at + 3;
}

static void syz_line(struct reader *r, char *line)
{
	struct sysc s = { .answer = ANSWER_UNKNOWN };
	char whole[48], *call, *again, *text;
	struct proc *proc;
	unsigned long times = 0, most = RERUN_MOST;
	size_t len;

	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return;
	text = xasprintf("%s", line);
	call = skip_result(line);
	len = strspn(call, "abcdefghijklmnopqrstuvwxyz_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$");
	if (!len || call[len] != '(')
		input_damaged(reader_input(r), "not a call as syzkaller writes it", text);
	snprintf(whole, sizeof(whole), "%.*s", (int)len, call);
	snprintf(s.name, sizeof(s.name), "%.*s", (int)strcspn(whole, "$"), whole);
	if (!read_args(&s, call + len + 1))
		input_damaged(reader_input(r), "not a call as syzkaller writes it", text);
	/* as often besides the first time */
	again = strstr(s.text[MAX_ARGS - 1], "rerun: ");
	if (again)
		times = strtoul(again + 7, NULL, 0);
	if (times > most)
		reader_other(r, "being repeated more than 100 times (rerun)");
	if (strstr(s.text[MAX_ARGS - 1], "fail_nth: "))
		reader_other(r, "a failing allocation (fail_nth)");
	if (strstr(s.text[MAX_ARGS - 1], "async"))
		reader_other(r, "at the same time as the next call (async)");
	s.text[MAX_ARGS - 1] = NULL;
	proc = process(r);
	do
		carry_out(r, proc, &s, whole);
	while (times-- && most--);
	free(text);
}

static void syz_end(struct reader *r)
{
	struct proc *proc = proc_first(r);

	if (!proc)
		return;
	reader_add(r, REPLAY_EXIT, proc->nr);
	proc_end(r, proc);
}

/* Its options, a call that gives a resource, or an argument that only syzkaller writes. */
static int syz_is(const char *line)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz_0123456789$ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (!strncmp(line, "# {", 3) && strstr(line, "hreaded"))
		return 2;
	if (*line == 'r' && isdigit((unsigned char)line[1]) && strstr(line, " = ") && strchr(line, '('))
		return 2;
	if (len && line[len] == '(' && (strstr(line, "&(0x7f") || strstr(line, "=nil")))
		return 2;
	return 0;
}

const struct format syz_format = {
	.name = "syzkaller program",
	.is = syz_is,
	.line = syz_line,
	.end = syz_end,
};
