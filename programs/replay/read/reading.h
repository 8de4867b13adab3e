/* SPDX-License-Identifier: GPL-2.0 */
/* Structures that the files of this folder share and no other file uses. */
#ifndef REPLAY_READ_READING_H
#define REPLAY_READ_READING_H

#include "reader.h"

/**
 * struct procs - processes and files, see procs.c
 * @all: entries, used again when a process has ended
 * @nr: entries that were ever used
 * @living: processes that live
 * @last: the one that was looked up last
 * @begun: processes that have begun
 * @files: names of files with their numbers, a tree of tsearch()
 * @nr_files: how many
 */
struct procs {
	struct proc *all;
	unsigned int nr, living, begun;
	struct proc *last;
	void *files;
	unsigned int nr_files;
};

/**
 * struct queue - calls that lines have given and nobody has taken yet
 * @calls: them
 * @at: the next
 * @nr: behind the last
 * @room: how many there is room for
 */
struct queue {
	struct replay_call *calls;
	unsigned int at, nr, room;
};

/**
 * struct reader - a trace that is being read
 * @in: its lines
 * @format: how they are written
 * @facts: what is known after the first reading
 * @again: it was read once
 * @ended: the last line was read
 * @procs: processes and files
 * @queue: calls that are ready
 * @state: of the format
 * @failed: lines with first halves of unmappings that fail in their second halves
 * @nr_failed: how many
 * @places: which terabytes of the address space are used, see places.c
 */
struct reader {
	struct trace_input *in;
	const struct format *format;
	struct facts facts;
	bool again, ended;
	struct procs procs;
	struct queue queue;
	void *state;
	unsigned int *failed, nr_failed;
	struct places *places;
};

/* procs.c */
void procs_forget(struct reader *r);

/* places.c */
struct places *places_new(void);
void places_note(struct places *p, const struct replay_call *c);
void places_choose(struct places *p, const char *path);
void places_move(const struct places *p, struct replay_call *c);

#endif /* REPLAY_READ_READING_H */
