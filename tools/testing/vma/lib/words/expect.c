// SPDX-License-Identifier: GPL-2.0
/* Assertions of a case on the places where a folio is mapped. */
#include "words.h"

#define MAX_PLACES	256

static bool find_place(struct place *places, int nr, struct mm_struct *mm,
		       unsigned long addr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (places[i].mm == mm && places[i].addr == addr)
			return true;
	return false;
}

/**
 * expect_places() - assert at which places rmap_walk() finds a folio, see mapped_at()
 * @test: the case
 * @folio: the folio, not locked
 * @want: all places, in any order
 * @nr: number of places
 */
void expect_places(struct kunit *test, struct folio *folio, const struct place *want, int nr)
{
	struct place found[MAX_PLACES];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, rmap_places(folio, found, MAX_PLACES), nr);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_TRUE_MSG(test, find_place(found, nr, want[i].mm, want[i].addr),
				      "not found at %lx", want[i].addr);
}
