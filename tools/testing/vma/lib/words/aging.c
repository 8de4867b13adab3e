// SPDX-License-Identifier: GPL-2.0
/* The words of pages.h about large folios, and about pages that are used or not. */
#include "pages.h"

#include <linux/huge_mm.h>
#include <linux/page_idle.h>
#include <linux/pgtable.h>
#include <linux/swap.h>

#include <shim/machine.h>

#include "internal.h"

/**
 * large_folios() - what "always" in sysfs does for anonymous folios of a size
 * @sp: a space of the case, all of which are concerned
 * @order: of the folio
 */
void large_folios(struct space *sp, int order)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	huge_anon_orders_always |= BIT(order);
#endif
}

/**
 * large_layout() - a layout whose faults make large folios
 * @test: the case
 * @text: as layout() has it
 * @order: of the folios, where they fit
 *
 * Pages that the fault of another one has brought are zero.
 */
struct space *large_layout(struct kunit *test, const char *text, int order)
{
	large_folios(NULL, order);
	return layout(test, text);
}

/**
 * referenced() - ask the reverse map who has used a page, as reclaim does
 * @sp: the space
 * @page: the page; also its other mappings are asked, and all forget
 *
 * Return: how many mappings have.
 */
int referenced(struct space *sp, long page)
{
	struct folio *folio = folio_of(sp, page);
	/* newer kernels have a type of their own for the VMAs' flags, as large */
	u64 vm_flags[4];
	void *flags = vm_flags;
	int nr;

	folio_lock(folio);
	nr = folio_referenced(folio, true, NULL, flags);
	folio_unlock(folio);
	oracle(sp->test);
	return nr;
}

#ifdef CONFIG_IDLE_PAGE_TRACKING
/**
 * make_idle() - set the bit of a page in /sys/kernel/mm/page_idle/bitmap
 * @sp: the space
 * @page: the page
 */
void make_idle(struct space *sp, long page)
{
	lru_add_drain();
	shim_idle_set(folio_pfn(folio_of(sp, page)));
	oracle(sp->test);
}

/**
 * is_idle() - read that bit: whether nobody has used the page since
 * @sp: the space
 * @page: the page
 */
bool is_idle(struct space *sp, long page)
{
	bool idle = shim_idle_test(folio_pfn(folio_of(sp, page)));

	oracle(sp->test);
	return idle;
}
#else
void make_idle(struct space *sp, long page)
{
}

bool is_idle(struct space *sp, long page)
{
	return false;
}
#endif

/**
 * was_accessed() - whether the entry of a page says that it was used
 * @sp: the space
 * @page: the page
 */
bool was_accessed(struct space *sp, long page)
{
	pmd_t *pmdp = shim_lookup_pmd(sp->mm, page_addr(page));
	pte_t *ptep;
	bool was;

	if (!pmdp)
		return false;
	if (pmd_trans_huge(pmdp_get(pmdp)))
		return pmd_young(pmdp_get(pmdp));
	ptep = pte_offset_map(pmdp, page_addr(page));
	was = pte_present(ptep_get(ptep)) && pte_young(ptep_get(ptep));
	pte_unmap(ptep);
	return was;
}

#ifdef CONFIG_SWAP
#define ALL_PAGES	4096

/**
 * evict() - a scan of an inactive list, as kswapd makes it
 * @sp: a space of the case; those of others are on the list too
 * @file: the list of file pages, and not of anonymous ones
 *
 * What was used lately stays. Return: how many pages have gone.
 */
unsigned long evict(struct space *sp, bool file)
{
	unsigned long nr;

	work_begin(sp->test, "reclaim");
	nr = shim_shrink_inactive(file, ALL_PAGES);
	op_end(0);
	work_done(sp->test, 0);
	return nr;
}

/**
 * deactivate() - a scan of an active list: what was not used goes to the inactive one
 * @sp: a space of the case
 * @file: the list of file pages
 */
void deactivate(struct space *sp, bool file)
{
	lru_add_drain();
	work_begin(sp->test, "reclaim");
	shim_shrink_active(file, ALL_PAGES);
	op_end(0);
	work_done(sp->test, 0);
}
#else
unsigned long evict(struct space *sp, bool file)
{
	return 0;
}

void deactivate(struct space *sp, bool file)
{
}
#endif

/**
 * drop_caches() - let every shrinker do its work: that of the deferred splits among them
 * @test: the case
 */
void drop_caches(struct kunit *test)
{
	work_begin(test, "shrinkers");
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	drop_slab();
#endif
	op_end(0);
	work_done(test, 0);
}

/* Pages that were touched lately go to the lists: what is in a batch is not seen there. */
void drain_lru(void)
{
	lru_add_drain();
}

/**
 * swap_on_disk() - a swap device that is a disk, for the rest of the case
 * @test: the case
 * @nr: its pages
 * @sync: as of swap_on_sync()
 *
 * A large folio goes to slots in a row there, and is split for a swap file.
 */
int swap_on_disk(struct kunit *test, unsigned long nr, bool sync)
{
	shim_swap_disk(true);
	return sync ? swap_on_sync(test, nr) : swap_on(test, nr);
}
