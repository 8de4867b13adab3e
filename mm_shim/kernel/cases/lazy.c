// SPDX-License-Identifier: GPL-2.0
/* The run-time switch of our series: one binary runs a case eager and lazy. */
#include <asm/shim-if.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/types.h>
#include SHIM_IF(SHIM_ANON_VMA_LAZY, "anon_vma_lazy.h", "internal.h")

#include <shim/suite.h>

static bool lazy;

/**
 * shim_set_lazy() - choose the mode of the VMAs that are faulted from now on
 * @on: lazy if true, with anon_vmas that are made when they are needed
 *
 * Without our series in the tree nothing is lazy, and nothing is done.
 */
void shim_set_lazy(bool on)
{
	lazy = on;
#ifdef CONFIG_VMA_REF
	WRITE_ONCE(anon_vma_lazy_enable, on);
#else
	SHIM_IF(SHIM_ANON_VMA_LAZY, WRITE_ONCE(anon_vma_lazy_enabled, on), (void)on);
#endif
}

/**
 * shim_lazy() - check if this case is run in lazy mode
 *
 * Return: the argument of the last shim_set_lazy().
 */
bool shim_lazy(void)
{
	return lazy;
}

/**
 * shim_vm_events() - count of a VM event since the boot, over all CPUs
 * @name: the event, as /proc/vmstat has it
 *
 * Return: the count, 0 without CONFIG_VM_EVENT_COUNTERS or where the tree has no such event.
 */
unsigned long shim_vm_events(const char *name)
{
#ifdef CONFIG_VM_EVENT_COUNTERS
	unsigned long events[NR_VM_EVENT_ITEMS];
	int i;

	all_vm_events(events);
	for (i = 0; i < NR_VM_EVENT_ITEMS; i++)
		if (!strcmp(vm_event_name(i), name))
			return events[i];
#endif
	return 0;
}
