// SPDX-License-Identifier: GPL-2.0
/* The output of strace: who is in which call, and which lines belong together. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strace.h"
#include "values.h"

#define UNKNOWN_ERROR	"-1 E"	/* for which a call is not carried out */

/**
 * struct state - memory of the lines before
 * @cut: a line that a message of strace has cut in two, or NULL
 * @program: the name by which strace was called, which its messages begin with
 * @summary: the table of -C has begun
 * @half: the process whose first half of a call is the line before, or NULL
 * @bare: the process of the last line that named none, and @bare_nr its number here, as its
 *	struct may be that of another one by now
 */
struct state {
	char *cut;
	char program[128];
	bool summary;
	struct proc *half, *bare;
	unsigned int bare_nr;
};

static struct state *state_of(struct reader *r)
{
	return reader_state(r, sizeof(struct state));
}

/* clone3() has no name in strace before 5.3; x32 sets a bit of the number. */
static bool is_fork(const char *text)
{
	return !strncmp(text, "clone", 5) || !strncmp(text, "fork(", 5) ||
	       !strncmp(text, "vfork(", 6) || !strncmp(text, "syscall_0x1b3(", 14) ||
	       !strncmp(text, "syscall_0x400001b3(", 19);
}

/* "flags=CLONE_VM|...", "flags=0x3d0f00", both, or "clone(0x3d0f00, ..." by -e raw; else NULL. */
static const char *flags_in(const char *text)
{
	const char *flags = strstr(text, "flags=");

	if (flags)
		return flags + strlen("flags=");
	return strncmp(text, "clone(0x", 8) ? NULL : text + strlen("clone(");
}

static bool shares_space(const char *text)
{
	const char *flags = flags_in(text);

	if (!strncmp(text, "vfork", 5) || strstr(text, "CLONE_VM"))
		return true;
	return flags && (strtoul(flags, NULL, 0) & CLONE_VM);
}

/* Only the address of clone3()'s arguments is there: a process or a thread. */
static bool is_unknown_kind(const char *text)
{
	return !strstr(text, "fork(") && !flags_in(text);
}

static void fork_of(struct reader *r, const struct proc *parent, const char *text,
		    const struct proc *child)
{
	enum replay_kind kind = shares_space(text) ? REPLAY_THREAD : REPLAY_FORK;

	if (is_unknown_kind(text))
		reader_other(r, "clone3, whose flags are not in the trace");
	else
		reader_add(r, kind, parent->nr)->child = child->nr;
}

/* Its first line comes before the second half of the fork that made it. */
static struct proc *early_child(struct reader *r, long pid)
{
	struct proc *parent, *child;

	for (parent = proc_next(r, NULL); parent; parent = proc_next(r, parent)) {
		if (!parent->unfinished || parent->forked || !is_fork(parent->unfinished))
			continue;
		parent->forked = true;
		child = proc_new(r, pid);
		fork_of(r, parent, parent->unfinished, child);
		return child;
	}
	return NULL;
}

/*
 * strace names no process while there is only one: a number that is new may be that of the
 * first process.
 */
static struct proc *nameless(struct reader *r, const char *rest)
{
	struct proc *proc = proc_find(r, 0);
	size_t len;

	if (!proc || !proc->unfinished || !is_fork(proc->unfinished))
		return proc;
	/* its own second half, or the first line of its child */
	len = strcspn(proc->unfinished, "(");
	return !strncmp(rest, "<... ", 5) && !strncmp(rest + 5, proc->unfinished, len) ? proc : NULL;
}

/*
 * strace names the process where it traces more than one. A child may have been told of by the
 * result of its fork before strace has seen it, and lines without a name are its parent's still.
 */
static struct proc *bare(struct reader *r)
{
	struct state *s = state_of(r);

	if (!s->bare || !s->bare->lives || s->bare->nr != s->bare_nr)
		s->bare = proc_only(r) ?: proc_first(r);
	if (s->bare)
		s->bare_nr = s->bare->nr;
	return s->bare;
}

static struct proc *proc_of(struct reader *r, long pid, const char *rest)
{
	struct proc *proc = pid ? proc_find(r, pid) : bare(r);

	if (proc)
		return proc;
	proc = pid ? nameless(r, rest) : NULL;
	if (proc) {
		proc->pid = pid;
		return proc;
	}
	proc = early_child(r, pid);
	if (proc)
		return proc;
	proc = proc_new(r, pid);
	/* the first process of a trace that was begun in its middle */
	if (proc->nr == 0 && strncmp(rest, "execve", 6))
		reader_add(r, REPLAY_EXEC, proc->nr);
	return proc;
}

/* "2926", "3035<bash>", or the number in its own namespace and strace's in a comment. */
static void fork_call(struct reader *r, struct proc *proc, const char *text, const char *ret)
{
	const char *outer = strstr(ret, "/*");
	long pid = value_result(ret);

	if (pid > 0 && outer && strstr(outer, "PID NS"))
		pid = strtol(outer + 2, NULL, 10);
	if (pid > 0 && !proc->forked)
		fork_of(r, proc, text, proc_find(r, pid) ?: proc_new(r, pid));
	proc->forked = false;
}

/* Convert the arguments and the result from text. */
static void to_sysc(struct sysc *s, const struct lexed *l)
{
	unsigned int i;
	const char *bad;

	*s = (struct sysc) { .nr_args = l->nr_args };
	snprintf(s->name, sizeof(s->name), "%s", l->name);
	for (i = 0; i < l->nr_args; i++) {
		s->text[i] = l->arg[i];
		bad = value_parse(l->arg[i], "", &s->arg[i]);
		if (bad && !s->unknown && isupper((unsigned char)*bad))
			s->unknown = bad;
	}
	if (*l->ret == '?')
		s->answer = ANSWER_NONE;
	else
		s->ret = value_result(l->ret);
}

/* By -e inject: a result, or arguments, that are strace's own */
static bool is_injected(struct reader *r, const struct lexed *l)
{
	char name[sizeof(l->name) + 24];

	if (!strstr(l->ret, "(INJECTED"))
		return false;
	snprintf(name, sizeof(name), "%s, changed by strace", l->name);
	reader_other(r, name);
	return true;
}

static void call(struct reader *r, struct proc *proc, char *text)
{
	char *whole = xasprintf("%s", text);
	struct lexed l;
	struct sysc s;
	bool injected;

	if (!strace_call(text, &l))
		input_damaged(reader_input(r), "not a call as strace writes it", whole);
	injected = is_injected(r, &l);
	if (!is_fork(whole)) {
		to_sysc(&s, &l);
		if (injected)
			s.ret = value_result(UNKNOWN_ERROR);
		call_done(r, proc, &s);
	} else if (*l.ret != '?' && !injected) {
		fork_call(r, proc, whole, l.ret);
	}
	free(whole);
}

/* "<... mmap resumed>, MAP_PRIVATE, -1, 0) = 0x7f...": the two halves in one. */
static void resumed(struct reader *r, struct proc *proc, const char *text)
{
	const char *rest = strstr(text, "resumed>");
	struct lexed l;
	char *whole;

	if (!rest)
		input_damaged(reader_input(r), "not a second half of a call", text);
	if (!proc->unfinished)
		return;		/* the first half was before the trace began */
	whole = xasprintf("%s%s", proc->unfinished, rest + strlen("resumed>"));
	free(proc->unfinished);
	proc->unfinished = NULL;
	if (!proc->early)
		call(r, proc, whole);
	else if (strace_call(whole, &l) &&
		 (is_injected(r, &l) || (*l.ret != '?' && value_result(l.ret))))
		reader_will_fail(r, proc->early);
	proc->early = 0;
	free(whole);
}

static bool is_early(const char *text)
{
	return !strncmp(text, "munmap(", 7);
}

/*
 * The first half of a call. An unmapping takes place here: what it unmaps may be given
 * to another thread, whose second half comes before that of the unmapping.
 */
static void first_half(struct reader *r, struct proc *proc, const char *text)
{
	char *whole;

	proc->unfinished = xasprintf("%s", text);
	if (!is_early(text) || reader_failed_before(r))
		return;
	whole = xasprintf("%s) = 0", text);
	call(r, proc, whole);
	free(whole);
	proc->early = input_line_nr(reader_input(r));
}

/*
 * Another line of a process that is in a call: -z of strace 4.26 leaves out the second half of a
 * call that failed, and no more than that.
 */
static void never_resumed(struct reader *r, struct proc *proc)
{
	char *whole = NULL;

	if (proc->early)
		reader_will_fail(r, proc->early);
	else if (proc->unfinished && is_early(proc->unfinished))
		whole = xasprintf("%s) = " UNKNOWN_ERROR, proc->unfinished);
	proc->early = 0;
	free(proc->unfinished);
	proc->unfinished = NULL;
	if (whole)
		call(r, proc, whole);
	free(whole);
}

/* "<detached ...>", and strace has another end of the trace for each process. */
static void ends(struct reader *r, struct proc *proc, const char *text)
{
	const char *by = strstr(text, "superseded by execve in pid ");
	struct proc *other;

	free(proc->unfinished);
	proc->unfinished = NULL;
	reader_add(r, REPLAY_EXIT, proc->nr);
	if (by) {
		other = proc_find(r, strtol(by + strlen("superseded by execve in pid "), NULL, 10));
		if (other && other != proc) {
			other->pid = proc->pid;
			proc->pid = 0;
		}
	}
	proc_end(r, proc);
}

/* By -z, in 6.1 at least, a second half may have neither a number nor a name before it. */
static bool only_a_rest(struct reader *r, struct proc *before, const char *line)
{
	char *whole;

	if (!before || !before->unfinished || !strstr(line, ") ") || !strstr(line, " = "))
		return false;
	whole = xasprintf("resumed>%s", line);
	resumed(r, before, whole);
	free(whole);
	return true;
}

static void strace_rest(struct reader *r, struct proc *proc, char *rest)
{
	char *half = strstr(rest, " <unfinished ...>");
	char *detached = strstr(rest, " <detached ...>");

	if (!strncmp(rest, "+++", 3)) {
		ends(r, proc, rest);
	} else if (!strncmp(rest, "<... ", 5) && (half || detached)) {
		;	/* resumed, and the process was ended or let go in it */
	} else if (!strncmp(rest, "<... ", 5)) {
		resumed(r, proc, rest);
	} else if (half) {
		*half = '\0';
		never_resumed(r, proc);
		first_half(r, proc, rest);
		state_of(r)->half = proc;
	} else if (detached) {
		reader_other(r, "a process that strace let go");
	} else {
		never_resumed(r, proc);
		call(r, proc, rest);
	}
}

/* Return the length of the name by which strace was called, where a message of it cuts a line. */
static size_t program_before(const struct state *s, const char *line, const char *end)
{
	static const char usual[] = "strace", of_a_path[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-/";
	size_t len = strlen(s->program);
	const char *at, *slash;

	if (len && end - line > (long)len && !strcmp(end - len, s->program))
		return len;
	len = strlen(usual);
	if (end - line <= (long)len || strcmp(end - len, usual))
		return 0;
	slash = at = end - len;
	if (at[-1] == '/')
		while (at > line && strchr(of_a_path, at[-1]))
			if (*--at == '/')
				slash = at;
	return end - slash;
}

/*
 * "strace: Process 12 attached" on a line of its own, or in the middle of a call, which
 * goes on in the next line. Its first word is what strace was called by.
 */
static bool message(struct state *s, char *line)
{
	char *at = strstr(line, ": Process "), *name;
	size_t len = strlen(line);

	if (at && len > 9 && (!strcmp(line + len - 9, " attached") ||
			      !strcmp(line + len - 9, " detached"))) {
		*at = '\0';
		name = strpbrk(line, "( ") ? NULL : line;
		if (name) {
			snprintf(s->program, sizeof(s->program), "%s", name);
			return true;
		}
		len = program_before(s, line, at);
		if (!len) {
			*at = ':';
			return false;
		}
		*(at - len) = '\0';
		if (!s->cut)
			s->cut = xasprintf("%s", line);
		return true;
	}
	return false;
}

/* The first line of the table of -C, with the columns that -U asks for */
static bool is_summary(const char *line)
{
	static const char *const words[] = {
		"%", "time", "seconds", "usecs/call", "calls", "errors", "syscall", "shortest", "longest",
	};
	size_t len, i, nr = 0;

	for (line += strspn(line, " "); *line; line += len + strspn(line + len, " "), nr++) {
		len = strcspn(line, " ");
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (strlen(words[i]) == len && !strncmp(line, words[i], len))
				break;
		if (i == ARRAY_SIZE(words))
			return false;
	}
	return nr;
}

/* Check for lines of strace that are no calls. */
static bool is_note(struct state *s, const char *line, const char *rest)
{
	size_t len = strlen(s->program);

	if (!strncmp(line, "strace: ", 8) ||
	    (len && !strncmp(line, s->program, len) && line[len] == ':'))
		return true;
	/* a signal, a stack of -k, "[ Process PID=12 runs in 32 bit mode. ]" after a name */
	return s->summary || !strncmp(rest, "---", 3) || !strncmp(line, " > ", 3) ||
	       strstr(rest, "[ Process PID=");
}

static void strace_line(struct reader *r, char *line)
{
	struct state *s = state_of(r);
	char *rest, *whole = NULL;
	struct proc *half;
	long pid;

	if (!*line)
		return;
	half = s->half;
	s->half = NULL;
	if (message(s, line))
		return;
	if (s->cut) {
		whole = xasprintf("%s%s", s->cut, line);
		free(s->cut);
		s->cut = NULL;
		line = whole;
	}
	rest = strace_prefix(line, &pid);
	if (is_note(s, line, rest)) {
		free(whole);
		return;
	}
	/* who was killed while it wrote: what is left may be another call, or another result */
	if (input_line_is_cut(reader_input(r)) && strncmp(rest, "+++ ", 4))
		reader_other(r, "the last line, which has no end");
	else if (!strncmp(rest, "+++", 3) || !strncmp(rest, "<... ", 5) ||
	    (islower((unsigned char)*rest) && strchr(rest, '(')))
		strace_rest(r, proc_of(r, pid, rest), rest);
	else if (is_summary(line))
		s->summary = true;
	else if (!only_a_rest(r, half, line))
		input_damaged(reader_input(r), "not a line that strace writes", line);
	free(whole);
}

static void strace_end(struct reader *r)
{
	struct state *s = state_of(r);

	if (s->cut)
		reader_other(r, "the last line, which has no end");
}

/* Check if a line from the beginning of a file is of strace. */
static int strace_is(const char *line)
{
	char *copy = xasprintf("%s", line), *rest;
	struct lexed l;
	long pid;
	int is = 0;

	rest = strace_prefix(copy, &pid);
	if (islower((unsigned char)*rest) && strstr(rest, "(") && strstr(rest, " <unfinished ...>"))
		is = 2;
	else if (!strncmp(rest, "<... ", 5) || !strncmp(rest, "+++ ", 4) || !strncmp(rest, "--- SIG", 7))
		is = 2;
	else if (!strncmp(line, "strace: ", 8) || strstr(rest, "[ Process PID="))
		is = 1;
	else if (islower((unsigned char)*rest) && strace_call(rest, &l))
		is = 2;
	else if (islower((unsigned char)*rest) && strchr(rest, '('))
		is = 1;
	free(copy);
	return is;
}

const struct format strace_format = {
	.name = "strace",
	.is = strace_is,
	.line = strace_line,
	.end = strace_end,
};
