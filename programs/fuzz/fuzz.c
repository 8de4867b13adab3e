// SPDX-License-Identifier: GPL-2.0
/* Sequence after sequence, from the generator or from files, and a report on each failure. */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fuzzer.h"
#include "same.h"

#define BATCH	64
#define MAX_KNOWN 64

static char known[MAX_KNOWN][FUZZ_REASON];
static unsigned int nr_known;

static bool is_known(const char *reason)
{
	unsigned int i;

	for (i = 0; i < nr_known; i++)
		if (same_failure(known[i], reason))
			return true;
	if (nr_known < MAX_KNOWN)
		memcpy(known[nr_known++], reason, FUZZ_REASON);
	return false;
}

/* Print the case of a sequence, and what it fails with if it does. */
static bool show(const struct options *opt, struct failure *failure)
{
	char *name = xasprintf("sequence_%08llx",
			       (unsigned long long)sequence_hash(&failure->seq) & 0xffffffff);
	bool failed = run_alone(opt, &failure->seq, true, failure);

	print_case(stdout, name, failure);
	fflush(stdout);
	free(name);
	return failed;
}

static void report(const struct options *opt, unsigned long nr, struct failure *failure)
{
	char first[FUZZ_REASON], *path;
	unsigned int before = failure->seq.nr;

	memcpy(first, failure->reason, sizeof(first));
	fprintf(stderr, "vma_fuzz: seed %llu, sequence %lu of %u operations, at operation %u: %s\n",
		opt->shim.seed, nr, before, failure->at, first);
	if (!run_alone(opt, &failure->seq, false, failure))
		fprintf(stderr, "vma_fuzz: alone it passes; those before it in its process matter\n");
	else if (opt->shrink)
		shrink(opt, failure);
	path = xasprintf("%s/fail-%016llx", opt->corpus ? opt->corpus : ".",
			 (unsigned long long)sequence_hash(&failure->seq));
	sequence_write(&failure->seq, path);
	show(opt, failure);
	fprintf(stderr, "vma_fuzz: %u of %u operations are left, in %s: %s\n", failure->seq.nr, before,
		path, failure->reason[0] ? failure->reason : first);
	free(path);
}

/**
 * struct spent - seconds
 * @wall: by the clock
 * @cpu: of this program and of its children that have ended
 */
struct spent {
	double wall, cpu;
};

static struct spent spent_now(void)
{
	struct spent spent = { .wall = now_seconds() };
	static const int whose[] = { RUSAGE_SELF, RUSAGE_CHILDREN };
	struct rusage usage;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(whose); i++)
		if (!getrusage(whose[i], &usage))
			spent.cpu += usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
				     1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	return spent;
}

/* Move a start by what was spent since @then, which so does not count. */
static void leave_out(struct spent *start, struct spent then)
{
	struct spent now = spent_now();

	start->wall += now.wall - then.wall;
	start->cpu += now.cpu - then.cpu;
}

/* Edges of the tree's code that were taken; 0 in a build that does not look. */
static unsigned int nr_edges(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < sizeof(shared->edges); i++)
		nr += __builtin_popcount(shared->edges[i]);
	return nr;
}

/* Print operations in a second of the clock and, since others may run too, of CPU time. */
static void progress(const struct options *opt, struct spent start, unsigned long sequences,
		     bool last)
{
	const unsigned int taken = last ? nr_edges() : 0;
	char *line, cpu[64] = "", edges[32] = "";
	struct spent now;

	if (opt->quiet && !last)
		return;
	now = spent_now();
	if (last && now.cpu > start.cpu)
		snprintf(cpu, sizeof(cpu), " (%.0f in a second of CPU time)",
			 shared->done / (now.cpu - start.cpu));
	if (taken)
		snprintf(edges, sizeof(edges), ", %u edges", taken);
	line = xasprintf("%lu operations, %lu sequences, %u kept%s, %.0f operations/s%s, %u failures",
			 shared->done, sequences, corpus_size(), edges,
			 now.wall > start.wall ? shared->done / (now.wall - start.wall) : 0,
			 cpu, nr_known);
	fprintf(stderr, "%s%.*s%s", opt->quiet ? "" : "\r\033[K",
		last ? -1 : terminal_width(STDERR_FILENO), line, last ? "\n" : "");
	free(line);
}

/**
 * fuzz() - run random sequences until a limit of @opt or, without --keep-going, a failure
 * @opt: the command line
 *
 * Return: the exit code.
 */
int fuzz(const struct options *opt)
{
	struct spent start = spent_now();
	const double end = start.wall + opt->seconds;
	unsigned long next = 0, nr;
	struct failure failure;
	bool failed = false;

	fprintf(stderr, "vma_fuzz: seed %llu, mode %s\n", opt->shim.seed, opt->mode ? "lazy" : "eager");
	while ((!opt->steps || shared->done < opt->steps) &&
	       (!opt->seconds || now_seconds() < end)) {
		nr = run_batch(opt, next, BATCH, &failure);
		next += nr;
		if (failure.reason[0] && !is_known(failure.reason)) {
			struct spent then = spent_now();
			unsigned long done = shared->done;

			failed = true;
			report(opt, next - 1, &failure);
			shared->done = done;
			leave_out(&start, then);
		}
		if (failed && !opt->keep_going)
			break;
		progress(opt, start, next, false);
	}
	progress(opt, start, next, true);
	return failed ? EXIT_TESTS_FAILED : 0;
}

/**
 * fuzz_files() - run the sequences of files
 * @opt: the command line, with the files
 *
 * Return: the exit code.
 */
int fuzz_files(const struct options *opt)
{
	struct failure failure;
	bool failed, any = false;
	int i;

	for (i = 0; i < opt->nr_files; i++) {
		failure.seq = sequence_read(opt->files[i]);
		failed = opt->print ? show(opt, &failure) :
				      run_alone(opt, &failure.seq, false, &failure);
		if (!opt->print || failed)
			fprintf(stderr, "vma_fuzz: %s: %s\n", opt->files[i],
				failed ? failure.reason : "passes");
		any |= failed;
		free(failure.seq.ops);
	}
	return any ? EXIT_TESTS_FAILED : 0;
}
