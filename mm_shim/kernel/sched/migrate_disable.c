// SPDX-License-Identifier: GPL-2.0
/* migrate_disable() and migrate_enable(), where they are functions of kernel/sched/core.c. */
#if defined(CONFIG_PREEMPT_RT) && defined(SHIM_MIGRATE_DISABLE_CALLED)
#include <linux/mmu_context.h>	/* sched.h of 6.12 wants it */
#include <linux/sched.h>

#include <../kernel/sched/sched.h>

/* A task of the machine stays on its CPU anyway; who asks whether it may leave is told. */
void migrate_disable(void)
{
	preempt_disable();
	if (!current->migration_disabled++)
		this_rq()->nr_pinned++;
	preempt_enable();
}

void migrate_enable(void)
{
	if (WARN_ON_ONCE(!current->migration_disabled))
		return;
	preempt_disable();
	if (!--current->migration_disabled)
		this_rq()->nr_pinned--;
	preempt_enable();
}
#endif
