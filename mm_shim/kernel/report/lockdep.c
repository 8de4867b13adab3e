// SPDX-License-Identifier: GPL-2.0
/*
 * Functions that the reports of the tree's lockdep (LOCKDEP=1) call: stacks and the names
 * of functions. And the check of its state at the end of a case.
 */
#include <linux/console.h>
#include <linux/debug_locks.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/stacktrace.h>
#include <linux/utsname.h>
#include <generated/utsrelease.h>

#include <shim/host.h>
#include <shim/report.h>

/**
 * shim_locks_check() - check that the running task holds no lock
 *
 * Return: false if lockdep has reported a bug, now or before; that is the case's reason.
 * True without LOCKDEP=1.
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

#ifdef CONFIG_LOCKDEP
bool early_boot_irqs_disabled;
enum system_states system_state = SYSTEM_RUNNING;
int oops_in_progress;
struct uts_namespace init_uts_ns = { .name.release = UTS_RELEASE };

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
#endif /* CONFIG_LOCKDEP */
