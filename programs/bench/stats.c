// SPDX-License-Identifier: GPL-2.0
/* Medians, and how they are printed. */
#include <stdio.h>
#include <stdlib.h>

#include "stats.h"

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/**
 * spread_of() - the median of some values, the least and the greatest
 * @values: the values, sorted by this
 * @nr: how many
 */
struct spread spread_of(double *values, unsigned int nr)
{
	qsort(values, nr, sizeof(*values), compare);
	return (struct spread) {
		.least = values[0],
		.median = (values[(nr - 1) / 2] + values[nr / 2]) / 2,
		.most = values[nr - 1],
	};
}

/**
 * print_ns() - print a column of times
 * @s: the times
 */
void print_ns(struct spread s)
{
	char text[64];

	snprintf(text, sizeof(text), "%.0f (%.0f..%.0f)", s.median, s.least, s.most);
	printf("  %-26s", text);
}
