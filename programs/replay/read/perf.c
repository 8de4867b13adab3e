// SPDX-License-Identifier: GPL-2.0
/*
 * Common to perf trace and perf script: they write a call when it returns, so a
 * new process may come before the fork that made it, and a process ends by its last call.
 */
#define _GNU_SOURCE 1
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "perf.h"

#define HOLD_MOST	100000	/* lines */

/**
 * struct held - a line of a process that nobody has forked so far
 * @tid: the process
 * @text: what @read will read
 * @next: the line after it
 */
struct held {
	long tid;
	char *text;
	struct held *next;
};

struct state {
	struct held *first, **last;
	unsigned int nr;
	perf_read read;
};

static struct state *state_of(struct reader *r)
{
	struct state *s = reader_state(r, sizeof(*s));

	if (!s->last)
		s->last = &s->first;
	return s;
}

static void hold(struct reader *r, long tid, const char *text)
{
	struct state *s = state_of(r);
	struct held *h;

	if (s->nr == HOLD_MOST)
		input_damaged(reader_input(r), "so many lines of a process whose beginning is not in the trace",
			      text);
	h = xcalloc(1, sizeof(*h));
	h->tid = tid;
	h->text = xasprintf("%s", text);
	*s->last = h;
	s->last = &h->next;
	s->nr++;
}

/* Reads what was held back for a process that is known now. */
static void release(struct reader *r, struct proc *proc)
{
	struct state *s = state_of(r);
	struct held **at = &s->first, *h;
	long tid = proc->pid;

	while ((h = *at)) {
		if (h->tid != tid) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		s->nr--;
		proc = proc_find(r, tid);
		if (proc)
			s->read(r, proc, h->text);
		free(h->text);
		free(h);
		/* a line may have released others */
		at = &s->first;
	}
	for (s->last = &s->first; *s->last; s->last = &(*s->last)->next)
		;
}

/**
 * perf_of_process() - a line of a process
 * @r: the reader
 * @tid: the thread that it is of, 0 if there is only one
 * @text: the line, or what is left of it
 * @execs: it is the second half of execve()
 * @read: reads @text, now or when the fork of @tid is read
 */
void perf_of_process(struct reader *r, long tid, const char *text, bool execs, perf_read read)
{
	struct state *s = state_of(r);
	struct proc *proc = tid ? proc_find(r, tid) : proc_first(r);
	char *copy;

	s->read = read;
	if (!proc && proc_count(r)) {
		hold(r, tid, text);
		return;
	}
	if (!proc) {
		proc = proc_new(r, tid);
		proc->group = proc->nr;
		if (!execs)
			reader_add(r, REPLAY_EXEC, proc->nr);
	}
	copy = xasprintf("%s", text);
	read(r, proc, copy);
	free(copy);
}

static void forked(struct reader *r, struct proc *parent, const struct sysc *s)
{
	unsigned long flags = strcmp(s->name, "clone") ? 0 : s->arg[0];
	unsigned int group = parent->group;
	enum replay_kind kind;
	struct proc *child;

	/* neither perf writes the flags of clone3(), which the C library makes threads by */
	if (!strcmp(s->name, "clone3"))
		flags = CLONE_VM | CLONE_THREAD;
	else if (!strcmp(s->name, "vfork"))
		flags = CLONE_VM;
	kind = flags & CLONE_VM ? REPLAY_THREAD : REPLAY_FORK;
	child = proc_find(r, s->ret) ?: proc_new(r, s->ret);
	child->group = flags & CLONE_THREAD ? group : child->nr;
	reader_add(r, kind, parent->nr)->child = child->nr;
	release(r, child);
}

static void end_one(struct reader *r, struct proc *proc)
{
	reader_add(r, REPLAY_EXIT, proc->nr);
	proc_end(r, proc);
}

static void end_group(struct reader *r, unsigned int group)
{
	struct proc *proc;

	for (proc = proc_next(r, NULL); proc; proc = proc_next(r, proc))
		if (proc->group == group)
			end_one(r, proc);
}

/**
 * perf_call() - a call that has returned, or that never does
 * @r: the reader
 * @proc: who made it
 * @s: the call
 *
 * Return: whether the process lives on.
 */
bool perf_call(struct reader *r, struct proc *proc, const struct sysc *s)
{
	if (!strncmp(s->name, "clone", 5) || !strcmp(s->name, "fork") || !strcmp(s->name, "vfork")) {
		if (s->answer == ANSWER_IS && s->ret > 0)
			forked(r, proc, s);
		return true;
	}
	if (!strcmp(s->name, "exit")) {
		end_one(r, proc);
		return false;
	}
	if (!strcmp(s->name, "exit_group")) {
		end_group(r, proc->group);
		return false;
	}
	if (!strncmp(s->name, "execve", 6) && s->answer == ANSWER_IS && !s->ret)
		proc->group = proc->nr;
	call_done(r, proc, s);
	return true;
}

/**
 * perf_end() - the trace is over
 * @r: the reader
 */
void perf_end(struct reader *r)
{
	struct state *s = state_of(r);
	struct held *h;

	while ((h = s->first)) {
		s->first = h->next;
		reader_other(r, "lines of processes whose beginning is not in the trace");
		free(h->text);
		free(h);
	}
	s->last = &s->first;
	s->nr = 0;
}
