// SPDX-License-Identifier: GPL-2.0
/* What start_kernel() would do, of the parts that are here. */
#include <linux/fs.h>
#include <linux/maple_tree.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pid_namespace.h>
#include <linux/radix-tree.h>
#include <linux/rcupdate.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/swap.h>
#include <linux/wait_bit.h>

#include "internal.h"
#include <shim/cases.h>
#include <shim/compat.h>
#include <shim/host.h>
#include <shim/machine.h>

bool shim_booting;

/* The initcalls of what CONFIG=full adds, without the daemons that they start. */
static void boot_features(void)
{
	shim_swap_boot();
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	shim_init_split_queue(NODE_DATA(0));
	shim_init_huge_memory();
#endif
#ifdef CONFIG_KSM
	shim_init_ksm();
#endif
#ifdef CONFIG_SWAP
	shim_init_workingset();
#endif
#ifdef CONFIG_USERFAULTFD
	shim_init_userfaultfd();
#endif
	shim_shmem_boot();
}

void shim_boot(const struct shim_options *opt)
{
	shim_booting = true;
	shim_seed(opt->seed);
	if (opt->strict && !host_tsan_strict())
		host_die("--strict is for the tsan variant: build with VARIANT=tsan");
	shim_percpu_boot();
	shim_task_boot();
	wait_bit_init();
	shim_page_boot();
	shim_slab_boot();
	ptlock_cache_init();	/* if a lock is larger than a word */
	radix_tree_init();
	maple_tree_init();
	anon_vma_init();
	mm_cache_init();
	proc_caches_init();
	pagecache_init();
	shim_file_boot();
	shim_workqueue_boot();
	boot_features();
	shim_set_lazy(false);	/* cases say which; a tree may begin with lazy ones */
	shim_lock_order_boot();
	shim_booting = false;
}

/**
 * shim_quiesce() - let everything end that is only waiting
 *
 * Empties the LRU batches of every CPU and runs RCU callbacks until there are
 * none, so that what is still in use afterwards is really in use.
 *
 * Context: may sleep, no locks held.
 */
void shim_quiesce(void)
{
	int cpu;

	lru_add_drain();	/* ours, with the batch of mlock() */
	for_each_possible_cpu(cpu)
		lru_add_drain_cpu(cpu);
	while (shim_run_works())
		;
	rcu_barrier();
}
