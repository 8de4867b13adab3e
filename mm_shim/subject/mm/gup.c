// SPDX-License-Identifier: GPL-2.0
/*
 * mm/gup.c. GUP-fast walks page tables with interrupts off, so that they are not freed:
 * neither by RCU, whose grace periods wait for that, nor after an IPI to all CPUs.
 * Interrupts are only a flag here, so it is a section without preemption too.
 */
#include <linux/irqflags.h>
#include <linux/preempt.h>

static inline unsigned long begin_fast_walk(void)
{
	unsigned long flags;

	preempt_disable();
	local_irq_save(flags);
	return flags;
}

static inline void end_fast_walk(unsigned long flags)
{
	local_irq_restore(flags);
	preempt_enable();
}

#undef local_irq_save
#undef local_irq_restore
#define local_irq_save(flags)		((flags) = begin_fast_walk())
#define local_irq_restore(flags)	end_fast_walk(flags)

#include "mm/gup.c"
