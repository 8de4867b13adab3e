// SPDX-License-Identifier: GPL-2.0
/* Complaints of TLB flushes that are missing or too late. */
#include <linux/mm.h>
#include <linux/sched.h>

#include <shim/tlb.h>

/* what is cached */
static const char * const levels[] = {
	[SHIM_TLB_PTE] = "page", [SHIM_TLB_PMD] = "page of a huge page",
	[SHIM_TLB_PTE_TABLE] = "table of PTEs", [SHIM_TLB_PMD_TABLE] = "table of PMDs",
	[SHIM_TLB_PUD_TABLE] = "table of PUDs",
};

/* what the page tables have in place of it */
static const char * const faults[] = {
	[SHIM_TLB_ALLOWED] = "it, too", [SHIM_TLB_GONE] = "none",
	[SHIM_TLB_OTHER] = "another one", [SHIM_TLB_SIZE] = "it by an entry of another size",
	[SHIM_TLB_READONLY] = "it read-only", [SHIM_TLB_CLEAN] = "it clean",
};

/**
 * shim_tlb_describe() - say what the TLB has and what the page tables have
 * @stale: the translation
 * @text: buffer
 * @size: its size
 */
void shim_tlb_describe(const struct shim_tlb_stale *stale, char *text, size_t size)
{
	snprintf(text, size, "the TLB has a %s%s at %lx, pfn:%05lx, and the page tables have %s",
		 stale->writable ? "writable " : "", levels[stale->level], stale->addr,
		 stale->pfn, faults[stale->fault]);
}

/**
 * shim_tlb_page_freed() - warn of pages that are freed before a TLB flush that is due
 * @page: the first page
 * @order: order of the pages
 *
 * Context: any.
 */
void shim_tlb_page_freed(struct page *page, unsigned int order)
{
	struct shim_tlb_stale held;
	char text[160];

	if (!shim_tlb_freed(page_to_pfn(page), 1UL << order, &held))
		return;
	shim_tlb_describe(&held, text, sizeof(text));
	WARN(1, "page is freed before the TLB flush that is due: %s", text);
}

/**
 * shim_tlb_pages_stored() - warn of pages that are written to a device before such a flush
 * @page: the first page
 * @nr: number of pages
 *
 * Of the flushes that the running task has put off: a store that comes by the TLB is lost.
 *
 * Context: any.
 */
void shim_tlb_pages_stored(struct page *page, unsigned long nr)
{
#ifdef CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH
	struct shim_tlb_stale held;
	char text[160];

	if (!current->tlb_ubc.flush_required ||
	    !shim_tlb_batched_store(page_to_pfn(page), nr, &current->tlb_ubc.arch, &held))
		return;
	shim_tlb_describe(&held, text, sizeof(text));
	WARN(1, "page is written out before the TLB flush that is due: %s", text);
#endif
}
