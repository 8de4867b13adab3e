/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_MMU_H
#define __ASM_MMU_H

typedef struct {
	unsigned long vdso;
} mm_context_t;

#endif /* __ASM_MMU_H */
