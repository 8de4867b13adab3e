/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of the cases that check the oracle: they change a field behind the kernel's
 * back, a lie, and expect that the oracle complains of just that.
 */
#ifndef VMA_ORACLE_SELF_H
#define VMA_ORACLE_SELF_H

#include <asm/tlbflush.h>
#include <shim/tlb.h>

#include "oracle.h"

/* Expects a complaint that has @of in its text. */
static inline void complains(struct kunit *test, const char *of)
{
	const char *said = oracle_complaint(test);

	KUNIT_EXPECT_TRUE_MSG(test, said && strstr(said, of),
			      "the oracle says \"%s\", expected \"...%s...\"",
			      said ?: "nothing", of);
}

/* Expects no complaint. */
static inline void content(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, oracle_complaint(test) ?: "nothing", "nothing");
}

/* lie(count++, count--, "count is"): no complaint before and after, this one between */
#define lie(tell, take_back, of) do {					\
	content(test);							\
	tell;								\
	complains(test, of);						\
	take_back;							\
	content(test);							\
} while (0)

/* The page table entry of a page, to be changed. */
static inline pte_t *entry(struct space *sp, long page)
{
	pte_t *ptep = shim_lookup_pte(sp->mm, page_addr(page));

	pte_unmap(ptep);
	return ptep;
}

/* How many translations of a page the TLB has: all, or those that a store may use. */
static inline unsigned int cached(struct space *sp, long page, bool stores)
{
	return shim_tlb_holds(sp->mm, page_addr(page), stores);
}

static inline void flush(struct space *sp, long page)
{
	flush_tlb_page(vma_of(sp, page), page_addr(page));
}

/* Fields of ksmd (oracle_ksm.c), after layout_merged(). */
unsigned long *oracle_ksm_items(struct mm_struct *mm);
unsigned long *oracle_ksm_merging(struct mm_struct *mm);
unsigned long *oracle_ksm_frame(struct folio *folio);
int *oracle_ksm_length(struct folio *folio);

#endif /* VMA_ORACLE_SELF_H */
