// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of traces whose address spaces are larger than the machine's 47 bits: arm64
 * has 48, 52 with LVA, x86-64 has 56 with five levels. The terabytes that are used are
 * moved together, and neighbours stay neighbours.
 */
#include <stdlib.h>

#include "reading.h"

#define SHIFT	40			/* a terabyte */
#define HAS	(1 << (47 - SHIFT))	/* of the machine */
#define MOST	(1 << (57 - SHIFT))

/**
 * struct places - terabytes
 * @used: those that the trace names
 * @to: where they are, once that is chosen
 * @moved: anything is elsewhere
 */
struct places {
	bool used[MOST];
	unsigned char to[MOST];
	bool moved;
};

/**
 * places_new() - begin with no address
 *
 * Return: what the other functions take, to be freed by free().
 */
struct places *places_new(void)
{
	return xcalloc(1, sizeof(struct places));
}

/* Calls @see for each address among the numbers of a call. */
static void each_address(struct replay_call *c, void (*see)(void *, unsigned long *), void *arg)
{
	bool ok = (unsigned long)c->ret < -4095UL && !c->open;

	switch (c->kind) {
	case REPLAY_MREMAP:
		see(arg, &c->arg[4]);
		/* fall through */
	case REPLAY_MMAP:
	case REPLAY_BRK:
		if (ok)
			see(arg, (unsigned long *)&c->ret);
		/* fall through */
	case REPLAY_MUNMAP:
	case REPLAY_MPROTECT:
	case REPLAY_MADVISE:
	case REPLAY_MLOCK:
	case REPLAY_MUNLOCK:
	case REPLAY_MSEAL:
	case REPLAY_REMAP_FILE:
	case REPLAY_TOUCH:
		see(arg, &c->arg[0]);
		return;
	default:
		return;
	}
}

static void note(void *arg, unsigned long *addr)
{
	struct places *p = arg;

	if (*addr >> SHIFT < MOST)
		p->used[*addr >> SHIFT] = true;
}

/**
 * places_note() - remember which addresses a call names
 * @p: the places
 * @c: the call
 */
void places_note(struct places *p, const struct replay_call *c)
{
	struct replay_call copy = *c;

	each_address(&copy, note, p);
}

/**
 * places_choose() - decide what is moved, when all calls are known
 * @p: the places
 * @path: of the trace, which is refused if it has too many
 */
void places_choose(struct places *p, const char *path)
{
	unsigned int i, at = 0;
	bool above = false;

	for (i = HAS; i < MOST; i++)
		above |= p->used[i];
	if (!above)
		return;
	p->moved = true;
	for (i = 0; i < MOST; i++) {
		if (!p->used[i])
			continue;
		if (i && !p->used[i - 1] && at)
			at++;		/* what was apart stays apart */
		if (at >= HAS - 1)
			die("%s: addresses in more than %d terabytes; the machine has 47 bits", path, HAS);
		p->to[i] = at++;
	}
}

static void move(void *arg, unsigned long *addr)
{
	struct places *p = arg;
	unsigned long part = *addr >> SHIFT;

	if (part < MOST && p->used[part])
		*addr = ((unsigned long)p->to[part] << SHIFT) | (*addr & ((1UL << SHIFT) - 1));
}

/**
 * places_move() - give a call addresses that the machine has
 * @p: the places
 * @c: the call
 */
void places_move(const struct places *p, struct replay_call *c)
{
	if (p->moved)
		each_address(c, move, (void *)p);
}
