/* SPDX-License-Identifier: GPL-2.0 */
/* The tasks of the race that runs; for the files of this folder. */
#ifndef SHIM_RACERS_H
#define SHIM_RACERS_H

#include <linux/types.h>

#include <shim/turn.h>

struct task_struct;

/**
 * struct racer - a task of the race
 * @name: its name in reports
 * @fn: its body
 * @arg: for @fn
 * @task: the task; task->thread.racer is its number plus one
 * @number: index in racers[], and number of its turn
 * @waits: if it is blocked, the event that it waits for
 * @at: the word of its last point
 * @kind: the kind of that point, enum shim_point_kind
 * @reading: in an RCU read-side section
 * @sections: number of sections that it has ended, RCU read-side and without preemption
 * @waits_for_readers: waits for a grace period to end
 * @ended: has returned from @fn
 */
struct racer {
	const char *name;
	void (*fn)(void *arg);
	void *arg;
	struct task_struct *task;
	unsigned int number;
	const char *waits;
	const void *at;
	unsigned int kind;
	bool reading;
	unsigned long sections;
	bool waits_for_readers;
	bool ended;
};

extern struct racer racers[TURN_THREADS];
extern unsigned int nr_racers;
extern unsigned int wanted_points;
extern const struct shim_sched_ops shim_turn_taking;

/* story.c */
void story_begin(void);
struct weak_tale;
void story_stale(unsigned int by, const struct weak_tale *tale);
void story_switch(unsigned int from, unsigned int to, enum turn_why why);

void story_stack(void *const *frames, unsigned int nr_frames);
const char *story_name(unsigned int racer, char *text, int size);

/* points.c */
const char *shim_point_kind_name(unsigned int kind);
void shim_point_word(const void *addr, char *text, int size);
unsigned int shim_point_bits(unsigned int kind, const void *addr, unsigned int wanted);

#endif /* SHIM_RACERS_H */
