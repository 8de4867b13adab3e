// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that take turns: one runs, all others wait on a futex for their turn. Built
 * without instrumentation, so that TSan does not take the handing over of a turn for
 * synchronisation of the kernel's: in one schedule it finds the races of all.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <shim/host.h>
#include <shim/turn.h>

#include "choose.h"

#define MOST_POINTS	2000000		/* more are taken for an endless loop */
#define MOST_SPINS	10000		/* of all threads, with nothing else done */
#define TIME_SLICE	50000		/* points in a row, while others could go on */
#define STARVED		(2 * TIME_SLICE) /* points of others, while it could go on */

enum state { ABSENT, READY, BLOCKED, SPINNING, GONE };

struct turn {
	enum state state;
	int daemon;
	int woken;			/* before it has blocked */
	unsigned int word;		/* futex: 1 when it has the turn */
	const void *at;			/* of its last point */
	unsigned int ran;		/* @now at that point, or when it was woken */
	unsigned int asker;		/* who made it call @asked, plus one */
};

static struct turn turns[TURN_THREADS];
static unsigned int nr_turns, arrived, over, spins, slice;
static unsigned int now;		/* number of points of all threads */
static const void *written;		/* word that the last point has changed */
static void (*asked)(void);
static void (*on_stuck)(void);
static void (*on_switch)(unsigned int from, unsigned int to, enum turn_why why);
static struct turn_plan *plan;
static __thread int self = -1;

void __tsan_acquire(void *addr) __attribute__((weak));
void __tsan_release(void *addr) __attribute__((weak));

static void wait_for(unsigned int *word)
{
	while (!__atomic_exchange_n(word, 0, __ATOMIC_ACQUIRE))
		syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static void hand_to(unsigned int *word)
{
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static unsigned int able(void)
{
	unsigned int i, set = 0;

	for (i = 0; i < nr_turns; i++)
		if (turns[i].state == READY)
			set |= 1u << i;
	return set;
}

/* Lets threads that spin on @word read it again; with NULL all that spin. */
static void end_spinning(const void *word)
{
	unsigned int i;

	for (i = 0; i < nr_turns; i++)
		if (turns[i].state == SPINNING && (!word || turns[i].at == word))
			turns[i].state = READY;
	written = NULL;
}

/* Lets threads that spin on the word of the last point read it again. */
static void settle(void)
{
	if (written)
		end_spinning(written);
}

static int others_are_gone(void)
{
	unsigned int i;

	for (i = 0; i < nr_turns; i++)
		if (!turns[i].daemon && turns[i].state != GONE)
			return 0;
	return 1;
}

static void give_up_stuck(void)
{
	plan->stuck = 1;
	on_stuck();
	host_die("race: the callback came back from a deadlock");
}

/* Chooses when this thread cannot go on. All that spin may read again, MOST_SPINS times. */
static unsigned int choose_forced(void)
{
	unsigned int set = able();

	if (!set) {
		end_spinning(NULL);
		set = able();
		if (!set || ++spins > MOST_SPINS)
			give_up_stuck();
	}
	return choose_next(self, set, 1);
}

static void wait_for_turn(void)
{
	struct turn *t = &turns[self];

	for (wait_for(&t->word); t->asker; wait_for(&t->word)) {
		asked();
		hand_to(&turns[t->asker - 1].word);
	}
}

static void switch_to(unsigned int next, enum turn_why why)
{
	if ((int)next == self)
		return;
	slice = 0;
	on_switch(self, next, why);
	hand_to(&turns[next].word);
	wait_for_turn();
}

/**
 * turn_each() - let every thread that has not left call a function, in order
 * @fn: must not have a synchronisation point
 *
 * Context: the thread that has the turn, and keeps it; for reports of a race that is stuck.
 */
void turn_each(void (*fn)(void))
{
	unsigned int i, me = self;

	asked = fn;
	for (i = 0; i < nr_turns; i++) {
		if (i == me)
			fn();
		if (i == me || turns[i].state == ABSENT || turns[i].state == GONE)
			continue;
		turns[i].asker = me + 1;
		hand_to(&turns[i].word);
		wait_for(&turns[me].word);
		turns[i].asker = 0;
	}
}

/**
 * turn_begin() - prepare a race; nobody runs yet
 * @race: the schedule
 * @nr: threads, TURN_THREADS at the most
 * @stuck: called by a thread of the race when none can go on; ends the process, or the
 *	race by turn_give_up(), and does not return
 * @switched: called before another thread gets its turn, by the one that had it; by
 *	turn_run() with @from TURN_THREADS. Must not have a synchronisation point.
 *
 * Context: before turn_join(); one race at a time.
 */
void turn_begin(struct turn_plan *race, unsigned int nr, void (*stuck)(void),
		void (*switched)(unsigned int from, unsigned int to, enum turn_why why))
{
	plan = race;
	on_stuck = stuck;
	on_switch = switched;
	nr_turns = nr;
	arrived = over = spins = slice = now = 0;
	written = NULL;
	memset(turns, 0, sizeof(turns));
	choose_begin(race, nr);
}

/**
 * turn_run() - run the race that all threads have joined or will join
 *
 * Returns when all threads have left, the daemons last, or after turn_give_up().
 *
 * Context: a thread that is not part of the race, after turn_begin().
 */
void turn_run(void)
{
	unsigned int n, first;

	while ((n = __atomic_load_n(&arrived, __ATOMIC_ACQUIRE)) < nr_turns)
		syscall(SYS_futex, &arrived, FUTEX_WAIT_PRIVATE, n, NULL, NULL, 0);
	first = choose_next(TURN_THREADS, able(), 1);
	on_switch(TURN_THREADS, first, TURN_BEGINS);
	hand_to(&turns[first].word);
	wait_for(&over);
	if (__tsan_acquire)
		__tsan_acquire(&over);
}

/**
 * turn_join() - let the calling thread take part, and wait for its first turn
 * @thread: its number, from 0 on
 * @daemon: the race does not wait for it to end; it ends when turn_is_over()
 *
 * Context: once for each thread of the race, after turn_begin().
 */
void turn_join(unsigned int thread, int daemon)
{
	self = thread;
	turns[thread].daemon = daemon;
	/* a daemon has nothing to do until it is woken */
	turns[thread].state = daemon ? BLOCKED : READY;
	__atomic_add_fetch(&arrived, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &arrived, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	wait_for_turn();
}

/**
 * turn_leave() - end the part of the calling thread in the race
 *
 * Context: the thread that has the turn.
 */
void turn_leave(void)
{
	unsigned int i, next, me = self;

	turns[me].state = GONE;
	if (__tsan_release)
		__tsan_release(&over);
	end_spinning(NULL);
	if (others_are_gone())
		for (i = 0; i < nr_turns; i++)
			if (turns[i].state == BLOCKED)
				turns[i].state = READY;
	if (others_are_gone() && !able()) {
		self = -1;
		hand_to(&over);
		return;
	}
	next = choose_forced();
	on_switch(me, next, TURN_ENDED);
	hand_to(&turns[next].word);
	self = -1;
}

/**
 * turn_give_up() - end a race whose threads cannot go on: they stay where they are
 *
 * Context: the thread that has the turn. Does not return.
 */
void turn_give_up(void)
{
	unsigned int me = self;

	if (__tsan_release)
		__tsan_release(&over);
	hand_to(&over);
	for (;;)
		wait_for(&turns[me].word);
}

/**
 * turn_is_over() - check if all threads but the daemons have left
 *
 * Context: a daemon that has the turn.
 * Return: nonzero if they have.
 */
int turn_is_over(void)
{
	return others_are_gone();
}

/* Threads that try again and again may wake each other, and keep a third one waiting. */
static unsigned int who_starves(unsigned int others)
{
	unsigned int i, set = 0;

	if (now < STARVED)
		return 0;
	for (i = 0; i < nr_turns; i++)
		if (others >> i & 1 && now - turns[i].ran > STARVED)
			set |= 1u << i;
	return set;
}

/*
 * A thread may try again and again without a word that it spins on, as a kernel with preemption
 * allows: at the end of its time slice it gives its turn away, which is no preemption of the plan.
 */
static void switch_at_point(void)
{
	unsigned int others = able() & ~(1u << self), starved = who_starves(others);

	turns[self].ran = ++now;
	if (starved)
		switch_to(choose_others(self, starved), TURN_SLICE);
	else if (++slice < TIME_SLICE || !others)
		switch_to(choose_next(self, able(), 0), TURN_PREEMPTED);
	else
		switch_to(choose_others(self, others), TURN_SLICE);
}

/**
 * turn_point() - pass a synchronisation point, at which another thread may get its turn
 * @access: the access that comes next
 * @kinds: of the point, for a search that tries some only, see struct turn_plan
 * @addr: the word that is accessed
 *
 * Context: the thread that has the turn; any lock may be held.
 */
void turn_point(enum turn_access access, unsigned int kinds, const void *addr)
{
	if (plan->points > MOST_POINTS)
		give_up_stuck();
	settle();
	turns[self].at = addr;
	choose_note(self, kinds, addr, access != TURN_READS);
	switch_at_point();
	if (access == TURN_WRITES)
		written = addr;
}

/**
 * turn_read() - choose the store that a read returns, after turn_point()
 * @older: how many stores before the newest one it may return, TURN_STORES at the most
 *
 * Context: the thread that has the turn.
 * Return: how many stores before the newest one the chosen one is.
 */
unsigned int turn_read(unsigned int older)
{
	return choose_store(older);
}

/**
 * turn_block() - run others until turn_wake() is called for this thread
 *
 * A turn_wake() that came before counts, once. A daemon does not wait when the others have
 * left.
 *
 * Context: the thread that has the turn.
 */
void turn_block(void)
{
	struct turn *t = &turns[self];

	settle();
	if (!t->woken && !(t->daemon && others_are_gone())) {
		t->state = BLOCKED;
		switch_to(choose_forced(), TURN_BLOCKED);
	}
	t->woken = 0;
}

/**
 * turn_spin() - run others, as this thread waits for the word of its last point to change
 *
 * Context: the thread that has the turn, in a busy wait.
 */
void turn_spin(void)
{
	settle();
	turns[self].state = SPINNING;
	switch_to(choose_forced(), TURN_SPINS);
	turns[self].state = READY;
}

/**
 * turn_pass() - let another thread go on here, which does not count as a preemption
 *
 * Context: the thread that has the turn.
 */
void turn_pass(void)
{
	settle();
	switch_to(choose_next(self, able(), 1), TURN_PASSES);
}

/**
 * turn_wake() - let a thread go on that is in turn_block(), or will call it
 * @thread: its number
 *
 * Context: the thread that has the turn.
 */
void turn_wake(unsigned int thread)
{
	turns[thread].woken = 1;
	if (turns[thread].state != BLOCKED)
		return;
	turns[thread].state = READY;
	turns[thread].ran = now;
}
