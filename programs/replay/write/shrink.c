// SPDX-License-Identifier: GPL-2.0
/* As few calls as fail for the same reason. */
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "write.h"

/* Takes out parts of a length, from the end on. */
static void without_parts(struct calls *c, unsigned int len, bool (*fails)(const struct calls *c))
{
	struct calls less = *c;
	unsigned int at;

	less.call = xcalloc(c->nr + 1, sizeof(*less.call));
	for (at = c->nr; at >= len; ) {
		at -= len;
		memcpy(less.call, c->call, at * sizeof(*c->call));
		memcpy(less.call + at, c->call + at + len, (c->nr - at - len) * sizeof(*c->call));
		less.nr = c->nr - len;
		if (fails(&less)) {
			c->nr = less.nr;
			memcpy(c->call, less.call, c->nr * sizeof(*c->call));
		}
		if (at > c->nr)
			at = c->nr;
	}
	free(less.call);
}

/**
 * shrink_calls() - take out all calls without which the rest fails for the same reason
 * @c: calls that fail
 * @fails: checks if some of them still fail for the same reason
 */
void shrink_calls(struct calls *c, bool (*fails)(const struct calls *c))
{
	unsigned int before, len;

	do {
		before = c->nr;
		for (len = c->nr / 2; len; len /= 2)
			without_parts(c, len, fails);
	} while (c->nr < before);
}
