// SPDX-License-Identifier: GPL-2.0
/* mm/swap_state.c, and what its setup sets; the rest of that is sysctl. */
#include "mm/swap_state.c"

void shim_init_swap_state(void);

void shim_init_swap_state(void)
{
	page_cluster = 3;	/* of a machine that is not tiny */
}
