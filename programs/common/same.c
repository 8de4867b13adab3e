// SPDX-License-Identifier: GPL-2.0
/* Compare two failures by their reasons. */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "same.h"

/* Return the length of a number such as 12, 0x7f3a or 7ff4df91d000, 0 if there is none. */
static size_t number_len(const char *text)
{
	bool has_digit = false;
	size_t len;

	for (len = 0; isalnum((unsigned char)text[len]); len++) {
		if (!isxdigit((unsigned char)text[len]) && text[len] != 'x')
			return 0;
		has_digit |= isdigit((unsigned char)text[len]);
	}
	return has_digit ? len : 0;
}

static const char *skip_noise(const char *text)
{
	size_t len = number_len(text);

	while (*text && (len || !isalpha((unsigned char)*text))) {
		text += len ?: 1;
		len = number_len(text);
	}
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
 * same_failure() - check if two reasons tell of one bug
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
