// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"
#include "util.h"

/**
 * usage_error() - end the program after a complaint about its options
 */
void usage_error(void)
{
	fprintf(stderr, "Try '%s --help' for more information.\n", program_invocation_name);
	exit(EXIT_USAGE);
}

/**
 * help_end() - end the program after its --help text
 *
 * Nobody is to miss a text that could not be written, as to a full device.
 */
void help_end(void)
{
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	exit(0);
}

/**
 * parse_number() - the number that an option was given
 * @option: its name, for the complaint
 * @text: decimal, or hexadecimal behind 0x
 * @min: the least that is allowed
 * @max: the most
 *
 * Return: the number; else the program ends.
 */
unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
				unsigned long long max)
{
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, base);
	/* strtoull() would accept a sign and spaces */
	if (isdigit((unsigned char)*text) && !*end && !errno && value >= min && value <= max)
		return value;
	fprintf(stderr, "%s: %s: '%s' is not a number from %llu to %llu\n",
		program_invocation_short_name, option, text, min, max);
	usage_error();
}
