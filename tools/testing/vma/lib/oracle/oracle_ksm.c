// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's view of KSM: what ksmd counts, recounted by mm_shim/subject/mm/ksm.c,
 * which sees its structures.
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
 * oracle_ksm() - check ksmd's books
 * @view: all spaces
 */
void oracle_ksm(struct view *view)
{
	struct mm_struct *mm;
	long there, expected;
	const char *what = shim_ksm_recount(&mm, &there, &expected);
	struct space *sp = what ? space_of(view->world, mm) : NULL;

	if (sp)
		wrong(sp, "%s is %ld, expected %ld", what, there, expected);
}

/**
 * oracle_ksm_folio() - check that ksmd knows a folio where it is
 * @m: an entry that maps it
 */
void oracle_ksm_folio(const struct mapped *m)
{
	unsigned long *frame = shim_ksm_frame(m->folio);

	if (frame && *frame != folio_pfn(m->folio))
		wrong(m->sp, "frame of the KSM folio at %lx is %lx, expected %lx", m->addr, *frame,
		      folio_pfn(m->folio));
}

/**
 * oracle_ksm_refs() - references of rmap_items to an anon_vma
 * @anon_vma: to which
 */
long oracle_ksm_refs(struct anon_vma *anon_vma)
{
	return shim_ksm_refs(anon_vma);
}

/**
 * oracle_ksm_anon_vmas() - anon_vmas that rmap_items refer to
 * @fn: called with each, as often as it is referred to
 * @arg: for @fn
 *
 * Those of a process that has ended are in no VMA's chain any more, and ksmd
 * keeps them until it comes by again.
 */
void oracle_ksm_anon_vmas(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg)
{
	shim_each_ksm_anon_vma(fn, arg);
}

/* for lies */

unsigned long *oracle_ksm_items(struct mm_struct *mm)
{
	return &mm->ksm_rmap_items;
}

unsigned long *oracle_ksm_merging(struct mm_struct *mm)
{
	return &mm->ksm_merging_pages;
}

unsigned long *oracle_ksm_frame(struct folio *folio)
{
	return shim_ksm_frame(folio);
}

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
