// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts and softirqs, which never come: only flags that tell if they are enabled, for
 * the kernel's assertions and for lockdep.
 */
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

__thread unsigned long shim_irq_flags;
DEFINE_PER_CPU(unsigned long, local_interrupt_disable_state);

#ifndef CONFIG_PREEMPT_RT
void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	preempt_count_sub(cnt);
}
#endif

#ifdef CONFIG_LOCKDEP
DEFINE_PER_CPU(int, hardirqs_enabled) = 1;
DEFINE_PER_CPU(int, hardirq_context);

void trace_hardirqs_on(void)
{
	lockdep_hardirqs_on_prepare();
	lockdep_hardirqs_on(_RET_IP_);
}

void trace_hardirqs_off(void)
{
	lockdep_hardirqs_off(_RET_IP_);
}

void __local_bh_disable_ip(unsigned long ip, unsigned int cnt)
{
	unsigned long flags;

	raw_local_irq_save(flags);
	__preempt_count_add(cnt);
	if (softirq_count() == (cnt & SOFTIRQ_MASK))
		lockdep_softirqs_off(ip);
	raw_local_irq_restore(flags);
}
#endif /* CONFIG_LOCKDEP */
