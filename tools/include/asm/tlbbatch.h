/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flushes that reclaim puts off to the end of a batch (CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH).
 * There is no TLB, so that only the order is left: a page whose entry was cleared in the batch is
 * not freed before the flush. mm_shim/kernel/memory/page.c looks at each page that is freed.
 */
#ifndef __ASM_TLBBATCH_H
#define __ASM_TLBBATCH_H

struct mm_struct;
struct arch_tlbflush_unmap_batch {
};

static inline bool arch_tlbbatch_should_defer(struct mm_struct *mm)
{
	return true;
}

/* with one address or with two, as the tree has it */
#define arch_tlbbatch_add_pending(batch, mm, ...)	do { } while (0)

static inline void arch_tlbbatch_flush(struct arch_tlbflush_unmap_batch *batch)
{
}

static inline void arch_flush_tlb_batched_pending(struct mm_struct *mm)
{
}

#endif /* __ASM_TLBBATCH_H */
