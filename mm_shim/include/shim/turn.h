/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Racing threads that run one at a time. Plain C without an include, like
 * shim/host.h. A schedule is what was done otherwise than by the rule "whoever
 * runs goes on; when it cannot, the next that can": so it is a short list, says
 * all, and repeats the run exactly.
 */
#ifndef SHIM_TURN_H
#define SHIM_TURN_H

#define TURN_THREADS	8	/* at the most */
#define TURN_CHOICES	4096	/* of one run that are written down */
#define TURN_WORDS	(1 << 15)

/* What a thread is about to do with a word. */
enum turn_access {
	TURN_READS,
	TURN_TAKES,	/* a lock: who waits for it has nothing to hope from that */
	TURN_WRITES,
};

/* Where a run makes choices, see struct turn_plan. */
enum turn_policy {
	TURN_BY_RULE,		/* none but those that the plan lists */
	TURN_RANDOM,		/* at any point, with the same odds at each */
	TURN_PRIORITIES,	/* PCT: the highest priority runs; some points lower it */
};

/**
 * struct turn_choice - at one point another thread got its turn, or could have
 * @point: number of the point, counted from 1 over all threads
 * @thread: who got it
 * @rule: who would have got it by the rule
 * @others: set of those who could have, @thread and @rule left out
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
 * struct turn_word - who has touched a word at synchronisation points
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
 * struct turn_plan - how one run of a race shall go, and how it went
 * @policy: who is chosen when @choices does not say it
 * @seed: for the policies that draw lots
 * @depth: TURN_PRIORITIES: how many points lower a priority
 * @length: points of an earlier run, for the policies to spread over
 * @most: TURN_BY_RULE: so many preemptions at the most may be tried
 * @shared_only: only before a word that several threads touch, and one writes,
 *	may a preemption be tried: elsewhere it makes no difference
 * @kinds: only at points that have one of these bits may one be tried: those that
 *	turn_point() is told; 0 for all
 * @nr: number of @choices
 * @choices: switches to make first, ordered by their points
 * @words: shared words as known before the run; not changed by it
 * @points: out: points that there were
 * @at_shared: out: of these, before a shared word
 * @switches: out: preemptions
 * @nr_made: out: number of @made; more than TURN_CHOICES are not written down
 * @made: out: choices that were made or could have been
 * @found: out: words as touched by this run and all before
 * @nr_found: out: number of words in @found; beyond 3/4 of them all are shared
 * @stuck: out: nobody could go on
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
	unsigned int asked;
};

/* mm_shim/host/turn.c */
void turn_begin(struct turn_plan *plan, unsigned int nr);
void turn_run(void);
void turn_join(unsigned int thread, int daemon);
void turn_leave(void);
int turn_self(void);
void turn_point(enum turn_access access, unsigned int kinds, const void *addr);
void turn_each(void (*fn)(void));
void turn_block(void);
void turn_spin(void);
void turn_pass(void);
void turn_wake(unsigned int thread);
int turn_is_over(void);
void turn_give_up(void);

/* mm_shim/host/choose.c: who is next */
void choose_begin(struct turn_plan *plan, unsigned int nr);
unsigned int choose_next(unsigned int thread, unsigned int able, int forced);
void choose_note(unsigned int thread, unsigned int kinds, const void *addr, int write);

/* kernel side, called by turn.c: no thread can go on */
void shim_race_stuck(void);

#endif /* SHIM_TURN_H */
