// SPDX-License-Identifier: GPL-2.0
/* Which code of the tree is run, in a build with VARIANT=edges. */
#include <stdint.h>
#include <stddef.h>

#include <shim/host.h>

static unsigned char *edges, *reached;
static unsigned int *edges_new;
static uintptr_t last;

/* Where the program is loaded, as the linker names it. */
extern const char __executable_start[];

/* Functions begin at a multiple of it, so that no two have the same. */
#define GRAIN	16

/**
 * host_has_edges() - is this a build with VARIANT=edges?
 *
 * Return: 1 if it is, else 0.
 */
int host_has_edges(void)
{
	return SHIM_EDGES;
}

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

/**
 * host_reach() - note which code is run from now on, also by processes that this one forks
 * @map: HOST_REACH bytes, shared with them; or NULL to note none any more
 *
 * Without VARIANT=edges none is.
 */
void host_reach(unsigned char *map)
{
	reached = map;
}

/**
 * host_reach_code() - find the code that a byte of the map of host_reach() is for
 * @i: index of the byte
 *
 * Return: the address where it begins; no two functions share a byte.
 */
const void *host_reach_code(unsigned long i)
{
	return __executable_start + i * GRAIN;
}

static void note_edge(uintptr_t pc)
{
	unsigned int hash = (uint32_t)((pc ^ (last >> 1)) * 2654435761u) % HOST_EDGES;

	last = pc;
	if (edges[hash / 8] & (1 << hash % 8))
		return;
	edges[hash / 8] |= 1 << hash % 8;
	++*edges_new;
}

/* The compiler calls it at the begin of each basic block. */
void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	uintptr_t pc = (uintptr_t)__builtin_return_address(0) - (uintptr_t)__executable_start;

	if (edges)
		note_edge(pc);
	if (reached && pc / GRAIN < HOST_REACH)
		reached[pc / GRAIN] = 1;
}
