/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The TLB (mm_shim/kernel/memory/tlb.c). Accesses of user code fill it and flushes of the
 * kernel's code empty it, see asm/tlbflush.h. No access goes through it: it only knows what
 * one may still use.
 */
#ifndef SHIM_TLB_H
#define SHIM_TLB_H

#include <linux/mm_types.h>
#include <linux/types.h>

/* What is cached: the translation of an address, or where a table of the walk for it is. */
enum shim_tlb_level {
	SHIM_TLB_PTE,		/* a page that a PTE maps */
	SHIM_TLB_PMD,		/* a page of those that a PMD maps */
	SHIM_TLB_PTE_TABLE,
	SHIM_TLB_PMD_TABLE,
	SHIM_TLB_PUD_TABLE,
};

/* Why the page tables do not allow a cached translation. */
enum shim_tlb_fault {
	SHIM_TLB_ALLOWED,
	SHIM_TLB_GONE,		/* they have none */
	SHIM_TLB_OTHER,		/* they have another page, or another table */
	SHIM_TLB_SIZE,		/* the same page, by a PMD in place of a PTE or the other way round */
	SHIM_TLB_READONLY,	/* they do not let it be written */
	SHIM_TLB_CLEAN,		/* a store has to set the dirty bit, which one by the TLB does not */
};

/**
 * struct shim_tlb_stale - a cached translation that the page tables do not allow
 * @mm: the address space
 * @addr: the first address that it translates
 * @pfn: the page, or the table
 * @level: what is cached
 * @writable: a store by it sets no dirty bit
 * @fault: what is wrong with it
 */
struct shim_tlb_stale {
	struct mm_struct *mm;
	unsigned long addr;
	unsigned long pfn;
	enum shim_tlb_level level;
	bool writable;
	enum shim_tlb_fault fault;
};

/* the TLB (tlb.c) */
extern void (*shim_tlb_hook)(struct mm_struct *mm, unsigned long start, unsigned long end);
void shim_tlb_boot(void);
void shim_tlb_fill(struct mm_struct *mm, unsigned long addr);
unsigned int shim_tlb_holds(struct mm_struct *mm, unsigned long addr, bool stores);
bool shim_tlb_find_stale(struct mm_struct *mm, struct shim_tlb_stale *stale);
bool shim_tlb_freed(unsigned long pfn, unsigned long nr, struct shim_tlb_stale *held);
bool shim_tlb_batched_store(unsigned long pfn, unsigned long nr, const void *batch,
			    struct shim_tlb_stale *held);

/* its complaints (tlb_report.c) */
void shim_tlb_describe(const struct shim_tlb_stale *stale, char *text, size_t size);
void shim_tlb_page_freed(struct page *page, unsigned int order);
void shim_tlb_pages_stored(struct page *page, unsigned long nr);

#endif /* SHIM_TLB_H */
