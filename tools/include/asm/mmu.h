/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_MMU_H
#define __ASM_MMU_H

typedef struct {
	unsigned long vdso;
	bool forbids_zeropage;
	unsigned short tlb;	/* what is cached of it: mm_shim/kernel/memory/tlb.c */
	void *hosted;		/* the TLB of a guest: programs/run/tlb.c */
} mm_context_t;

/* As s390 has it, of the memory of guests with storage keys */
#define mm_forbids_zeropage(mm)	((mm)->context.forbids_zeropage)

#endif /* __ASM_MMU_H */
