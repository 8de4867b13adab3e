// SPDX-License-Identifier: GPL-2.0
/* The text of a graph. */
#include "graph.h"

/**
 * graph_put() - append to the text of a graph
 * @g: the graph, whose text is cut off at GRAPH_TEXT bytes
 * @fmt: as of printf()
 */
void graph_put(struct graph *g, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	g->used += vscnprintf(g->text + g->used, GRAPH_TEXT - g->used, fmt, args);
	va_end(args);
}
