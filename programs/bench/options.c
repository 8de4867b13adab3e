// SPDX-License-Identifier: GPL-2.0
/* The command line of vma_bench. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "broken.h"
#include "options.h"
#include "stats.h"
#include "usage.h"
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

/* Set the number and length of rounds; @rounds is what was asked for, or 0. */
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

/**
 * options_parse() - parse the command line
 * @opt: filled in
 * @argc: as in main()
 * @argv: as in main()
 *
 * Does not return after --help and after a wrong usage.
 */
void options_parse(struct options *opt, int argc, char **argv)
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
			opt->host_side = true;
			break;
		case 'h':
			printf("Usage: %s [OPTION]...\n%s", argv[0], help_text);
			help_end();
		default:
			/* getopt_long() has said what is wrong */
			usage_error();
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument '%s'\n", argv[0], argv[optind]);
		usage_error();
	}
	choose_length(opt, rounds);
}
