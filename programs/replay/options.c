// SPDX-License-Identifier: GPL-2.0
/* The command line of vma_replay. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "options.h"
#include "until.h"
#include "usage.h"
#include "util.h"

enum { OPT_TOUCH = 256, OPT_ORACLE, OPT_MODE, OPT_HTML, OPT_QUIET, OPT_SECONDS,
       OPT_CASE, OPT_C, OPT_LINES, OPT_PRINT, OPT_START, OPT_END, OPT_SHRINK_TO };

static const struct option long_options[] = {
	{ "touch",	required_argument,	NULL, OPT_TOUCH },
	{ "oracle",	required_argument,	NULL, OPT_ORACLE },
	{ "mode",	required_argument,	NULL, OPT_MODE },
	{ "html",	required_argument,	NULL, OPT_HTML },
	{ "quiet",	no_argument,		NULL, OPT_QUIET },
	{ "case",	required_argument,	NULL, OPT_CASE },
	{ "c",		required_argument,	NULL, OPT_C },
	{ "lines",	required_argument,	NULL, OPT_LINES },
	{ "shrink-to",	required_argument,	NULL, OPT_SHRINK_TO },
	{ "start",	required_argument,	NULL, OPT_START },
	{ "end",	required_argument,	NULL, OPT_END },
	{ "print",	no_argument,		NULL, OPT_PRINT },
	{ "seconds",	required_argument,	NULL, OPT_SECONDS },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

static const char help_text[] =
"Do to address spaces what a trace says that programs did, with the kernel code in\n"
"userspace, and compare the results with those recorded.\n"
"\n"
"TRACE is the output of strace, of perf trace, of perf script with raw_syscalls, a\n"
"program of syzkaller, /proc/PID/maps or smaps, eu-readelf -ln of a core file, or a kernel\n"
"log with VMAs in it; plain or packed by gzip, xz or zstd; - is standard input. Several\n"
"are the files of strace -ff -ttt. Record one by\n"
"\n"
"  strace -f -y -o TRACE -e trace=%memory,%process PROGRAM...\n"
"\n"
"      --run PROGRAM ARGS...  record this program now, without a network, and replay that\n"
"      --seconds=N     end the program of --run after N seconds (default: 10)\n"
"      --case=NAME     print a case of tools/testing/vma instead of the report: the few\n"
"                      calls that fail for the same reason, or all; NAME may be SUITE.NAME\n"
"      --c=NAME        print a program of system calls, for the kernel's kselftest harness\n"
"      --lines=A-B     with --case and --c: of a trace that does not fail, these lines, and\n"
"                      what was done before to the addresses that they are about\n"
"      --shrink-to=EXPR  with --case and --c: of a trace that does not fail, the few calls\n"
"                      after which EXPR holds, such as 'vmas >= 3 && anon_vmas == 1'\n"
"      --start=MAPS    the first process begins with what this copy of /proc/PID/maps has;\n"
"                      or smaps, a core file, a kernel log\n"
"      --end=MAPS      and must end with what this one has\n"
"      --print         print the calls that are read, and carry out nothing\n"
"      --touch=WHICH   pages of a new mapping that are accessed: none, first (the\n"
"                      first of each, the default) or all (64 of each at most)\n"
"      --oracle=N      the oracle looks after N calls (default: 100; 0: when an address\n"
"                      space goes, and at the end)\n"
"      --mode=MODE     eager, lazy or both (default: what the build has)\n"
"      --html=FILE     write a page with the objects in use over time\n"
"      --quiet         print only what is wrong\n"
"  -h, --help          show this help and exit\n"
"\n"
"Exit status: 0 if all results agree, 1 if one does not or the oracle complains,\n"
"2 for a wrong usage, a trace that cannot be read or an unsuitable environment, 3 if\n"
"all that was carried out agrees and something was not, see the table in the report.\n";

/* Return the index of @text in @names, which NULL ends; end the program if it is in none. */
static unsigned int choose(const char *option, const char *text, const char *const *names)
{
	unsigned int i;

	for (i = 0; names[i]; i++)
		if (!strcmp(names[i], text))
			return i;
	fprintf(stderr, "%s: %s: '%s' is not one of", program_invocation_short_name, option, text);
	for (i = 0; names[i]; i++)
		fprintf(stderr, " %s", names[i]);
	fputc('\n', stderr);
	usage_error();
}

/* A name in C, or two with a dot. */
static const char *c_name(const char *option, const char *text, bool dot)
{
	const char *at = text;
	bool good = *at;

	for (; *at; at++) {
		if (*at == '.' && dot && at > text && at[1])
			dot = false;
		else if (!isalnum((unsigned char)*at) && *at != '_')
			good = false;
	}
	if (good && !isdigit((unsigned char)*text))
		return text;
	fprintf(stderr, "%s: %s: '%s' is no name in C\n", program_invocation_short_name, option, text);
	usage_error();
}

static void lines(struct options *opt, const char *text)
{
	char end;

	if (sscanf(text, "%u-%u%c", &opt->first, &opt->last, &end) == 2 && opt->first &&
	    opt->first <= opt->last)
		return;
	fprintf(stderr, "%s: --lines: '%s' is not like 10-20\n", program_invocation_short_name, text);
	usage_error();
}

/* Cut off the words behind --run, which are the program's, options too. */
static int cut_command(int argc, char **argv, char ***command)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (strcmp(argv[i], "--run"))
			continue;
		if (i + 1 == argc) {
			fprintf(stderr, "%s: --run: which PROGRAM?\n", program_invocation_short_name);
			usage_error();
		}
		*command = argv + i + 1;
		argv[i] = NULL;
		return i;
	}
	return argc;
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
	static const char *const touches[] = { "none", "first", "all", NULL };
	static const char *const modes[] = { "eager", "lazy", "both", NULL };
	int c;

	*opt = (struct options) {
		.touch = TOUCH_FIRST, .every = 100, .mode = has_lazy() ? "both" : "eager",
		.seconds = 10,
	};
	argv[0] = program_invocation_short_name;
	argc = cut_command(argc, argv, &opt->command);
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (c) {
		case OPT_TOUCH:
			opt->touch = choose("--touch", optarg, touches);
			break;
		case OPT_ORACLE:
			opt->every = parse_number("--oracle", optarg, 0, 1000000000);
			break;
		case OPT_MODE:
			opt->mode = modes[choose("--mode", optarg, modes)];
			break;
		case OPT_HTML:
			opt->html = optarg;
			break;
		case OPT_CASE:
			opt->as_case = c_name("--case", optarg, true);
			break;
		case OPT_C:
			opt->as_program = c_name("--c", optarg, false);
			break;
		case OPT_LINES:
			lines(opt, optarg);
			break;
		case OPT_SHRINK_TO:
			opt->until = optarg;
			until_set(optarg);
			break;
		case OPT_START:
			opt->start = optarg;
			break;
		case OPT_END:
			opt->end = optarg;
			break;
		case OPT_PRINT:
			opt->print = true;
			break;
		case OPT_SECONDS:
			opt->seconds = parse_number("--seconds", optarg, 1, 86400);
			break;
		case OPT_QUIET:
			opt->quiet = true;
			break;
		case 'h':
			printf("Usage: %s [OPTION]... TRACE\n%s", program_invocation_short_name,
			       help_text);
			help_end();
		default:
			usage_error();
		}
	}
	if (opt->command && optind < argc) {
		fprintf(stderr, "%s: a TRACE or --run, not both\n", program_invocation_short_name);
		usage_error();
	}
	if (optind == argc && !opt->command) {
		fprintf(stderr, "%s: which TRACE?\n", program_invocation_short_name);
		usage_error();
	}
	opt->traces = (const char *const *)argv + optind;
	opt->nr_traces = argc - optind;
	if (opt->last && !opt->as_case && !opt->as_program) {
		fprintf(stderr, "%s: --lines goes with --case or --c\n", program_invocation_short_name);
		usage_error();
	}
	if (opt->until && !opt->as_case && !opt->as_program) {
		fprintf(stderr, "%s: --shrink-to goes with --case or --c\n", program_invocation_short_name);
		usage_error();
	}
	if (opt->until && opt->last) {
		fprintf(stderr, "%s: --lines or --shrink-to, not both\n", program_invocation_short_name);
		usage_error();
	}
	if (opt->end && (opt->as_case || opt->as_program)) {
		fprintf(stderr, "%s: --end goes with a report: a case expects the layout that it ends with\n",
			program_invocation_short_name);
		usage_error();
	}
	if (strcmp(opt->mode, "eager") && !has_lazy())
		die("--mode=%s: this build has no lazy mode; make LAZY=1", opt->mode);
}
