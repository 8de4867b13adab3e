// SPDX-License-Identifier: GPL-2.0
/* mm/swap_state.c, and what its setup sets; the rest of that is sysctl and sysfs. */
#include "mm/swap_state.c"

void shim_init_swap_state(void);
void shim_swap_cache_untagged(void);

void shim_init_swap_state(void)
{
	page_cluster = 3;	/* of a machine that is not tiny */
}

/* Of the device in use: finding 21, some trees do it with sysfs only. */
void shim_swap_cache_untagged(void)
{
	mapping_set_no_writeback_tags(swap_address_space(swp_entry(0, 0)));
}
