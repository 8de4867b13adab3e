// SPDX-License-Identifier: GPL-2.0
/*
 * vma_bench: how long the machine takes for what the host's kernel does by
 * system calls. Both are measured in turns, so that what else the host does
 * meets both; a ratio is that of a round.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <waist/bench.h>
#include <shim/cases.h>
#include <shim/host.h>

#include "usage.h"
#include "contention.h"
#include "helper.h"
#include "memory.h"
#include "stats.h"
#include "util.h"

enum { OPT_ROUNDS = 256, OPT_QUICK, OPT_MEMORY, OPT_CONTENTION, OPT_HOST };

static const struct option long_options[] = {
	{ "rounds",		required_argument,	NULL, OPT_ROUNDS },
	{ "quick",		no_argument,		NULL, OPT_QUICK },
	{ "memory",		no_argument,		NULL, OPT_MEMORY },
	{ "contention",		no_argument,		NULL, OPT_CONTENTION },
	{ "host-side",		no_argument,		NULL, OPT_HOST },
	{ "help",		no_argument,		NULL, 'h' },
	{ }
};

static const char help_text[] =
"Measure cycles of system calls on the kernel code in userspace and, in turns,\n"
"on the host's own kernel.\n"
"\n"
"  map    mmap, 2 page faults by writes, an mprotect that splits the VMA, one\n"
"         that merges it, munmap\n"
"  fork   fork, copy-on-write of 4 pages in the child, its exit; the machine's\n"
"         address space has as many VMAs and faulted pages as the process that\n"
"         does it on the host. The machine copies and ends an address space; the\n"
"         host also starts, runs and reaps a process.\n"
"\n"
"Times are nanoseconds a cycle. Each figure is the median of the rounds, with\n"
"the least and the greatest of them; the ratio is machine to host, taken round\n"
"by round: below 1 the machine is the faster one.\n"
"\n"
"      --rounds=N    measure N rounds (default: 15)\n"
"      --quick       5 short rounds, or one with --contention, for a rough idea;\n"
"                    --rounds still counts\n"
"      --memory      instead: objects in use, and times, of our series in eager and\n"
"                    in lazy mode; takes a build with LAZY=1\n"
"      --contention  instead: page faults a second by 1 to 8 threads, under per-VMA\n"
"                    locks and under mmap_lock alone, with a thread beside them that\n"
"                    changes the address space and without; the ratio is that of the\n"
"                    rates. With LAZY=1 in both modes; 3 rounds by default\n"
"      --host-side   be the host's half; only the bench starts itself so\n"
"  -h, --help        show this help and exit\n"
"\n"
"Exit status: 0 if it was measured, 1 if the machine or the host's half went\n"
"wrong or the objects in use are not what they must be, 2 for a wrong usage.\n";

static const char *const kind_names[BENCH_KINDS] = { "map", "fork" };

struct options {
	unsigned int rounds;
	unsigned long long round_ns;	/* about so long is a half of a round */
	unsigned int ticks;		/* so long is a run of --contention */
	bool quick, memory, contention;
};

static double machine_ns[MAX_ROUNDS], host_ns[MAX_ROUNDS], ratios[MAX_ROUNDS];

/* How long it takes, with the @rounds that were asked for, if any. */
static void choose_length(struct options *opt, unsigned int rounds)
{
	opt->round_ns = opt->quick ? 5000000 : 40000000;
	opt->ticks = opt->quick ? 5 : 25;
	if (rounds)
		opt->rounds = rounds;
	else if (opt->contention)
		opt->rounds = opt->quick ? 1 : 3;
	else
		opt->rounds = opt->quick ? 5 : 15;
}

static void parse_options(struct options *opt, int argc, char **argv)
{
	unsigned int rounds = 0;
	int c;

	*opt = (struct options) { };
	/* getopt_long() would print all of argv[0] */
	argv[0] = program_invocation_short_name;
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (c) {
		case OPT_ROUNDS:
			rounds = parse_number("--rounds", optarg, 1, MAX_ROUNDS);
			break;
		case OPT_QUICK:
			opt->quick = true;
			break;
		case OPT_MEMORY:
			opt->memory = true;
			break;
		case OPT_CONTENTION:
			opt->contention = true;
			break;
		case OPT_HOST:
			exit(helper_main());
		case 'h':
			printf("Usage: %s [OPTION]...\n%s", argv[0], help_text);
			exit(fflush(stdout) ? EXIT_BROKEN : 0);
		default:
			/* getopt_long() has said what is wrong */
			exit(EXIT_USAGE);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument '%s'\n", argv[0], argv[optind]);
		exit(EXIT_USAGE);
	}
	choose_length(opt, rounds);
}

static unsigned long long machine_run(enum bench_kind kind, unsigned long cycles)
{
	unsigned long long start = host_time_ns();

	if (shim_bench_run(kind, cycles))
		die("the machine went wrong in the %s cycle", kind_names[kind]);
	return host_time_ns() - start;
}

typedef unsigned long long run_fn(enum bench_kind kind, unsigned long cycles);

/* How many cycles take about as long as wanted; warms everything up, too. */
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

/* With its helper, or the host's halves would wait for another CPU to wake up. */
static void stay_on_this_cpu(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	if (cpu >= 0 && cpu < CPU_SETSIZE) {
		CPU_SET(cpu, &set);
		sched_setaffinity(0, sizeof(set), &set);	/* or it is noisier */
	}
}

/**
 * main() - measure
 * @argc: number of arguments
 * @argv: the arguments, see the --help text
 *
 * Return: the exit code, see the --help text.
 */
int main(int argc, char **argv)
{
	const struct shim_options shim = { .seed = 1, .mode = "" };
	enum bench_kind kind;
	struct options opt;
	struct census census;
	int pages;

	parse_options(&opt, argc, argv);
	if (opt.contention) {
		shim_boot(&shim);
		return contention_main(opt.rounds, opt.ticks);
	}
	stay_on_this_cpu();
	if (opt.memory) {
		shim_boot(&shim);
		return memory_main(opt.rounds);
	}
	census = helper_start();
	shim_boot(&shim);
	pages = shim_bench_setup(census.vmas, census.pages);
	if (pages < 0)
		die("the machine could not be set up");
	printf("Linux %s, debug checks %s%s, median of %u rounds (least..most)\n",
	       shim_bench_subject(), shim_bench_debug() ? "on" : "off",
	       host_has_poison() ? ", with ASan" : "", opt.rounds);
	printf("address space: %u VMAs, %d faulted pages (host %u)\n\n",
	       census.vmas, pages, census.pages);
	printf("%-6s  %-26s  %-26s  %s\n", "cycle", "machine, ns", "host, ns", "ratio");
	for (kind = 0; kind < BENCH_KINDS; kind++)
		measure(kind, &opt);
	helper_stop();
	if (ferror(stdout) || fflush(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	return 0;
}
