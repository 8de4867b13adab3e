// SPDX-License-Identifier: GPL-2.0
/* The words of pages.h for large folios, for accesses to pages and for LRU lists. */
#include "pages.h"

#include <linux/khugepaged.h>
#include <linux/mm.h>
#include <linux/page_idle.h>
#include <linux/pgtable.h>
#include <linux/swap.h>
#include <linux/vmstat.h>

#include <shim/machine.h>

#include "internal.h"

/**
 * large_folios() - write "always" to hugepages-*kB/enabled in sysfs
 * @sp: not used, since the setting is for all spaces
 * @order: order of the anonymous folios
 */
void large_folios(struct space *sp, int order)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	huge_anon_orders_always |= BIT(order);
#endif
}

/**
 * large_layout() - layout() with large folios, where they fit
 * @test: the case
 * @text: as of layout()
 * @order: order of the folios
 *
 * Pages that become present by the fault of another page are zero.
 */
struct space *large_layout(struct kunit *test, const char *text, int order)
{
	large_folios(NULL, order);
	return layout(test, text);
}

/**
 * no_large_folios() - anonymous memory has single pages only, whatever is advised
 *
 * As "never" in all the controls of sysfs.
 */
void no_large_folios(void)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	transparent_hugepage_flags = 0;
	huge_anon_orders_always = 0;
	huge_anon_orders_madvise = 0;
#endif
}

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
void shim_khugepaged_scan(void);	/* of mm_shim/subject, which has no headers of ours */
#endif

/**
 * khugepaged_round() - what khugepaged does between two sleeps
 * @sp: a space of the case; processes that khugepaged was told of are visited
 */
void khugepaged_round(struct space *sp)
{
	work_begin(sp->test, "khugepaged", NULL);
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	shim_khugepaged_scan();
#endif
	op_end(0);
	work_done(sp->test, 0);
}

/**
 * allow_holes() - set max_ptes_none of khugepaged
 * @nr: pages that may be missing, or be empty, in what becomes or stays a huge page
 */
void allow_holes(unsigned int nr)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	khugepaged_max_ptes_none = nr;
#endif
}

/**
 * referenced() - folio_referenced(), which tests and clears the accessed bits
 * @sp: the space
 * @page: a page of the folio, all of whose mappings are tested
 *
 * Return: the number of mappings that have accessed it.
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
 * is_idle() - read that bit, which is clear if the page was accessed since
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
 * was_accessed() - does the entry of a page have the accessed bit?
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
 * evict() - scan an inactive list, as kswapd does
 * @sp: a space of the case; the list has the pages of all spaces
 * @file: the list of file pages, and not of anonymous ones
 *
 * Pages that were accessed since the last scan stay.
 *
 * Return: the number of pages that were evicted.
 */
unsigned long evict(struct space *sp, bool file)
{
	unsigned long nr;

	work_begin(sp->test, "reclaim", "inactive %s", file ? "file" : "anon");
	nr = shim_shrink_inactive(file, ALL_PAGES);
	op_end(0);
	work_done(sp->test, 0);
	return nr;
}

/**
 * deactivate() - scan an active list: pages without accesses go to the inactive list
 * @sp: a space of the case; the list has the pages of all spaces
 * @file: the list of file pages, and not of anonymous ones
 */
void deactivate(struct space *sp, bool file)
{
	lru_add_drain();
	work_begin(sp->test, "reclaim", "active %s", file ? "file" : "anon");
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
 * drop_caches() - call all shrinkers, that of deferred splits among them
 * @test: the case
 */
void drop_caches(struct kunit *test)
{
	work_begin(test, "shrinkers", NULL);
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	drop_slab();
#endif
	op_end(0);
	work_done(test, 0);
}

/**
 * drain_lru() - move pages from the batches of this CPU to the LRU lists
 */
void drain_lru(void)
{
	lru_add_drain();
}

/**
 * swap_on_disk() - swapon() of a disk, for the rest of the case
 * @test: the case
 * @nr: its size in pages
 * @sync: without asynchronous I/O, as of swap_on_sync()
 *
 * A large folio goes to contiguous slots of a disk, while it is split for a swap file.
 *
 * Return: 0 or a negative errno.
 */
int swap_on_disk(struct kunit *test, unsigned long nr, bool sync)
{
	shim_swap_disk(true);
	return sync ? swap_on_sync(test, nr) : swap_on(test, nr);
}

/**
 * nr_swap_cached() - number of pages in the swap cache
 */
unsigned long nr_swap_cached(void)
{
#ifdef CONFIG_SWAP
	return global_node_page_state(NR_SWAPCACHE);
#else
	return 0;
#endif
}
