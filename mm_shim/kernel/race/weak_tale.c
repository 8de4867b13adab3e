// SPDX-License-Identifier: GPL-2.0
/*
 * Reads of older values in words, for the story of a race that failed: what was read in place
 * of what, who made the newer store, and what would have ordered the two. Built without
 * instrumentation, like turns.c.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <shim/host.h>
#include <shim/race.h>

#include "racers.h"
#include "weak.h"

#define MOST_NOTES	8192
#define MOST_TALES	40
#define NOTE_FRAMES	16

/**
 * struct weak_tale - a read of an older value
 * @word: the name of its word, or its address
 * @got: the value
 * @missed: the value after that
 * @by: who stored @missed, WEAK_NOBODY if it was a plain access
 * @from: who stored @got
 * @note: number of the note with the stack of the store of @missed
 * @what: what would have ordered the two
 */
struct weak_tale {
	char word[48];
	u64 got, missed;
	unsigned int by, from;
	u32 note;
	const char *what;
};

struct note {
	void *frames[NOTE_FRAMES];
	unsigned int nr_frames;
};

static struct note notes[MOST_NOTES];
static struct weak_tale tales[MOST_TALES];
static u32 nr_notes, nr_tales;
static bool telling;

/**
 * weak_tales_begin() - forget the race before
 * @on: keep what the story of a failure needs
 *
 * Context: no racer runs.
 */
void weak_tales_begin(bool on)
{
	telling = on;
	nr_notes = nr_tales = 0;
}

/**
 * weak_note() - note the stack of a store
 *
 * Context: in the racer that makes it.
 * Return: the number of the note; 0 if none was made.
 */
u32 weak_note(void)
{
	struct note *n = &notes[nr_notes];

	if (!telling || nr_notes == MOST_NOTES)
		return 0;
	n->nr_frames = host_backtrace(n->frames, NOTE_FRAMES);
	return ++nr_notes;
}

/* What keeps a read from a value that is older than one in the history of the word. */
static const char *remedy(const struct weak_thread *t, const struct weak_store *missed)
{
	struct view view = t->now;

	view_join(&view, &t->behind);
	if (view_has(&view, missed))
		return "an smp_rmb() before this read, or an acquire by an earlier one, would: the reader has seen a store that comes after the newer one in order";
	view_join(&view, &t->all);
	if (view_has(&view, missed))
		return "a release or an smp_wmb() after the newer store would, with an acquire or an smp_rmb() before this read: the reader has seen a later store by who made it or has seen it";
	return "an smp_mb() before this read and one after the newer store would, or a lock: the reader has seen nothing that was stored after it";
}

/**
 * weak_tell() - note that a read returns an older value
 * @by: the racer that reads
 * @addr: the word
 * @got: the store that it reads
 * @missed: the one after that
 * @size: of the word in bytes
 *
 * Context: in that racer, which has the turn.
 */
void weak_tell(unsigned int by, const void *addr, const struct weak_store *got,
	       const struct weak_store *missed, unsigned long size)
{
	struct weak_tale *tale = &tales[nr_tales];

	if (!telling || nr_tales == MOST_TALES)
		return;
	nr_tales++;
	*tale = (struct weak_tale) {
		.got = got->value, .missed = missed->value, .by = missed->by, .from = got->by,
		.note = missed->tale, .what = remedy(&weak_threads[by], missed),
	};
	shim_point_word(addr, tale->word, sizeof(tale->word));
	if (!tale->word[0])
		scnprintf(tale->word, sizeof(tale->word), "the %lu bytes at %lx", size,
			  (unsigned long)addr);
	story_stale(by, tale);
}

/**
 * weak_print_tale() - print a read of an older value, behind "race: task 1 (read) at point 9 reads"
 * @tale: the read
 * @frames: its stack
 * @nr_frames: number of @frames
 *
 * Context: as shim_race_story().
 */
void weak_print_tale(const struct weak_tale *tale, void *const *frames, unsigned int nr_frames)
{
	char name[40] = "a plain access", from[40] = "a plain access or before the race";

	if (tale->by != WEAK_NOBODY)
		story_name(tale->by, name, sizeof(name));
	if (tale->from != WEAK_NOBODY)
		story_name(tale->from, from, sizeof(from));
	pr_cont(" an older value of %s: %#llx, stored by %s, and not %#llx\n", tale->word,
		tale->got, from, tale->missed);
	story_stack(frames, nr_frames);
	pr_err("race: the newer value was stored before that by %s:\n", name);
	if (tale->note)
		story_stack(notes[tale->note - 1].frames, notes[tale->note - 1].nr_frames);
	pr_err("race: nothing forbids that; %s\n", tale->what);
}
