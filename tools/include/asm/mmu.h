/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_MMU_H
#define __ASM_MMU_H

typedef struct {
	unsigned long vdso;
	bool forbids_zeropage;
} mm_context_t;

/* As s390 has it, of the memory of guests with storage keys */
#define mm_forbids_zeropage(mm)	((mm)->context.forbids_zeropage)

#endif /* __ASM_MMU_H */
