// SPDX-License-Identifier: GPL-2.0
/* The VMAs that a trace must end with, from the calls that would make them. */
#include <string.h>
#include <sys/mman.h>

#include "replayer.h"

/**
 * struct ends - VMAs that are found
 * @v: them, and room for more
 * @nr: how many
 * @map: the mmap() of the last one, with nothing in it that came after
 * @also: the calls that are about it besides, in a number
 * @also_before: those of the one before
 * @heap: the end of the heap so far, or 0
 */
struct ends {
	struct replay_vma *v;
	unsigned int nr;
	struct replay_call map;
	unsigned long also, also_before, heap;
};

static void rights(struct replay_vma *v, unsigned long prot)
{
	v->rights[0] = prot & PROT_READ ? 'r' : '-';
	v->rights[1] = prot & PROT_WRITE ? 'w' : '-';
	v->rights[2] = prot & PROT_EXEC ? 'x' : '-';
}

/* All calls about the last VMA are read: can it be told from the one before? */
static void finish(struct ends *e)
{
	struct replay_vma *v = e->v + e->nr - 1;

	if (v[-1].end != v->start || strcmp(v[-1].rights, v->rights) || e->also != e->also_before)
		v[-1].joins = 0;
}

static void add(struct ends *e, const struct replay_call *c, unsigned long prot)
{
	const bool goes_on = c->file == e->map.file && (c->file < 0 || c->arg[5] == e->map.arg[5] + e->map.arg[1]);
	struct replay_vma *v;

	if (e->nr > 1)
		finish(e);
	v = e->v + e->nr++;
	*v = (struct replay_vma) {
		.start = c->arg[0], .end = c->arg[0] + c->arg[1],
		.rights = { [3] = c->arg[3] & MAP_SHARED ? 's' : 'p' },
	};
	rights(v, prot);
	if (e->nr > 1)
		v[-1].joins = goes_on;
	e->map = *c;
	e->also_before = e->also;
	e->also = 0;
}

/* brk() to the start of a VMA of the heap, and to its end; see maps.c of the reader. */
static void add_heap(struct ends *e, const struct replay_call *c)
{
	struct replay_call map = { .file = -1, .arg = { e->heap, c->arg[0] - e->heap } };

	if (e->heap)
		add(e, &map, PROT_READ | PROT_WRITE);
	e->heap = c->arg[0];
}

/**
 * read_ends() - the VMAs of a layout
 * @rec: they are put into it
 * @r: the layout, which is closed
 */
void read_ends(struct recorded *rec, struct reader *r)
{
	struct ends e = { .v = xcalloc(reader_facts(r)->nr + 1, sizeof(*e.v)) };
	struct replay_call call;

	while (reader_next(r, &call)) {
		if (call.kind == REPLAY_MMAP)
			add(&e, &call, call.arg[2]);
		else if (call.kind == REPLAY_BRK)
			add_heap(&e, &call);
		else if (call.kind == REPLAY_MPROTECT)
			rights(&e.v[e.nr - 1], call.arg[2]);
		else if (call.kind == REPLAY_MUNMAP)
			e.v[e.nr - 1].start = call.arg[0] + call.arg[1];
		else
			e.also = e.also * 64 + call.kind * 32 + call.arg[2];
	}
	if (e.nr > 1)
		finish(&e);
	rec->ends = e.v;
	rec->nr_ends = e.nr;
	reader_close(r);
}
