// SPDX-License-Identifier: GPL-2.0
/* Asking the reverse map where a folio is mapped. */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pagemap.h>

#include "internal.h"
#include "check.h"

struct walk {
	struct place *places;
	int nr, room;
};

static void note_places(struct folio *folio, struct vm_area_struct *vma,
			unsigned long addr, struct walk *walk, unsigned int flags)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, addr, flags);

	while (page_vma_mapped_walk(&pvmw)) {
		if (walk->nr < walk->room)
			walk->places[walk->nr] = (struct place) { shim_vm_mm(vma), pvmw.address };
		walk->nr++;
	}
}

/* Two walks, since page_vma_mapped_walk() finds present entries or migration entries. */
static bool note_vma(struct folio *folio, struct vm_area_struct *vma,
		     unsigned long addr, void *arg)
{
	note_places(folio, vma, addr, arg, 0);
	if (IS_ENABLED(CONFIG_MIGRATION))
		note_places(folio, vma, addr, arg, PVMW_MIGRATION);
	return true;
}

/**
 * rmap_places() - list the places where rmap_walk() finds a folio mapped
 * @folio: the folio; locked meanwhile, if the case has not locked it
 * @places: filled in the order of the walk
 * @room: number of elements of @places
 *
 * A migration entry is a place too; a huge PMD is one place.
 *
 * Context: takes the locks that rmap_walk() takes.
 * Return: the number of places, which may be more than @room.
 */
int rmap_places(struct folio *folio, struct place *places, int room)
{
	struct walk walk = { .places = places, .room = room };
	struct rmap_walk_control rwc = { .rmap_one = note_vma, .arg = &walk };
	bool locked = folio_trylock(folio);	/* the case itself may have locked it */

	rmap_walk(folio, &rwc);
	if (locked)
		folio_unlock(folio);
	return walk.nr;
}
