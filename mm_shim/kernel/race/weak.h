/* SPDX-License-Identifier: GPL-2.0 */
/* The weak memory model of races; for the files of this folder. See weak.c. */
#ifndef SHIM_WEAK_H
#define SHIM_WEAK_H

#include <linux/types.h>

#include <shim/turn.h>

#define WEAK_NOBODY	0xff		/* @by of values that were there before, and of plain stores */

/**
 * struct view - the accesses that happened before something, by thread
 * @stores: for each thread the time of the last of its stores
 * @reads: for each thread the time of the last of its reads: what it has read is known, too
 */
struct view {
	u32 stores[TURN_THREADS];
	u32 reads[TURN_THREADS];
};

/**
 * struct weak_store - a store in the history of a word
 * @value: its bytes
 * @view: what who reads it learns, if the read acquires or a barrier follows it
 * @all: all that its thread knew; kept for reports only
 * @read_by: for each thread the time when it first read this; 0 if it has not
 * @time: of the thread that made it; 0 is known to all
 * @by: the thread, or WEAK_NOBODY
 * @tale: number of the note about it, for reports
 */
struct weak_store {
	u64 value;
	struct view view;
	struct view all;
	u32 read_by[TURN_THREADS];
	u32 time;
	u32 tale;
	u8 by;
};

/**
 * struct weak_word - a word that was accessed by marked accesses
 * @addr: its address
 * @next: the next one in its hash chain, plus one
 * @newest: number of stores ever made to it
 * @size: in bytes, 0 if its history is void
 * @ring: numbers of its last stores, plus one; the newest is at (@newest - 1) % its length
 */
struct weak_word {
	unsigned long addr;
	u32 next;
	u32 newest;
	u32 size;
	u32 ring[TURN_STORES + 1];
};

/**
 * struct weak_thread - what a thread of the race knows and gives on
 * @now: the accesses that its next read comes after
 * @behind: the same after a read barrier: it has read from who knew this, without an acquire
 * @given: what its next relaxed store gives on
 * @carried: what its stores have given on
 * @unlocked: all that it knew when it released a spinlock last
 * @all: all that anybody knew whom it has read from, whatever the order; for reports only
 * @time: of its last access
 */
struct weak_thread {
	struct view now, behind, given, carried, unlocked, all;
	u32 time;
};

/**
 * struct weak_access - an access that was announced, and is made as soon as its thread goes on
 * @word: the word, or NULL if none is due
 * @event: enum shim_memory_event
 * @order: its order
 * @by: the thread
 * @tale: number of the note about it, for reports
 */
struct weak_access {
	struct weak_word *word;
	unsigned int event;
	int order;
	unsigned int by;
	u32 tale;
};

extern bool weak_on;

/* weak.c */
void weak_begin(bool on);
void weak_settle(void);
const void *weak_load(const void *addr, unsigned long size, int order);
void weak_told(unsigned int event, const void *addr, unsigned long size, int order);
void weak_sleeps(unsigned int thread);
void weak_hands_to(unsigned int from, unsigned int to);
void weak_reader_begins(unsigned int thread);
void weak_reader_ends(unsigned int thread);
void weak_grace_begins(unsigned int thread);
void weak_grace_ends(unsigned int thread);

/* views.c */
extern struct weak_thread weak_threads[TURN_THREADS];

void view_join(struct view *to, const struct view *from);
bool view_has(const struct view *view, const struct weak_store *s);
void views_begin(void);
void views_read(struct weak_thread *t, unsigned int by, struct weak_store *s, int order);
void views_store(struct weak_thread *t, unsigned int by, struct weak_store *s, int order);
void views_plain(struct weak_store *s);
void views_rmw(struct weak_thread *t, unsigned int by, struct weak_store *old,
	       struct weak_store *s, int order);
void views_lock(struct weak_thread *t, struct weak_store *old);
void views_unlock(struct weak_thread *t);
void views_fence(struct weak_thread *t, unsigned int by, int order);
void views_reader_begins(struct weak_thread *t);
void views_reader_ends(const struct weak_thread *t);
void views_grace_begins(void);
void views_grace_ends(struct weak_thread *t);

/* weak_tale.c */
struct weak_tale;
void weak_tales_begin(bool on);
u32 weak_note(void);
void weak_tell(unsigned int by, const void *addr, const struct weak_store *got,
	       const struct weak_store *missed, unsigned long size);
void weak_print_tale(const struct weak_tale *tale, void *const *frames, unsigned int nr_frames);

#endif /* SHIM_WEAK_H */
