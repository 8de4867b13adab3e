// SPDX-License-Identifier: GPL-2.0
/*
 * What the threads of a race on the weak memory model know of each other's accesses, by
 * vector clocks. A thread must not read a store that is older than one that it knows.
 *
 * The kernel's model (tools/memory-model) in these terms:
 *
 * - A store gives on a view: a release all that its thread knows, another one what the last
 *   barrier of stores has put before it: smp_wmb() the stores of the thread and what they have
 *   given on, smp_mb() all. An atomic operation gives on what it has read besides (rmw-sequence).
 * - An acquire, or a read of an address, takes the view of the store that it returns at once,
 *   another read at the next smp_rmb() or smp_mb().
 * - smp_mb() and grace periods are strong: what a thread knew there is propagated to all. So
 *   each smp_mb() knows what all before it did, and so does who reads a store that was made
 *   later.
 * - A spinlock orders what came before its release, or before that of another one by the same
 *   thread, against what comes after: for others, too.
 *
 * Where this is not exact it has more order than the kernel's model: a read of an address takes
 * all that the store gives on, and not only for reads through it.
 *
 * Built without instrumentation, like turns.c.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "weak.h"

struct weak_thread weak_threads[TURN_THREADS];

static struct view strong;		/* propagated to all */
static struct view grace;		/* known where the last grace period began */
static struct view sections;		/* known where read-side sections have ended */

/**
 * views_begin() - forget the race before
 *
 * Context: no racer runs.
 */
void views_begin(void)
{
	memset(weak_threads, 0, sizeof(weak_threads));
	memset(&strong, 0, sizeof(strong));
	memset(&grace, 0, sizeof(grace));
	memset(&sections, 0, sizeof(sections));
}

/**
 * view_join() - add what another view has
 * @to: the view
 * @from: the other one
 *
 * Context: any.
 */
void view_join(struct view *to, const struct view *from)
{
	unsigned int i;

	for (i = 0; i < TURN_THREADS; i++) {
		to->stores[i] = max(to->stores[i], from->stores[i]);
		to->reads[i] = max(to->reads[i], from->reads[i]);
	}
}

/**
 * view_has() - check if a store is known: it was made or read before
 * @view: of the thread that asks
 * @s: the store
 *
 * Context: any.
 * Return: true if it is.
 */
bool view_has(const struct view *view, const struct weak_store *s)
{
	unsigned int i;

	if (!s->time || s->time <= view->stores[s->by])
		return true;
	for (i = 0; i < TURN_THREADS; i++)
		if (s->read_by[i] && s->read_by[i] <= view->reads[i])
			return true;
	return false;
}

static void learn(struct weak_thread *t)
{
	view_join(&t->now, &t->behind);
}

/**
 * views_read() - a thread reads a store
 * @t: what it knows
 * @by: the thread
 * @s: the store
 * @order: __ATOMIC_RELAXED, CONSUME, ACQUIRE or SEQ_CST
 *
 * Context: in the racer that has the turn.
 */
void views_read(struct weak_thread *t, unsigned int by, struct weak_store *s, int order)
{
	t->now.reads[by] = ++t->time;
	if (!s->read_by[by])
		s->read_by[by] = t->time;
	view_join(&t->behind, &s->view);
	view_join(&t->all, &s->all);
	if (order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE)
		view_join(&t->now, &s->view);
}

static bool releases(int order)
{
	return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

/**
 * views_store() - a thread makes a store
 * @t: what it knows
 * @by: the thread
 * @s: the store, whose view and author are set; a view that it has is kept
 * @order: __ATOMIC_RELAXED, RELEASE or SEQ_CST
 *
 * Context: in the racer that has the turn.
 */
void views_store(struct weak_thread *t, unsigned int by, struct weak_store *s, int order)
{
	s->by = by;
	s->time = t->now.stores[by] = ++t->time;
	view_join(&s->view, &t->given);
	view_join(&s->view, &strong);
	if (releases(order)) {
		view_join(&s->view, &t->now);
		view_join(&s->view, &t->behind);
	}
	view_join(&t->carried, &s->view);
	view_join(&t->all, &t->now);
	view_join(&s->all, &t->all);
}

/**
 * views_plain() - a plain store was noticed, of which nobody knows when it was made
 * @s: the store; it gives on all that any thread knows
 *
 * Context: in the racer that has the turn.
 */
void views_plain(struct weak_store *s)
{
	unsigned int i;

	for (i = 0; i < TURN_THREADS; i++) {
		view_join(&s->view, &weak_threads[i].now);
		view_join(&s->view, &weak_threads[i].behind);
	}
	s->all = s->view;
}

/**
 * views_rmw() - a thread makes an atomic operation
 * @t: what it knows
 * @by: the thread
 * @old: the store that it reads, a copy
 * @s: the store that it makes
 * @order: __ATOMIC_SEQ_CST if it is fully ordered
 *
 * Context: in the racer that has the turn.
 */
void views_rmw(struct weak_thread *t, unsigned int by, struct weak_store *old,
	       struct weak_store *s, int order)
{
	if (order == __ATOMIC_SEQ_CST)
		views_fence(t, by, order);
	views_read(t, by, old, order);
	/* who reads the new value has seen the old one, too */
	s->view = old->view;
	views_store(t, by, s, order);
	if (order == __ATOMIC_SEQ_CST)
		views_fence(t, by, order);
}

/**
 * views_lock() - a thread takes a spinlock
 * @t: what it knows
 * @old: the store that released it
 *
 * Context: in the racer that has the turn.
 */
void views_lock(struct weak_thread *t, struct weak_store *old)
{
	view_join(&t->now, &t->unlocked);
	view_join(&t->given, &t->unlocked);
	view_join(&t->given, &old->view);
}

/**
 * views_unlock() - a thread releases a spinlock
 * @t: what it knows
 *
 * Context: in the racer that has the turn.
 */
void views_unlock(struct weak_thread *t)
{
	t->unlocked = t->now;
	view_join(&t->unlocked, &t->behind);
}

/**
 * views_fence() - a thread passes a barrier
 * @t: what it knows
 * @by: the thread
 * @order: __ATOMIC_ACQUIRE for smp_rmb(), RELEASE for smp_wmb(), SEQ_CST for smp_mb()
 *
 * Context: in the racer that has the turn.
 */
void views_fence(struct weak_thread *t, unsigned int by, int order)
{
	switch (order) {
	case __ATOMIC_RELEASE:
		view_join(&t->given, &t->carried);
		t->given.stores[by] = t->now.stores[by];
		break;
	case __ATOMIC_SEQ_CST:
		learn(t);
		view_join(&t->now, &strong);
		strong = t->now;
		view_join(&t->given, &t->now);
		break;
	default:
		learn(t);
		break;
	}
}

/**
 * views_reader_begins() - a section begins that a grace period waits for
 * @t: what its thread knows
 *
 * A section that begins when a grace period has begun sees what came before that. The kernel's
 * model lets it see less if the grace period waits for it, which this one has not.
 *
 * Context: in the racer that has the turn.
 */
void views_reader_begins(struct weak_thread *t)
{
	view_join(&t->now, &grace);
}

/**
 * views_reader_ends() - a section has ended that a grace period waits for
 * @t: what its thread knows
 *
 * Context: in the racer that has the turn.
 */
void views_reader_ends(const struct weak_thread *t)
{
	view_join(&sections, &t->now);
	view_join(&sections, &t->behind);
}

/**
 * views_grace_begins() - a grace period begins, behind a barrier
 *
 * Context: in the racer that has the turn.
 */
void views_grace_begins(void)
{
	grace = strong;
}

/**
 * views_grace_ends() - a grace period is over, before a barrier
 * @t: what the thread knows that has waited
 *
 * Context: in the racer that has the turn.
 */
void views_grace_ends(struct weak_thread *t)
{
	view_join(&t->now, &sections);
}
