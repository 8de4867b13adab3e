// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's check of KSM. ksmd's structures are private to mm/ksm.c, so its counts
 * are made again in mm_shim/subject/mm/ksm.c, a wrapper of it.
 */
#include <linux/mm.h>

#include "internal.h"
#include "check.h"
#include "oracle_self.h"

#ifdef CONFIG_KSM
static struct space *space_of(struct world *world, struct mm_struct *mm)
{
	struct space *sp;

	list_for_each_entry(sp, &world->spaces, list)
		if (sp->mm == mm)
			return sp;
	return list_first_entry_or_null(&world->spaces, struct space, list);
}

/**
 * oracle_ksm() - check the counts of ksmd
 * @view: the view of all spaces
 */
void oracle_ksm(struct view *view)
{
	struct mm_struct *mm;
	long there, expected;
	const char *what = shim_ksm_recount(&mm, &there, &expected);
	struct space *sp = what ? space_of(view->world, mm) : NULL;

	if (sp)
		wrong(sp, "ksm.counts", "%s is %ld, expected %ld", what, there, expected);
}

/**
 * oracle_ksm_folio() - check that the stable node of a folio has its pfn
 * @m: an entry that maps it
 */
void oracle_ksm_folio(const struct mapped *m)
{
	unsigned long *frame = shim_ksm_frame(m->folio);

	if (frame && *frame != folio_pfn(m->folio))
		wrong(m->sp, "ksm.node",
		      "frame of the KSM folio at %lx is %lx, expected %lx", m->addr, *frame,
		      folio_pfn(m->folio));
}

/**
 * oracle_ksm_refs() - the number of rmap_items that refer to an anon_vma
 * @anon_vma: the anon_vma
 */
long oracle_ksm_refs(struct anon_vma *anon_vma)
{
	return shim_ksm_refs(anon_vma);
}

/**
 * oracle_ksm_anon_vmas() - call a function for the anon_vma of each rmap_item
 * @fn: the function, called with one anon_vma several times
 * @arg: for @fn
 *
 * The anon_vmas of a process that has ended are in no chain any more, and ksmd keeps
 * them until its next pass.
 */
void oracle_ksm_anon_vmas(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg)
{
	shim_each_ksm_anon_vma(fn, arg);
}

/* fields for a case to change, see oracle_self.h */

/**
 * oracle_ksm_items() - the count of rmap_items of a process
 * @mm: the address space
 */
unsigned long *oracle_ksm_items(struct mm_struct *mm)
{
	return &shim_ksm_rmap_items(mm);
}

/**
 * oracle_ksm_merging() - the count of merged pages of a process
 * @mm: the address space
 */
unsigned long *oracle_ksm_merging(struct mm_struct *mm)
{
	return &shim_ksm_merging_pages(mm);
}

/**
 * oracle_ksm_frame() - the pfn in the stable node of a folio
 * @folio: a folio of KSM
 */
unsigned long *oracle_ksm_frame(struct folio *folio)
{
	return shim_ksm_frame(folio);
}

/**
 * oracle_ksm_length() - the number of rmap_items in the stable node of a folio
 * @folio: a folio of KSM
 */
int *oracle_ksm_length(struct folio *folio)
{
	return shim_ksm_length(folio);
}
#else
void oracle_ksm(struct view *view)
{
}

void oracle_ksm_folio(const struct mapped *m)
{
}

long oracle_ksm_refs(struct anon_vma *anon_vma)
{
	return 0;
}

void oracle_ksm_anon_vmas(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg)
{
}

unsigned long *oracle_ksm_items(struct mm_struct *mm)
{
	return NULL;
}

unsigned long *oracle_ksm_merging(struct mm_struct *mm)
{
	return NULL;
}

unsigned long *oracle_ksm_frame(struct folio *folio)
{
	return NULL;
}

int *oracle_ksm_length(struct folio *folio)
{
	return NULL;
}
#endif
