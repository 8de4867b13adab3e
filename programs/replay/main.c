// SPDX-License-Identifier: GPL-2.0
/* vma_replay: what strace -f has seen, through the kernel's code; see docs/replay.md. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shim/host.h>

#include "apart.h"
#include "replayer.h"

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

struct options {
	enum replay_touch touch;
	unsigned int every;
	const char *html, *mode;
	bool quiet;
};

static struct replay_run *running;
static unsigned int mode_now;

/* The number of @text in a list of names that NULL ends. */
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

static void parse_options(struct options *opt, int argc, char **argv)
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
			exit(fflush(stdout) ? EXIT_USAGE : 0);
		default:
			usage_error();
		}
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "%s: %s\n", program_invocation_short_name,
			optind == argc ? "which TRACE?" : "one TRACE at a time");
		usage_error();
	}
	if (strcmp(opt->mode, "eager") && !has_lazy())
		die("--mode=%s: this build has no lazy mode; make LAZY=1", opt->mode);
}

static void body(void *arg)
{
	(void)arg;
	shim_replay_set(running);
	if (shim_run_case(mode_now) == SHIM_FAIL)
		_exit(1);
}

/* A bar on a terminal, for traces that take their time. */
static void tick(void)
{
	const unsigned int width = 40, at = (unsigned long)width * running->now / running->nr;

	fprintf(stderr, "\r%s [%.*s%*s] %u/%u", mode_now ? "lazy " : "eager", at,
		"########################################", width - at, "", running->now,
		running->nr);
}

static bool replay(struct replay_run *run, unsigned int mode)
{
	bool tty = isatty(STDERR_FILENO), failed;
	char *log = NULL;

	running = run;
	mode_now = mode;
	apart_begin(run->reason, sizeof(run->reason));
	failed = apart(body, NULL, 0, tty ? tick : NULL, &log);
	if (tty)
		fprintf(stderr, "\r\033[K");
	if (failed)
		fprintf(stderr, "%s%s: line %u, %s: %s\n", log ?: "", program_invocation_short_name,
			run->calls[run->now < run->nr ? run->now : run->nr - 1].line,
			mode ? "lazy" : "eager", run->reason);
	free(log);
	return failed || run->why[WHY_DIFFERS];
}

static struct replay_run *new_run(const struct trace *t, const struct options *opt)
{
	struct replay_run *run = host_shared(sizeof(*run));

	run->calls = t->calls;
	run->nr = t->nr;
	run->nr_files = t->nr_files;
	run->touch = opt->touch;
	run->every = opt->every;
	return run;
}

/**
 * main() - replay a trace
 * @argc: number of arguments
 * @argv: the arguments, see the --help text
 *
 * Return: the exit code, see the --help text.
 */
int main(int argc, char **argv)
{
	const struct shim_options shim = { .seed = 1, .mode = "both" };
	struct replay_run *runs[2] = { NULL, NULL };
	bool failed = false;
	struct options opt;
	struct trace trace;
	unsigned int nr = 0;

	parse_options(&opt, argc, argv);
	trace_read(&trace, argv[optind]);
	shim_boot(&shim);
	if (strcmp(opt.mode, "lazy")) {
		runs[nr] = new_run(&trace, &opt);
		failed |= replay(runs[nr++], 0);
	}
	if (strcmp(opt.mode, "eager")) {
		runs[nr] = new_run(&trace, &opt);
		failed |= replay(runs[nr++], 1);
	}
	if (!runs[0]->nr_samples || (runs[1] && !runs[1]->nr_samples))
		return EXIT_TESTS_FAILED;	/* it has ended before the first, and was told of */
	if (!opt.quiet || failed)
		report(&trace, argv[optind], runs);
	if (opt.html)
		html_write(opt.html, argv[optind], runs);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	return failed ? EXIT_TESTS_FAILED : 0;
}
