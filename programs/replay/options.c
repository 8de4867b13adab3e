// SPDX-License-Identifier: GPL-2.0
/* The command line of vma_replay. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "options.h"
#include "usage.h"
#include "util.h"

enum { OPT_TOUCH = 256, OPT_ORACLE, OPT_MODE, OPT_HTML, OPT_QUIET };

static const struct option long_options[] = {
	{ "touch",	required_argument,	NULL, OPT_TOUCH },
	{ "oracle",	required_argument,	NULL, OPT_ORACLE },
	{ "mode",	required_argument,	NULL, OPT_MODE },
	{ "html",	required_argument,	NULL, OPT_HTML },
	{ "quiet",	no_argument,		NULL, OPT_QUIET },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

static const char help_text[] =
"Do to address spaces what the output of 'strace -f' says that programs did, with\n"
"the kernel code in userspace, and compare the results with those recorded.\n"
"\n"
"TRACE may be packed by gzip, xz or zstd. Record one by\n"
"\n"
"  strace -f -y -o TRACE -e trace=%memory,%process PROGRAM...\n"
"\n"
"      --touch=WHICH   pages of a new mapping that are accessed: none, first (the\n"
"                      first of each, the default) or all (64 of each at most)\n"
"      --oracle=N      the oracle looks after N calls (default: 100; 0: at the end)\n"
"      --mode=MODE     eager, lazy or both (default: what the build has)\n"
"      --html=FILE     write a page with the objects in use over time\n"
"      --quiet         print only what is wrong\n"
"  -h, --help          show this help and exit\n"
"\n"
"Exit status: 0 if all results agree, 1 if one does not or the oracle complains,\n"
"2 for a wrong usage, a trace that cannot be read or an unsuitable environment.\n";

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
	};
	argv[0] = program_invocation_short_name;
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
	if (optind == argc) {
		fprintf(stderr, "%s: which TRACE?\n", program_invocation_short_name);
		usage_error();
	}
	opt->traces = (const char *const *)argv + optind;
	opt->nr_traces = argc - optind;
	if (strcmp(opt->mode, "eager") && !has_lazy())
		die("--mode=%s: this build has no lazy mode; make LAZY=1", opt->mode);
}
