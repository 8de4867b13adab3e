// SPDX-License-Identifier: GPL-2.0
/*
 * The graph of --dot: spaces, VMAs, anon_vmas and folios and their pointers, in the
 * language of Graphviz. A case that fails has two, before and after the operation that
 * failed; with --dot-all a case that passes has one, at its end.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include <shim/host.h>

#include "graph.h"

static struct graph drawn;
static char now_text[GRAPH_TEXT], before_text[GRAPH_TEXT];
static size_t before_used;

/* The VMAs before the operation, to mark those that are new, changed or gone. */
static struct was {
	struct vm_area_struct *vma;
	struct space *sp;
	long page, end;
	bool there;
} was[GRAPH_SPACES * GRAPH_VMAS];
static int nr_was;

static long page_of(unsigned long addr)
{
	return (long)(addr - SPACE_BASE) >> PAGE_SHIFT;
}

static void put_range(struct graph *g, long page, long end)
{
	if (page < 0 || page >= SPACE_PAGES)
		graph_put(g, "%lx, %ld pages", page_addr(page), end - page);
	else if (end - page > 1)
		graph_put(g, "%ld-%ld", page, end - 1);
	else
		graph_put(g, "%ld", page);
}

static struct was *was_of(struct vm_area_struct *vma)
{
	int i;

	for (i = 0; i < nr_was; i++)
		if (was[i].vma == vma)
			return &was[i];
	return NULL;
}

/* Green for a VMA that is new, yellow for one with another start or end. */
static const char *colour_of(const struct was *w, struct vm_area_struct *vma, bool after)
{
	if (!after)
		return "white";
	if (!w)
		return "palegreen";
	return w->page == page_of(shim_vm_start(vma)) && w->end == page_of(shim_vm_end(vma)) ? "white" :
										     "khaki1";
}

static void put_vma(struct graph *g, struct space *sp, struct vm_area_struct *vma, int i,
		    bool after)
{
	static char letters[LAYOUT_ROOM];
	struct was *w = was_of(vma);
	const char *colour = colour_of(w, vma, after);

	graph_put(g, "<TD PORT=\"v%d\" BGCOLOR=\"%s\">", i, colour);
	put_range(g, page_of(shim_vm_start(vma)), page_of(shim_vm_end(vma)));
	if (shim_vm_start(vma) >= SPACE_BASE && shim_vm_start(vma) < page_addr(SPACE_PAGES)) {
		draw_vma(sp, vma, letters);
		graph_put(g, "<BR/>%.60s%s", letters, strlen(letters) > 60 ? "..." : "");
	}
	if (shim_anon_vma(vma) && has_moved(vma))
		graph_put(g, "<BR/>moved: anon offset of %ld",
			  (long)shim_anon_pgoff(vma) - (long)(SPACE_BASE >> PAGE_SHIFT));
	if (is_lazy(vma))
		graph_put(g, "<BR/>lazy");
	if (after && !w) {
		graph_put(g, "<BR/>new");
	} else if (after && *colour == 'k') {
		graph_put(g, "<BR/>was ");
		put_range(g, w->page, w->end);
	}
	graph_put(g, "</TD>\n");
	if (w)
		w->there = true;
}

/* VMAs that are gone, with an arrow to the VMA that covers their start now, if any. */
static void put_gone(struct graph *g, int s)
{
	struct space_view *sv = &g->sv[s];
	int i, j;

	for (i = 0; i < nr_was; i++) {
		if (was[i].sp != sv->sp || was[i].there)
			continue;
		graph_put(g, "gone%d [label=\"gone: ", i);
		put_range(g, was[i].page, was[i].end);
		graph_put(g, "\", style=dashed, color=gray40, fontcolor=gray40];\n");
		for (j = 0; j < sv->nr_vmas && j < GRAPH_VMAS; j++)
			if (shim_vm_start(sv->vmas[j]) <= page_addr(was[i].page) &&
			    shim_vm_end(sv->vmas[j]) > page_addr(was[i].page))
				graph_put(g, "gone%d -> s%d:v%d:n [style=dashed, color=gray40, fontcolor=gray40, label=\"  now in  \"];\n",
					  i, s, j);
	}
}

static void put_gap(struct graph *g, unsigned long start, unsigned long end)
{
	if (start < end)
		graph_put(g, "<TD BORDER=\"0\"><FONT COLOR=\"gray50\">%lu free</FONT></TD>\n",
			  (end - start) >> PAGE_SHIFT);
}

/* Draw a space as a row of cells, in which adjacent VMAs touch. */
static void put_space(struct graph *g, int s, bool after)
{
	struct space_view *sv = &g->sv[s];
	int i, nr = min(sv->nr_vmas, GRAPH_VMAS);

	graph_put(g, "s%d [shape=none, style=\"\", label=<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"6\"><TR>\n<TD BORDER=\"0\"><B>%s</B></TD>\n",
		  s, sv->sp->name);
	for (i = 0; i < nr; i++) {
		if (i)
			put_gap(g, shim_vm_end(sv->vmas[i - 1]), shim_vm_start(sv->vmas[i]));
		put_vma(g, sv->sp, sv->vmas[i], i, after);
	}
	if (nr < sv->nr_vmas)
		graph_put(g, "<TD BORDER=\"0\">and %d VMAs more</TD>\n", sv->nr_vmas - nr);
	if (!nr)
		graph_put(g, "<TD BORDER=\"0\">no VMA</TD>\n");
	graph_put(g, "</TR></TABLE>>];\n");
	if (after)
		put_gone(g, s);
	for (i = 0; i < nr; i++)
		graph_links(g, sv->vmas[i], s, i);
}

static const char legend[] =
	"legend [shape=plaintext, fontsize=9, label=\"bold: anon_vma of a VMA; dashed: lazy, found through the maple tree\\l"
	"small circles: links of the chain (AVC); colour of a folio: its anon_vma\\l"
	"r, w: what the entry of the page table allows\\l"
	"green: new; yellow: moved its ends; gray: gone; red: what is missing or stale\\l\"];\n";

/* Keep the spaces in the order of their creation, from left to right. */
static void put_order(struct graph *g)
{
	int i;

	graph_put(g, "{ rank=same; edge [style=invis]; s0");
	for (i = 1; i < g->nr_spaces; i++)
		graph_put(g, " -> s%d", i);
	graph_put(g, "; }\n");
}

static void write(struct graph *g, const char *when, const char *op, bool after)
{
	int i;

	g->used = g->nr_anon_vmas = g->nr_links = 0;
	g->nr_spaces = oracle_look(g->test, g->sv, GRAPH_SPACES);
	for (i = 0; i < nr_was; i++)
		was[i].there = false;
	graph_put(g, "digraph vma {\nlabel=\"%s, %s: %s%s%s\"; labelloc=t; fontname=\"sans-serif\"; nodesep=0.3;\n",
		  g->test->name, shim_lazy() ? "lazy mode" : "eager mode", when, op ? " " : "",
		  op ?: "");
	graph_put(g, "node [shape=box, style=filled, fillcolor=white, fontname=\"sans-serif\", fontsize=11];\n"
		  "edge [fontname=\"sans-serif\", fontsize=9];\n");
	for (i = 0; i < g->nr_spaces; i++)
		put_space(g, i, after);
	if (g->nr_spaces)
		put_order(g);
	graph_folios(g);
	graph_anon_vmas(g);
	graph_put(g, "%s}\n", legend);
}

static void note_vmas(struct graph *g)
{
	struct space_view *sv;
	int s, i;

	nr_was = 0;
	for (s = 0; s < g->nr_spaces; s++) {
		sv = &g->sv[s];
		for (i = 0; i < sv->nr_vmas && i < GRAPH_VMAS; i++)
			was[nr_was++] = (struct was) {
				.vma = sv->vmas[i], .sp = sv->sp,
				.page = page_of(shim_vm_start(sv->vmas[i])),
				.end = page_of(shim_vm_end(sv->vmas[i])),
			};
	}
}

/**
 * graph_begin() - draw the state before an operation, in case that it fails
 * @test: the case
 *
 * Does nothing without --dot.
 */
void graph_begin(struct kunit *test)
{
	struct world *world = test->priv;

	if (!host_graphs())
		return;
	drawn = (struct graph) { .test = test, .text = before_text };
	write(&drawn, "before", world->op, false);
	before_used = drawn.used;
	note_vmas(&drawn);
}

/**
 * graph_before() - write the graph of before the operation
 *
 * Context: also in the handler of a signal.
 */
void graph_before(void)
{
	if (host_graphs() && before_used)
		host_graph_write("before", before_text, before_used);
}

/**
 * graph() - write the graphs of before and after the operation that failed
 * @test: the case; only the first call in it writes
 *
 * The graph is written without rmap_walk() first, since the walk may crash, and then
 * once more with the entries that the walk misses in red. Does nothing without --dot,
 * and in a race, where the tasks go on.
 */
void graph(struct kunit *test)
{
	struct world *world = test->priv;
	int rmap;

	if (!host_graphs() || world->graphed || shim_in_race())
		return;
	world->graphed = true;
	graph_before();
	for (rmap = 0; rmap < 2; rmap++) {
		drawn = (struct graph) { .test = test, .text = now_text, .rmap = rmap };
		write(&drawn, "after", world->op, before_used);
		host_graph_write("", now_text, drawn.used);
	}
}

/**
 * graph_end() - write the graph at the end of a case
 * @test: the case
 * @failed: true if it has failed; a case that passes has a graph with --dot-all only
 */
void graph_end(struct kunit *test, bool failed)
{
	struct world *world = test->priv;

	if (failed) {
		graph(test);
	} else if (host_graphs() > 1 && !shim_in_race()) {
		drawn = (struct graph) { .test = test, .text = now_text, .rmap = !world->quiet };
		write(&drawn, "at its end", NULL, false);
		host_graph_write("", now_text, drawn.used);
	}
}
