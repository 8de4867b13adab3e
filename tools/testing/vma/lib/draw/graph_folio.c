// SPDX-License-Identifier: GPL-2.0
/*
 * The folios in the graph of --dot. Adjacent folios in the same state are one node.
 * The arrow of a page table entry that rmap_walk() does not find is red.
 */
#include <linux/ksm.h>
#include <linux/mm.h>
#include <linux/rmap.h>

#include "internal.h"
#include "graph.h"

#define MAX_FOUND	64

/**
 * struct group - adjacent folios that are drawn as one node
 * @first: the first of them
 * @last: the last of them
 * @at: the entry that maps @last
 * @nr: number of folios
 */
struct group {
	struct folio *first, *last;
	const struct mapped *at;
	int nr;
};

static struct group groups[GRAPH_FOLIOS];
static struct { struct folio *folio; int group; } seen[GRAPH_FOLIOS];
static int nr_groups, nr_seen;

static const struct anon_vma *anon_vma_of(struct folio *folio)
{
	if (!folio_test_anon(folio) || folio_test_ksm(folio))
		return NULL;
	return folio_anon_vma(folio);
}

static bool alike(const struct group *g, const struct mapped *m)
{
	struct folio *a = g->last, *b = m->folio;

	return g->at->vma == m->vma && g->at->addr + PAGE_SIZE == m->addr &&
	       !folio_test_large(a) && !folio_test_large(b) && shim_folio_mapping(a) == shim_folio_mapping(b) &&
	       g->at->kind == m->kind && g->at->writable == m->writable &&
	       folio_mapcount(a) == folio_mapcount(b) && folio_ref_count(a) == folio_ref_count(b);
}

/* The index of the group of an entry's folio, or -1 if there are too many folios. */
static int group_of(const struct mapped *m)
{
	struct group *last = nr_groups ? &groups[nr_groups - 1] : NULL;
	int i;

	for (i = 0; i < nr_seen; i++)
		if (seen[i].folio == m->folio)
			return seen[i].group;
	if (nr_seen == GRAPH_FOLIOS)
		return -1;
	if (!last || !alike(last, m)) {
		last = &groups[nr_groups++];
		*last = (struct group) { .first = m->folio };
	}
	last->last = m->folio;
	last->at = m;
	last->nr++;
	seen[nr_seen].folio = m->folio;
	return seen[nr_seen++].group = nr_groups - 1;
}

static void put_group(struct graph *g, int nr)
{
	struct folio *folio = groups[nr].first;
	const struct anon_vma *anon_vma = anon_vma_of(folio);
	char name[32];

	if (anon_vma)
		graph_anon_vma(g, anon_vma);	/* is drawn, even if no VMA has it */
	graph_put(g, "f%d [shape=note, fillcolor=\"%s\", label=\"", nr, graph_colour(g, anon_vma));
	if (groups[nr].nr > 1)
		graph_put(g, "%d folios", groups[nr].nr);
	else if (folio_test_large(folio))
		graph_put(g, "folio of %ld pages", folio_nr_pages(folio));
	else
		graph_put(g, "folio");
	if (anon_vma && graph_alive("anon_vma", anon_vma)) {
		graph_anon_name(g, anon_vma, name, sizeof(name));
		graph_put(g, " of %s", name);
	} else if (anon_vma) {
		graph_put(g, " of a freed anon_vma");
	} else {
		graph_put(g, folio_test_ksm(folio) ? " of KSM" : " of a file");
	}
	graph_put(g, "\\nmapped %d, refs %d\"%s];\n", folio_mapcount(folio), folio_ref_count(folio),
		  anon_vma && !graph_alive("anon_vma", anon_vma) ? ", color=red, fontcolor=red" : "");
}

static bool is_missed(struct graph *g, const struct mapped *m)
{
	struct place found[MAX_FOUND];
	int i, nr;

	if (!g->rmap)
		return false;
	nr = rmap_places(m->folio, found, MAX_FOUND);
	for (i = 0; i < nr && i < MAX_FOUND; i++)
		if (found[i].mm == m->sp->mm && found[i].addr == m->addr)
			return false;
	return nr <= MAX_FOUND;
}

static int number_of(struct space_view *sv, struct vm_area_struct *vma)
{
	int i;

	for (i = 0; i < sv->nr_vmas && i < GRAPH_VMAS; i++)
		if (sv->vmas[i] == vma)
			return i;
	return -1;
}

/* The arrow from a VMA to a node, for all entries of the VMA that map folios of it. */
struct arrow {
	int space, vma, group, nr, missed;
	enum entry_kind kind;
	bool writable;
};

static void put_arrow(struct graph *g, const struct arrow *a)
{
	if (!a->nr)
		return;
	/* the blanks keep Graphviz from drawing the label onto the arrow */
	graph_put(g, "s%d:v%d:s -> f%d [label=\"  %s%s  ", a->space, a->vma, a->group,
		  a->kind == ENTRY_MIGRATION || a->kind == ENTRY_PMD_MIGRATION ? "migrating" :
		  a->writable ? "w" : "r",
		  a->kind == ENTRY_PMD ? ", PMD" : "");
	if (a->missed)
		graph_put(g, "\\n  rmap misses %d of %d  \", color=red, fontcolor=red, penwidth=2.5];\n",
			  a->missed, a->nr);
	else
		graph_put(g, "\", color=gray40];\n");
}

static void put_space(struct graph *g, int s)
{
	struct space_view *sv = &g->sv[s];
	struct arrow a = { .nr = 0 }, next;
	int i;

	for (i = 0; i < sv->nr_mapped; i++) {
		const struct mapped *m = &sv->mapped[i];

		next = (struct arrow) {
			.space = s, .vma = number_of(sv, m->vma), .group = group_of(m),
			.kind = m->kind, .writable = m->writable,
		};
		if (next.vma < 0 || next.group < 0)
			continue;
		if (!a.nr || a.vma != next.vma || a.group != next.group || a.kind != next.kind ||
		    a.writable != next.writable) {
			put_arrow(g, &a);
			a = next;
		}
		a.nr++;
		a.missed += is_missed(g, m);
	}
	put_arrow(g, &a);
}

/**
 * graph_folios() - draw the folios that the page tables map
 * @g: the graph, of which the spaces are drawn
 */
void graph_folios(struct graph *g)
{
	int s, i;

	nr_groups = nr_seen = 0;
	for (s = 0; s < g->nr_spaces; s++)
		put_space(g, s);
	for (i = 0; i < nr_groups; i++)
		put_group(g, i);
}
