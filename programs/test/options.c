// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE 1
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "usage.h"
#include "util.h"

/*
 * TSan does not follow a process that had threads into its children. What it looks at takes
 * about twenty times as long, so a case has more time.
 */
#if defined(__SANITIZE_THREAD__)
#define HAS_TSAN	true
#define CAN_SWEEP	false
#define SCHEDULES	10
#define TIMEOUT		60
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_TSAN	false
#define CAN_SWEEP	true
#define SCHEDULES	10
#define TIMEOUT		20
#else
#define HAS_TSAN	false
#define CAN_SWEEP	true
#define SCHEDULES	100
#define TIMEOUT		20
#endif

enum {
	OPT_LIST = 256, OPT_TIMEOUT, OPT_SEED, OPT_REPEAT, OPT_SHUFFLE, OPT_JUNIT,
	OPT_MODE, OPT_SUBJECT, OPT_KNOWN_BUGS, OPT_NO_FORK, OPT_OOM, OPT_NO_OOM,
	OPT_SCHEDULES, OPT_SCHEDULE, OPT_PREEMPTIONS, OPT_ALL_POINTS, OPT_POINTS,
	OPT_STRICT, OPT_DOT, OPT_DOT_ALL, OPT_SLOWEST, OPT_KTAP,
	OPT_FIRST, OPT_NO_REST, OPT_REACH, OPT_COSTS, OPT_MEMORY, OPT_STALE,
};

static const struct option long_options[] = {
	{ "test",	required_argument,	NULL, 't' },
	{ "list",	no_argument,		NULL, OPT_LIST },
	{ "jobs",	required_argument,	NULL, 'j' },
	{ "timeout",	required_argument,	NULL, OPT_TIMEOUT },
	{ "seed",	required_argument,	NULL, OPT_SEED },
	{ "repeat",	required_argument,	NULL, OPT_REPEAT },
	{ "shuffle",	no_argument,		NULL, OPT_SHUFFLE },
	{ "junit",	required_argument,	NULL, OPT_JUNIT },
	{ "dot",	required_argument,	NULL, OPT_DOT },
	{ "dot-all",	no_argument,		NULL, OPT_DOT_ALL },
	{ "slowest",	required_argument,	NULL, OPT_SLOWEST },
	{ "ktap",	no_argument,		NULL, OPT_KTAP },
	{ "verbose",	no_argument,		NULL, 'v' },
	{ "oom",	optional_argument,	NULL, OPT_OOM },
	{ "no-oom",	no_argument,		NULL, OPT_NO_OOM },
	{ "schedules",	required_argument,	NULL, OPT_SCHEDULES },
	{ "schedule",	required_argument,	NULL, OPT_SCHEDULE },
	{ "preemptions", required_argument,	NULL, OPT_PREEMPTIONS },
	{ "memory",	required_argument,	NULL, OPT_MEMORY },
	{ "stale",	required_argument,	NULL, OPT_STALE },
	{ "all-points",	no_argument,		NULL, OPT_ALL_POINTS },
	{ "points",	required_argument,	NULL, OPT_POINTS },
	{ "strict",	no_argument,		NULL, OPT_STRICT },
	{ "mode",	required_argument,	NULL, OPT_MODE },
	{ "subject",	no_argument,		NULL, OPT_SUBJECT },
	{ "known-bugs",	optional_argument,	NULL, OPT_KNOWN_BUGS },
	{ "no-fork",	no_argument,		NULL, OPT_NO_FORK },
	{ "first",	required_argument,	NULL, OPT_FIRST },
	{ "no-rest",	no_argument,		NULL, OPT_NO_REST },
	{ "reach",	required_argument,	NULL, OPT_REACH },
	{ "costs",	required_argument,	NULL, OPT_COSTS },
	{ "fail-fast",	no_argument,		NULL, 'x' },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

static const char help_text[] =
"Run kernel unit tests in userspace, each test case in a process of its own.\n"
"The results are printed as KTAP version 1; on a terminal, and\n"
"without -t, failures and a summary are all.\n"
"\n"
"Selecting tests:\n"
"  -t, --test=GLOB        run the cases whose SUITE.CASE matches GLOB, or a\n"
"                         whole suite if GLOB has no dot and matches its name;\n"
"                         may be given more than once\n"
"      --first=FILE       run the cases that FILE names, one a line, before the\n"
"                         others and in its order; it may name some that there are not\n"
"      --no-rest          with --first: run no others\n"
"      --list             list the selected cases and exit\n"
"      --subject          say what the program tests and exit\n"
"      --known-bugs[=json] list the bugs that are known to be in the tree, by its\n"
"                         source, with the fix and the cases that show it, and exit\n"
"\n"
"Running them:\n"
"  -j, --jobs=N           run up to N cases at a time (default: online CPUs)\n"
"      --timeout=SECONDS  kill a case that has used so much CPU time, or five times\n"
"                         as much time asleep (default: 20, of the\n"
"                         tsan variant 60; 0: never)\n"
"      --seed=N           seed of the random numbers (default: 1)\n"
"      --repeat=N         run each case N times; a case whose results differ\n"
"                         is flaky, and that is a failure\n"
"      --shuffle          run the cases in an order that depends on the seed\n"
"  -x, --fail-fast        skip the cases that are due after a failed one\n"
"      --no-fork          run one case in this process, for a debugger\n"
"      --mode=MODE        eager, lazy (anon_vmas made when they are needed) or\n"
"                         both (default); suites of lazy cases end in @lazy\n"
"      --oom              run each case once more for each allocation that its\n"
"                         operations make, with that one failing, and again with\n"
"                         all from that one on failing (without -t of those with\n"
"                         one and the same stack the first 8, or 4 with ASan)\n"
"      --oom=N            only the N-th one fails; N+ for all from the N-th one on\n"
"      --no-oom           no failing allocations; without -t, --repeat, --mode\n"
"                         and --no-fork a sample of the cases has some\n"
"\n"
"Races (cases whose tasks take turns at synchronisation points):\n"
"      --schedules=N      run up to N schedules of each (default: 100; 10 with\n"
"                         ASan or TSan, whose processes are dear to start); first\n"
"                         all with few preemptions, if N allows it, then at random\n"
"      --preemptions=N    how many are few (default: 2)\n"
"      --memory=MODEL     sc: each read returns the newest value (default); weak: a\n"
"                         READ_ONCE() may return an older one that the kernel's\n"
"                         memory model allows\n"
"      --stale=N          with --memory=weak: N such reads at the most, where all\n"
"                         schedules are run, and one without a preemption (default: 2)\n"
"      --all-points       preempt everywhere, not only where a word is touched\n"
"                         that several tasks use\n"
"      --points=LIST      preempt only before reads, writes, atomics, locks (spin-\n"
"                         locks) or rcu, and before any access to vm_refcnt,\n"
"                         vm_lock_seq, anon_vma of a VMA, mmap_lock, mm_lock_seq,\n"
"                         vma_writer_wait, mm_users of an mm, rwsem, refcount of\n"
"                         an anon_vma, mapping, _mapcount, _refcount, ptl of a\n"
"                         page, or to ptes; of fewer points more preemptions can\n"
"                         be tried\n"
"      --schedule=LIST    run just this one, as a failure prints it\n"
"      --strict           with TSan: READ_ONCE() and WRITE_ONCE() order nothing,\n"
"                         but for reads of pointers and page table entries\n"
"\n"
"Output:\n"
"  -v, --verbose          show the log of every case, not only of failed ones; as KTAP\n"
"      --ktap             print KTAP on a terminal too\n"
"      --slowest=N        print the N cases that have used most CPU time, and the one\n"
"                         that came nearest to its --timeout\n"
"      --reach=FILE       of the edges variant: write to FILE which functions of the tree\n"
"                         each case runs, for scripts/reach\n"
"      --costs=FILE       write to FILE what each case costs: user and system time, and\n"
"                         minor page faults\n"
"      --junit=FILE       write a JUnit XML report to FILE too\n"
"      --dot=DIR          write DIR/SUITE.CASE.dot for each case that fails: VMAs,\n"
"                         anon_vmas, links and folios, for Graphviz's dot; and\n"
"                         SUITE.CASE.before.dot, before the operation that failed\n"
"      --dot-all          with --dot: for each case that passes, too, at its end\n"
"  -h, --help             show this help and exit\n"
"\n"
"Exit status: 0 if no case failed, 1 if one did, 2 for a wrong usage or an\n"
"unsuitable environment, 128+N if ended by signal N.\n";

/* "12" or "12+" */
static void parse_oom(struct options *opt, char *text)
{
	size_t len = text ? strlen(text) : 0;

	opt->oom = OOM_ALL;
	if (!text)
		return;
	opt->oom_persistent = len && text[len - 1] == '+';
	if (opt->oom_persistent)
		text[len - 1] = '\0';
	opt->oom_nth = parse_number("--oom", text, 1, 1000000000);
}

/* "12:1,40:0" */
static void parse_schedule(struct options *opt, const char *text)
{
	unsigned int len = strspn(text, "0123456789:~,");

	if (!len || text[len] || !strpbrk(text, ":~")) {
		fprintf(stderr, "%s: --schedule: '%s' is no list of POINT:TASK and POINT~STORES\n",
			program_invocation_short_name, text);
		usage_error();
	}
	opt->search.schedule = text;
}

/* "weak" */
static void parse_memory(struct options *opt, const char *text)
{
	opt->search.weak = !strcmp(text, "weak");
	if (opt->search.weak || !strcmp(text, "sc"))
		return;
	fprintf(stderr, "%s: --memory: '%s' is not sc or weak\n",
		program_invocation_short_name, text);
	usage_error();
}

/* "locks,rcu" */
static void parse_points(struct options *opt, const char *text)
{
	opt->search.points = shim_point_set(text);
	if (opt->search.points)
		return;
	fprintf(stderr, "%s: --points: '%s' is no list of kinds and fields\n",
		program_invocation_short_name, text);
	usage_error();
}

/* With any of these it is the cases themselves that somebody wants to see. */
static void choose_sample(struct options *opt, bool no_oom)
{
	if (!CAN_SWEEP && opt->oom != OOM_NONE)
		die("--oom is for the asan and plain variants: TSan does not follow children");
	if (no_oom)
		opt->oom = OOM_NONE;
	else if (CAN_SWEEP && opt->oom == OOM_NONE && !opt->nr_globs && opt->repeat == 1 && !opt->no_fork &&
		 !strcmp(opt->shim.mode, DEFAULT_MODE))
		opt->oom = OOM_SAMPLE;
}

static void parse_option(struct options *opt, int c)
{
	switch (c) {
	case OPT_OOM:
		parse_oom(opt, optarg);
		break;
	case OPT_NO_OOM:
		/* goes before all others, see options_parse() */
		break;
	case 't':
		opt->globs[opt->nr_globs++] = optarg;
		break;
	case 'j':
		opt->jobs = parse_number("--jobs", optarg, 1, 1024);
		break;
	case 'v':
		opt->shim.verbose++;
		opt->brief = false;
		break;
	case 'x':
		opt->fail_fast = true;
		break;
	case OPT_LIST:
		opt->list = true;
		break;
	case OPT_TIMEOUT:
		opt->timeout = parse_number("--timeout", optarg, 0, 1000000);
		break;
	case OPT_SEED:
		opt->shim.seed = parse_number("--seed", optarg, 0, ~0ull);
		break;
	case OPT_REPEAT:
		opt->repeat = parse_number("--repeat", optarg, 1, 1000000);
		break;
	case OPT_SHUFFLE:
		opt->shuffle = true;
		break;
	case OPT_SCHEDULES:
		opt->search.schedules = parse_number("--schedules", optarg, 1, 1000000000);
		break;
	case OPT_PREEMPTIONS:
		opt->search.preemptions = parse_number("--preemptions", optarg, 0, 100);
		break;
	case OPT_MEMORY:
		parse_memory(opt, optarg);
		break;
	case OPT_STALE:
		opt->search.stale = parse_number("--stale", optarg, 0, 100);
		break;
	case OPT_ALL_POINTS:
		opt->search.all_points = 1;
		break;
	case OPT_POINTS:
		parse_points(opt, optarg);
		break;
	case OPT_STRICT:
		opt->shim.strict = 1;
		break;
	case OPT_SCHEDULE:
		parse_schedule(opt, optarg);
		break;
	case OPT_KTAP:
		opt->brief = false;
		break;
	case OPT_SLOWEST:
		opt->slowest = parse_number("--slowest", optarg, 1, 1000000);
		break;
	case OPT_FIRST:
		opt->first = optarg;
		break;
	case OPT_NO_REST:
		opt->no_rest = true;
		break;
	case OPT_REACH:
		opt->reach = optarg;
		break;
	case OPT_COSTS:
		opt->costs = optarg;
		break;
	case OPT_JUNIT:
		opt->junit = optarg;
		break;
	case OPT_DOT:
		opt->dot = optarg;
		break;
	case OPT_DOT_ALL:
		opt->dot_all = true;
		break;
	case OPT_MODE:
		if (strcmp(optarg, "eager") && strcmp(optarg, "lazy") && strcmp(optarg, "both")) {
			fprintf(stderr, "%s: --mode: '%s' is not eager, lazy or both\n",
				program_invocation_short_name, optarg);
			usage_error();
		}
		opt->shim.mode = optarg;
		break;
	case OPT_SUBJECT:
		opt->subject = true;
		break;
	case OPT_KNOWN_BUGS:
		if (optarg && strcmp(optarg, "json") && strcmp(optarg, "text")) {
			fprintf(stderr, "%s: --known-bugs: '%s' is not text or json\n",
				program_invocation_short_name, optarg);
			usage_error();
		}
		opt->known_bugs = optarg && !strcmp(optarg, "json") ? KNOWN_BUGS_JSON : KNOWN_BUGS_TEXT;
		break;
	case OPT_NO_FORK:
		opt->no_fork = true;
		break;
	case 'h':
		printf("Usage: %s [OPTION]...\n%s", opt->argv0, help_text);
		help_end();
	default:
		/* getopt_long() has said what is wrong */
		usage_error();
	}
}

/**
 * options_parse() - parse the command line
 * @opt: filled in
 * @argc: as in main()
 * @argv: as in main()
 *
 * Does not return if there is an error, or with --help.
 */
void options_parse(struct options *opt, int argc, char **argv)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	bool no_oom = false;
	int c;

	*opt = (struct options) {
		.argv0 = argv[0],
		.shim = { .seed = 1, .mode = DEFAULT_MODE },
		.globs = xcalloc(argc, sizeof(*opt->globs)),
		.search = { .on = 1, .schedules = SCHEDULES, .preemptions = 2, .stale = 2 },
		.jobs = cpus < 1 ? 1 : cpus > 1024 ? 1024 : cpus,
		.timeout = TIMEOUT,
		.repeat = 1,
		.brief = isatty(STDOUT_FILENO),
	};
	/* getopt_long() would print all of argv[0] */
	argv[0] = program_invocation_short_name;
	while ((c = getopt_long(argc, argv, "t:j:vxh", long_options, NULL)) != -1) {
		no_oom |= c == OPT_NO_OOM;
		parse_option(opt, c);
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument '%s'; -t GLOB chooses cases\n",
			program_invocation_short_name, argv[optind]);
		usage_error();
	}
	if (opt->no_fork && opt->repeat > 1)
		die("--no-fork runs a case once, it cannot go with --repeat");
	if (opt->oom == OOM_ALL && opt->no_fork && !opt->oom_nth)
		die("--no-fork runs a case once, say which allocation fails: --oom=N");
	if (opt->no_rest && !opt->first)
		die("--no-rest goes with --first=FILE, which names the cases");
	if (opt->reach && opt->no_fork)
		die("--reach looks at processes of cases, it cannot go with --no-fork");
	if (opt->costs && opt->no_fork)
		die("--costs looks at processes of cases, it cannot go with --no-fork");
	if (opt->dot_all && !opt->dot)
		die("--dot-all goes with --dot=DIR, where it writes to");
	if (opt->shim.strict && !HAS_TSAN)
		die("--strict is for the tsan variant: elsewhere nothing looks at orders");
	choose_sample(opt, no_oom);
	/* who names cases wants to see them */
	opt->brief &= !opt->nr_globs;
	opt->search.seed = opt->shim.seed;
	opt->search.seconds = opt->timeout;
	opt->search.verbose = opt->shim.verbose;
}
