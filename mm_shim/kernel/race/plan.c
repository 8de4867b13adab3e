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
