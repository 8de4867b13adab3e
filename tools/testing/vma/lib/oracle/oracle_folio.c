// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's check of each folio that is mapped: rmap_walk() finds exactly the places
 * that the page tables have, its counts are those of the entries, and its bytes are
 * those of the model.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pagemap.h>
#include <linux/sort.h>

#include "internal.h"
#include "check.h"
#include "guard.h"
#include "ptr_map.h"

#define MAX_BATCHED	8192

static struct place places[MAX_MAPPED];
DEFINE_PTR_MAP(batched, MAX_BATCHED);

static long page_of(const struct mapped *m)
{
	return (long)(m->addr - SPACE_BASE) >> PAGE_SHIFT;
}

/* Does the file have the content? A private page that was not written is read again there. */
static bool is_in_file(struct vm_area_struct *vma, long page, u8 want)
{
	pgoff_t pgoff = linear_page_index(vma, page_addr(page));
	struct folio *folio = filemap_get_folio(shim_vm_file(vma)->f_mapping, pgoff);
	bool is;

	if (IS_ERR(folio))
		return true;	/* not in memory */
	is = *(u8 *)page_address(folio_file_page(folio, pgoff)) == want;
	folio_put(folio);
	return is;
}

/* A page need not be mapped if its content is in a file or in swap. */
static bool may_be_elsewhere(struct space_view *sv, long page, u8 want)
{
	struct vm_area_struct *vma = vma_of(sv->sp, page);

	if (sv->swapped || (vma && (shim_vm_flags(vma) & VM_SHARED)))
		return true;
	return vma && shim_vm_file(vma) && is_in_file(vma, page, want);
}

static void check_page(struct space_view *sv, long page, u16 want, const struct mapped *m)
{
	u8 *bytes, there;

	if (!m && want && !may_be_elsewhere(sv, page, want))
		wrong(sv->sp, "contents",
		      "page %ld at %lx is not mapped, expected contents %#x", page,
		      page_addr(page), want);
	if (!m)
		return;
	bytes = page_address(m->page + (page - page_of(m)));
	there = bytes[0] != want ? bytes[0] : bytes[PAGE_SIZE - 1];
	if (there != want)
		wrong(sv->sp, "contents",
		      "page %ld at %lx holds %#x, expected %#x", page, page_addr(page),
		      there, want);
}

/* The other half, a guard where the model has none, is seen where it is walked. */
static void check_guard(struct space_view *sv, long page)
{
	pte_t *ptep = shim_lookup_pte(sv->sp->mm, page_addr(page));
	bool is = ptep && pte_is_guard(ptep_get(ptep));

	if (ptep)
		pte_unmap(ptep);
	if (!is)
		wrong(sv->sp, "guard", "page %ld at %lx is no guard, expected one", page,
		      page_addr(page));
}

/* The first page from @page on whose content the model knows, of an array that is there. */
static __no_sanitize_address noinline long next_known(const u16 *model, long page)
{
	while (page < SPACE_PAGES && model[page] == MODEL_UNKNOWN)
		page++;
	return page;
}

/**
 * oracle_contents() - compare the pages of a space with its model
 * @sv: the view of the space
 *
 * Reads the pages through the entries of the view, so it makes no fault.
 */
void oracle_contents(struct space_view *sv)
{
	const u16 *model = sv->sp->model;
	const struct mapped *m = sv->mapped, *end = m + sv->nr_mapped;
	long page;

	for (page = next_known(model, 0); page < SPACE_PAGES; page = next_known(model, page + 1)) {
		if (oracle_quiet(sv->sp->test->priv))
			return;
		if (model[page] == MODEL_GUARD) {
			check_guard(sv, page);
			continue;
		}
		while (m < end && page_of(m) + entry_pages(m) <= page)
			m++;
		check_page(sv, page, model[page], m < end && page_of(m) <= page ? m : NULL);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->mm != y->mm)
		return x->mm < y->mm ? -1 : 1;
	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* The walk of a KSM page visits an address once for each rmap_item of it. */
static int without_doubles(struct place *found, int nr)
{
	int i, n = 0;

	for (i = 0; i < nr; i++)
		if (!n || by_place(&found[n - 1], &found[i]))
			found[n++] = found[i];
	return n;
}

/* Compares the places of the walk with the entries @m, both in order of mm and address. */
static void compare_places(const struct mapped *m, int nr, int found)
{
	struct folio *folio = m->folio;
	int i, all = found;

	if (found > 1)
		sort(places, found, sizeof(*places), by_place, NULL);
	if (folio_test_ksm(folio))
		found = without_doubles(places, found);
	for (i = 0; i < nr; i++) {
		struct place want = { m[i].sp->mm, m[i].addr };
		int order = i < found ? by_place(&places[i], &want) : 1;

		if (order > 0)
			wrong(m[i].sp, "rmap_walk",
			      "rmap_walk() misses address %lx, it finds %d places, expected %d",
			      want.addr, all, nr);
		else if (order < 0)
			wrong(m[i].sp, "rmap_walk",
			      "rmap_walk() of the folio at %lx finds address %lx of %s, expected it not to",
			      want.addr, places[i].addr,
			      i && !by_place(&places[i - 1], &places[i]) ? "once more" : "an mm");
		if (order)
			return;
	}
	if (found != nr)
		wrong(m->sp, "rmap_walk",
		      "rmap_walk() of the folio at %lx finds %d places, expected %d",
		      m->addr, found, nr);
}

/* Finding 10: KSM had no memory for its list, nor for breaking the sharing again. */
static bool is_lost_by_ksm(struct folio *folio)
{
	return IS_ENABLED(SHIM_BUG_KSM_NO_RETRY) && shim_sweep_mode() == SHIM_SWEEP_FAIL &&
	       folio_test_ksm(folio) && !folio_raw_mapping(folio);
}

static void check_rmap(const struct mapped *m, int nr)
{
	struct folio *folio = m->folio;
	int found;

	/* rmap_walk() does not search for pages that a driver has inserted, in no mapping */
	if (!folio_test_anon(folio) && !folio_mapping(folio))
		return;
	if (is_lost_by_ksm(folio))
		return;
	found = rmap_places(folio, places, ARRAY_SIZE(places));
	if (found <= ARRAY_SIZE(places))
		compare_places(m, nr, found);
	else
		wrong(m->sp, "rmap_walk",
		      "rmap_walk() of the folio at %lx finds %d places, expected %d",
		      m->addr, found, nr);
}

/* References are those of entries, page or swap cache, private data, batches, and the case. */
static void check_refs(const struct mapped *m, int mapcount)
{
	struct folio *folio = m->folio;
	struct world *world = m->sp->test->priv;
	long expected = mapcount, there = folio_ref_count(folio);

	if (folio_test_anon(folio) ? folio_test_swapcache(folio) : !!shim_folio_mapping(folio))
		expected += folio_nr_pages(folio);
	expected += folio_test_private(folio);
	expected += ptr_map_get(&batched, folio);
	expected += oracle_held(world, folio);
	if (there != expected)
		wrong(m->sp, "folio.refcount",
		      "refcount of the folio at %lx is %ld, expected %ld", m->addr, there,
		      expected);
}

/*
 * An anonymous page that an entry lets be written is AnonExclusive, or a store would be
 * seen by another process; and a page that is AnonExclusive has one entry.
 */
static void check_exclusive(const struct mapped *m, int nr)
{
	bool exclusive = PageAnonExclusive(m->page);

	if (exclusive && nr > 1 && !folio_test_large(m->folio))
		wrong(m->sp, "exclusive",
		      "AnonExclusive of the page at %lx is set, expected clear with %d entries",
		      m->addr, nr);
	if (exclusive && folio_test_ksm(m->folio))
		wrong(m->sp, "exclusive",
		      "AnonExclusive of the KSM page at %lx is set, expected clear",
		      m->addr);
	if (!exclusive && m->writable)
		wrong(m->sp, "exclusive",
		      "AnonExclusive of the page at %lx is clear, expected set as it is writable",
		      m->addr);
}

/* A migration entry of a page that is AnonExclusive is the only entry of the page. */
static void check_migration(const struct mapped *m, int nr)
{
	if (!entry_is_present(m) && m->exclusive && nr > 1 && !folio_test_large(m->folio))
		wrong(m->sp, "exclusive",
		      "migration entry at %lx is exclusive, expected shared with %d entries",
		      m->addr, nr);
}

/* Checks a folio; @m are all its entries, next to each other. */
static void check_folio(const struct mapped *m, int nr)
{
	struct folio *folio = m->folio;
	int i, present = 0;

	for (i = 0; i < nr; i++)
		present += entry_is_present(&m[i]);
	if (folio_mapcount(folio) != present)
		wrong(m->sp, "mapcount", "mapcount of the folio at %lx is %d, expected %d", m->addr,
		      folio_mapcount(folio), present);
	for (i = 0; i < nr && folio_test_anon(folio); i++) {
		if (entry_is_present(&m[i]))
			check_exclusive(&m[i], nr);
		check_migration(&m[i], nr);
	}
	if (folio_test_large(folio))
		oracle_large(m, nr);
	if (folio_test_ksm(folio))
		oracle_ksm_folio(m);
	check_refs(m, present);
	if (folio_test_locked(folio) && !oracle_held(m->sp->test->priv, folio))
		wrong(m->sp, "folio.lock", "folio at %lx is left locked", m->addr);
	else if (!oracle_quiet(m->sp->test->priv))
		check_rmap(m, nr);
	for (i = 0; i < nr && folio_test_anon(folio) && !oracle_quiet(m->sp->test->priv); i++)
		oracle_mapping(&m[i]);
}

static int by_folio(const void *a, const void *b)
{
	const struct mapped *x = a, *y = b;
	struct place p = { x->sp->mm, x->addr }, q = { y->sp->mm, y->addr };

	if (x->folio != y->folio)
		return x->folio < y->folio ? -1 : 1;
	return by_place(&p, &q);
}

static void count_batched(struct folio *folio, void *arg)
{
	(*(int *)arg)++;
}

static void note_batched(struct folio *folio, void *arg)
{
	ptr_map_add(&batched, folio, 1);
}

/* The batches of all CPUs together have room for less than MAX_BATCHED folios. */
static void note_all_batched(void)
{
	int nr = 0;

	shim_each_lru_batched(count_batched, &nr);
	shim_each_mlock_batched(count_batched, &nr);
	ptr_map_clear(&batched, nr);
	if (!nr)
		return;
	shim_each_lru_batched(note_batched, NULL);
	shim_each_mlock_batched(note_batched, NULL);
}

/**
 * oracle_folios() - check every folio that is mapped
 * @view: every entry; sorted by this function
 */
void oracle_folios(struct view *view)
{
	struct mapped *all = view->mapped;
	int i, end, nr = view->nr_mapped;

	if (oracle_quiet(view->world))
		return;
	note_all_batched();
	sort(all, nr, sizeof(*all), by_folio, NULL);
	for (i = 0; i < nr && !oracle_quiet(view->world); i = end) {
		for (end = i + 1; end < nr && all[end].folio == all[i].folio; end++)
			;
		check_folio(&all[i], end - i);
	}
}
