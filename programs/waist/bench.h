/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between vma_bench (libc side) and the cycles that it measures
 * on the machine (kernel side). Like shim/cases.h it includes nothing. The same
 * numbers rule the host's half, so that both do the same work.
 */
#ifndef SHIM_BENCH_H
#define SHIM_BENCH_H

#define BENCH_BASE	0x10000000UL	/* of the address space's first VMA */
#define BENCH_VMAS	16		/* VMAs with faulted pages */
#define BENCH_PAGES	4		/* faulted pages in each of them */
#define BENCH_STRIDE	8		/* pages from a VMA to the next: 7 and a gap */
#define BENCH_COW	4		/* pages that a child writes */
#define BENCH_AREA	0x20000000UL	/* where the map cycle maps */
#define BENCH_AREA_PAGES 4

/**
 * enum bench_kind - what is measured
 * @BENCH_MAP: mmap, 2 faults by writes, mprotect that splits, mprotect that
 *	merges, munmap
 * @BENCH_FORK: fork, copy-on-write of BENCH_COW pages in the child, its exit
 * @BENCH_KINDS: how many there are
 */
enum bench_kind { BENCH_MAP, BENCH_FORK, BENCH_KINDS };

/* Kernel side, called by vma_bench. */

/**
 * shim_bench_subject() - the kernel's version
 */
const char *shim_bench_subject(void);

/**
 * shim_bench_debug() - whether the kernel's debug checks are compiled in
 */
int shim_bench_debug(void);

/**
 * shim_bench_setup() - make the address space, after shim_boot()
 * @vmas: VMAs that it has in all; those after the first BENCH_VMAS are empty
 * @pages: faulted pages that it has in all, as far as they have room
 *
 * Return: how many pages were faulted, or -1 when a call failed, with the
 * reason logged.
 */
int shim_bench_setup(unsigned int vmas, unsigned int pages);

/**
 * shim_bench_run() - go through a cycle many times
 * @kind: which
 * @cycles: how often
 *
 * The grace periods that the cycles ask for are waited for before it returns.
 *
 * Return: 0, or -1 when a call failed or the kernel has warned.
 */
int shim_bench_run(enum bench_kind kind, unsigned long cycles);

#endif /* SHIM_BENCH_H */
