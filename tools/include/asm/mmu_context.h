/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_MMU_CONTEXT_H
#define __ASM_MMU_CONTEXT_H

#include <linux/mm_types.h>

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next,
			     struct task_struct *tsk)
{
}

#include <asm-generic/mm_hooks.h>
#include <asm-generic/mmu_context.h>

#endif /* __ASM_MMU_CONTEXT_H */
