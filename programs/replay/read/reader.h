/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of any format become calls of processes, one after another. */
#ifndef REPLAY_READER_H
#define REPLAY_READER_H

#include <stdbool.h>
#include <stddef.h>

#include <waist/replay.h>

#include "input.h"

#define MAX_ARGS	10
#define MAX_OTHERS	64

/**
 * struct other - calls that are read and not carried out
 * @name: of the call, or what else it is
 * @nr: how often
 * @line: of the first
 */
struct other {
	char name[48];
	unsigned int nr, line;
};

/**
 * struct facts - what is known of a trace after it was read once
 * @format: its name
 * @is_layout: see struct format
 * @nr: calls that can be carried out
 * @nr_files: different files that are mapped
 * @nr_procs: processes and threads
 * @lines: of the file
 * @about: calls about an address space
 * @other: calls that are about address spaces and are not carried out, by name
 * @nr_other: how many names
 * @said: a drawing or other lines that the format has made, or NULL
 */
struct facts {
	const char *format;
	bool is_layout;
	unsigned int nr, nr_files, nr_procs, lines, about;
	struct other other[MAX_OTHERS];
	unsigned int nr_other;
	char *said;
};

/**
 * struct proc - a process or thread while it lives
 * @pid: its number, 0 while the trace has not named it
 * @lives: false if the entry is free
 * @nr: counted from 0
 * @unfinished: the first half of a call, or NULL
 * @early: the line of that first half, if it has been carried out, or 0
 * @forked: the child of an unfinished fork came before its second half
 * @group: the number of the process that it is a thread of, where a format ends all of
 *	them by one call
 */
struct proc {
	long pid;
	bool lives;
	unsigned int nr;
	char *unfinished;
	unsigned int early, group;
	bool forked;
};

enum answer {
	ANSWER_IS,		/* the number in ret */
	ANSWER_NONE,		/* exit(), or the process was ended in the call */
	ANSWER_UNKNOWN,		/* the format has no results */
};

/**
 * struct sysc - a system call, whatever the format was
 * @name: as the manual has it
 * @nr_args: how many arguments there are
 * @arg: their numbers
 * @text: their texts, NULL if the format has numbers only
 * @unknown: the first name in an argument whose number is not known, or NULL
 * @answer: what is known of the result
 * @ret: the result, or a negative errno
 */
struct sysc {
	char name[40];
	unsigned int nr_args;
	unsigned long arg[MAX_ARGS];
	const char *text[MAX_ARGS];
	const char *unknown;
	enum answer answer;
	long ret;
};

struct reader;

/**
 * struct format - one way to write a trace
 * @name: for reports
 * @is: whether lines from the beginning of a file are of this format: 0 not, 1 perhaps,
 *	2 for sure; asked for each of the first lines until one is sure
 * @line: reads a line, which may be changed
 * @end: called after the last line
 * @is_layout: it tells what an address space has, and not what became of it
 */
struct format {
	const char *name;
	bool is_layout;
	int (*is)(const char *line);
	void (*line)(struct reader *r, char *line);
	void (*end)(struct reader *r);
};

/* formats.c */
const struct format *format_of(struct trace_input *in);

/* reader.c */
struct reader *reader_open(const char *const *paths, unsigned int nr);
void reader_rewind(struct reader *r);
bool reader_next(struct reader *r, struct replay_call *call);
void reader_close(struct reader *r);

/* given.c */
const struct facts *reader_facts(const struct reader *r);
struct trace_input *reader_input(struct reader *r);
void *reader_state(struct reader *r, size_t size);
struct replay_call *reader_add(struct reader *r, enum replay_kind kind, unsigned int proc);
void reader_other(struct reader *r, const char *name);
void reader_said(struct reader *r, char *text);
bool reader_failed_before(struct reader *r);
void reader_will_fail(struct reader *r, unsigned int line);

/* args.c */
char *split_args(char *at, char *(*end_of)(char *at), char **arg, unsigned int *nr);

/* procs.c */
struct proc *proc_first(struct reader *r);
struct proc *proc_find(struct reader *r, long pid);
struct proc *proc_new(struct reader *r, long pid);
struct proc *proc_only(struct reader *r);
struct proc *proc_next(struct reader *r, struct proc *after);
unsigned int proc_count(struct reader *r);
void proc_end(struct reader *r, struct proc *proc);
int proc_file(struct reader *r, const struct proc *proc, const char *fd);

/* calls.c */
void call_done(struct reader *r, struct proc *proc, const struct sysc *s);
const char *call_name(unsigned int nr);

#endif /* REPLAY_READER_H */
