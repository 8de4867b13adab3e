/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Racing threads that run one at a time. Plain C without an include, like shim/host.h.
 *
 * The rule is: the thread that runs goes on; when it cannot, the next one that can. A
 * schedule is the list of deviations from the rule: it is short, and repeats a run exactly.
 */
#ifndef SHIM_TURN_H
#define SHIM_TURN_H

#define TURN_THREADS	8	/* at the most */
#define TURN_CHOICES	4096	/* recorded of one run, at the most */
#define TURN_WORDS	(1 << 15)	/* slots of a hash table of words */
#define TURN_STORES	7		/* older stores that a read may return, at the most */

/* The access that a thread is about to make to a word. */
enum turn_access {
	TURN_READS,
	TURN_TAKES,	/* tries to take a lock, which ends no other thread's wait */
	TURN_WRITES,
};

/* The reason for a switch to another thread. */
enum turn_why {
	TURN_BEGINS,	/* the first thread starts */
	TURN_PREEMPTED,	/* at a synchronisation point */
	TURN_BLOCKED,	/* until turn_wake() */
	TURN_SPINS,	/* until a word changes */
	TURN_PASSES,	/* turn_pass() */
	TURN_SLICE,	/* its time slice is over */
	TURN_ENDED,	/* turn_leave() */
};

/* The choice at points that the plan does not list. */
enum turn_policy {
	TURN_BY_RULE,		/* by the rule */
	TURN_RANDOM,		/* a preemption at any point, with the same probability */
	TURN_PRIORITIES,	/* the highest priority runs; random points lower it (PCT) */
};

/**
 * struct turn_choice - a point at which another thread got its turn, or could have
 * @point: number of the point, counted from 1 over all threads
 * @thread: the one that got it
 * @rule: the one that would have got it by the rule
 * @others: set of those that could have, @thread and @rule left out
 * @forced: the thread that ran could not go on
 * @reads: the choice is of a store, not of a thread: the read that follows the point returns
 *	the @thread-th store before the newest one; by the rule that is 0, the newest
 */
struct turn_choice {
	unsigned int point;
	unsigned char thread;
	unsigned char rule;
	unsigned char others;
	unsigned char forced;
	unsigned char reads;
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
 * @policy: choice at points that are not in @choices
 * @seed: seed of the random policies
 * @depth: for TURN_PRIORITIES: number of points that lower a priority
 * @length: number of points of an earlier run, over which the random policies spread
 * @most: for TURN_BY_RULE: number of preemptions that alternatives may have at the most
 * @most_stale: for TURN_BY_RULE: the same for reads that return an older store
 * @weak: the memory model is weak, see mm_shim/kernel/race/weak.c
 * @tell: keep what the report of a failure needs
 * @chances: number of reads of an earlier run that could have returned an older store, over
 *	which the random policies spread
 * @shared_only: alternatives preempt only before words that several threads access and one
 *	writes: elsewhere a preemption makes no difference
 * @skip_first: nor before the first point of a thread: what it does before that is nothing
 * @kinds: alternatives preempt only at points that have one of these bits, which
 *	turn_point() gets; 0 for all
 * @nr: number of @choices
 * @choices: switches to make first, ordered by their points
 * @words: shared words as known before the run; not changed by it
 * @points: out: number of points
 * @at_shared: out: number of those before a shared word, of @kinds
 * @switches: out: number of preemptions
 * @stale: out: number of reads that returned an older store
 * @could_be_stale: out: number of reads that could have
 * @nr_made: out: number of @made; more than TURN_CHOICES are not recorded
 * @made: out: choices that were made or could have been
 * @found: out: words as accessed by this run and all before
 * @nr_found: out: number of words in @found; beyond 3/4 of them all are shared
 * @stuck: out: no thread could go on
 * @taken: out: how many of @choices could be made, the most of all races of a run
 * @asked: out: the @kinds that the case itself sets, see shim_search_points()
 * @everything: out: the case wants all schedules on the weak model, see shim_search_everything()
 * @wants: out: set of outcomes that the case wants to be seen, see shim_search_outcome()
 * @seen: out: set of outcomes that were seen
 */
struct turn_plan {
	enum turn_policy policy;
	unsigned long long seed;
	unsigned int depth;
	unsigned int length;
	unsigned int most;
	unsigned int most_stale;
	int weak;
	int tell;
	unsigned int chances;
	int shared_only;
	int skip_first;
	unsigned int kinds;
	unsigned int nr;
	struct turn_choice choices[TURN_CHOICES];
	struct turn_word words[TURN_WORDS];

	unsigned int points;
	unsigned int at_shared;
	unsigned int switches;
	unsigned int stale;
	unsigned int could_be_stale;
	unsigned int nr_made;
	struct turn_choice made[TURN_CHOICES];
	struct turn_word found[TURN_WORDS];
	unsigned int nr_found;
	int stuck;
	unsigned int taken;
	unsigned int asked;
	int everything;
	unsigned int wants;
	unsigned int seen;
};

/* mm_shim/host/turn.c */
void turn_begin(struct turn_plan *plan, unsigned int nr, void (*stuck)(void),
		void (*switched)(unsigned int from, unsigned int to, enum turn_why why));
void turn_run(void);
void turn_join(unsigned int thread, int daemon);
void turn_leave(void);
void turn_point(enum turn_access access, unsigned int kinds, const void *addr);
unsigned int turn_read(unsigned int older);
void turn_each(void (*fn)(void));
void turn_block(void);
void turn_spin(void);
void turn_pass(void);
void turn_wake(unsigned int thread);
int turn_is_over(void);
void turn_give_up(void);

#endif /* SHIM_TURN_H */
