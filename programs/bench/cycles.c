// SPDX-License-Identifier: GPL-2.0
/*
 * Cycles of system calls on the machine and on the host's kernel. Both are measured
 * in turns, so that other load of the host slows both alike; a ratio is that of a round.
 */
#include <stdio.h>

#include <waist/bench.h>
#include <shim/cases.h>
#include <shim/host.h>

#include "broken.h"
#include "cycles.h"
#include "helper.h"
#include "stats.h"

static const char *const kind_names[BENCH_KINDS] = { "map", "fork" };

static double machine_ns[MAX_ROUNDS], host_ns[MAX_ROUNDS], ratios[MAX_ROUNDS];

static unsigned long long machine_run(enum bench_kind kind, unsigned long cycles)
{
	unsigned long long start = host_time_ns();

	if (shim_bench_run(kind, cycles))
		broken("the machine went wrong in the %s cycle", kind_names[kind]);
	return host_time_ns() - start;
}

typedef unsigned long long run_fn(enum bench_kind kind, unsigned long cycles);

/* The number of cycles that take about @want nanoseconds; running them fills the caches. */
static unsigned long calibrate(run_fn *run, enum bench_kind kind, unsigned long long want)
{
	unsigned long cycles = 16;
	unsigned long long ns;

	while ((ns = run(kind, cycles)) < want / 4)
		cycles *= 2;
	cycles = (double)cycles * want / ns;
	return cycles ? cycles : 1;
}

static void measure(enum bench_kind kind, const struct options *opt)
{
	unsigned long machine_cycles = calibrate(machine_run, kind, opt->round_ns);
	unsigned long host_cycles = calibrate(helper_run, kind, opt->round_ns);
	struct spread ratio;
	unsigned int i;

	for (i = 0; i < opt->rounds; i++) {
		machine_ns[i] = (double)machine_run(kind, machine_cycles) / machine_cycles;
		host_ns[i] = (double)helper_run(kind, host_cycles) / host_cycles;
		ratios[i] = machine_ns[i] / host_ns[i];
	}
	ratio = spread_of(ratios, opt->rounds);
	printf("%-6s", kind_names[kind]);
	print_ns(spread_of(machine_ns, opt->rounds));
	print_ns(spread_of(host_ns, opt->rounds));
	printf("  %.2f (%.2f..%.2f)\n", ratio.median, ratio.least, ratio.most);
	fflush(stdout);
}

/**
 * cycles_main() - measure the cycles and print their times
 * @opt: the command line: number and length of rounds
 *
 * Boots the machine. The program ends if a cycle fails.
 */
void cycles_main(const struct options *opt)
{
	const struct shim_options shim = { .seed = 1, .mode = "" };
	struct census census = helper_start();
	enum bench_kind kind;
	int pages;

	shim_boot(&shim);
	pages = shim_bench_setup(census.vmas, census.pages);
	if (pages < 0)
		broken("the machine could not be set up");
	printf("Linux %s, debug checks %s%s, median of %u rounds (least..most)\n",
	       shim_bench_subject(), shim_bench_debug() ? "on" : "off",
	       host_has_poison() ? ", with ASan" : "", opt->rounds);
	printf("address space: %u VMAs, %d faulted pages (host %u)\n\n",
	       census.vmas, pages, census.pages);
	printf("%-6s  %-26s  %-26s  %s\n", "cycle", "machine, ns", "host, ns", "ratio");
	for (kind = 0; kind < BENCH_KINDS; kind++)
		measure(kind, opt);
	helper_stop();
}
