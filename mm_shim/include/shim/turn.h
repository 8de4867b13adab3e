/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Racing threads that run one at a time. Plain C without an include, like shim/host.h.
 *
 * The rule is: the thread that runs goes on; when it cannot, the next one that can. A
 * schedule is the list of deviations from it: short, and it repeats a run exactly.
 */
#ifndef SHIM_TURN_H
#define SHIM_TURN_H

#define TURN_THREADS	8	/* at the most */
#define TURN_CHOICES	4096	/* of one run that are recorded */
#define TURN_WORDS	(1 << 15)

/* The access that a thread is about to make to a word. */
enum turn_access {
	TURN_READS,
	TURN_TAKES,	/* takes a lock, which ends nobody's wait */
	TURN_WRITES,
};

/* The reason for a switch to another thread. */
enum turn_why {
	TURN_BEGINS,	/* of the first thread */
	TURN_PREEMPTED,	/* at a synchronisation point */
	TURN_BLOCKED,	/* until turn_wake() */
	TURN_SPINS,	/* until a word changes */
	TURN_PASSES,
	TURN_ENDED,
};

/* The choices of a run that its plan does not list. */
enum turn_policy {
	TURN_BY_RULE,		/* none */
	TURN_RANDOM,		/* at any point, with the same odds at each */
	TURN_PRIORITIES,	/* PCT: the highest priority runs; some points lower it */
};

/**
 * struct turn_choice - a point at which another thread got its turn, or could have
 * @point: number of the point, counted from 1 over all threads
 * @thread: the one that got it
 * @rule: the one that would have got it by the rule
 * @others: set of those that could have, @thread and @rule left out
 * @forced: the thread that ran could not go on
 */
struct turn_choice {
	unsigned int point;
	unsigned char thread;
	unsigned char rule;
	unsigned char others;
	unsigned char forced;
};

/**
 * struct turn_word - the threads that have accessed a word at synchronisation points
 * @addr: the word, aligned to 8 bytes
 * @readers: set of threads
 * @writers: set of threads
 */
struct turn_word {
	unsigned long addr;
	unsigned char readers;
	unsigned char writers;
};

/**
 * struct turn_plan - the schedule of one run of a race, and its results
 * @policy: of the points that @choices has not
 * @seed: for the random policies
 * @depth: TURN_PRIORITIES: how many points lower a priority
 * @length: points of an earlier run, for the policies to spread over
 * @most: TURN_BY_RULE: so many preemptions at the most may be tried
 * @shared_only: only before a word that several threads access, and one writes,
 *	may a preemption be tried: elsewhere it makes no difference
 * @kinds: only at points that have one of these bits may one be tried: those that
 *	turn_point() is told; 0 for all
 * @nr: number of @choices
 * @choices: switches to make first, ordered by their points
 * @words: shared words as known before the run; not changed by it
 * @points: out: number of points
 * @at_shared: out: of these, before a shared word
 * @switches: out: preemptions
 * @nr_made: out: number of @made; more than TURN_CHOICES are not recorded
 * @made: out: choices that were made or could have been
 * @found: out: words as accessed by this run and all before
 * @nr_found: out: number of words in @found; beyond 3/4 of them all are shared
 * @stuck: out: nobody could go on
 * @taken: out: how many of @choices could be made, the most of one race
 * @asked: out: the @kinds that the case itself asks for
 */
struct turn_plan {
	enum turn_policy policy;
	unsigned long long seed;
	unsigned int depth;
	unsigned int length;
	unsigned int most;
	int shared_only;
	unsigned int kinds;
	unsigned int nr;
	struct turn_choice choices[TURN_CHOICES];
	struct turn_word words[TURN_WORDS];

	unsigned int points;
	unsigned int at_shared;
	unsigned int switches;
	unsigned int nr_made;
	struct turn_choice made[TURN_CHOICES];
	struct turn_word found[TURN_WORDS];
	unsigned int nr_found;
	int stuck;
	unsigned int taken;
	unsigned int asked;
};

/* mm_shim/host/turn.c */
void turn_begin(struct turn_plan *plan, unsigned int nr, void (*stuck)(void),
		void (*switched)(unsigned int from, unsigned int to, enum turn_why why));
void turn_run(void);
void turn_join(unsigned int thread, int daemon);
void turn_leave(void);
void turn_point(enum turn_access access, unsigned int kinds, const void *addr);
void turn_each(void (*fn)(void));
void turn_block(void);
void turn_spin(void);
void turn_pass(void);
void turn_wake(unsigned int thread);
int turn_is_over(void);
void turn_give_up(void);

#endif /* SHIM_TURN_H */
