/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks that take turns, by a schedule: the room mm_shim/kernel/race. */
#ifndef SHIM_RACE_H
#define SHIM_RACE_H

#include <linux/types.h>

/**
 * struct shim_racer - a task of a race
 * @name: its comm, and its name in reports
 * @fn: its body
 * @arg: for @fn
 */
struct shim_racer {
	const char *name;
	void (*fn)(void *arg);
	void *arg;
};

/* race.c */
void shim_race(const struct shim_racer *list, unsigned int nr);
const char *shim_race_until_stuck(const struct shim_racer *list, unsigned int nr);

/* story.c */
void shim_race_story(void);

/* turns.c */
bool shim_in_race(void);
void shim_race_pass(void);

/* the schedule of the next race (plan.c) */
struct turn_plan;
struct turn_plan *shim_race_plan(void);
struct turn_plan *shim_race_new_plan(void);
void shim_search_points(const char *list);
void shim_search_everything(void);
void shim_search_outcome(unsigned int nr, bool wanted, bool seen);
bool shim_race_is_weak(void);

#endif /* SHIM_RACE_H */
