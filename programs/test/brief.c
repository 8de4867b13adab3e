// SPDX-License-Identifier: GPL-2.0
/* The summary of a run on a terminal: a word for each suite, a line for each reason of skips. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brief.h"
#include "util.h"

/**
 * struct suite_sum - the results of a suite in all modes
 * @name: as in eager mode
 * @passed: number of passed cases
 * @failed: number of failed cases
 * @skipped: number of skipped cases
 */
struct suite_sum {
	const char *name;
	unsigned int passed, failed, skipped;
};

/* "mprotect" and "mprotect@lazy" are one suite */
static bool same_suite(const char *a, const char *b)
{
	size_t len = strcspn(a, "@");

	return len == strcspn(b, "@") && !strncmp(a, b, len);
}

static struct suite_sum *sum_of(struct suite_sum *sums, unsigned int *nr, const char *suite)
{
	unsigned int i;

	for (i = 0; i < *nr; i++)
		if (same_suite(sums[i].name, suite))
			return &sums[i];
	sums[*nr].name = suite;
	return &sums[(*nr)++];
}

static void add(struct suite_sum *sum, const struct test_case *tc)
{
	sum->passed += tc->result.verdict == PASSED;
	sum->failed += tc->result.verdict == FAILED;
	sum->skipped += tc->result.verdict == SKIPPED;
}

/* "mprotect 28", "race_uffd 3 (9 skipped)", "split 19 (1 failed)" */
static char *word_of(const struct suite_sum *sum, bool last)
{
	char *name = xasprintf("%.*s %u", (int)strcspn(sum->name, "@"), sum->name, sum->passed), *word;

	if (sum->failed && sum->skipped)
		word = xasprintf("%s (%u failed, %u skipped)", name, sum->failed, sum->skipped);
	else if (sum->failed || sum->skipped)
		word = xasprintf("%s (%u %s)", name, sum->failed ? sum->failed : sum->skipped,
				 sum->failed ? "failed" : "skipped");
	else
		word = xasprintf("%s", name);
	free(name);
	name = xasprintf("%s%s", word, last ? "" : ",");
	free(word);
	return name;
}

static void print_suites(const struct suite_sum *sums, unsigned int nr)
{
	int width = terminal_width(STDOUT_FILENO), at = 0, len;
	unsigned int i;
	char *word;

	printf("passed, by suite:\n");
	for (i = 0; i < nr; i++) {
		word = word_of(&sums[i], i + 1 == nr);
		len = strlen(word);
		if (at && at + 1 + len > width) {
			putchar('\n');
			at = 0;
		}
		at += printf("%s%s", at ? " " : "", word);
		free(word);
	}
	printf("\n");
}

static const char *skip_of(const struct test_case *tc)
{
	return tc->done && tc->result.verdict == SKIPPED ? tc->result.reason : NULL;
}

/**
 * struct skips - the cases that are skipped for one reason
 * @reason: the reason
 * @nr: how many they are
 */
struct skips {
	const char *reason;
	unsigned int nr;
};

static int by_count(const void *a, const void *b)
{
	const struct skips *one = a, *two = b;

	return one->nr != two->nr ? (one->nr < two->nr) - (one->nr > two->nr) :
				    strcmp(one->reason, two->reason);
}

static void print_skips(const struct plan *plan)
{
	struct skips *skips = xcalloc(plan->nr_cases, sizeof(*skips));
	unsigned int i, j, nr = 0;
	const char *reason;

	for (i = 0; i < plan->nr_cases; i++) {
		reason = skip_of(&plan->cases[i]);
		if (!reason)
			continue;
		for (j = 0; j < nr && strcmp(skips[j].reason, reason); j++)
			;
		nr += j == nr;
		skips[j].reason = reason;
		skips[j].nr++;
	}
	qsort(skips, nr, sizeof(*skips), by_count);
	for (i = 0; i < nr; i++)
		printf("%u skipped: %s\n", skips[i].nr, skips[i].reason);
	free(skips);
}

/**
 * brief_summary() - print how many cases of each suite passed, and why cases were skipped
 * @plan: with the results
 */
void brief_summary(const struct plan *plan)
{
	struct suite_sum *sums = xcalloc(plan->nr_cases, sizeof(*sums));
	unsigned int i, nr = 0;

	for (i = 0; i < plan->nr_cases; i++)
		if (plan->cases[i].done)
			add(sum_of(sums, &nr, plan->cases[i].suite), &plan->cases[i]);
	print_suites(sums, nr);
	print_skips(plan);
	free(sums);
}
