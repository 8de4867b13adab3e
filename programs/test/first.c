// SPDX-License-Identifier: GPL-2.0
/* The file of --first, which names the cases to run before the others. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "first.h"
#include "util.h"

struct named {
	char *name;
	unsigned int nr;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static struct named *sort_names(const struct shim_case *list, unsigned int nr)
{
	struct named *all = xcalloc(nr, sizeof(*all));
	unsigned int i;

	for (i = 0; i < nr; i++)
		all[i] = (struct named) {
			.name = xasprintf("%s.%s", list[i].suite, list[i].name), .nr = i,
		};
	qsort(all, nr, sizeof(*all), compare);
	return all;
}

/**
 * first_ranks() - read which cases go first
 * @path: a file with a name SUITE.CASE in each line
 * @list: the cases that there are
 * @nr: their number
 *
 * Does not return if the file cannot be read.
 *
 * Return: for each case its place in the order, from 1 on; 0 if the file does not name it.
 */
unsigned int *first_ranks(const char *path, const struct shim_case *list, unsigned int nr)
{
	unsigned int *ranks = xcalloc(nr, sizeof(*ranks)), rank = 0, i;
	struct named *all = sort_names(list, nr), *found;
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!in)
		die("%s: %s", path, strerror(errno));
	while (getline(&line, &size, in) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		found = bsearch(&(struct named) { .name = line }, all, nr, sizeof(*all), compare);
		if (found && !ranks[found->nr])
			ranks[found->nr] = ++rank;
	}
	if (ferror(in))
		die("%s: %s", path, strerror(errno));
	fclose(in);
	free(line);
	for (i = 0; i < nr; i++)
		free(all[i].name);
	free(all);
	return ranks;
}
