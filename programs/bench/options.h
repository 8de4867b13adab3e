/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>

/**
 * struct options - the command line of vma_bench
 * @rounds: number of rounds; a figure is their median
 * @round_ns: about the length of half a round, in nanoseconds
 * @ticks: length of a run of --contention, in ticks of the machine
 * @quick: short rounds, and fewer of them
 * @memory: count objects and time operations of our series instead
 * @contention: measure faults of several threads instead
 * @host_side: be the process that does the host's half
 */
struct options {
	unsigned int rounds;
	unsigned long long round_ns;
	unsigned int ticks;
	bool quick, memory, contention, host_side;
};

void options_parse(struct options *opt, int argc, char **argv);

#endif /* BENCH_OPTIONS_H */
