/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flushes that reclaim and migration put off to the end of a batch, see asm/tlbflush.h
 * (CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH). The batch has them for what it was told of only,
 * as the least that an architecture does.
 */
#ifndef __ASM_TLBBATCH_H
#define __ASM_TLBBATCH_H

struct mm_struct;
struct arch_tlbflush_unmap_batch {
	/* what is put off is found by the address of the batch */
};

void shim_tlb_batch(struct arch_tlbflush_unmap_batch *batch, struct mm_struct *mm,
		    unsigned long start, unsigned long end);
void shim_tlb_batch_flush(struct arch_tlbflush_unmap_batch *batch);
void shim_tlb_flush_range(struct mm_struct *mm, unsigned long start, unsigned long end);

static inline bool arch_tlbbatch_should_defer(struct mm_struct *mm)
{
	return true;
}

/* with one address or with two, as the tree has it */
#define __shim_tlb_batch(batch, mm, start, end, ...)	shim_tlb_batch(batch, mm, start, end)
#define arch_tlbbatch_add_pending(batch, mm, ...)	\
	__shim_tlb_batch(batch, mm, __VA_ARGS__, 0, 0)

static inline void arch_tlbbatch_flush(struct arch_tlbflush_unmap_batch *batch)
{
	shim_tlb_batch_flush(batch);
}

static inline void arch_flush_tlb_batched_pending(struct mm_struct *mm)
{
	shim_tlb_flush_range(mm, 0, ~0UL);
}

#endif /* __ASM_TLBBATCH_H */
