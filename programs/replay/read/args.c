// SPDX-License-Identifier: GPL-2.0
/* The arguments of a call, "(one, two)", where formats differ in what a comma may stand in. */
#include <string.h>

#include "reader.h"

/**
 * split_args() - take the arguments of a call apart
 * @at: behind the bracket that opens them; the text is changed
 * @end_of: finds the comma or the bracket that ends an argument, NULL if there is none
 * @arg: room for MAX_ARGS, set to the arguments; those beyond are left out
 * @nr: set to their number
 *
 * Return: the text behind the last bracket, or NULL if an argument has no end.
 */
char *split_args(char *at, char *(*end_of)(char *at), char **arg, unsigned int *nr)
{
	char *end;
	bool last;

	*nr = 0;
	do {
		at += strspn(at, " ");
		end = end_of(at);
		if (!end)
			return NULL;
		last = *end == ')';
		*end = '\0';
		if (*at && *nr < MAX_ARGS)
			arg[(*nr)++] = at;
		at = end + 1;
	} while (!last);
	return at;
}
