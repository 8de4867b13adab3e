/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of the oracle to each other; others include oracle.h, or view.h to draw.
 *
 * A run makes a view, and all checks compare the kernel's own records with it. The
 * first complaint ends the run.
 */
#ifndef VMA_CHECK_H
#define VMA_CHECK_H

#include "view.h"

#define MAX_MAPPED	32768
#define MAX_VMAS	(1 << 17)

/**
 * struct view - the VMAs and page table entries of all spaces of a case
 * @world: the case's spaces
 * @mapped: the entries that map a folio or wait for one
 * @nr_mapped: number of @mapped
 * @vmas: the VMAs
 * @vma_space: the space of each of @vmas
 * @nr_vmas: number of @vmas and of @vma_space
 */
struct view {
	struct world *world;
	struct mapped *mapped;
	int nr_mapped;
	struct vm_area_struct **vmas;
	struct space **vma_space;
	int nr_vmas;
};

void view_begin(struct view *view, struct world *world);
void view_space(struct view *view, struct space_view *sv);
void view_end(struct view *view);
bool oracle_knows_vma(const struct vm_area_struct *vma);

/*
 * A complaint names the rule that is broken, by its name in docs/oracle.md; the check of
 * the tree (scripts/check-tree) looks that each rule is in both places.
 */
void wrong(struct space *sp, const char *rule, const char *fmt, ...) __printf(3, 4);

/* same_of(sp, "file_count", "file_count of a file", nr, 1): complain if the two differ */
#define same_of(sp, rule, what, there, expected) do {			\
	long __t = (there), __e = (expected);				\
	if (__t != __e)							\
		wrong(sp, rule, "%s is %ld, expected %ld", what, __t, __e);	\
} while (0)

/* same(sp, "map_count", mm->map_count, nr): for a field that the rule is named after */
#define same(sp, rule, there, expected)	same_of(sp, rule, rule, there, expected)

int oracle_held(struct world *world, const void *object);

/* the checks, and the functions that they share */
void oracle_walk(struct view *view, struct space_view *sv);
void oracle_space(struct space_view *sv);
void oracle_contents(struct space_view *sv);
void oracle_tlb(struct view *view);
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
void oracle_folios(struct view *view);
void oracle_large(const struct mapped *m, int nr);
void oracle_ksm(struct view *view);
void oracle_ksm_folio(const struct mapped *m);
long oracle_ksm_refs(struct anon_vma *anon_vma);
void oracle_ksm_anon_vmas(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg);
void oracle_swap_begin(void);
void oracle_swap_entry(struct space *sp, unsigned long addr, pte_t pte);
void oracle_swap(struct view *view);

#endif /* VMA_CHECK_H */
