// SPDX-License-Identifier: GPL-2.0
/*
 * Which functions of the tree each case runs, as a file. A line "=NAME" gives a function the
 * next number, from 0 on; any other is a case, the CPU time of its run and its functions' numbers.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <shim/host.h>

#include "reach.h"
#include "util.h"

#define MAX_FUNCTIONS	65536

static FILE *out;
static const char *out_name;
static unsigned int nr_functions;
/* of each byte of a map: the function's number and 1; NONE if there is none, 0 if not looked up */
#define NONE	(~0u)
static unsigned int *numbers;
/* of each function: the last case that has run it */
static unsigned int *last_case, nr_cases;

/**
 * reach_open() - begin the file
 * @path: its name
 *
 * Does not return if it cannot be written.
 */
void reach_open(const char *path)
{
	if (!host_has_edges())
		die("--reach is for the edges variant: make VARIANT=edges");
	out_name = path;
	out = fopen(path, "we");
	if (!out)
		die("%s: %s", path, strerror(errno));
	numbers = xcalloc(HOST_REACH, sizeof(*numbers));
	last_case = xcalloc(MAX_FUNCTIONS, sizeof(*last_case));
	if (!hcreate(2 * MAX_FUNCTIONS))
		die("out of memory");
}

/**
 * reach_map() - get memory where a case notes which code it runs
 *
 * Return: a map for host_reach(), or NULL without --reach.
 */
unsigned char *reach_map(void)
{
	void *map = NULL;

	if (!out)
		return NULL;
	map = mmap(NULL, HOST_REACH, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		die("cannot share memory with the cases: %s", strerror(errno));
	return map;
}

/* The compiler makes f.isra.0, f.part.0 and the like of f. */
static unsigned int number_of(const char *symbol)
{
	char *name = strndup(symbol, strcspn(symbol, "."));
	ENTRY *found = hsearch((ENTRY) { .key = name }, FIND);

	if (found) {
		free(name);
		return (unsigned long)found->data;
	}
	if (nr_functions == MAX_FUNCTIONS)
		die("raise MAX_FUNCTIONS in programs/test/reach.c");
	hsearch((ENTRY) { .key = name, .data = (void *)(unsigned long)nr_functions }, ENTER);
	fprintf(out, "=%s\n", name);
	return nr_functions++;
}

static unsigned int look_up(unsigned long i)
{
	unsigned long offset;
	const char *symbol;

	if (!numbers[i]) {
		symbol = host_symbol(host_reach_code(i), &offset);
		numbers[i] = symbol ? number_of(symbol) + 1 : NONE;
	}
	return numbers[i];
}

/**
 * reach_add() - write down what a case has run
 * @tc: the case
 * @map: of reach_map(), emptied for another case
 * @cpu_seconds: CPU time of the run
 */
void reach_add(const struct test_case *tc, unsigned char *map, double cpu_seconds)
{
	unsigned long i;

	nr_cases++;
	/* new names first, as they are lines of their own */
	for (i = 0; i < HOST_REACH; i++) {
		if (map[i])
			look_up(i);
	}
	fprintf(out, "%s.%s\t%.3f\t", tc->suite, tc->name, cpu_seconds);
	for (i = 0; i < HOST_REACH; i++) {
		unsigned int nr = map[i] ? numbers[i] : NONE;

		map[i] = 0;
		if (nr == NONE || last_case[nr - 1] == nr_cases)
			continue;
		last_case[nr - 1] = nr_cases;
		fprintf(out, " %u", nr - 1);
	}
	fputc('\n', out);
}

/**
 * reach_close() - end the file
 *
 * Does not return if it could not be written.
 */
void reach_close(void)
{
	if (out && (fflush(out) || ferror(out)))
		die("%s: %s", out_name, strerror(errno));
}
