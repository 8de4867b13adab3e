// SPDX-License-Identifier: GPL-2.0
/* Some lines of a trace, and what was done before to the addresses that they are about. */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "util.h"
#include "write.h"

#define PAGE		4096UL
#define MOST		4096	/* ranges */

struct ranges {
	struct { unsigned long start, end; } range[MOST];
	unsigned int nr;
	bool heap;		/* all calls of brk() belong together */
};

static bool is_memory(const struct replay_call *c)
{
	return c->kind < REPLAY_FORK && c->kind != REPLAY_MLOCKALL && c->kind != REPLAY_MUNLOCKALL;
}

static unsigned long length(const struct replay_call *c)
{
	return c->kind == REPLAY_TOUCH || c->kind == REPLAY_BRK ? PAGE : c->arg[1];
}

static bool is_about(const struct ranges *r, unsigned long start, unsigned long end)
{
	unsigned int i;

	for (i = 0; i < r->nr; i++)
		if (start <= r->range[i].end && end >= r->range[i].start)
			return true;
	return false;
}

static void add(struct ranges *r, unsigned long start, unsigned long end)
{
	if (r->nr == MOST)
		return;
	r->range[r->nr].start = start;
	r->range[r->nr].end = end;
	r->nr++;
}

static bool wants(struct ranges *r, const struct replay_call *c, bool inside)
{
	unsigned long start = c->arg[0], end = start + length(c);
	bool moved = c->kind == REPLAY_MREMAP && (unsigned long)c->ret < -4095UL;
	/* a move that fails is about the new place too */
	bool moves = moved || (c->kind == REPLAY_MREMAP && (c->arg[3] & MREMAP_FIXED));
	unsigned long to = moved ? (unsigned long)c->ret : moves ? c->arg[4] : start;
	bool is = inside || (c->kind == REPLAY_BRK && r->heap) || is_about(r, start, end) || (moves && is_about(r, to, to + c->arg[2]));

	if (!is)
		return false;
	r->heap |= c->kind == REPLAY_BRK;
	/* where a moved mapping comes from; the neighbours of what the lines are about */
	if (inside)
		add(r, start, end);
	if (moves) {
		add(r, start, end);
		add(r, to, to + c->arg[2]);
	}
	return true;
}

/**
 * window() - keep the calls of some lines, and those before that are about the same addresses
 * @c: the calls; nothing after the lines is left
 * @first: first line
 * @last: last line
 */
void window(struct calls *c, unsigned int first, unsigned int last)
{
	struct ranges *r = xcalloc(1, sizeof(*r));
	bool *keep = xcalloc(c->nr + 1, sizeof(*keep));
	unsigned int i, nr = 0;

	while (c->nr && c->call[c->nr - 1].line > last)
		c->nr--;
	for (i = c->nr; i--; ) {
		const struct replay_call *call = &c->call[i];

		keep[i] = !is_memory(call) || wants(r, call, call->line >= first);
	}
	for (i = 0; i < c->nr; i++)
		if (keep[i])
			c->call[nr++] = c->call[i];
	c->nr = nr;
	free(keep);
	free(r);
}
