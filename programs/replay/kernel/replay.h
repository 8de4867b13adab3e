/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel side of vma_replay: what a trace says is done to address spaces. */
#ifndef VMA_REPLAY_H
#define VMA_REPLAY_H

#include "test.h"

#include <waist/replay.h>

/**
 * struct rspace - an address space that processes of the trace share
 * @sp: the real one
 * @users: threads, and a parent that waits in vfork()
 * @has_brk: its heap is known
 * @brk_to_a_page: the end of the heap is that of its last page, as far as it is known
 * @unmapped: addresses that the trace has unmapped, with or without something there again
 */
struct rspace {
	struct space *sp;
	int users;
	bool has_brk, brk_to_a_page;
	struct maple_tree unmapped;
};

/**
 * struct replay - a run
 * @test: its case
 * @run: what the host's side has asked for
 * @space: of each process, NULL if it has none
 * @nr: how many processes there are in all
 * @sealed: the trace has sealed something
 * @files: those that are mapped, NULL until they are
 * @nr_open: how many of them are not NULL
 * @image: stands for the files that execve() has mapped
 */
struct replay {
	struct kunit *test;
	struct replay_run *run;
	struct rspace **space;
	unsigned int nr;
	bool sealed;
	struct file **files;
	unsigned int nr_open;
	struct file *image;
};

#define FILE_SIZE	(1UL << 24)	/* pages; a trace does not tell how long files are */
#define FILES_MOST	2000		/* open at a time, less than the oracle has room for */

/* trace.c */
void replay_run(struct kunit *test, struct replay_run *run);

/* calls.c */
enum replay_why replay_call(struct replay *r, const struct replay_call *c);
void replay_touch(struct replay *r, unsigned int proc, unsigned long start, unsigned long end);
void replay_leave(struct replay *r, unsigned int proc);

/* image.c */
void replay_unmapped(struct replay *r, unsigned int proc, unsigned long start, unsigned long end,
		     bool is);
void replay_image(struct replay *r, unsigned int proc, unsigned long start, unsigned long end);

/* note.c */
void replay_try(struct replay *r, const struct replay_call *c);
void replay_try_touch(struct replay *r, unsigned int proc, unsigned long addr);
void replay_note(struct replay *r, const struct replay_call *c, long ret);
void replay_note_touch(struct replay *r, unsigned int proc, unsigned long addr, bool write);
void replay_note_map(struct replay *r, unsigned int proc, unsigned long addr, unsigned long len,
		     unsigned long prot, unsigned long flags, int file, unsigned long offset, long ret);

/* ends.c */
void replay_compare_end(struct replay *r);

/* judge.c */
void replay_rights(unsigned long flags, char *to);
bool replay_refused(struct replay *r, const struct replay_call *c, enum replay_why *why);
void replay_before(struct replay *r, const struct replay_call *c);
enum replay_why replay_judge(struct replay *r, const struct replay_call *c, const char *what,
			     long ret);

#endif /* VMA_REPLAY_H */
