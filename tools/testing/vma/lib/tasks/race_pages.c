// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel does to pages on its own account, as the call of a racer. The
 * folio is that of before the race, and is taken off the LRU in it.
 */
#include <linux/mm.h>
#include <linux/migrate.h>

#include "internal.h"
#include "pages.h"
#include "race.h"

void race_advise(struct racer *r)
{
	r->ret = sys_madvise(page_addr(r->page), r->nr * PAGE_SIZE, r->to);
}

/* From here on only the LRU's reference is left; false if somebody else was first. */
static bool isolate(struct racer *r, struct list_head *list)
{
	struct folio *folio = r->folio;
	bool isolated = folio_isolate_lru(folio);

	if (isolated)
		list_add(&folio->lru, list);
	r->folio = NULL;
	folio_put(folio);
	return isolated;
}

#ifdef CONFIG_MIGRATION
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

void race_reclaim(struct racer *r)
{
	LIST_HEAD(list);

	if (isolate(r, &list))
		reclaim_pages(&list);
}

void race_split_huge(struct racer *r)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	folio_lock(r->folio);
	r->ret = split_folio(r->folio);
	folio_unlock(r->folio);
#endif
}
