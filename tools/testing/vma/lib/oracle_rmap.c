// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's view of the reverse map: for every mapped folio, the places that
 * rmap_walk() finds are exactly those that the page tables hold; and the counts
 * of every anon_vma are what the VMAs and chains say.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pagemap.h>
#include <linux/sort.h>

#include "internal.h"
#include "oracle.h"

#define MAX_PLACES	256
#define MAX_ANON_VMAS	512

struct walk {
	struct place *places;
	int nr, room;
};

static bool note_place(struct folio *folio, struct vm_area_struct *vma,
		       unsigned long addr, void *arg)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, addr, 0);
	struct walk *walk = arg;

	while (page_vma_mapped_walk(&pvmw)) {
		if (walk->nr < walk->room)
			walk->places[walk->nr] = (struct place) { vma->vm_mm, pvmw.address };
		walk->nr++;
	}
	return true;
}

/**
 * rmap_places() - where rmap_walk() finds a folio mapped
 * @folio: not locked by the caller
 * @places: filled in the order of the walk
 * @room: places there is room for
 *
 * Return: how many there are, which may be more than @room.
 */
int rmap_places(struct folio *folio, struct place *places, int room)
{
	struct walk walk = { .places = places, .room = room };
	struct rmap_walk_control rwc = { .rmap_one = note_place, .arg = &walk };

	folio_lock(folio);
	rmap_walk(folio, &rwc);
	folio_unlock(folio);
	return walk.nr;
}

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
 * expect_places() - assert where a folio is mapped; see mapped_at()
 * @test: the case
 * @folio: mapped and not locked
 * @want: all the places, in any order
 * @nr: how many
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

/* All entries of one folio, next to each other. */
static void check_folio(struct mapped *m, int nr)
{
	struct place places[MAX_PLACES];
	struct folio *folio = m->folio;
	int i, found, mapcount = folio_mapcount(folio);
	long page = (long)(m->addr - SPACE_BASE) >> PAGE_SHIFT;

	if (mapcount != nr)
		wrong(m->sp, "page %ld: mapcount %d with %d entries", page, mapcount, nr);
	if (folio_test_anon(folio) && !folio_test_large(folio) && nr > 1 &&
	    PageAnonExclusive(m->page))
		wrong(m->sp, "page %ld: exclusive with %d entries", page, nr);
	found = rmap_places(folio, places, MAX_PLACES);
	for (i = 0; i < nr && found <= MAX_PLACES; i++)
		if (!find_place(places, found, m[i].sp->mm, m[i].addr)) {
			wrong(m[i].sp, "rmap_walk() misses address %lx of %s, and finds %d of %d",
			      m[i].addr, m[i].sp->name, found, nr);
			return;
		}
	if (found != nr)
		wrong(m->sp, "page %ld: rmap_walk() finds %d places, there are %d",
		      page, found, nr);
}

static int by_folio(const void *a, const void *b)
{
	const struct mapped *x = a, *y = b;

	if (x->folio != y->folio)
		return x->folio < y->folio ? -1 : 1;
	return 0;
}

/**
 * oracle_folios() - compare the reverse map with all present entries
 * @world: the case's
 * @all: every entry; sorted by this function
 * @nr: how many
 */
void oracle_folios(struct world *world, struct mapped *all, int nr)
{
	int i, end;

	sort(all, nr, sizeof(*all), by_folio, NULL);
	for (i = 0; i < nr && !world->quiet; i = end) {
		for (end = i + 1; end < nr && all[end].folio == all[i].folio; end++)
			;
		check_folio(&all[i], end - i);
	}
}

struct anon_count {
	struct anon_vma *anon_vma;
	unsigned long active, children, refs;
	struct space *sp;
};

static struct anon_count counts[MAX_ANON_VMAS];
static int nr_counts;

static struct anon_count *count_of(struct anon_vma *anon_vma, struct space *sp)
{
	int i;

	for (i = 0; i < nr_counts; i++)
		if (counts[i].anon_vma == anon_vma)
			return &counts[i];
	if (nr_counts == MAX_ANON_VMAS)
		return &counts[0];
	counts[nr_counts] = (struct anon_count) { .anon_vma = anon_vma, .sp = sp };
	return &counts[nr_counts++];
}

static bool has_chain(struct vm_area_struct *vma, struct anon_vma *anon_vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma)
		if (avc->anon_vma == anon_vma)
			return true;
	return false;
}

static void check_chain(struct space *sp, struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	if (vma->anon_vma && !has_chain(vma, vma->anon_vma))
		wrong(sp, "VMA at %lx has no chain entry of its anon_vma", vma->vm_start);
	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma) {
		if (avc->vma != vma)
			wrong(sp, "VMA at %lx has a chain entry of another", vma->vm_start);
		if (avc->anon_vma->root != vma->anon_vma->root)
			wrong(sp, "VMA at %lx is chained to two roots", vma->vm_start);
		count_of(avc->anon_vma, sp);
	}
	if (vma->anon_vma)
		count_of(vma->anon_vma, sp)->active++;
}

/* VMAs with one anon_vma that are chained differently must never merge. */
static void check_equal_chains(struct space *sp, struct vm_area_struct *a,
			       struct vm_area_struct *b)
{
	struct anon_vma_chain *avc;

	if (!a || !a->anon_vma || a->anon_vma != b->anon_vma)
		return;
	list_for_each_entry(avc, &a->anon_vma_chain, same_vma)
		if (!has_chain(b, avc->anon_vma))
			wrong(sp, "VMAs at %lx and %lx share an anon_vma, not the chain",
			      a->vm_start, b->vm_start);
	if (nr_chains(a) != nr_chains(b))
		wrong(sp, "VMAs at %lx and %lx share an anon_vma, not the chain's length",
		      a->vm_start, b->vm_start);
}

static void count_relations(void)
{
	int i;

	for (i = 0; i < nr_counts; i++) {
		struct anon_count *c = &counts[i];

		count_of(c->anon_vma->parent, c->sp)->children++;
		c->refs++;
		if (c->anon_vma->root != c->anon_vma)
			count_of(c->anon_vma->root, c->sp)->refs++;
	}
}

static void check_counts(struct anon_count *c)
{
	struct anon_vma *av = c->anon_vma;

	if (av->num_active_vmas != c->active)
		wrong(c->sp, "num_active_vmas is %lu, recounted %lu", av->num_active_vmas,
		      c->active);
	if (av->num_children != c->children)
		wrong(c->sp, "num_children is %lu, recounted %lu", av->num_children, c->children);
	if (atomic_read(&av->refcount) != c->refs)
		wrong(c->sp, "an anon_vma's refcount is %d, recounted %lu",
		      atomic_read(&av->refcount), c->refs);
	if (rwsem_is_locked(&av->rwsem))
		wrong(c->sp, "an anon_vma is left locked");
}

/**
 * oracle_anon_vmas() - recount every anon_vma from the VMAs of all spaces
 * @world: the case's
 */
void oracle_anon_vmas(struct world *world)
{
	struct vm_area_struct *vma, *prev;
	struct space *sp;
	int i;

	nr_counts = 0;
	list_for_each_entry(sp, &world->spaces, list) {
		VMA_ITERATOR(vmi, sp->mm, 0);

		prev = NULL;
		for_each_vma(vmi, vma) {
			check_chain(sp, vma);
			check_equal_chains(sp, prev, vma);
			prev = vma;
		}
	}
	count_relations();
	for (i = 0; i < nr_counts && !world->quiet; i++)
		check_counts(&counts[i]);
}
