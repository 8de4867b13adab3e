// SPDX-License-Identifier: GPL-2.0
/*
 * A trace, read twice or more: once for what is wrong with it and how large it is, and
 * then once for each time that its calls are wanted. Only the calls of a line are kept.
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

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
 * A line that is wrong is said with its place, and ends the program: in reader_open(), which
 * reads all of them.
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
 * A fault in it is said with its line, and ends the program.
 */
struct reader *reader_open(const char *const *paths, unsigned int nr)
{
	struct reader *r = xcalloc(1, sizeof(*r));
	struct replay_call call;

	r->in = input_open(paths, nr);
	r->format = format_of(r->in);
	r->facts.format = r->format->name;
	r->facts.is_layout = r->format->is_layout;
	r->places = places_new();
	while (take(r, &call)) {
		r->facts.nr++;
		r->facts.about += call.kind < REPLAY_FORK;
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
	free(r->facts.said);
	input_close(r->in);
	free(r);
}
