// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's check of large folios: the mapcounts of each page, of the whole and of
 * each process are those of the entries.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include "internal.h"
#include "check.h"

/* The entries of the folio that is checked. */
static struct large_count {
	int pmds;			/* present PMDs that map all of it */
	int ptes[1 << MAX_PAGE_ORDER];	/* present entries of each page */
	int all[1 << MAX_PAGE_ORDER];	/* with those under migration */
} count;

static void count_entries(const struct mapped *m, int nr)
{
	long pages = folio_nr_pages(m->folio), first, i;

	count.pmds = 0;
	memset(count.ptes, 0, pages * sizeof(count.ptes[0]));
	memset(count.all, 0, pages * sizeof(count.all[0]));
	for (; nr > 0; m++, nr--) {
		first = folio_page_idx(m->folio, m->page);
		count.pmds += m->kind == ENTRY_PMD;
		count.ptes[first] += m->kind == ENTRY_PTE;
		for (i = first; i < first + entry_pages(m); i++)
			count.all[i]++;
	}
}

static void check_page_mapcounts(const struct mapped *m)
{
	struct folio *folio = m->folio;
	int there, mapped = count.pmds ? ENTIRELY_MAPPED : 0;
	long i;

	for (i = 0; i < folio_nr_pages(folio); i++) {
		there = atomic_read(&folio_page(folio, i)->_mapcount) + 1;
		mapped += !!count.ptes[i];
		if (there != count.ptes[i])
			wrong(m->sp, "mapcount.page",
			      "mapcount of page %ld of the folio at %lx is %d, expected %d",
			      i, m->addr, there, count.ptes[i]);
	}
	if (atomic_read(&shim_nr_pages_mapped(folio)) != mapped)
		wrong(m->sp, "mapcount.nr_pages_mapped",
		      "_nr_pages_mapped of the folio at %lx is %#x, expected %#x",
		      m->addr, atomic_read(&shim_nr_pages_mapped(folio)), mapped);
}

/* A page that is AnonExclusive has one entry; the flag of a PMD is that of its first page. */
static void check_exclusive(const struct mapped *m)
{
	long first = folio_page_idx(m->folio, m->page), i;

	if (!folio_test_anon(m->folio) || !entry_is_present(m) || !PageAnonExclusive(m->page))
		return;
	for (i = first; i < first + entry_pages(m); i++)
		if (count.all[i] > 1) {
			wrong(m->sp, "exclusive",
			      "AnonExclusive of the page at %lx is set, expected clear with %d entries",
			      m->addr, count.all[i]);
			return;
		}
}

#ifdef FOLIO_MM_IDS_SHARED_BITNUM	/* older trees do not count processes */
/* The number of present entries of a process. */
static int entries_of(const struct mapped *m, int nr, mm_id_t id)
{
	int n = 0;

	for (; nr > 0; m++, nr--)
		n += entry_is_present(m) && m->sp->mm->mm_id == id;
	return n;
}

/*
 * A folio counts the entries of two processes, each not more than there are; less where
 * a third process had the slot before. It is marked as shared unless all its entries
 * are of one process (Documentation/mm/transhuge.rst of the kernel).
 */
static void check_mm_ids(const struct mapped *m, int nr)
{
	struct folio *folio = m->folio;
	bool shared = test_bit(FOLIO_MM_IDS_SHARED_BITNUM, &folio->_mm_ids);
	int all = folio_large_mapcount(folio), slot, there, mapped, most = 0;

	for (slot = 0; slot < 2; slot++) {
		mm_id_t id = folio_mm_id(folio, slot);

		there = shim_mm_id_mapcount(folio, slot) + 1;
		mapped = id == MM_ID_DUMMY ? 0 : entries_of(m, nr, id);
		most = max(most, mapped);
		if (there > mapped || (there < 1 && id != MM_ID_DUMMY))
			wrong(m->sp, "mapcount.process",
			      "process %d of the folio at %lx counts %d entries, expected %d",
			      slot, m->addr, there, mapped);
	}
	if (!shared && most != all)
		wrong(m->sp, "mapcount.shared",
		      "folio at %lx is not marked as shared, expected so with %d of %d entries",
		      m->addr, most, all);
}
#else
static void check_mm_ids(const struct mapped *m, int nr)
{
}
#endif

/**
 * oracle_large() - check the counts of a large folio
 * @m: its entries, next to each other
 * @nr: number of entries
 */
void oracle_large(const struct mapped *m, int nr)
{
	int i;

	count_entries(m, nr);
	if (folio_entire_mapcount(m->folio) != count.pmds)
		wrong(m->sp, "mapcount.entire",
		      "entire mapcount of the folio at %lx is %d, expected %d", m->addr,
		      folio_entire_mapcount(m->folio), count.pmds);
	if (IS_ENABLED(CONFIG_PAGE_MAPCOUNT))
		check_page_mapcounts(m);
	check_mm_ids(m, nr);
	for (i = 0; i < nr; i++)
		check_exclusive(&m[i]);
}
