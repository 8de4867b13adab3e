/* SPDX-License-Identifier: GPL-2.0 */
/* How the oracle is asked about a lie; see oracle_self*.c. */
#ifndef VMA_ORACLE_SELF_H
#define VMA_ORACLE_SELF_H

#include "oracle.h"

static inline void complains(struct kunit *test, const char *of)
{
	const char *said = oracle_complaint(test);

	KUNIT_EXPECT_TRUE_MSG(test, said && strstr(said, of),
			      "the oracle says \"%s\", expected \"...%s...\"",
			      said ?: "nothing", of);
}

static inline void content(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, oracle_complaint(test) ?: "nothing", "nothing");
}

/* Content, then complains while the lie lasts, then content again. */
#define lie(tell, take_back, of) do {					\
	content(test);							\
	tell;								\
	complains(test, of);						\
	take_back;							\
	content(test);							\
} while (0)

/* The entry of a page; its table stays where it is. */
static inline pte_t *entry(struct space *sp, long page)
{
	pte_t *ptep = shim_lookup_pte(sp->mm, page_addr(page));

	pte_unmap(ptep);
	return ptep;
}

/* Where ksmd has its books (oracle_ksm.c); only after layout_merged(). */
unsigned long *oracle_ksm_items(struct mm_struct *mm);
unsigned long *oracle_ksm_merging(struct mm_struct *mm);
unsigned long *oracle_ksm_frame(struct folio *folio);
int *oracle_ksm_length(struct folio *folio);

#endif /* VMA_ORACLE_SELF_H */
