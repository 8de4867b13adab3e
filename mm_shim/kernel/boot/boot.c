// SPDX-License-Identifier: GPL-2.0
/* start_kernel(), as far as its parts are here. */
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

#include "boot.h"

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
	shim_proc_boot();
}

void shim_boot(const struct shim_options *opt)
{
	shim_print_info(false);
	shim_seed(opt->seed);
	if (opt->strict && !host_tsan_strict())
		host_die("--strict is for the tsan variant: build with VARIANT=tsan");
	if (opt->mib)
		shim_nr_pages = opt->mib << (20 - PAGE_SHIFT);
	shim_cpu_boot();
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
	shim_page_boot_end();
	shim_print_info(true);
}
