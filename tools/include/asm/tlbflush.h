/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine walks the page tables at every access. Beside that mm_shim/kernel/memory/tlb.c
 * knows what a TLB could still have, so that a flush that is missing or too late is seen.
 */
#ifndef __ASM_TLBFLUSH_H
#define __ASM_TLBFLUSH_H

#include <linux/mm_types.h>

void shim_tlb_flush_range(struct mm_struct *mm, unsigned long start, unsigned long end);
void shim_tlb_flush_all(void);

static inline void flush_tlb_all(void)
{
	shim_tlb_flush_all();
}

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	shim_tlb_flush_range(mm, 0, TASK_SIZE);
}

static inline void flush_tlb_page(struct vm_area_struct *vma,
				  unsigned long addr)
{
	shim_tlb_flush_range(vma->vm_mm, addr, addr + 1);
}

static inline void flush_tlb_range(struct vm_area_struct *vma,
				   unsigned long start, unsigned long end)
{
	shim_tlb_flush_range(vma->vm_mm, start, end);
}

static inline void flush_tlb_kernel_range(unsigned long start,
					  unsigned long end)
{
}

#endif /* __ASM_TLBFLUSH_H */
