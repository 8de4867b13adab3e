/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of the graph to each other. The VMAs of each space stand in a row; above
 * them are the anon_vmas, with the links of the chains between, and below the folios.
 */
#ifndef VMA_GRAPH_H
#define VMA_GRAPH_H

#include "view.h"
#include "drawing.h"

#define GRAPH_TEXT	(1UL << 19)
#define GRAPH_SPACES	8
#define GRAPH_VMAS	64		/* of a space; the rest is a number */
#define GRAPH_ANON_VMAS	64
#define GRAPH_LINKS	512
#define GRAPH_FOLIOS	256

/**
 * struct graph - a graph that is being written
 * @test: its case
 * @text: the text, GRAPH_TEXT bytes
 * @used: number of bytes that are in use
 * @sv: the spaces, as the oracle sees them
 * @nr_spaces: number of @sv
 * @anon_vma: anon_vmas that are drawn
 * @nr_anon_vmas: number of @anon_vma
 * @link: links of VMAs (AVCs) that are drawn
 * @nr_links: number of @link
 * @rmap: call rmap_walk() on each folio, and draw the entries that it misses
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

/**
 * graph_alive() - is there an allocated object of a cache at an address?
 * @cache: name of the slab cache
 * @object: the address, which is not dereferenced
 */
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
