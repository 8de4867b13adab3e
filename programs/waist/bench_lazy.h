/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between vma_bench --memory (libc side) and what it counts and
 * measures on the machine (kernel side). It includes nothing, like bench.h.
 */
#ifndef SHIM_BENCH_LAZY_H
#define SHIM_BENCH_LAZY_H

/**
 * enum bench_load - what fills the machine before objects are counted
 * @LOAD_BOOT: a shell forks 200 processes; each writes to 4 pages, and nine of
 *	ten exec another program
 * @LOAD_FORK_SERVER: a program forks 24 children, which write to a third of what
 *	they inherited, and map and fault as much again for themselves
 * @LOAD_ALLOCATOR: a program maps, unmaps, moves, protects and writes at random
 * @LOADS: how many there are
 */
enum bench_load { LOAD_BOOT, LOAD_FORK_SERVER, LOAD_ALLOCATOR, LOADS };

/**
 * struct bench_objects - what a load has in use
 * @vmas: vm_area_struct
 * @anon_vmas: anon_vma
 * @chains: anon_vma_chain
 * @bytes: of all three
 * @spaces: address spaces with a faulted VMA
 * @families: anon_vmas that VMAs have to themselves
 * @inherited: links to anon_vmas of a parent
 * @own: links of VMAs to their own anon_vma: regular and moved ones
 * @by_fork: VMAs that were upgraded as a fork copied them
 * @by_ksm: VMAs that were upgraded before they got VM_MERGEABLE
 * @by_merge: VMAs that were upgraded to merge with a regular one
 */
struct bench_objects {
	unsigned long vmas, anon_vmas, chains, bytes;
	unsigned long spaces, families, inherited, own;
	unsigned long by_fork, by_ksm, by_merge;
};

/**
 * enum bench_time - what is timed
 * @TIME_FAULT: mmap, the first write, munmap
 * @TIME_FIRST_FORK: the first fork of a space with 16 VMAs of 16 faulted pages
 * @TIME_LATER_FORK: the second fork of the same
 * @TIME_MOVE: mremap of 16 faulted pages to another place
 * @TIME_WALK: folio_referenced() for a page that is mapped once
 * @TIME_SEARCH: the part of such a walk that finds the VMA
 * @TIMES: how many there are
 */
enum bench_time { TIME_FAULT, TIME_FIRST_FORK, TIME_LATER_FORK, TIME_MOVE, TIME_WALK,
		  TIME_SEARCH, TIMES };

#define BENCH_FORK_PAGES	256	/* faulted pages that the timed forks copy */
#define BENCH_WALKS		16	/* one is shorter than the clock can tell */

/* Kernel side. */

/**
 * shim_bench_has_lazy() - whether the subject has our series
 */
int shim_bench_has_lazy(void);

/**
 * shim_bench_shape() - a program's VMAs, as they were recorded
 * @nr: from 0 on
 * @vmas: set to how many VMAs it has
 *
 * Return: the program's name, or a null pointer behind the last.
 */
const char *shim_bench_shape(unsigned int nr, unsigned int *vmas);

/**
 * shim_bench_load() - count the objects that a load has in use
 * @load: which
 * @shape: of the program, where it is one; -1 for the load's own choice
 * @lazy: in lazy mode
 * @objects: filled in
 *
 * Return: 0, or -1 when a call failed or the kernel has warned.
 */
int shim_bench_load(enum bench_load load, int shape, int lazy, struct bench_objects *objects);

/**
 * shim_bench_time() - do something many times
 * @what: what
 * @lazy: in lazy mode
 * @cycles: how often
 *
 * Return: nanoseconds of the fastest, which another load of the host slows the least,
 * without what only prepares it; 0 when a call failed.
 */
unsigned long long shim_bench_time(enum bench_time what, int lazy, unsigned long cycles);

/**
 * shim_bench_cut_fork() - time the first fork of huge pages that were cut page by page
 * @vmas: number of VMAs, of one page each
 * @lazy: in lazy mode
 *
 * Return: nanoseconds of the fork, 0 when a call failed.
 */
unsigned long long shim_bench_cut_fork(int vmas, int lazy);

#endif /* SHIM_BENCH_LAZY_H */
