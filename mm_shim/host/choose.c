// SPDX-License-Identifier: GPL-2.0
/*
 * The choice of the thread that has the next turn in a race: the one that the plan lists
 * for this point, or else by the policy of the plan. The alternatives are recorded, for a
 * search to try them in other runs. Built without instrumentation, like turn.c.
 */
#include <string.h>

#include <shim/turn.h>

#include "choose.h"
#include "random.h"

/* TURN_RANDOM: expected number of preemptions in a run */
#define RANDOM_SWITCHES	6
/* of both random policies: expected number of reads in a run that return an older store */
#define RANDOM_STALE	3

static struct turn_plan *plan;
static unsigned int nr_threads, next_choice, taken;
static uint64_t random_state;
static unsigned int priority[TURN_THREADS];
static unsigned int changes[TURN_THREADS], nr_changes;
static const void *at;
static unsigned int kinds_at;
static unsigned int begun;		/* set of threads that have passed a point */
static int at_first;			/* this one passes its first point */

static unsigned int draw_below(unsigned int n)
{
	return n ? random_next(&random_state) % n : 0;
}

/* Draws distinct priorities at random, higher than any that a change point gives. */
static void draw_priorities(void)
{
	unsigned int i, other, tmp;

	for (i = 0; i < nr_threads; i++)
		priority[i] = TURN_THREADS + i;
	for (i = nr_threads; i > 1; i--) {
		other = draw_below(i);
		tmp = priority[i - 1];
		priority[i - 1] = priority[other];
		priority[other] = tmp;
	}
	nr_changes = plan->depth < TURN_THREADS ? plan->depth : TURN_THREADS;
	for (i = 0; i < nr_changes; i++)
		changes[i] = 1 + draw_below(plan->length);
}

/**
 * choose_begin() - begin a run
 * @race: its plan; the results of an earlier run are cleared, except for @found
 * @nr: number of threads, TURN_THREADS at the most
 *
 * Context: no thread of the race runs.
 */
void choose_begin(struct turn_plan *race, unsigned int nr)
{
	plan = race;
	nr_threads = nr;
	next_choice = taken = 0;
	at = NULL;
	random_state = plan->seed;
	plan->points = plan->at_shared = plan->switches = plan->nr_made = 0;
	plan->stale = plan->could_be_stale = 0;
	begun = at_first = 0;
	plan->stuck = 0;
	if (plan->policy == TURN_PRIORITIES)
		draw_priorities();
}

/**
 * choose_others() - choose another thread at the end of a time slice
 * @thread: the one whose slice is over; of all priorities it has the lowest from now on
 * @others: set of threads that can go on, not empty, without @thread
 *
 * Context: the thread that has the turn.
 * Return: number of the thread, one of @others.
 */
unsigned int choose_others(unsigned int thread, unsigned int others)
{
	unsigned int i;

	for (i = 0; i < nr_threads; i++)
		priority[i]++;
	priority[thread] = 0;
	return choose_next(thread, others, 1);
}

static struct turn_word *look_up(struct turn_word *words, const void *addr, int add)
{
	unsigned long key = (unsigned long)addr & ~7UL;
	unsigned int i = (key * 0x9e3779b97f4a7c15UL) >> 49, tries;

	for (tries = 0; tries < TURN_WORDS; tries++, i = (i + 1) % TURN_WORDS) {
		if (words[i].addr == key)
			return &words[i];
		if (!words[i].addr)
			break;
	}
	if (!add || words[i].addr || plan->nr_found > TURN_WORDS / 4 * 3)
		return NULL;
	plan->nr_found++;
	words[i].addr = key;
	return &words[i];
}

/**
 * choose_note() - note that a thread is about to access a word
 * @thread: its number
 * @kinds: of the point, see struct turn_plan
 * @addr: the word
 * @write: nonzero if the access may change it
 *
 * Context: the thread that has the turn, before choose_next().
 */
void choose_note(unsigned int thread, unsigned int kinds, const void *addr, int write)
{
	struct turn_word *word = look_up(plan->found, addr, 1);

	at = addr;
	kinds_at = kinds;
	at_first = !(begun >> thread & 1);
	begun |= 1u << thread;
	if (!word)
		return;
	if (write)
		word->writers |= 1u << thread;
	else
		word->readers |= 1u << thread;
}

/*
 * True if several threads access the word and one of them writes, so that the order of the
 * accesses matters; also if that is not known.
 */
static int is_shared(const void *addr)
{
	struct turn_word *word;
	unsigned int all;

	if (!addr || plan->nr_found > TURN_WORDS / 4 * 3)
		return 1;
	word = look_up(plan->words, addr, 0);
	if (!word || !word->writers)
		return 0;
	all = word->writers | word->readers;
	return (all & (all - 1)) != 0;
}

static int is_of_the_kinds(void)
{
	return !plan->kinds || (plan->kinds & kinds_at);
}

static unsigned int first_of(unsigned int set)
{
	return __builtin_ctz(set);
}

/* Round robin, so that each thread that spins reads its word before any reads again. */
static unsigned int after(unsigned int thread, unsigned int set)
{
	unsigned int later = set & ~((2u << thread) - 1);

	return first_of(later ? later : set);
}

static unsigned int one_of(unsigned int set)
{
	unsigned int skip = draw_below(__builtin_popcount(set));

	while (skip--)
		set &= set - 1;
	return first_of(set);
}

static unsigned int highest_of(unsigned int set)
{
	unsigned int i, best = first_of(set);

	for (i = 0; i < nr_threads; i++)
		if ((set >> i & 1) && priority[i] > priority[best])
			best = i;
	return best;
}

/*
 * Takes the choice that the plan has for this point, if it can be made. At a point the thread
 * is chosen before the store that it reads.
 */
static int planned(unsigned int set, unsigned int reads, unsigned int *thread)
{
	const struct turn_choice *c = &plan->choices[next_choice];

	while (next_choice < plan->nr &&
	       (c->point < plan->points || (c->point == plan->points && c->reads < reads)))
		c = &plan->choices[++next_choice];
	if (next_choice == plan->nr || c->point != plan->points || c->reads != reads)
		return 0;
	next_choice++;
	if (!(set >> c->thread & 1))
		return 0;
	if (++taken > plan->taken)
		plan->taken = taken;
	*thread = c->thread;
	return 1;
}

static unsigned int by_policy(unsigned int thread, unsigned int set, unsigned int rule, int forced)
{
	unsigned int i;

	switch (plan->policy) {
	case TURN_RANDOM:
		if (forced || draw_below(plan->length) < RANDOM_SWITCHES)
			return one_of(set);
		return rule;
	case TURN_PRIORITIES:
		for (i = 0; i < nr_changes && thread < TURN_THREADS; i++)
			if (changes[i] == plan->points)
				priority[thread] = i;
		return highest_of(set);
	default:
		return rule;
	}
}

/* True if a search is to come back to this point and try another thread. */
static int is_open(unsigned int others, int forced)
{
	if (plan->policy != TURN_BY_RULE || !others)
		return 0;
	if (forced)
		return 1;
	/* it has done nothing yet: who is tried here could have had the turn before it */
	if (at_first && plan->skip_first)
		return 0;
	return plan->switches < plan->most && is_of_the_kinds() &&
	       (!plan->shared_only || is_shared(at));
}

static void record(unsigned int thread, unsigned int rule, unsigned int others, int forced,
		   int reads)
{
	if (plan->nr_made++ >= TURN_CHOICES)
		return;
	plan->made[plan->nr_made - 1] = (struct turn_choice) {
		.point = plan->points, .thread = thread, .rule = rule,
		.others = others, .forced = forced, .reads = reads,
	};
}

/* Reads that could be stale come in rows, so the odds are of all that the last run had. */
static unsigned int stale_at_random(unsigned int older)
{
	unsigned int of = plan->chances > RANDOM_STALE ? plan->chances : RANDOM_STALE * 2;

	if (plan->policy == TURN_BY_RULE || draw_below(of) >= RANDOM_STALE)
		return 0;
	return 1 + draw_below(older);
}

/**
 * choose_store() - choose the store that a read returns
 * @older: how many stores before the newest one it may return, TURN_STORES at the most
 *
 * Context: the thread that has the turn, after choose_next() of the point of the read.
 * Return: how many stores before the newest one the chosen one is.
 */
unsigned int choose_store(unsigned int older)
{
	unsigned int all = (2u << older) - 1, chosen;
	int open = plan->policy == TURN_BY_RULE && plan->stale < plan->most_stale;

	plan->could_be_stale++;
	if (!planned(all, 1, &chosen))
		chosen = stale_at_random(older);
	if (chosen)
		plan->stale++;
	if (open || chosen)
		record(chosen, 0, open ? all & ~1u & ~(1u << chosen) : 0, 0, 1);
	return chosen;
}

/**
 * choose_next() - choose the thread that has the next turn
 * @thread: the one that had it
 * @able: set of threads that can go on, not empty
 * @forced: @thread is not among them, or gives its turn away
 *
 * Context: the thread that has the turn, or turn_run() before the first one.
 * Return: number of the thread, one of @able.
 */
unsigned int choose_next(unsigned int thread, unsigned int able, int forced)
{
	unsigned int rule, chosen, others;
	int open;

	plan->points++;
	if (!forced && is_shared(at) && is_of_the_kinds())
		plan->at_shared++;
	if (!(able & (able - 1)))
		return first_of(able);
	rule = forced ? after(thread, able) : thread;
	others = able & ~(1u << rule);
	open = is_open(others, forced);
	if (!planned(able, 0, &chosen))
		chosen = by_policy(thread, able, rule, forced);
	if (!forced && chosen != rule)
		plan->switches++;
	if (open || chosen != rule)
		record(chosen, rule, open ? others & ~(1u << chosen) : 0, forced, 0);
	return chosen;
}
