// SPDX-License-Identifier: GPL-2.0
/* mm/huge_memory.c, and its initcall. */
#include "mm/huge_memory.c"

void shim_init_huge_memory(void);

/* madvise() chooses, as CONFIG_TRANSPARENT_HUGEPAGE_MADVISE has it on a large machine. */
void shim_init_huge_memory(void)
{
	unsigned long flags = transparent_hugepage_flags;

	hugepage_init();
	transparent_hugepage_flags = flags;
	huge_anon_orders_inherit = BIT(PMD_ORDER);	/* as in sysfs */
}
