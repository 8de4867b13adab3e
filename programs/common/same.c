// SPDX-License-Identifier: GPL-2.0
/* Whether two failures are of one kind, by what is said of them. */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "same.h"

static const char *skip_noise(const char *text)
{
	while (*text && !isalpha((unsigned char)*text))
		text++;
	return text;
}

static size_t word_len(const char *text)
{
	size_t len = 0;

	while (isalpha((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len;
}

/* The names of spaces differ too. */
static bool is_space(const char *word)
{
	return !strncmp(word, "child", 5) || !strncmp(word, "parent", 6);
}

/**
 * same_failure() - whether two reasons tell of one bug
 * @a: a reason
 * @b: another
 *
 * Numbers, addresses and the drawing differ from one sequence to another; the
 * first words do not.
 */
bool same_failure(const char *a, const char *b)
{
	int words;

	for (words = 0; words < 16; words++) {
		size_t len;

		a = skip_noise(a);
		b = skip_noise(b);
		len = word_len(a);
		if (!*a && !*b)
			return true;
		if (!(is_space(a) && is_space(b)) && (len != word_len(b) || strncmp(a, b, len)))
			return false;
		a += len;
		b += word_len(b);
	}
	return true;
}
