/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle's files to each other; the tests call oracle() and see test.h.
 *
 * A run makes a view: every VMA of every space of the case, and every entry of
 * their page tables that maps a folio, by one walk of the tables that are
 * there. All checks compare the kernel's own records with that view, and stop
 * at the first complaint.
 */
#ifndef VMA_ORACLE_H
#define VMA_ORACLE_H

#include "test.h"

#define MAX_MAPPED	32768
#define MAX_VMAS	(1 << 17)

enum entry_kind {
	ENTRY_PTE,		/* maps @page */
	ENTRY_PMD,		/* maps HPAGE_PMD_NR pages from @page on */
	ENTRY_MIGRATION,	/* a pte that waits for @page to be migrated */
	ENTRY_PMD_MIGRATION,
};

/**
 * struct mapped - an entry of a page table that a folio's rmap must know of
 * @folio: the folio
 * @page: its page, the first one for a PMD
 * @sp: whose page table
 * @vma: the VMA of the address
 * @addr: user address
 * @kind: what the entry is
 * @writable: the entry allows stores
 * @exclusive: a migration entry for a page that is exclusive
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
 * @nr_vmas: how many
 * @mapped: its entries in order of address
 * @nr_mapped: how many
 * @rss: what each counter of resident pages must be
 * @tables_bytes: what all page tables take
 * @swapped: entries that are in swap
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

/**
 * struct view - what a run of the oracle has seen
 * @world: the case's spaces
 * @mapped: the entries of all spaces
 * @nr_mapped: how many
 * @vmas: the VMAs of all spaces
 * @vma_space: the space of each
 * @nr_vmas: how many
 */
struct view {
	struct world *world;
	struct mapped *mapped;
	int nr_mapped;
	struct vm_area_struct **vmas;
	struct space **vma_space;
	int nr_vmas;
};

/**
 * wrong() - complain of a space
 * @sp: whose; its name goes before the text and its drawing behind it
 * @fmt: field, address, what there is and what is expected
 *
 * The first complaint of a case fails it, and the oracle rests then; while
 * oracle_complaint() asks, it is kept for that instead.
 */
void wrong(struct space *sp, const char *fmt, ...) __printf(2, 3);
bool oracle_quiet(struct world *world);

#define same(sp, what, there, expected) do {				\
	long __t = (there), __e = (expected);				\
	if (__t != __e)							\
		wrong(sp, "%s is %ld, expected %ld", what, __t, __e);	\
} while (0)

int oracle_held(struct world *world, const void *object);
bool oracle_knows_vma(const struct vm_area_struct *vma);
int oracle_look(struct kunit *test, struct space_view *sv, int room);
bool oracle_is_shared(struct space *sp, const struct anon_vma *anon_vma);

/* in the order in which they are called; each returns at its first complaint */
void oracle_walk(struct view *view, struct space_view *sv);
void oracle_space(struct space_view *sv);
void oracle_contents(struct space_view *sv);
void oracle_anon_vmas(struct view *view);
void oracle_mapping(const struct mapped *m);
void oracle_lazy_vma(struct space *sp, struct vm_area_struct *vma);
struct anon_vma *oracle_shared(struct space *sp);
struct anon_vma *oracle_counting(struct vm_area_struct *vma, struct anon_vma **holds);
void oracle_uffd(struct view *view);
int oracle_uffd_contexts(struct space *sp);
void oracle_uffd_entry(struct space *sp, struct vm_area_struct *vma, unsigned long addr,
		       bool writable);
void oracle_files(struct view *view);
long oracle_file_charges(void);
void oracle_folios(struct view *view);
void oracle_large(const struct mapped *m, int nr);
void oracle_ksm(struct view *view);
void oracle_ksm_folio(const struct mapped *m);
long oracle_ksm_refs(struct anon_vma *anon_vma);
void oracle_ksm_anon_vmas(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg);
void oracle_swap_begin(void);
void oracle_swap_entry(struct space *sp, unsigned long addr, pte_t pte);
void oracle_swap(struct view *view);

#endif /* VMA_ORACLE_H */
