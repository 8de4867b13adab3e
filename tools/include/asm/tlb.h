/* SPDX-License-Identifier: GPL-2.0 */
/* There is no TLB: the machine walks the page tables at every access. */
#ifndef __ASM_TLB_H
#define __ASM_TLB_H

#include <linux/mm_types.h>

#define tlb_flush shim_tlb_flush
struct mmu_gather;
static inline void shim_tlb_flush(struct mmu_gather *tlb)
{
}

#include <asm-generic/tlb.h>

static inline void __pte_free_tlb(struct mmu_gather *tlb, pgtable_t pte,
				  unsigned long addr)
{
	tlb_remove_ptdesc(tlb, page_ptdesc(pte));
}

static inline void __pmd_free_tlb(struct mmu_gather *tlb, pmd_t *pmd,
				  unsigned long addr)
{
	tlb_remove_ptdesc(tlb, virt_to_ptdesc(pmd));
}

static inline void __pud_free_tlb(struct mmu_gather *tlb, pud_t *pud,
				  unsigned long addr)
{
	tlb_remove_ptdesc(tlb, virt_to_ptdesc(pud));
}

#endif /* __ASM_TLB_H */
