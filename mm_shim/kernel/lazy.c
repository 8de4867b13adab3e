// SPDX-License-Identifier: GPL-2.0
/* The run-time switch of our series: one binary runs a case eager and lazy. */
#include <asm/shim-if.h>
#include <linux/kconfig.h>
#include <linux/types.h>
#include SHIM_IF(SHIM_ANON_VMA_LAZY, "anon_vma_lazy.h", "internal.h")

#include <shim/machine.h>

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
	SHIM_IF(SHIM_ANON_VMA_LAZY, WRITE_ONCE(anon_vma_lazy_enabled, on), (void)on);
}

/**
 * shim_lazy() - is this case run in lazy mode?
 *
 * Return: what shim_set_lazy() was told last.
 */
bool shim_lazy(void)
{
	return lazy;
}
