// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses become pages that are counted from a common start, as in tools/testing/vma:
 * each range that no call begins or ends in becomes one page.
 */
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "write.h"

#define SHIFT		12
#define PAGE		(1UL << SHIFT)
#define MOST		1000	/* pages of a case */
#define HUGE		512	/* pages of a PMD */
#define ROUNDS		20
#define FAILED(ret)	((unsigned long)(ret) >= -4095UL)

/**
 * struct edges - where ranges begin and end
 * @at: page numbers, sorted once they are all there
 * @to: what they become
 * @nr: how many
 * @room: how many there is room for
 */
struct edges {
	unsigned long *at, *to;
	unsigned int nr, room;
};

/**
 * page_of() - the page of an address of a case
 * @addr: the address, once to_pages() has been there
 */
long page_of(unsigned long addr)
{
	return (long)(addr - REPLAY_BASE) >> SHIFT;
}

static unsigned long up(unsigned long addr)
{
	return (addr + PAGE - 1) >> SHIFT;
}

static void add(struct edges *e, unsigned long page)
{
	if (e->nr == e->room) {
		e->room = e->room ? 2 * e->room : 256;
		e->at = realloc(e->at, e->room * sizeof(*e->at));
		if (!e->at)
			die("out of memory");
	}
	e->at[e->nr++] = page;
}

static int compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

static void sort(struct edges *e)
{
	unsigned int i, nr = 0;

	qsort(e->at, e->nr, sizeof(*e->at), compare);
	for (i = 0; i < e->nr; i++)
		if (!nr || e->at[nr - 1] != e->at[i])
			e->at[nr++] = e->at[i];
	e->nr = nr;
}

static bool moves(const struct replay_call *c)
{
	return c->kind == REPLAY_MREMAP && (!FAILED(c->ret) || (c->arg[3] & 2));
}

static unsigned long target(const struct replay_call *c)
{
	return (FAILED(c->ret) ? c->arg[4] : (unsigned long)c->ret) >> SHIFT;
}

static void edges_of(struct edges *e, const struct replay_call *c)
{
	switch (c->kind) {
	case REPLAY_BRK:
		add(e, up(c->arg[0] ?: (unsigned long)c->ret));
		return;
	case REPLAY_TOUCH:
		add(e, c->arg[0] >> SHIFT);
		add(e, (c->arg[0] >> SHIFT) + 1);
		return;
	case REPLAY_MREMAP:
		if (moves(c)) {
			add(e, target(c));
			add(e, target(c) + up(c->arg[2]));
		}
		add(e, (c->arg[0] >> SHIFT) + up(c->arg[2]));
		break;
	case REPLAY_MLOCKALL:
	case REPLAY_MUNLOCKALL:
		return;
	default:
		if (c->kind >= REPLAY_FORK)
			return;
	}
	add(e, c->arg[0] >> SHIFT);
	add(e, up(c->arg[0] + c->arg[1]));
}

/* Add the edges inside of a moved range at both places. */
static void mirror(struct edges *e, const struct replay_call *c)
{
	unsigned long from = c->arg[0] >> SHIFT, to = target(c);
	unsigned long nr = up(c->arg[1] < c->arg[2] ? c->arg[1] : c->arg[2]);
	unsigned int i, known = e->nr;

	for (i = 0; i < known; i++) {
		if (e->at[i] > from && e->at[i] < from + nr)
			add(e, e->at[i] - from + to);
		if (e->at[i] > to && e->at[i] < to + nr)
			add(e, e->at[i] - to + from);
	}
}

static void find_edges(struct edges *e, const struct calls *c)
{
	unsigned int i, round, before;

	for (i = 0; i < c->nr; i++)
		edges_of(e, &c->call[i]);
	sort(e);
	for (round = 0; round < ROUNDS; round++) {
		before = e->nr;
		for (i = 0; i < c->nr; i++)
			if (moves(&c->call[i]))
				mirror(e, &c->call[i]);
		sort(e);
		if (e->nr == before || e->nr > 8 * MOST)
			return;
	}
}

/* Choose a page for each edge; false if there are too many. */
static bool place(struct edges *e, bool keep_sizes)
{
	unsigned long at = 1, size;
	unsigned int i;

	e->to = xcalloc(e->nr + 1, sizeof(*e->to));
	for (i = 0; i < e->nr; i++) {
		if (keep_sizes && !i)
			at = e->at[0] % HUGE;
		else if (i) {
			size = e->at[i] - e->at[i - 1];
			at += !keep_sizes ? 1 : size > HUGE ? HUGE + size % HUGE : size;
		}
		e->to[i] = at;
	}
	return at < MOST;
}

static unsigned long moved(const struct edges *e, unsigned long addr)
{
	unsigned long page = up(addr), *at = bsearch(&page, e->at, e->nr, sizeof(*e->at), compare);

	return at ? REPLAY_BASE + (e->to[at - e->at] << SHIFT) : addr;
}

/* Offsets of a file stay what they were from one mapping to the next. */
static unsigned long offset_of(const struct calls *c, const struct edges *e, unsigned int nr)
{
	const struct replay_call *call = &c->call[nr], *other;
	long distance = call->arg[0] - call->arg[5];
	unsigned long lowest = call->arg[0];
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		other = &c->call[i];
		if (other->kind == REPLAY_MMAP && other->file == call->file &&
		    (long)(other->arg[0] - other->arg[5]) == distance && other->arg[0] < lowest)
			lowest = other->arg[0];
	}
	return moved(e, call->arg[0]) - moved(e, lowest);
}

static void change(struct replay_call *c, const struct edges *e, unsigned long offset)
{
	unsigned long start = c->arg[0], end = start + c->arg[1];

	if (c->kind >= REPLAY_FORK || c->kind == REPLAY_MLOCKALL || c->kind == REPLAY_MUNLOCKALL)
		return;
	if (c->kind == REPLAY_BRK) {
		c->arg[0] = moved(e, c->arg[0] ?: (unsigned long)c->ret);
		c->ret = c->arg[0];
		return;
	}
	c->arg[0] = moved(e, start & -PAGE);
	if (c->kind == REPLAY_TOUCH)
		return;
	if (c->kind == REPLAY_MREMAP) {
		unsigned long to = moves(c) ? target(c) << SHIFT : start;

		c->arg[2] = moved(e, to + c->arg[2]) - moved(e, to);
		c->arg[4] = moved(e, to);
	}
	c->arg[1] = moved(e, end) - c->arg[0];
	if (c->kind == REPLAY_MMAP)
		c->arg[5] = offset;
	if ((c->kind == REPLAY_MMAP || c->kind == REPLAY_MREMAP) && !FAILED(c->ret))
		c->ret = moved(e, c->ret);
}

/**
 * to_pages() - count pages from a common start
 * @c: the calls, changed
 * @keep_sizes: keep the number of pages of each range, up to two large folios, and the
 *	alignment to large folios
 *
 * Return: false if there are too many pages; nothing is changed then.
 */
bool to_pages(struct calls *c, bool keep_sizes)
{
	struct edges e = { .nr = 0 };
	unsigned long *offsets;
	unsigned int i;
	bool fits;

	find_edges(&e, c);
	fits = place(&e, keep_sizes);
	if (fits) {
		offsets = xcalloc(c->nr + 1, sizeof(*offsets));
		for (i = 0; i < c->nr; i++)
			if (c->call[i].kind == REPLAY_MMAP && c->call[i].file >= 0)
				offsets[i] = offset_of(c, &e, i);
		for (i = 0; i < c->nr; i++)
			change(&c->call[i], &e, offsets[i]);
		free(offsets);
	}
	free(e.at);
	free(e.to);
	return fits;
}
