/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A view of the spaces of a case: every VMA, and every entry of the page tables that
 * maps a folio, by a walk of the tables that are there. The checks and the drawings
 * use it.
 */
#ifndef VMA_VIEW_H
#define VMA_VIEW_H

#include "oracle.h"

enum entry_kind {
	ENTRY_PTE,		/* maps @page */
	ENTRY_PMD,		/* maps HPAGE_PMD_NR pages from @page on */
	ENTRY_MIGRATION,	/* a pte that waits for @page to be migrated */
	ENTRY_PMD_MIGRATION,
};

/**
 * struct mapped - an entry of a page table that a folio's rmap must know of
 * @folio: the folio
 * @page: the page that the entry maps, the first one for a PMD
 * @sp: the space of the page table
 * @vma: the VMA of @addr
 * @addr: user address
 * @kind: kind of the entry
 * @writable: true if the entry allows stores
 * @exclusive: true for a migration entry of a page that is AnonExclusive
 */
struct mapped {
	struct folio *folio;
	struct page *page;
	struct space *sp;
	struct vm_area_struct *vma;
	unsigned long addr;
	enum entry_kind kind;
	bool writable;
	bool exclusive;
};

static inline bool entry_is_present(const struct mapped *m)
{
	return m->kind == ENTRY_PTE || m->kind == ENTRY_PMD;
}

static inline bool entry_is_pmd(const struct mapped *m)
{
	return m->kind == ENTRY_PMD || m->kind == ENTRY_PMD_MIGRATION;
}

static inline long entry_pages(const struct mapped *m)
{
	return entry_is_pmd(m) ? PTRS_PER_PTE : 1;
}

/**
 * struct space_view - the part of the view that belongs to one space
 * @sp: the space
 * @vmas: its VMAs in order
 * @nr_vmas: number of @vmas
 * @mapped: its entries in order of address
 * @nr_mapped: number of @mapped
 * @rss: the values that the counters of resident pages must have, in pages
 * @tables_bytes: size of all page tables
 * @swapped: number of entries whose pages are in swap
 */
struct space_view {
	struct space *sp;
	struct vm_area_struct **vmas;
	int nr_vmas;
	struct mapped *mapped;
	int nr_mapped;
	long rss[NR_MM_COUNTERS];
	long tables_bytes;
	long swapped;
};

int oracle_look(struct kunit *test, struct space_view *sv, int room);
bool oracle_is_shared(struct space *sp, const struct anon_vma *anon_vma);

#endif /* VMA_VIEW_H */
