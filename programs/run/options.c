// SPDX-License-Identifier: GPL-2.0
/* The command line of vma_run. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "usage.h"
#include "util.h"

enum { OPT_MODE = 256, OPT_MEMORY, OPT_ORACLE, OPT_WORKERS, OPT_SECONDS, OPT_PROCESSES, OPT_RECORD, OPT_QUIET, OPT_CALLS, OPT_GUESTS, OPT_VERBOSE };

static const struct option long_options[] = {
	{ "mode",	required_argument,	NULL, OPT_MODE },
	{ "memory",	required_argument,	NULL, OPT_MEMORY },
	{ "oracle",	required_argument,	NULL, OPT_ORACLE },
	{ "workers",	required_argument,	NULL, OPT_WORKERS },
	{ "seconds",	required_argument,	NULL, OPT_SECONDS },
	{ "processes",	required_argument,	NULL, OPT_PROCESSES },
	{ "record",	required_argument,	NULL, OPT_RECORD },
	{ "quiet",	no_argument,		NULL, OPT_QUIET },
	{ "calls",	no_argument,		NULL, OPT_CALLS },
	{ "guests",	no_argument,		NULL, OPT_GUESTS },
	{ "verbose",	no_argument,		NULL, OPT_VERBOSE },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

static const char help_text[] =
"usage: vma_run [OPTION]... [--] PROGRAM [ARG]...\n"
"\n"
"Run a program of this computer, and what it starts, with address spaces that the kernel\n"
"code under test serves.\n"
"\n"
"      --mode=MODE     eager or lazy, of our series (default: eager)\n"
"      --memory=MIB    memory of the machine (default: 1024)\n"
"      --oracle=N      check all address spaces after each N calls, and at the end (default:\n"
"                      100); 0 for the end only\n"
"      --workers=N     threads that serve calls, and as many that serve faults (default: 3)\n"
"      --processes=N   refuse to fork beyond so many (default: 500)\n"
"      --seconds=N     end the program after N seconds\n"
"      --record=FILE   write a trace that vma_replay reads\n"
"      --calls         list the calls on stderr\n"
"      --guests        report each address space, too\n"
"      --quiet         print no report\n"
"      --verbose       print what goes wrong within vma_run\n"
"      --help          print this text\n"
"\n"
"exit:  that of the program, 128 and its number for a signal; 1 if the machine complains;\n"
"       2 wrong usage, or the environment lacks something\n";

struct hosted_options opt = { .mode = "eager", .mib = 1024, .every = 100, .workers = 3,
			      .processes = 500 };

/**
 * options_parse() - read the command line
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Return: the program and its arguments.
 */
char **options_parse(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "+h", long_options, NULL)) != -1) {
		switch (c) {
		case OPT_MODE:
			opt.mode = optarg;
			if (strcmp(optarg, "eager") && strcmp(optarg, "lazy"))
				die("--mode=%s: there are eager and lazy", optarg);
			break;
		case OPT_MEMORY:
			opt.mib = parse_number("--memory", optarg, 16, 1 << 16) & ~3ul;
			break;
		case OPT_ORACLE:
			opt.every = parse_number("--oracle", optarg, 0, 1ul << 30);
			break;
		case OPT_WORKERS:
			opt.workers = parse_number("--workers", optarg, 2, HOSTED_WORKERS);
			break;
		case OPT_SECONDS:
			opt.seconds = parse_number("--seconds", optarg, 1, 100000);
			break;
		case OPT_PROCESSES:
			opt.processes = parse_number("--processes", optarg, 1, 4000);
			break;
		case OPT_RECORD:
			if (!record_begin(optarg))
				die("--record=%s: %s", optarg, strerror(errno));
			break;
		case OPT_QUIET:
			opt.quiet = true;
			break;
		case OPT_CALLS:
			opt.calls = true;
			break;
		case OPT_GUESTS:
			opt.guests = true;
			break;
		case OPT_VERBOSE:
			opt.verbose = true;
			break;
		case 'h':
			fputs(help_text, stdout);
			help_end();
		default:
			usage_error();
		}
	}
	if (optind == argc)
		die("no program: vma_run [OPTION]... PROGRAM [ARG]...");
	return argv + optind;
}
