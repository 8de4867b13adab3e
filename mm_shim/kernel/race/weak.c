// SPDX-License-Identifier: GPL-2.0
/*
 * A weak memory model: what other CPUs may see late. Each word that a race accesses by marked
 * accesses has the history of its stores. A read returns the newest one, or an older one that
 * coherence and what the thread knows still allow (views.c); which is a choice of the schedule
 * (turn_read()). Memory itself always holds the newest value, so code that is not told of here
 * runs as on a sequentially consistent machine.
 *
 * Threads make their accesses in the order of the program, and stores reach the history of
 * their word in the order of the run. So a load is never later than a store behind it (no load
 * buffering), nor are two stores of a thread seen the other way round by the coherence order
 * (no 2+2W, no S). A change by a plain access is noticed at the next marked one. It is then
 * known to all, and no older value is.
 *
 * Built without instrumentation, like turns.c.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <asm/shim-point.h>
#include <shim/host.h>
#include <shim/turn.h>

#include "racers.h"
#include "weak.h"

#define CHAINS		1024
#define MOST_WORDS	(1 << 14)
#define MOST_STORES	(MOST_WORDS * 4)
#define RING		(TURN_STORES + 1)

bool weak_on;

static u32 chains[CHAINS];
static struct weak_word words[MOST_WORDS];
static struct weak_store stores[MOST_STORES];
static u32 nr_words, nr_stores;
static struct weak_access due;

/**
 * weak_begin() - begin a race
 * @on: by the weak model
 *
 * Context: no racer runs.
 */
void weak_begin(bool on)
{
	weak_on = on;
	if (!on)
		return;
	memset(chains, 0, sizeof(chains));
	nr_words = nr_stores = 0;
	due.word = NULL;
	views_begin();
}

static u32 *chain_of(unsigned long addr)
{
	return &chains[(addr >> 3) * 0x9e3779b97f4a7c15UL >> 54];
}

static u64 value_at(unsigned long addr, unsigned long size)
{
	/* not by memcpy(), which ASan would check */
	switch (size) {
	case 1:
		return *(u8 *)addr;
	case 2:
		return *(u16 *)addr;
	case 4:
		return *(u32 *)addr;
	default:
		return *(u64 *)addr;
	}
}

/* The store that is @older before the newest one; NULL if it is not known any more. */
static struct weak_store *store_of(const struct weak_word *w, unsigned int older)
{
	if (older >= min(w->newest, (u32)RING))
		return NULL;
	return &stores[w->ring[(w->newest - 1 - older) % RING] - 1];
}

static struct weak_store *add_store(struct weak_word *w)
{
	u32 *slot = &w->ring[w->newest % RING];
	struct weak_store *s;

	w->newest++;
	if (!*slot) {
		if (nr_stores == MOST_STORES)
			host_die("race: more stores than MOST_STORES");
		*slot = ++nr_stores;
	}
	s = &stores[*slot - 1];
	*s = (struct weak_store) { .by = WEAK_NOBODY };
	return s;
}

/* Begins a history with the value that is there, which all know. */
static void begin_history(struct weak_word *w, unsigned long size)
{
	w->newest = 0;
	w->size = size;
	add_store(w)->value = value_at(w->addr, size);
}

static struct weak_word *find_word(unsigned long addr)
{
	u32 i;

	for (i = *chain_of(addr); i; i = words[i - 1].next)
		if (words[i - 1].addr == addr)
			return &words[i - 1];
	return NULL;
}

static struct weak_word *add_word(unsigned long addr)
{
	u32 *chain = chain_of(addr);
	struct weak_word *w;

	if (nr_words == MOST_WORDS)
		host_die("race: more words than MOST_WORDS");
	w = &words[nr_words++];
	*w = (struct weak_word) { .addr = addr, .next = *chain };
	*chain = nr_words;
	return w;
}

/*
 * Finds the word as it is now. One that is accessed in another size, or that a plain access has
 * changed, has no older values from then on.
 */
static struct weak_word *word_at(unsigned long addr, unsigned long size)
{
	struct weak_word *w = find_word(addr) ?: add_word(addr);
	struct weak_store *newest;

	if (w->size != size) {
		begin_history(w, size);
		return w;
	}
	newest = store_of(w, 0);
	if (newest->value != value_at(addr, size)) {
		begin_history(w, size);
		views_plain(store_of(w, 0));
	}
	return w;
}

/**
 * weak_settle() - make the access that was announced last: memory has its value by now
 *
 * Context: in a racer that has the turn.
 */
void weak_settle(void)
{
	struct weak_word *w = due.word;
	struct weak_thread *t = &weak_threads[due.by];
	struct weak_store *old, *s;

	if (!w)
		return;
	due.word = NULL;
	old = store_of(w, 0);
	s = add_store(w);
	s->value = value_at(w->addr, w->size);
	s->tale = due.tale;
	switch (due.event) {
	case SHIM_MEMORY_RMW:
		views_rmw(t, due.by, old, s, due.order);
		break;
	case SHIM_MEMORY_LOCK:
		views_lock(t, old);
		views_rmw(t, due.by, old, s, due.order);
		break;
	case SHIM_MEMORY_UNLOCK:
		views_unlock(t);
		fallthrough;
	default:
		views_store(t, due.by, s, due.order);
		break;
	}
}

/* It has read the newest value, and orders nothing. */
static void cancel(void)
{
	if (due.word)
		views_read(&weak_threads[due.by], due.by, store_of(due.word, 0), __ATOMIC_RELAXED);
	due.word = NULL;
}

/* A word that a plain access of this thread has just changed is as if it were marked. */
static void was_stored(unsigned long addr, unsigned long size, unsigned int by)
{
	struct weak_word *w = find_word(addr);
	struct weak_store *s;

	if (!w || w->size != size) {
		word_at(addr, size);
		return;
	}
	s = add_store(w);
	s->value = value_at(addr, size);
	s->tale = weak_note();
	views_store(&weak_threads[by], by, s, __ATOMIC_RELAXED);
}

static void forget(unsigned long addr, unsigned long size)
{
	u32 i;

	for (i = 0; i < nr_words; i++)
		if (words[i].addr - addr < size)
			words[i].size = 0;
}

static unsigned int self(void)
{
	return current->thread.racer - 1;
}

/**
 * weak_told() - do what a memory event means
 * @event: enum shim_memory_event
 * @addr: the word, or NULL
 * @size: its size in bytes
 * @order: __ATOMIC_RELAXED or another one of the compiler's
 *
 * Context: in a racer that has the turn.
 */
void weak_told(unsigned int event, const void *addr, unsigned long size, int order)
{
	if (event == SHIM_MEMORY_FAILED) {
		cancel();
		return;
	}
	weak_settle();
	switch (event) {
	case SHIM_MEMORY_FENCE:
		views_fence(&weak_threads[self()], self(), order);
		break;
	case SHIM_MEMORY_STORED:
		was_stored((unsigned long)addr, size, self());
		break;
	case SHIM_MEMORY_NEW:
		forget((unsigned long)addr, size);
		break;
	default:
		due = (struct weak_access) {
			.word = word_at((unsigned long)addr, size), .event = event,
			.order = order, .by = self(), .tale = weak_note(),
		};
		break;
	}
}

/* Counts the stores before the newest one that the thread may still read. */
static unsigned int count_older(const struct weak_word *w, const struct view *now)
{
	unsigned int older = 0;

	while (store_of(w, older + 1) && !view_has(now, store_of(w, older)))
		older++;
	return older;
}

/* An integer that may be an address orders the reads through it, as a pointer does. */
static bool may_be_address(u64 value, unsigned long size)
{
	return size == sizeof(value) && value >> 12 && (s64)value >> 12 != -1;
}

/**
 * weak_load() - choose the value that a marked read returns
 * @addr: the word
 * @size: its size in bytes
 * @order: __ATOMIC_RELAXED, CONSUME or ACQUIRE
 *
 * Context: in a racer that has the turn, after the point of the read.
 * Return: @addr, or where an older value is.
 */
const void *weak_load(const void *addr, unsigned long size, int order)
{
	struct weak_thread *t = &weak_threads[self()];
	struct weak_word *w;
	struct weak_store *s;
	unsigned int older;

	weak_settle();
	if (size > sizeof(s->value))
		return addr;
	w = word_at((unsigned long)addr, size);
	older = count_older(w, &t->now);
	if (older)
		older = turn_read(older);
	s = store_of(w, older);
	if (older)
		weak_tell(self(), addr, s, store_of(w, older - 1), size);
	if (order == __ATOMIC_RELAXED && may_be_address(s->value, size))
		order = __ATOMIC_CONSUME;
	views_read(t, self(), s, order);
	return older ? &s->value : addr;
}

/**
 * weak_sleeps() - a thread passes the barrier that schedule() and a wake-up have
 * @thread: the thread
 *
 * Context: in that racer, which has the turn.
 */
void weak_sleeps(unsigned int thread)
{
	if (!weak_on)
		return;
	weak_settle();
	views_fence(&weak_threads[thread], thread, __ATOMIC_SEQ_CST);
}

/**
 * weak_hands_to() - a thread wakes another one, or gives it work to do
 * @from: the thread
 * @to: the other one, which knows from then on what @from does
 *
 * Context: in racer @from, which has the turn.
 */
void weak_hands_to(unsigned int from, unsigned int to)
{
	if (!weak_on)
		return;
	weak_sleeps(from);
	view_join(&weak_threads[to].now, &weak_threads[from].now);
}

/**
 * weak_reader_begins() - a section begins that a grace period waits for
 * @thread: the thread
 *
 * Context: in that racer, which has the turn.
 */
void weak_reader_begins(unsigned int thread)
{
	if (!weak_on)
		return;
	weak_settle();
	views_reader_begins(&weak_threads[thread]);
}

/**
 * weak_reader_ends() - a section has ended that a grace period waits for
 * @thread: the thread
 *
 * Context: in that racer, which has the turn.
 */
void weak_reader_ends(unsigned int thread)
{
	if (!weak_on)
		return;
	weak_settle();
	views_reader_ends(&weak_threads[thread]);
}

/**
 * weak_grace_begins() - a thread begins to wait for a grace period
 * @thread: the thread
 *
 * Context: in that racer, which has the turn.
 */
void weak_grace_begins(unsigned int thread)
{
	if (!weak_on)
		return;
	weak_sleeps(thread);
	views_grace_begins();
}

/**
 * weak_grace_ends() - the grace period is over
 * @thread: the thread that has waited
 *
 * Context: in that racer, which has the turn.
 */
void weak_grace_ends(unsigned int thread)
{
	if (!weak_on)
		return;
	weak_settle();
	views_grace_ends(&weak_threads[thread]);
	weak_sleeps(thread);
}
