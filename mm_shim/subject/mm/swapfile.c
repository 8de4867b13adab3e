// SPDX-License-Identifier: GPL-2.0
/* mm/swapfile.c, and its initcall. */
#include "mm/swapfile.c"

void shim_init_swapfile(void);

void shim_init_swapfile(void)
{
	swapfile_init();
}
