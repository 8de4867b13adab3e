// SPDX-License-Identifier: GPL-2.0
/* The report on a trace, as text. */
#include <stdio.h>
#include <string.h>

#include "replayer.h"

static const char *const whys[WHYS] = {
	[WHY_FILE_RIGHTS] = "the real file refused it",
	[WHY_LIMITS] = "the limits or the memory of the real process refused it",
	[WHY_REFUSED] = "the real kernel refused it for a reason that is not here",
	[WHY_ADVICE] = "an advice that this build does not have",
	[WHY_HUGETLB] = "the machine has no hugetlbfs",
	[WHY_NO_PROCESS] = "of a process whose beginning is not in the trace",
	[WHY_NO_MEMORY] = "the machine has too little memory for the copy",
};

#define ROWS	10

static unsigned long bytes_of(const struct replay_sample *s)
{
	const char *name;
	unsigned long bytes = 0;
	unsigned int i;

	for (i = 0; i < 3; i++)
		bytes += s->objects[i] * shim_replay_size(i, &name);
	return bytes;
}

static const struct replay_sample *row(const struct replay_run *run, unsigned int i)
{
	return &run->samples[(unsigned long)(run->nr_samples - 1) * i / (ROWS - 1)];
}

/* A number of each mode, or of the only one. */
static void both(unsigned long a, unsigned long b, bool two)
{
	if (two)
		printf(" %8lu %8lu", a, b);
	else
		printf(" %8lu", a);
}

static void objects(struct replay_run *const runs[2])
{
	static const char *const titles[] = { "VMAs", "anon_vma", "chain", "KiB of these" };
	const bool two = runs[1];
	unsigned int i, c;

	printf("\nin use   spaces");
	for (c = 0; c < ARRAY_SIZE(titles); c++)
		printf(" %*s", two ? 17 : 8, titles[c]);
	if (two) {
		printf("\nat call        ");
		for (c = 0; c < ARRAY_SIZE(titles); c++)
			printf("    eager     lazy");
	}
	putchar('\n');
	for (i = 0; i < ROWS; i++) {
		const struct replay_sample *a = row(runs[0], i), *b = two ? row(runs[1], i) : a;

		printf("%-8u %6u", a->call, a->spaces);
		for (c = 0; c < 3; c++)
			both(a->objects[c], b->objects[c], two);
		both(bytes_of(a) / 1024, bytes_of(b) / 1024, two);
		putchar('\n');
	}
}

static const struct replay_sample *most(const struct replay_run *run)
{
	const struct replay_sample *top = run->samples;
	unsigned int i;

	for (i = 1; i < run->nr_samples; i++)
		if (bytes_of(&run->samples[i]) > bytes_of(top))
			top = &run->samples[i];
	return top;
}

static void caches(struct replay_run *const runs[2])
{
	unsigned long size, a, b = 0;
	const char *name;
	unsigned int i;

	printf("\nat the most    bytes each  %s\n",
	       runs[1] ? "   eager bytes     lazy bytes" : "         bytes");
	for (i = 0; i < REPLAY_CACHES; i++) {
		size = shim_replay_size(i, &name);
		a = most(runs[0])->objects[i] * size;
		if (runs[1])
			b = most(runs[1])->objects[i] * size;
		printf("%-16s %8lu %14lu", name, size, a);
		if (runs[1])
			printf(" %14lu", b);
		putchar('\n');
	}
}

/* Reasons of the trace's own: the call has changed nothing there either. */
static bool is_refusal(unsigned int why)
{
	return why == WHY_DONE || why == WHY_DIFFERS || why == WHY_FILE_RIGHTS || why == WHY_LIMITS ||
	       why == WHY_REFUSED;
}

/**
 * not_whole() - what a trace has and no run has carried out
 * @t: the trace
 * @runs: eager, and lazy or NULL
 *
 * Return: a number of calls, or of other things that are counted by name.
 */
unsigned long not_whole(const struct facts *t, struct replay_run *const runs[2])
{
	unsigned long nr = 0;
	unsigned int i;

	for (i = 0; i < t->nr_other; i++)
		nr += t->other[i].nr;
	for (i = 0; i < WHYS; i++)
		if (!is_refusal(i))
			nr += runs[0]->why[i];
	return nr;
}

static void not_replayed(const struct facts *t, const struct replay_run *run)
{
	unsigned int i, any = 0;

	for (i = WHY_FILE_RIGHTS; i < WHYS; i++)
		any += run->why[i];
	if (!any && !t->nr_other)
		return;
	printf("\nnot replayed  because\n");
	for (i = WHY_FILE_RIGHTS; i < WHYS; i++)
		if (run->why[i])
			printf("%12lu  %s\n", run->why[i], whys[i]);
	for (i = 0; i < t->nr_other; i++)
		printf("%12u  not carried out: %s, first in line %u\n", t->other[i].nr,
		       t->other[i].name, t->other[i].line);
}

/**
 * report() - print what became of a trace
 * @t: the trace
 * @path: its file
 * @runs: eager, and lazy or NULL
 */
void report(const struct facts *t, const char *path, struct replay_run *const runs[2])
{
	const struct replay_run *run = runs[0];

	printf("%s: %s, %u lines, %u processes and threads, %u calls\n", path, t->format, t->lines,
	       t->nr_procs, t->nr);
	if (t->said)
		fputs(t->said, stdout);
	printf("replayed as recorded: %lu; with another result: %lu\n", run->why[WHY_DONE],
	       run->why[WHY_DIFFERS]);
	printf("pages touched: %lu; mappings of execve() that later calls show: %lu\n", run->touched,
	       run->inferred);
	if (run->told[0])
		printf("%s\n", run->told);
	not_replayed(t, run);
	objects(runs);
	caches(runs);
}
