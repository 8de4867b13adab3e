// SPDX-License-Identifier: GPL-2.0
/*
 * vma_bench --contention: page faults of 1 to 8 threads, under per-VMA locks and
 * under mmap_lock alone, with and without a thread that changes the address space.
 */
#include <stdio.h>
#include <unistd.h>

#include <waist/bench.h>
#include <waist/bench_contention.h>
#include <waist/bench_lazy.h>
#include <shim/host.h>

#include "contention.h"
#include "stats.h"
#include "broken.h"

enum { VMA_LOCK, MMAP_LOCK, LOCKS };

static unsigned int ticks;	/* how long a run takes */
static double rates[LOCKS][MAX_ROUNDS], ratios[MAX_ROUNDS], changes[LOCKS][MAX_ROUNDS];

static void run(unsigned int threads, int writer, int lazy, int lock, unsigned int round)
{
	struct bench_contention c = {
		.threads = threads, .writer = writer, .mmap_lock = lock == MMAP_LOCK,
		.lazy = lazy, .ticks = ticks,
	};

	if (shim_bench_contention(&c))
		broken("the machine went wrong with %u threads that fault", threads);
	rates[lock][round] = c.faults * 1e9 / c.ns;
	changes[lock][round] = c.changes * 1e9 / c.ns;
}

/* Both locks in each round, in turns: what else the host does meets both. */
static void print_row(unsigned int threads, int writer, int lazy, unsigned int rounds)
{
	struct spread vma, mmap, ratio;
	unsigned int i, lock;

	for (i = 0; i < rounds; i++) {
		for (lock = VMA_LOCK; lock < LOCKS; lock++)
			run(threads, writer, lazy, (lock + i) % LOCKS, i);
		/* a host that is busy may let none of them run */
		ratios[i] = rates[MMAP_LOCK][i] ? rates[VMA_LOCK][i] / rates[MMAP_LOCK][i] : 0;
	}
	vma = spread_of(rates[VMA_LOCK], rounds);
	mmap = spread_of(rates[MMAP_LOCK], rounds);
	ratio = spread_of(ratios, rounds);
	printf("%7u %12.0f %12.0f   %5.2f (%.2f..%.2f)", threads, vma.median, mmap.median,
	       ratio.median, ratio.least, ratio.most);
	if (writer)
		printf(" %9.0f %9.0f", spread_of(changes[VMA_LOCK], rounds).median,
		       spread_of(changes[MMAP_LOCK], rounds).median);
	printf("\n");
	fflush(stdout);
}

static void print_table(int lazy, int writer, unsigned int rounds)
{
	unsigned int threads;

	printf("\n%s, %s\n", lazy ? "lazy" : "eager",
	       writer ? "beside a thread that maps, protects and unmaps" : "alone");
	printf("%7s %12s %12s   %-18s%s\n", "threads", "VMA locks", "mmap_lock", "ratio",
	       writer ? "   changes a second" : "");
	for (threads = 1; threads <= CONTENTION_THREADS; threads++)
		print_row(threads, writer, lazy, rounds);
}

/**
 * contention_main() - measure and print
 * @rounds: of each row; a figure is their median
 * @run_ticks: how long a run takes, in ticks of the machine
 *
 * Return: the exit code.
 */
int contention_main(unsigned int rounds, unsigned int run_ticks)
{
	int lazy, writer;

	ticks = run_ticks;
	printf("Linux %s, debug checks %s%s, page faults a second on %ld CPUs, median of %u rounds\n",
	       shim_bench_subject(), shim_bench_debug() ? "on" : "off",
	       host_has_poison() ? ", with ASan" : "", sysconf(_SC_NPROCESSORS_ONLN), rounds);
	for (lazy = 0; lazy <= !!shim_bench_has_lazy(); lazy++)
		for (writer = 0; writer < 2; writer++)
			print_table(lazy, writer, rounds);
	return ferror(stdout) || fflush(stdout) ? EXIT_BROKEN : 0;
}
