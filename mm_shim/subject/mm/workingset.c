// SPDX-License-Identifier: GPL-2.0
/* mm/workingset.c, and its initcall. */
#include "mm/workingset.c"

void shim_init_workingset(void);

void shim_init_workingset(void)
{
	workingset_init();
}
