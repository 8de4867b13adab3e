// SPDX-License-Identifier: GPL-2.0
/* The end of deferred work, so that what is left in use can be counted. */
#include <linux/rcupdate.h>
#include <linux/swap.h>

#include "internal.h"
#include <shim/memory.h>
#include <shim/sched.h>

/**
 * shim_quiesce() - finish all deferred work
 *
 * Empties the LRU batches of every CPU, runs all works, and then RCU's callbacks until
 * there are none. Memory that is in use afterwards has a user.
 *
 * Context: may sleep, no locks held; no other task runs.
 */
void shim_quiesce(void)
{
	int cpu;

	lru_add_drain();	/* of this CPU, with the batch of mlock() */
	for_each_possible_cpu(cpu)
		lru_add_drain_cpu(cpu);
	while (shim_run_works())
		;
	rcu_barrier();
}
