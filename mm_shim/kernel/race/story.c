// SPDX-License-Identifier: GPL-2.0
/*
 * A race in words: each switch from one task to another, for the log of a case that fails.
 * Built without instrumentation, like turns.c: only the task that has the turn uses the
 * records.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <shim/host.h>
#include <shim/race.h>

#include "racers.h"
#include "weak.h"

#define MOST_RECORDS	40	/* the last ones of a race are kept */
#define MOST_FRAMES	24
#define SHOWN_FRAMES	6

/**
 * struct record - a switch, or a read of an older value
 * @from: the racer that had the turn, TURN_THREADS at the start of the race
 * @to: the racer that gets it
 * @why: what took the turn from @from
 * @point: number of the point, as in a schedule
 * @kind: for a preemption: kind of the access that comes next, enum shim_point_kind
 * @word: for a preemption: name of the word that is accessed, or ""
 * @waits: for a blocked racer: the event that it waits for, or NULL
 * @frames: the stack of @from
 * @nr_frames: number of @frames
 * @tale: of a read of an older value: what is to tell of it; else NULL
 */
struct record {
	unsigned char from, to;
	enum turn_why why;
	unsigned int point, kind;
	char word[40];
	const char *waits;
	void *frames[MOST_FRAMES];
	unsigned int nr_frames;
	const struct weak_tale *tale;
};

static struct record records[MOST_RECORDS];
static unsigned int nr_records;
static bool told;

/**
 * story_begin() - forget the race before
 *
 * Context: no racer runs.
 */
void story_begin(void)
{
	nr_records = 0;
	told = false;
	host_last_words(shim_race_story);
}

/**
 * story_switch() - note that another racer gets the turn, see turn_begin()
 * @from: the one that had it, or TURN_THREADS
 * @to: the one that gets it
 * @why: what took it from @from
 *
 * Context: in the thread of @from.
 */
void story_switch(unsigned int from, unsigned int to, enum turn_why why)
{
	struct record *r = &records[nr_records++ % MOST_RECORDS];

	*r = (struct record) { .from = from, .to = to, .why = why };
	r->point = shim_race_plan()->points;
	if (from == TURN_THREADS)
		return;
	r->kind = racers[from].kind;
	r->waits = racers[from].waits;
	if (why == TURN_PREEMPTED)
		shim_point_word(racers[from].at, r->word, sizeof(r->word));
	r->nr_frames = host_backtrace(r->frames, MOST_FRAMES);
}

/**
 * story_stale() - note that a racer reads an older value
 * @by: the racer
 * @tale: what is to tell of it
 *
 * Context: in that racer, which has the turn.
 */
void story_stale(unsigned int by, const struct weak_tale *tale)
{
	struct record *r = &records[nr_records++ % MOST_RECORDS];

	*r = (struct record) { .from = by, .point = shim_race_plan()->points, .tale = tale };
	r->nr_frames = host_backtrace(r->frames, MOST_FRAMES);
}

/* True for functions of the machine between the kernel's code and story_switch(). */
static bool is_machine(const void *frame)
{
	static const char *const names[] = {
		"story_switch", "switched", "switch_to", "point", "park", "relax", "synchronize",
		"reader_begin", "reader_end", "run_racer", "schedule", "load", "memory",
	};
	unsigned long offset;
	const char *name = host_symbol((char *)frame - 1, &offset);
	int i;

	if (!name || strstarts(name, "turn_") || strstarts(name, "weak_") ||
	    strstarts(name, "story_") || strstarts(name, "shim_") ||
	    strstarts(name, "host_"))
		return true;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/**
 * story_stack() - print the frames of a stack that are the kernel's
 * @frames: as host_backtrace() gave them in the machine
 * @nr_frames: their number
 */
void story_stack(void *const *frames, unsigned int nr_frames)
{
	unsigned int first = 0, nr;

	while (first < nr_frames && is_machine(frames[first]))
		first++;
	for (nr = 0; first + nr < nr_frames && nr < SHOWN_FRAMES; nr++)
		if (is_machine(frames[first + nr]))
			break;
	host_print_frames(frames + first, nr);
}

/**
 * story_name() - name a racer: "task 1 (munmap)", by the number of a schedule
 * @racer: its number; nothing is written for TURN_THREADS
 * @text: where to
 * @size: of @text in bytes
 *
 * Return: @text.
 */
const char *story_name(unsigned int racer, char *text, int size)
{
	if (racer < nr_racers)
		scnprintf(text, size, "task %u (%s)", racer, racers[racer].name);
	return text;
}

static void print_record(const struct record *r)
{
	char one[40] = "", other[40] = "";
	const char *from = story_name(r->from, one, sizeof(one));
	const char *to = story_name(r->to, other, sizeof(other));

	if (r->tale) {
		pr_err("race: %s at point %u reads", from, r->point);
		weak_print_tale(r->tale, r->frames, r->nr_frames);
		return;
	}
	switch (r->why) {
	case TURN_BEGINS:
		pr_err("race: %s begins\n", to);
		return;
	case TURN_PREEMPTED:
		pr_err("race: %s is preempted at point %u, before %s%s%s; %s goes on\n", from,
		       r->point, shim_point_kind_name(r->kind), r->word[0] ? " on " : "",
		       r->word, to);
		break;
	case TURN_BLOCKED:
		pr_err("race: %s waits for %s; %s goes on\n", from,
		       r->waits ?: "a lock or an event", to);
		break;
	case TURN_SPINS:
		pr_err("race: %s waits in a loop; %s goes on\n", from, to);
		break;
	case TURN_PASSES:
		pr_err("race: %s gives its turn away; %s goes on\n", from, to);
		break;
	case TURN_SLICE:
		pr_err("race: the time slice of %s is over; %s goes on\n", from, to);
		break;
	case TURN_ENDED:
		pr_err("race: %s has ended; %s goes on\n", from, to);
		return;
	}
	story_stack(r->frames, r->nr_frames);
}

/**
 * shim_race_story() - print the switches of the last race
 *
 * Prints nothing without a race, and a race only once.
 *
 * Context: no racer goes on. May be called by the handler of a signal.
 */
void shim_race_story(void)
{
	unsigned int first = nr_records > MOST_RECORDS ? nr_records - MOST_RECORDS : 0, i;

	if (!nr_records || told)
		return;
	told = true;
	pr_err("race: the schedule in words, %u %s%s:\n", nr_records, weak_on ? "switches and reads of older values" : "switches",
	       first ? ", of which the last" : "");
	for (i = first; i < nr_records; i++)
		print_record(&records[i % MOST_RECORDS]);
}
