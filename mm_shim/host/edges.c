// SPDX-License-Identifier: GPL-2.0
/* Which edges of the tree's code are taken, in a build with VARIANT=edges. */
#include <stdint.h>
#include <stddef.h>

#include <shim/host.h>

static unsigned char *edges;
static unsigned int *edges_new;
static uintptr_t last;

/**
 * host_edges() - note which edges between basic blocks are taken from now on
 * @map: a bit for each of HOST_EDGES hashes of edges, or NULL to note none any more
 * @nr: is raised by one for each that was not in the map
 *
 * Without VARIANT=edges none is.
 */
void host_edges(unsigned char *map, unsigned int *nr)
{
	edges = map;
	edges_new = nr;
	last = 0;
}

/* The compiler calls it at the begin of each basic block. */
void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	/* the program is loaded anywhere */
	uintptr_t pc = (uintptr_t)__builtin_return_address(0) - (uintptr_t)host_edges;
	unsigned int hash;

	if (!edges)
		return;
	hash = (uint32_t)((pc ^ (last >> 1)) * 2654435761u) % HOST_EDGES;
	last = pc;
	if (edges[hash / 8] & (1 << hash % 8))
		return;
	edges[hash / 8] |= 1 << hash % 8;
	++*edges_new;
}
