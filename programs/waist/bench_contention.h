/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between vma_bench --contention (libc side) and the threads that it
 * lets fault on the machine (kernel side). It includes nothing, like bench.h.
 */
#ifndef SHIM_BENCH_CONTENTION_H
#define SHIM_BENCH_CONTENTION_H

#define CONTENTION_THREADS	8	/* that fault, at the most */

/**
 * struct bench_contention - one run: what is asked for, and how it went
 * @threads: so many fault, each in a VMA of its own
 * @writer: another one maps, protects and unmaps beside them
 * @mmap_lock: faults are handled under mmap_lock only, as without per-VMA locks
 * @lazy: in lazy mode
 * @ticks: how long, in ticks of the machine
 * @ns: out: how long it took
 * @faults: out: pages faulted in by all threads
 * @changes: out: cycles of mmap, two mprotect and munmap by the writer
 */
struct bench_contention {
	unsigned int threads;
	int writer;
	int mmap_lock;
	int lazy;
	unsigned int ticks;
	unsigned long long ns;
	unsigned long faults;
	unsigned long changes;
};

/**
 * shim_bench_contention() - one run
 * @c: what is asked for; filled in
 *
 * Return: 0, or -1 when a call failed or the kernel has warned.
 */
int shim_bench_contention(struct bench_contention *c);

#endif /* SHIM_BENCH_CONTENTION_H */
