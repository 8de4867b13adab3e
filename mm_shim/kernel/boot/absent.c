// SPDX-License-Identifier: GPL-2.0
/*
 * Small things that files outside of the subject define: tunables at the value
 * that a kernel boots with, and answers to questions about parts that this
 * machine does not have.
 */
#include <linux/blkdev.h>
#include <linux/capability.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/list_lru.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/security.h>
#include <linux/timer.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>
#include <linux/writeback.h>
#include <asm/pgalloc.h>

#include <shim/compat.h>
#include <shim/machine.h>

unsigned int nr_cpu_ids = NR_CPUS;
struct cpumask __cpu_possible_mask, __cpu_present_mask, __cpu_online_mask;
struct cpumask __cpu_active_mask, __cpu_dying_mask;
atomic_t __num_online_cpus = ATOMIC_INIT(NR_CPUS);
pgd_t swapper_pg_dir[PTRS_PER_PGD];
unsigned long mmap_min_addr = CONFIG_DEFAULT_MMAP_MIN_ADDR;
unsigned long dac_mmap_min_addr = CONFIG_DEFAULT_MMAP_MIN_ADDR;
s32 vm_committed_as_batch = 32;
struct nsproxy init_nsproxy;
struct list_lru shadow_nodes __weak;
const char * const migratetype_names[MIGRATE_TYPES] = { "Unmovable" };
unsigned long init_stack[THREAD_SIZE / sizeof(unsigned long)];
struct workqueue_struct *system_percpu_wq __weak, *system_wq __weak, *bdi_wq;
DEFINE_PER_CPU(unsigned long, local_interrupt_disable_state);

static bool unprivileged;

/**
 * shim_drop_rights() - from here on the case runs as an ordinary user
 *
 * A task may do everything at first: most limits hold for root too, and those
 * that do not are tested after this.
 */
void shim_drop_rights(void)
{
	unprivileged = true;
}

bool capable(int cap)
{
	return !unprivileged;
}

bool ns_capable(struct user_namespace *ns, int cap)
{
	return !unprivileged;
}

bool has_capability_noaudit(struct task_struct *t, int cap)
{
	return !unprivileged;
}

int nsproxy_cache_init(void)
{
	return 0;
}

/* The node's usual protections, as arch code would define them. */
static const pgprot_t protection_map[16] = {
	[VM_NONE]					= PAGE_NONE,
	[VM_READ]					= PAGE_READONLY,
	[VM_WRITE]					= PAGE_COPY,
	[VM_WRITE | VM_READ]				= PAGE_COPY,
	[VM_EXEC]					= PAGE_READONLY_X,
	[VM_EXEC | VM_READ]				= PAGE_READONLY_X,
	[VM_EXEC | VM_WRITE]				= PAGE_COPY_X,
	[VM_EXEC | VM_WRITE | VM_READ]			= PAGE_COPY_X,
	[VM_SHARED]					= PAGE_NONE,
	[VM_SHARED | VM_READ]				= PAGE_READONLY,
	[VM_SHARED | VM_WRITE]				= PAGE_SHARED,
	[VM_SHARED | VM_WRITE | VM_READ]		= PAGE_SHARED,
	[VM_SHARED | VM_EXEC]				= PAGE_READONLY_X,
	[VM_SHARED | VM_EXEC | VM_READ]			= PAGE_READONLY_X,
	[VM_SHARED | VM_EXEC | VM_WRITE]		= PAGE_SHARED_X,
	[VM_SHARED | VM_EXEC | VM_WRITE | VM_READ]	= PAGE_SHARED_X,
};
DECLARE_VM_GET_PAGE_PROT

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	return SHIM_IF(SHIM_PGD_ALLOC, __pgd_alloc(mm, 0),
		       (pgd_t *)__get_free_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO));
}

void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	preempt_count_sub(cnt);
}

/* Where pages are never evicted there is no working set to estimate. */
void __weak workingset_activation(struct folio *folio)
{
}

void __weak workingset_update_node(struct xa_node *node)
{
}

bool is_vmalloc_addr(const void *x)
{
	return false;
}

int __printk_ratelimit(const char *func)
{
	return 1;
}

/* Hotplug callbacks are for CPUs that come and go; these stay. */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*startup)(unsigned int cpu), int (*teardown)(unsigned int cpu),
			bool multi_instance)
{
	return 0;
}

/* Devices have no names, so nobody opens one. */
int misc_register(struct miscdevice *misc)
{
	return 0;
}

/* Timers may be set, and never expire: time stands still while anything runs. */
void shim_timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags, const char *name, struct lock_class_key *key)
{
	timer->entry.pprev = NULL;
	timer->function = func;
	timer->flags = flags;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	timer->expires = expires;
	return 0;
}

/* It waits for walks of page tables with interrupts off, see mm_shim/subject/gup.c. */
void smp_call_function(smp_call_func_t func, void *info, int wait)
{
	if (preemptible() && !rcu_preempt_depth())
		synchronize_rcu();
}

/* No requests are made, so there are none to hold back. */
void blk_start_plug(struct blk_plug *plug)
{
}

void blk_finish_plug(struct blk_plug *plug)
{
}
