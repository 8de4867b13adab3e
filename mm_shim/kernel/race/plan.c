// SPDX-License-Identifier: GPL-2.0
/*
 * The plan of the next race, in memory that the search of schedules shares with its runs; and the
 * tasks of the race that runs.
 */
#include <shim/cases.h>
#include <shim/host.h>
#include <shim/race.h>
#include <shim/turn.h>

#include "racers.h"

struct racer racers[TURN_THREADS];
unsigned int nr_racers;

static struct turn_plan *plan;

/**
 * shim_race_new_plan() - make a plan for the next races, in place of that of earlier ones
 *
 * Context: no race runs.
 * Return: a zeroed plan, which is a race by the rule (see shim/turn.h); shared with children.
 */
struct turn_plan *shim_race_new_plan(void)
{
	plan = host_shared(sizeof(*plan));
	return plan;
}

/**
 * shim_race_plan() - get the plan of the next race, or of the one that runs
 *
 * Context: any.
 * Return: the plan of the search; without a search that of a race by the rule.
 */
struct turn_plan *shim_race_plan(void)
{
	return plan ?: shim_race_new_plan();
}

/**
 * shim_search_points() - choose the points where preemptions are tried in this case
 * @list: as for shim_point_set(); --points of the command line goes before it
 *
 * Context: before shim_race(). The process ends if @list has a name that is no point.
 */
void shim_search_points(const char *list)
{
	unsigned int set = shim_point_set(list);

	if (!set)
		host_die("the case names no points, see --points");
	shim_race_plan()->asked = set;
}

/**
 * shim_search_everything() - search all schedules of this case, with any number of preemptions
 *
 * For cases that are a few accesses long; on the weak memory model only.
 *
 * Context: before shim_race().
 */
void shim_search_everything(void)
{
	shim_race_plan()->everything = 1;
}

/**
 * shim_search_outcome() - note an outcome of the case, of which the search is to see some
 * @nr: its number, below 32
 * @wanted: the case fails if no schedule has it, where the memory model is weak and all were run
 * @seen: it is that of this run
 *
 * Context: any.
 */
void shim_search_outcome(unsigned int nr, bool wanted, bool seen)
{
	struct turn_plan *p = shim_race_plan();

	if (wanted)
		p->wants |= 1u << nr;
	if (seen)
		p->seen |= 1u << nr;
}

/**
 * shim_race_is_weak() - check if the memory model of races is weak
 *
 * Context: any.
 * Return: true if it is.
 */
bool shim_race_is_weak(void)
{
	return shim_race_plan()->weak;
}
