/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_MMU_CONTEXT_H
#define __ASM_MMU_CONTEXT_H

#include <linux/mm_types.h>

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next,
			     struct task_struct *tsk)
{
}

void shim_tlb_forget(struct mm_struct *mm);

/* a fork has copied what was the parent's */
static inline int init_new_context(struct task_struct *tsk, struct mm_struct *mm)
{
	mm->context.tlb = 0;
	mm->context.hosted = NULL;
	return 0;
}
#define init_new_context init_new_context

static inline void destroy_context(struct mm_struct *mm)
{
	shim_tlb_forget(mm);
}
#define destroy_context destroy_context

#include <asm-generic/mm_hooks.h>
#include <asm-generic/mmu_context.h>

#endif /* __ASM_MMU_CONTEXT_H */
