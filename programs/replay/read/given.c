// SPDX-License-Identifier: GPL-2.0
/* Results of the lines of a trace: calls to carry out, and others that are only counted. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

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
 * reader_said() - set what is printed of a trace before its calls
 * @r: the reader
 * @text: it; the reader frees it
 */
void reader_said(struct reader *r, char *text)
{
	free(r->facts.said);
	r->facts.said = text;
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
 * reader_state() - memory of a format from line to line
 * @r: the reader
 * @size: of its struct, zeroed when a reading begins
 *
 * Return: it.
 */
void *reader_state(struct reader *r, size_t size)
{
	if (!r->state)
		r->state = xcalloc(1, size);
	return r->state;
}

/**
 * reader_input() - the lines that a reader reads
 * @r: the reader
 */
struct trace_input *reader_input(struct reader *r)
{
	return r->in;
}

/**
 * reader_facts() - what is known of a trace
 * @r: the reader
 */
const struct facts *reader_facts(const struct reader *r)
{
	return &r->facts;
}
