// SPDX-License-Identifier: GPL-2.0
/* The calls that make a VMA of which only the outcome is known. */
#include <sys/mman.h>

#include "maps.h"

const struct vma_advice vma_advices[VMA_ADVICES] = {
	{ "rr", "randread", 1 }, { "sr", "seqread", 2 }, { "dc", "dontcopy", 10 },
	{ "mg", "mergeable", 12 }, { "hg", "hugepage", 14 }, { "nh", "nohugepage", 15 },
	{ "dd", "dontdump", 16 }, { "wf", "wipeonfork", 18 },
};

static bool would_merge(const struct replay_call *a, const struct replay_call *b)
{
	return a->proc == b->proc && a->arg[0] + a->arg[1] == b->arg[0] && a->arg[2] == b->arg[2] &&
	       a->arg[3] == b->arg[3] && a->file == b->file &&
	       (a->file < 0 || a->arg[5] + a->arg[1] == b->arg[5]);
}

/**
 * vma_also() - add a call about all of a VMA
 * @r: the reader
 * @map: its mmap()
 * @kind: of the call; its result is not known
 * @arg: its third argument
 */
void vma_also(struct reader *r, const struct replay_call *map, enum replay_kind kind, unsigned long arg)
{
	struct replay_call *c = reader_add(r, kind, map->proc);

	c->line = map->line;
	c->open = 1;
	c->arg[0] = map->arg[0];
	c->arg[1] = map->arg[1];
	c->arg[2] = arg;
}

/**
 * vma_add() - add the calls that make a VMA
 * @r: the reader
 * @map: mmap() with MAP_FIXED, as if it had always been as it is
 * @before: that of the VMA before it, or NULL
 * @account: it is known to have VM_ACCOUNT
 *
 * A private mapping that cannot be written to and is accounted was writable once: RELRO, which
 * the dynamic linker writes to and then protects, is like that. Where flags are not known, that
 * is what keeps a mapping apart from the one before it, with which it would have merged. One
 * that can be written to is apart for a reason that nothing shows: it merges here, and is counted.
 */
void vma_add(struct reader *r, const struct replay_call *map, const struct replay_call *before,
	     bool account)
{
	struct replay_call *c = reader_add(r, map->kind, map->proc);
	bool was_writable = !(map->arg[2] & PROT_WRITE) && !(map->arg[3] & MAP_SHARED) &&
			    (account || (before && would_merge(before, map)));

	*c = *map;
	if (before && would_merge(before, map) && !was_writable)
		reader_other(r, "what keeps a VMA from the one before");
	if (!was_writable)
		return;
	c->arg[2] |= PROT_WRITE;
	vma_also(r, map, REPLAY_MPROTECT, map->arg[2]);
}
