// SPDX-License-Identifier: GPL-2.0
/*
 * The output of perf trace: "0.434 ( 0.014 ms): bash/3055 mmap(len: 8192, ...) = 0x7f...".
 * It leaves out arguments that are 0, and calls that it has no name for.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf.h"
#include "values.h"

/*
 * The names of arguments are those of the kernel's syscall tracepoints, in the order of
 * the call, and what its flags begin with.
 */
static const struct {
	const char *call, *names, *prefix;
} calls[] = {
	{ "mmap", "addr len prot flags fd off", "MAP_" },
	{ "munmap", "addr len", "" },
	{ "mprotect", "start len prot", "PROT_" },
	{ "pkey_mprotect", "start len prot pkey", "PROT_" },
	{ "mremap", "addr old_len new_len flags new_addr", "MREMAP_" },
	{ "madvise", "start len_in behavior", "MADV_" },
	{ "brk", "brk", "" },
	{ "mlock", "start len", "" },
	{ "mlock2", "start len flags", "MLOCK_" },
	{ "munlock", "start len", "" },
	{ "mlockall", "flags", "MCL_" },
	{ "mseal", "start len flags", "" },
	{ "remap_file_pages", "start size prot pgoff flags", "MAP_" },
	{ "clone", "clone_flags newsp parent_tidptr child_tidptr tls", "CLONE_" },
};

static int place_of(const char *names, const char *name, size_t len)
{
	int i;

	for (i = 0; *names; i++) {
		size_t is = strcspn(names, " ");

		if (is == len && !memcmp(names, name, len))
			return i;
		names += is + strspn(names + is, " ");
	}
	return -1;
}

/* perf writes names of flags without what they begin with, mostly. */
static void read_value(struct sysc *s, int place, const char *name, char *text, const char *prefix)
{
	const char *bad, *plain;

	if (!strncmp(name, "prot", 4))
		prefix = "PROT_";
	plain = value_parse(text, "", &s->arg[place]);
	bad = plain ? value_parse(text, prefix, &s->arg[place]) : NULL;
	/* both kinds in one: of clone(), one bit is what counts */
	if (bad && !strcmp(s->name, "clone")) {
		s->arg[0] = (strstr(text, "VM|") ? CLONE_VM : 0) |
			    (strstr(text, "THREAD|") ? CLONE_THREAD : 0);
		bad = NULL;
	}
	if (bad && !s->unknown)
		s->unknown = bad;
	s->text[place] = text;
}

static void read_args(struct sysc *s, char *args)
{
	char *item, *value, *end;
	size_t i;
	int place;

	for (i = 0; i < ARRAY_SIZE(calls) && strcmp(calls[i].call, s->name); i++)
		;
	if (i == ARRAY_SIZE(calls))
		return;
	/* those that are left out are 0 */
	for (place = 0, item = (char *)calls[i].names; item; item = strchr(item + 1, ' '))
		place++;
	s->nr_args = place;
	for (item = args; *item; item = end) {
		value = strchr(item, ':');
		if (!value)
			return;
		/* "flags:|ANONYMOUS": of a kind of mapping that it has no name for */
		if (value[1] == '|')
			s->unknown = "MAP_TYPE";
		end = strstr(value, ", ");
		if (end) {
			*end = '\0';
			end += 2;
		} else {
			end = value + strlen(value);
		}
		place = place_of(calls[i].names, item, value - item);
		if (place >= 0)
			read_value(s, place, item, value + 2, calls[i].prefix);
	}
}

/* "name(args) ...": it goes on in a later line, which has no arguments. */
static void first_half(struct proc *proc, const char *text)
{
	const char *dots = strstr(text, "...");

	free(proc->unfinished);
	proc->unfinished = NULL;
	if (!dots)
		return;
	while (dots > text && (dots[-1] == ' ' || dots[-1] == ')'))
		dots--;
	proc->unfinished = xasprintf("%.*s", (int)(dots - text), text);
}

/* "name(args) = result" */
static void trace_call(struct reader *r, struct proc *proc, char *text)
{
	size_t len = strcspn(text, "(");
	char *equals = NULL, *at, *close;
	struct sysc s = { .nr_args = 0 };

	for (at = text; (at = strstr(at, " = ")); at++)
		equals = at;
	if (text[len] != '(' || len >= sizeof(s.name))
		input_damaged(reader_input(r), "not a call as perf trace writes it", text);
	if (!equals) {
		first_half(proc, text);
		/* "= " with nothing: a new process begins */
		if (proc->unfinished || !strncmp(text, "clone", 5))
			return;
		input_damaged(reader_input(r), "not a call as perf trace writes it", text);
	}
	memcpy(s.name, text, len);
	for (close = equals; close > text && *close != ')'; close--)
		;
	*close = '\0';
	read_args(&s, text + len + 1);
	equals += 3;
	if (*equals == '?' || !*equals)
		s.answer = ANSWER_NONE;
	else
		s.ret = value_result(equals);
	perf_call(r, proc, &s);
}

/* "[continued]: name()) = result", or a whole call. */
static void trace_text(struct reader *r, struct proc *proc, char *text)
{
	char *begin = proc->unfinished, *whole, *equals;

	if (strncmp(text, "[continued]: ", 13)) {
		trace_call(r, proc, text);
		return;
	}
	text += 13;
	equals = strstr(text, " = ");
	/* the other end of a fork has no result, and its beginning is another process's */
	if (!begin && (!equals || !strncmp(text, "clone", 5) || !strncmp(text, "vfork", 5) ||
		       !strncmp(text, "fork", 4)))
		return;
	if (!begin) {
		trace_call(r, proc, text);
		return;
	}
	proc->unfinished = NULL;
	whole = xasprintf("%s)%s", begin, equals ?: " = ?");
	trace_call(r, proc, whole);
	free(whole);
	free(begin);
}

/* Past "0.434 ( 0.014 ms): "; NULL if that is not there. */
static char *skip_time(char *line)
{
	size_t len;

	line += strspn(line, " ");
	len = strspn(line, "0123456789.?");
	if (!len || strncmp(line + len, " (", 2))
		return NULL;
	line += len + 2;
	len = strspn(line, " 0123456789.ms");
	if (strncmp(line + len, "): ", 3))
		return NULL;
	return line + len + 3;
}

/* "bash/3055 ": past it, if it is there. */
static char *skip_comm(char *text, long *tid)
{
	char *paren = strpbrk(text, "("), *space, *slash;

	*tid = 0;
	if (!paren)
		paren = text + strlen(text);
	for (space = text; (space = strchr(space, ' ')) && space < paren; space++) {
		for (slash = space; slash > text && isdigit((unsigned char)slash[-1]); slash--)
			;
		if (slash > text && slash < space && slash[-1] == '/') {
			*tid = strtol(slash, NULL, 10);
			return space + strspn(space, " ");
		}
	}
	return text;
}

static void trace_line(struct reader *r, char *line)
{
	char *rest = skip_time(line), *again, *fault;
	long tid;

	if (!*line)
		return;
	if (!rest)
		input_damaged(reader_input(r), "not a line that perf trace writes", line);
	rest = skip_comm(rest, &tid);
	fault = strstr(rest, "fault [");
	if (fault && fault - rest <= 3)
		return;		/* -F: a fault at a file's offset, not at an address */
	again = strstr(rest, "[continued]: ");
	if (again && again - rest < 8)
		rest = again;
	perf_of_process(r, tid, rest, again && !strncmp(again, "[continued]: execve", 19), trace_text);
}

static int trace_is(const char *line)
{
	char *copy = xasprintf("%s", line), *rest = skip_time(copy);
	int is = rest ? 2 : 0;

	free(copy);
	return is;
}

const struct format perf_trace_format = {
	.name = "perf trace",
	.is = trace_is,
	.line = trace_line,
	.end = perf_end,
};
