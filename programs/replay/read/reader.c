// SPDX-License-Identifier: GPL-2.0
/*
 * A trace, read twice or more: once for what is wrong with it and how large it is, and
 * then once for each time that its calls are wanted. Only the calls of a line are kept.
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/**
 * reader_add() - a line gives a call
 * @r: the reader
 * @kind: of the call
 * @proc: who makes it
 *
 * Return: the call, whose other members are the caller's to fill in, until the next one.
 */
struct replay_call *reader_add(struct reader *r, enum replay_kind kind, unsigned int proc)
{
	struct queue *q = &r->queue;

	if (q->at == q->nr)
		q->at = q->nr = 0;
	if (q->nr == q->room) {
		q->room = q->room ? 2 * q->room : 16;
		q->calls = realloc(q->calls, q->room * sizeof(*q->calls));
		if (!q->calls)
			die("out of memory");
	}
	q->calls[q->nr] = (struct replay_call) {
		.kind = kind, .line = input_line_nr(r->in), .proc = proc, .child = proc, .file = -1,
	};
	return &q->calls[q->nr++];
}

/**
 * reader_other() - a line has something that is not carried out
 * @r: the reader
 * @name: of the call, or what it is
 */
void reader_other(struct reader *r, const char *name)
{
	struct facts *f = &r->facts;
	unsigned int i;

	if (r->again)
		return;
	for (i = 0; i < f->nr_other && strcmp(f->other[i].name, name); i++)
		;
	if (i == MAX_OTHERS) {
		f->other[i - 1].nr++;
		return;
	}
	if (i == f->nr_other) {
		snprintf(f->other[i].name, sizeof(f->other[i].name), "%s",
			 i == MAX_OTHERS - 1 ? "calls of still other names" : name);
		f->other[i].line = input_line_nr(r->in);
		f->nr_other++;
	}
	f->other[i].nr++;
}

/**
 * reader_will_fail() - the call whose first half was carried out has failed
 * @r: the reader
 * @line: of its first half
 */
void reader_will_fail(struct reader *r, unsigned int line)
{
	if (r->again)
		return;
	r->failed = realloc(r->failed, (r->nr_failed + 1) * sizeof(*r->failed));
	if (!r->failed)
		die("out of memory");
	r->failed[r->nr_failed++] = line;
}

/**
 * reader_failed_before() - the call whose first half is read will fail
 * @r: the reader
 *
 * Return: true if an earlier reading has seen that.
 */
bool reader_failed_before(struct reader *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_failed; i++)
		if (r->failed[i] == input_line_nr(r->in))
			return true;
	return false;
}

/**
 * reader_state() - what a format remembers from line to line
 * @r: the reader
 * @size: of its struct, zeroed when a reading begins
 *
 * Return: where its address is.
 */
void **reader_state(struct reader *r, size_t size)
{
	if (!r->state)
		r->state = xcalloc(1, size);
	return &r->state;
}

struct trace_input *reader_input(struct reader *r)
{
	return r->in;
}

static bool take(struct reader *r, struct replay_call *call)
{
	char *line;

	while (r->queue.at == r->queue.nr) {
		line = input_line(r->in);
		if (line)
			r->format->line(r, line);
		else if (!r->ended && r->format->end)
			r->format->end(r);
		if (line && !r->again)
			r->facts.lines++;
		if (!line && r->ended)
			return false;
		r->ended = !line;
	}
	*call = r->queue.calls[r->queue.at++];
	return true;
}

/**
 * reader_next() - the next call
 * @r: the reader
 * @call: set to it
 *
 * What is wrong with a line is said with its place, and ends the program: that happens in
 * reader_open(), which reads all of them.
 *
 * Return: false at the end.
 */
bool reader_next(struct reader *r, struct replay_call *call)
{
	if (!take(r, call))
		return false;
	places_move(r->places, call);
	return true;
}

/**
 * reader_rewind() - begin again with the first call
 * @r: the reader
 */
void reader_rewind(struct reader *r)
{
	procs_forget(r);
	free(r->state);
	r->state = NULL;
	r->ended = false;
	r->queue.at = r->queue.nr = 0;
	input_rewind(r->in);
}

/**
 * reader_open() - open a trace, and read it once
 * @paths: as for input_open()
 * @nr: how many
 *
 * What is wrong with it is said with its line, and ends the program.
 */
struct reader *reader_open(const char *const *paths, unsigned int nr)
{
	struct reader *r = xcalloc(1, sizeof(*r));
	struct replay_call call;

	r->in = input_open(paths, nr);
	r->format = format_of(r->in);
	r->facts.format = r->format->name;
	r->places = places_new();
	while (take(r, &call)) {
		r->facts.nr++;
		places_note(r->places, &call);
	}
	if (!r->facts.about && !r->facts.nr_other)
		die("%s: no call in it is about an address space", paths[0]);
	places_choose(r->places, paths[0]);
	r->again = true;
	reader_rewind(r);
	return r;
}

/**
 * reader_facts() - what is known of a trace
 * @r: the reader
 */
const struct facts *reader_facts(const struct reader *r)
{
	return &r->facts;
}

/**
 * reader_share() - how much of it is read
 * @r: the reader
 *
 * Return: from 0 to 1.
 */
double reader_share(const struct reader *r)
{
	return input_share(r->in);
}

/**
 * reader_close() - close a trace
 * @r: the reader
 */
void reader_close(struct reader *r)
{
	procs_forget(r);
	free(r->state);
	free(r->queue.calls);
	free(r->failed);
	free(r->places);
	input_close(r->in);
	free(r);
}
