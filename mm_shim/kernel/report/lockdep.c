// SPDX-License-Identifier: GPL-2.0
/*
 * What the tree's lockdep (LOCKDEP=1) asks of the rest of a kernel: whether
 * interrupts are on, stacks and names of functions, the lock that stands for
 * reclaim. And what it is told before the first case: the documented order.
 */
#include <linux/console.h>
#include <linux/debug_locks.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mmu_notifier.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/stacktrace.h>
#include <linux/utsname.h>
#include <generated/utsrelease.h>

#include <shim/host.h>
#include <shim/machine.h>

/**
 * shim_locks_check() - the running task holds no lock, and lockdep is content
 *
 * Return: false, and the case has a reason, if it has complained.
 */
bool shim_locks_check(void)
{
#ifdef CONFIG_LOCKDEP
	debug_check_no_locks_held();
	if (!debug_locks) {
		shim_reason("lockdep has reported a bug, and is off since");
		return false;
	}
#endif
	return true;
}

/**
 * shim_locks_say() - which lock the running task asks for, and which it holds
 * @text: filled in
 * @size: its room
 *
 * Context: while lockdep reports a wrong order. What is asked for stands behind
 * what is held then, and is not counted yet.
 */
void shim_locks_say(char *text, int size)
{
#ifdef CONFIG_LOCKDEP
	const struct held_lock *held = current->held_locks;
	int i = current->lockdep_depth, len;

	text[0] = 0;
	if (i == MAX_LOCK_DEPTH || !held[i].instance)
		return;
	len = scnprintf(text, size, ": %s under", held[i].instance->name);
	while (i--)
		len += scnprintf(text + len, size - len, " %s", held[i].instance->name);
#else
	text[0] = 0;
#endif
}

#ifdef CONFIG_LOCKDEP
DEFINE_PER_CPU(int, hardirqs_enabled) = 1;
DEFINE_PER_CPU(int, hardirq_context);
bool early_boot_irqs_disabled;
enum system_states system_state = SYSTEM_RUNNING;
int oops_in_progress;
int rcu_scheduler_active = 2;	/* RCU_SCHEDULER_RUNNING, in kernel/rcu/rcu.h */
struct uts_namespace init_uts_ns = { .name.release = UTS_RELEASE };

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

/* Whoever is in a read-side section of the host's engine is seen by it. */
bool notrace rcu_is_watching(void)
{
	return true;
}

const char *print_tainted(void)
{
	return "Not tainted";
}

void console_verbose(void)
{
}

void nbcon_cpu_emergency_enter(void)
{
}

void nbcon_cpu_emergency_exit(void)
{
}

unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skip)
{
	return host_backtrace((void **)store, size);
}

void stack_trace_print(const unsigned long *entries, unsigned int nr, int spaces)
{
	host_print_frames((void *const *)entries, nr);
}

static int print_symbol(char *buffer, unsigned long address)
{
	unsigned long offset = 0;
	const char *name = host_symbol((void *)address, &offset);

	if (!name)
		return sprintf(buffer, "0x%lx", address);
	return sprintf(buffer, "%s+0x%lx", name, offset);
}

int sprint_symbol(char *buffer, unsigned long address)
{
	return print_symbol(buffer, address);
}

int sprint_symbol_build_id(char *buffer, unsigned long address)
{
	return print_symbol(buffer, address);
}

int sprint_symbol_no_offset(char *buffer, unsigned long address)
{
	unsigned long offset;

	return sprintf(buffer, "%s", host_symbol((void *)address, &offset) ?: "?");
}

int sprint_backtrace(char *buffer, unsigned long address)
{
	return print_symbol(buffer, address - 1);
}

int sprint_backtrace_build_id(char *buffer, unsigned long address)
{
	return print_symbol(buffer, address - 1);
}

const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset,
			    char **module, char *name)
{
	return host_symbol((void *)addr, offset);
}

/*
 * What mm/page_alloc.c has: an allocation that may reclaim takes and releases
 * this, and so does reclaim while it runs. So lockdep knows of a lock that is
 * held over an allocation and that reclaim takes, though nothing is reclaimed.
 */
static struct lockdep_map reclaim_map = STATIC_LOCKDEP_MAP_INIT("fs_reclaim", &reclaim_map);

static bool may_reclaim(gfp_t gfp)
{
	return (gfp & __GFP_DIRECT_RECLAIM) && !(current->flags & PF_MEMALLOC) &&
	       !(gfp & __GFP_NOLOCKDEP);
}

void fs_reclaim_acquire(gfp_t gfp)
{
	gfp = current_gfp_context(gfp);
	if (!may_reclaim(gfp))
		return;
	if (gfp & __GFP_FS)
		lock_acquire_exclusive(&reclaim_map, 0, 0, NULL, _RET_IP_);
#ifdef CONFIG_MMU_NOTIFIER
	lock_map_acquire(&__mmu_notifier_invalidate_range_start_map);
	lock_map_release(&__mmu_notifier_invalidate_range_start_map);
#endif
}

void fs_reclaim_release(gfp_t gfp)
{
	gfp = current_gfp_context(gfp);
	if (may_reclaim(gfp) && (gfp & __GFP_FS))
		lock_release(&reclaim_map, _RET_IP_);
}
#endif /* CONFIG_LOCKDEP */
