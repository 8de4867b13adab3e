/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The graph of --dot: the VMAs of each space in a row, above them the anon_vmas
 * with the links of chains between, and below them the folios.
 */
#ifndef VMA_GRAPH_H
#define VMA_GRAPH_H

#include "view.h"
#include "drawing.h"

#define GRAPH_TEXT	(1UL << 19)
#define GRAPH_SPACES	8
#define GRAPH_VMAS	64		/* more of a space are only counted */
#define GRAPH_ANON_VMAS	64
#define GRAPH_LINKS	512
#define GRAPH_FOLIOS	256

/**
 * struct graph - one that is being written
 * @test: its case
 * @text: Graphviz's language
 * @used: bytes of it
 * @sv: the spaces, as the oracle sees them
 * @nr_spaces: how many
 * @anon_vma: those that are drawn
 * @nr_anon_vmas: how many
 * @link: links of VMAs that are drawn
 * @nr_links: how many
 * @rmap: ask rmap_walk() where folios are, and draw what it misses
 */
struct graph {
	struct kunit *test;
	char *text;
	size_t used;
	struct space_view sv[GRAPH_SPACES];
	int nr_spaces;
	const struct anon_vma *anon_vma[GRAPH_ANON_VMAS];
	int nr_anon_vmas;
	const struct anon_vma_chain *link[GRAPH_LINKS];
	int nr_links;
	bool rmap;
};

/* Whether a pointer is to an object of a cache; it is not looked into. */
static inline bool graph_alive(const char *cache, const void *object)
{
	return object && shim_slab_object_at(cache, object) == object;
}

/* graph_text.c */
void graph_put(struct graph *g, const char *fmt, ...) __printf(2, 3);

/* graph_anon.c */
const char *graph_colour(struct graph *g, const struct anon_vma *anon_vma);
void graph_anon_name(struct graph *g, const struct anon_vma *anon_vma, char *text, size_t size);
int graph_anon_vma(struct graph *g, const struct anon_vma *anon_vma);
void graph_links(struct graph *g, struct vm_area_struct *vma, int space, int nr);
void graph_anon_vmas(struct graph *g);

/* graph_folio.c */
void graph_folios(struct graph *g);

#endif /* VMA_GRAPH_H */
