// SPDX-License-Identifier: GPL-2.0
/*
 * Work of the kernel on pages, as the call of a racer. It isolates the folio that was
 * mapped before the race from the LRU.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/migrate.h>
#include <linux/syscalls.h>

#include <shim/files.h>

#include "internal.h"
#include "pages.h"
#include "race.h"

/**
 * race_advise() - madvise() of @page and @nr with the advice @to
 * @r: the racer
 */
void race_advise(struct racer *r)
{
	r->ret = sys_madvise(page_addr(r->page), r->nr * PAGE_SIZE, r->to);
}

/* Not while it is invalidated: then it is present to the kernel only. */
static bool store_huge(pmd_t *pmdp)
{
	pmd_t pmd = pmdp_get(pmdp), stored = pmd_mkdirty(pmd_mkyoung(pmd));

	return pmd_val(pmd) & _PAGE_PRESENT && pmd_write(pmd) &&
	       cmpxchg(&pmd_val(*pmdp), pmd_val(pmd), pmd_val(stored)) == pmd_val(pmd);
}

static bool store_small(pte_t *ptep)
{
	pte_t pte = ptep_get(ptep), stored = pte_mkdirty(pte_mkyoung(pte));

	return pte_present(pte) && pte_write(pte) &&
	       cmpxchg(&ptep->pte, pte.pte, stored.pte) == pte.pte;
}

/**
 * race_store() - a store to @page as the CPU makes it: without a lock it sets bits of its entry
 * @r: the racer, whose @ret is 1 if the entry allowed the store, or 0
 */
void race_store(struct racer *r)
{
	pmd_t *pmdp = shim_lookup_pmd(r->sp->mm, page_addr(r->page));
	pte_t *ptep;

	if (pmd_trans_huge(pmdp_get(pmdp))) {
		r->ret = store_huge(pmdp);
		return;
	}
	ptep = pte_offset_map(pmdp, page_addr(r->page));
	if (!ptep)
		return;
	r->ret = store_small(ptep);
	pte_unmap(ptep);
}

/* Isolates the folio and drops the racer's reference; false if another task was first. */
static bool isolate(struct racer *r, struct list_head *list)
{
	struct folio *folio = r->folio;
	bool isolated = folio_isolate_lru(folio);

	if (isolated)
		list_add(&shim_folio_lru(folio), list);
	r->folio = NULL;
	folio_put(folio);
	return isolated;
}

#ifdef CONFIG_MIGRATION
/**
 * race_migrate() - migrate_pages() of the folio
 * @r: the racer, whose @ret is that of migrate_pages(), or -EBUSY
 */
void race_migrate(struct racer *r)
{
	struct folio *folio = r->folio;
	LIST_HEAD(list);

	if (!isolate(r, &list)) {
		r->ret = -EBUSY;
		return;
	}
	node_stat_mod_folio(folio, NR_ISOLATED_ANON, folio_nr_pages(folio));
	r->ret = migrate_pages(&list, migration_target, NULL, 0, MIGRATE_SYNC, MR_SYSCALL, NULL);
	putback_movable_pages(&list);
}
#else
void race_migrate(struct racer *r)
{
}
#endif

/**
 * race_reclaim() - reclaim_pages() of the folio
 * @r: the racer
 */
void race_reclaim(struct racer *r)
{
	LIST_HEAD(list);

	if (isolate(r, &list))
		reclaim_pages(&list);
}

/**
 * race_split_huge() - split_folio() of the folio
 * @r: the racer
 */
void race_split_huge(struct racer *r)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	folio_lock(r->folio);
	r->ret = split_folio(r->folio);
	folio_unlock(r->folio);
#endif
}

/**
 * race_swap_off() - swapoff() of the device @to
 * @r: the racer, whose @device it is if that succeeds
 */
void race_swap_off(struct racer *r)
{
	struct file *file = shim_swap_file(r->to);

	r->ret = shim_swap_off(file);
	if (!r->ret)
		r->device = file;
}
