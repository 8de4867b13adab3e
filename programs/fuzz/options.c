// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE 1
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "fuzzer.h"

enum {
	OPT_SEED = 256, OPT_STEPS, OPT_TIME, OPT_LENGTH, OPT_ORACLE, OPT_CORPUS, OPT_NO_SHRINK,
	OPT_SHRINK, OPT_KEEP_GOING, OPT_TIMEOUT, OPT_MODE, OPT_PRINT, OPT_QUIET, OPT_SUBJECT,
};

static const struct option long_options[] = {
	{ "seed",	required_argument,	NULL, OPT_SEED },
	{ "steps",	required_argument,	NULL, OPT_STEPS },
	{ "time",	required_argument,	NULL, OPT_TIME },
	{ "length",	required_argument,	NULL, OPT_LENGTH },
	{ "oracle",	required_argument,	NULL, OPT_ORACLE },
	{ "corpus",	required_argument,	NULL, OPT_CORPUS },
	{ "shrink",	no_argument,		NULL, OPT_SHRINK },
	{ "no-shrink",	no_argument,		NULL, OPT_NO_SHRINK },
	{ "keep-going",	no_argument,		NULL, OPT_KEEP_GOING },
	{ "timeout",	required_argument,	NULL, OPT_TIMEOUT },
	{ "mode",	required_argument,	NULL, OPT_MODE },
	{ "print",	no_argument,		NULL, OPT_PRINT },
	{ "quiet",	no_argument,		NULL, OPT_QUIET },
	{ "subject",	no_argument,		NULL, OPT_SUBJECT },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

static const char help_text[] =
"Run random sequences of operations on address spaces through the kernel code,\n"
"and compare each step with a plain model. A sequence that fails is made short\n"
"and printed as a test case in C.\n"
"\n"
"What is run:\n"
"      --seed=N          seed of the sequences (default: 1)\n"
"      --steps=N         stop after N operations (default: 1000000, or no limit\n"
"                        with --time)\n"
"      --time=SECONDS    stop after so long\n"
"      --length=N        operations of a sequence, at the most (default: 120)\n"
"      --corpus=DIR      begin with the sequences of DIR, and write those to it\n"
"                        that show something new\n"
"      --mode=MODE       eager or lazy; lazy needs a build with LAZY=1\n"
"                        (default: lazy if it has that, and eager if not)\n"
"  FILE...               run these sequences, and nothing random\n"
"\n"
"How it is looked at:\n"
"      --oracle=N        the whole oracle after N operations; 1 is after each one,\n"
"                        0 is at the end of a sequence (default: 16). The model is\n"
"                        compared after each one in any case\n"
"      --timeout=SECONDS a sequence that takes longer fails (default: 20)\n"
"\n"
"What fails:\n"
"      --shrink          make it as short as it can be (the default)\n"
"      --no-shrink       leave it as it was found\n"
"      --keep-going      go on, and show each failure that looks different\n"
"      --print           print each FILE as a case, whether it fails or not\n"
"\n"
"      --quiet           no progress on a terminal\n"
"      --subject         say what the program tests and exit\n"
"  -h, --help            show this help and exit\n"
"\n"
"The case is on standard output, and the sequence is written to fail-HASH, in DIR\n"
"or here. All else is on standard error. The same seed, corpus and build give the\n"
"same sequences.\n"
"\n"
"Exit status: 0 if nothing failed, 1 if a sequence did, 2 for a wrong usage or an\n"
"unsuitable environment.\n";

static unsigned int parse_mode(const char *text)
{
	if (!strcmp(text, "eager"))
		return 0;
	if (strcmp(text, "lazy")) {
		fprintf(stderr, "%s: --mode: '%s' is not eager or lazy\n",
			program_invocation_short_name, text);
		usage_error();
	}
	if (!has_lazy())
		die("--mode=lazy: this build has no lazy mode; make LAZY=1");
	return 1;
}

static void parse_option(struct options *opt, int c)
{
	switch (c) {
	case OPT_SEED:
		opt->shim.seed = parse_number("--seed", optarg, 0, ~0ul);
		break;
	case OPT_STEPS:
		opt->steps = parse_number("--steps", optarg, 1, ~0ul);
		break;
	case OPT_TIME:
		opt->seconds = parse_number("--time", optarg, 1, 100000000);
		break;
	case OPT_LENGTH:
		opt->length = parse_number("--length", optarg, 4, FUZZ_MAX_OPS);
		break;
	case OPT_ORACLE:
		opt->every = parse_number("--oracle", optarg, 0, FUZZ_MAX_OPS);
		break;
	case OPT_CORPUS:
		opt->corpus = optarg;
		break;
	case OPT_SHRINK:
	case OPT_NO_SHRINK:
		opt->shrink = c == OPT_SHRINK;
		break;
	case OPT_KEEP_GOING:
		opt->keep_going = true;
		break;
	case OPT_TIMEOUT:
		opt->timeout = parse_number("--timeout", optarg, 1, 1000000);
		break;
	case OPT_MODE:
		opt->mode = parse_mode(optarg);
		break;
	case OPT_PRINT:
		opt->print = true;
		break;
	case OPT_QUIET:
		opt->quiet = true;
		break;
	case OPT_SUBJECT:
		shim_print_subject();
		exit(0);
	case 'h':
		printf("Usage: %s [OPTION]... [FILE]...\n%s", program_invocation_short_name,
		       help_text);
		help_end();
	default:
		usage_error();
	}
}

/**
 * options_parse() - parse the command line
 * @opt: filled in
 * @argc: as in main()
 * @argv: as in main()
 */
void options_parse(struct options *opt, int argc, char **argv)
{
	int c;

	*opt = (struct options) {
		.shim = { .seed = 1, .mode = "both" },
		.length = 120, .every = 16, .timeout = 20, .shrink = true, .mode = has_lazy(),
	};
	argv[0] = program_invocation_short_name;
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
		parse_option(opt, c);
	opt->files = argv + optind;
	opt->nr_files = argc - optind;
	if (opt->print && !opt->nr_files)
		die("--print needs a FILE to print");
	if (!opt->steps && !opt->seconds)
		opt->steps = 1000000;
	opt->quiet |= !isatty(STDERR_FILENO);
}
