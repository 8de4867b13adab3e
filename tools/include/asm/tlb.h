/* SPDX-License-Identifier: GPL-2.0 */
/* Flushes of ranges by the generic tlb_flush(), see asm/tlbflush.h. */
#ifndef __ASM_TLB_H
#define __ASM_TLB_H

#include <asm-generic/tlb.h>

/* Older trees leave the destructor and the free of a page table to the architecture. */
#ifdef SHIM_ARCH_PAGETABLE_DTOR
#define shim_table_dtor(lvl, pt)	pagetable_##lvl##_dtor(pt)
static inline void __tlb_remove_table(void *table)
{
	pagetable_free((struct ptdesc *)table);
}
#else
#define shim_table_dtor(lvl, pt)	do { } while (0)
#endif

#define __shim_free_tlb(lvl, tlb, pt)		\
do {						\
	struct ptdesc *__pt = (pt);		\
						\
	shim_table_dtor(lvl, __pt);		\
	tlb_remove_ptdesc((tlb), __pt);		\
} while (0)

#define __pte_free_tlb(tlb, table, addr) __shim_free_tlb(pte, tlb, page_ptdesc(table))
#define __pmd_free_tlb(tlb, table, addr) __shim_free_tlb(pmd, tlb, virt_to_ptdesc(table))
#define __pud_free_tlb(tlb, table, addr) __shim_free_tlb(pud, tlb, virt_to_ptdesc(table))

#endif /* __ASM_TLB_H */
