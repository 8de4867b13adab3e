/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupts never come: disabling them only sets a flag, for the kernel's assertions. */
#ifndef __ASM_IRQFLAGS_H
#define __ASM_IRQFLAGS_H

#define ARCH_IRQ_DISABLED	1UL
#define ARCH_IRQ_ENABLED	0UL

extern __thread unsigned long shim_irq_flags;

static __always_inline unsigned long arch_local_save_flags(void)
{
	return shim_irq_flags;
}

static __always_inline void arch_local_irq_restore(unsigned long flags)
{
	shim_irq_flags = flags;
}

#include <asm-generic/irqflags.h>

#endif /* __ASM_IRQFLAGS_H */
