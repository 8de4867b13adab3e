// SPDX-License-Identifier: GPL-2.0
/*
 * The anonymous rmap in the graph of --dot: anon_vmas, their parents, and the links
 * between them and the VMAs. A pointer that a bug has left behind is drawn and not
 * followed.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include "graph.h"

static bool is_alive(const struct anon_vma *anon_vma)
{
	return graph_alive("anon_vma", anon_vma);
}

/* The index of the space that shares an anon_vma among its lazy VMAs, or -1. */
static int shared_by(struct graph *g, const struct anon_vma *anon_vma)
{
	int s;

	for (s = 0; s < g->nr_spaces; s++)
		if (anon_vma && oracle_is_shared(g->sv[s].sp, anon_vma))
			return s;
	return -1;
}

/**
 * graph_colour() - the colour of an anon_vma, of its VMAs' arrows and its folios
 * @g: the graph
 * @anon_vma: the anon_vma, or NULL for none
 *
 * Return: the name of a colour. Letters have colours in the order of the alphabet.
 */
const char *graph_colour(struct graph *g, const struct anon_vma *anon_vma)
{
	static const char *const colours[] = {
		"lightskyblue", "lightsalmon", "plum", "aquamarine3", "gold", "lightpink",
		"yellowgreen", "tan", "slategray2", "sandybrown",
	};
	static const char *const shared[] = {
		"thistle3", "lightsteelblue", "rosybrown2", "darkseagreen2",
	};
	int s = shared_by(g, anon_vma);

	if (!anon_vma)
		return "gray90";
	return s < 0 ? colours[(anon_letter(anon_vma) - 'a') % ARRAY_SIZE(colours)] :
		       shared[s % ARRAY_SIZE(shared)];
}

/**
 * graph_anon_name() - the name of an anon_vma in the graph and in pictures
 * @g: the graph
 * @anon_vma: the anon_vma
 * @text: set to the name
 * @size: size of @text in bytes
 */
void graph_anon_name(struct graph *g, const struct anon_vma *anon_vma, char *text, size_t size)
{
	int s = shared_by(g, anon_vma);

	if (s >= 0)
		snprintf(text, size, "L of %s", g->sv[s].sp->name);
	else
		snprintf(text, size, "%c", anon_letter(anon_vma));
}

/**
 * graph_anon_vma() - the number of an anon_vma, which graph_anon_vmas() draws
 * @g: the graph
 * @anon_vma: the pointer, which may be stale and is not dereferenced
 */
int graph_anon_vma(struct graph *g, const struct anon_vma *anon_vma)
{
	int i;

	for (i = 0; i < g->nr_anon_vmas; i++)
		if (g->anon_vma[i] == anon_vma)
			return i;
	if (i == GRAPH_ANON_VMAS)
		return i - 1;
	g->anon_vma[g->nr_anon_vmas++] = anon_vma;
	return i;
}

/* Is a node below another? Uses the rb_nodes alone, since the VMAs may be freed. */
static bool below(const struct rb_node *node, const struct rb_node *wanted)
{
	const struct anon_vma_chain *avc;

	if (!node || node == wanted)
		return node;
	avc = rb_entry(node, struct anon_vma_chain, rb);
	if (!graph_alive("anon_vma_chain", avc))
		return false;
	return below(node->rb_left, wanted) || below(node->rb_right, wanted);
}

static void put_link(struct graph *g, const struct anon_vma_chain *avc, int space, int nr)
{
	int id = g->nr_links, a = graph_anon_vma(g, avc->anon_vma);
	bool there = is_alive(avc->anon_vma) &&
		     below(shim_av_tree(avc->anon_vma).rb_root.rb_node, &avc->rb);
	const char *colour = there ? graph_colour(g, avc->anon_vma) : "red";

	g->link[g->nr_links++] = avc;
	graph_put(g, "l%d [shape=circle, label=\"\", width=0.12, fixedsize=true, fillcolor=\"%s\"];\n",
		  id, colour);
	graph_put(g, "l%d -> s%d:v%d:n [dir=none, color=gray40];\n", id, space, nr);
	graph_put(g, "a%d -> l%d [dir=back, color=\"%s\"%s];\n", a, id, there ? "gray40" : "red",
		  there ? "" : ", fontcolor=red, style=dashed, label=\"  not in the tree  \"");
}

/* The arrow of vma->anon_vma, red where the VMA should have a link to it and has none. */
static void put_pointer(struct graph *g, struct vm_area_struct *vma, int space, int nr, bool linked)
{
	graph_put(g, "a%d -> s%d:v%d:n [dir=back, penwidth=2.5", graph_anon_vma(g, shim_anon_vma(vma)),
		  space, nr);
	if (is_lazy(vma))
		graph_put(g, ", color=\"%s\", style=dashed];\n", graph_colour(g, shim_anon_vma(vma)));
	else if (linked)
		graph_put(g, ", color=\"%s\"];\n", graph_colour(g, shim_anon_vma(vma)));
	else
		graph_put(g, ", color=red, fontcolor=red, label=\"  no link  \"];\n");
}

/**
 * graph_links() - the pointer of a VMA to its anon_vma, and its chain
 * @g: the graph
 * @vma: a VMA that is drawn
 * @space: index of its space in the graph
 * @nr: its index in the space
 */
void graph_links(struct graph *g, struct vm_area_struct *vma, int space, int nr)
{
	struct list_head *head = &shim_anon_vma_chain(vma), *at;
	struct anon_vma_chain *avc;
	bool linked = false;

	for (at = head->next; at != head && g->nr_links < GRAPH_LINKS; at = at->next) {
		avc = list_entry(at, struct anon_vma_chain, same_vma);
		if (!graph_alive("anon_vma_chain", avc)) {
			graph_put(g, "stale%d_%d [label=\"a freed link\", color=red, fontcolor=red];\n"
				  "stale%d_%d -> s%d:v%d:n [dir=back, color=red];\n",
				  space, nr, space, nr, space, nr);
			break;
		}
		linked |= avc->anon_vma == shim_anon_vma(vma);
		put_link(g, avc, space, nr);
	}
	if (shim_anon_vma(vma))
		put_pointer(g, vma, space, nr, linked || g->nr_links == GRAPH_LINKS);
}

/* Links in the tree that no VMA has in its chain. */
static void put_stale(struct graph *g, const struct rb_node *node, int nr)
{
	const struct anon_vma_chain *avc;
	int i;

	if (!node)
		return;
	avc = rb_entry(node, struct anon_vma_chain, rb);
	for (i = 0; i < g->nr_links && g->link[i] != avc; i++)
		;
	if (i == g->nr_links && i < GRAPH_LINKS) {
		g->link[g->nr_links++] = avc;
		graph_put(g, "l%d [label=\"in the tree:\\n%s\", color=red, fontcolor=red];\na%d -> l%d [color=red];\n",
			  i, graph_alive("anon_vma_chain", avc) ? "a link of no VMA" : "a freed link",
			  nr, i);
	}
	if (!graph_alive("anon_vma_chain", avc))
		return;
	put_stale(g, node->rb_left, nr);
	put_stale(g, node->rb_right, nr);
}

static void put_one(struct graph *g, int nr)
{
	const struct anon_vma *av = g->anon_vma[nr];
	bool lazy = shared_by(g, av) >= 0;
	char name[32];
	int parent;

	if (!is_alive(av)) {
		graph_put(g, "a%d [label=\"a freed anon_vma\", color=red, fontcolor=red];\n", nr);
		return;
	}
	graph_anon_name(g, av, name, sizeof(name));
	graph_put(g, "a%d [shape=%s, fillcolor=\"%s\", label=\"anon_vma %s%s\\nrefs %d, VMAs %lu, children %lu\"%s];\n",
		  nr, lazy ? "doubleoctagon" : "ellipse", graph_colour(g, av), name,
		  lazy ? "\\nlazy, shared by its mm" : shim_av_root(av) == av ? "\\nroot" : "",
		  atomic_read(&shim_av_refcount(av)), shim_num_active_vmas(av), shim_num_children(av),
		  /* freed, and kept for the readers of a grace period */
		  atomic_read(&shim_av_refcount(av)) ? "" : ", color=red, fontcolor=red");
	if (shim_av_parent(av) && shim_av_parent(av) != av && !lazy) {
		parent = graph_anon_vma(g, shim_av_parent(av));
		graph_put(g, "a%d -> a%d [dir=back, style=dotted, label=\"parent\"];\n", parent, nr);
	}
	put_stale(g, shim_av_tree(av).rb_root.rb_node, nr);
}

/**
 * graph_anon_vmas() - draw the anon_vmas that have a number, and their parents
 * @g: the graph
 */
void graph_anon_vmas(struct graph *g)
{
	int i;

	/* a parent without a number gets the next one, and so its turn in this loop */
	for (i = 0; i < g->nr_anon_vmas; i++)
		put_one(g, i);
}
