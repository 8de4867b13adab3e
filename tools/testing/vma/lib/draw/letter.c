// SPDX-License-Identifier: GPL-2.0
/* The names of anon_vmas in pictures and graphs: letters, in the order of their first use. */
#include "drawing.h"

static const struct anon_vma *letters[26];

/**
 * letters_begin() - forget the letters of the operation before
 */
void letters_begin(void)
{
	memset(letters, 0, sizeof(letters));
}

/**
 * anon_letter() - the letter of an anon_vma in pictures and graphs
 * @anon_vma: the pointer, which is not followed
 *
 * Return: the same letter until letters_begin(), or '?' from the 27th anon_vma on.
 */
char anon_letter(const struct anon_vma *anon_vma)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(letters) && letters[i] && letters[i] != anon_vma; i++)
		;
	if (i == ARRAY_SIZE(letters))
		return '?';
	letters[i] = anon_vma;
	return 'a' + i;
}
