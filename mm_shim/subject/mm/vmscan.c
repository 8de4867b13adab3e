// SPDX-License-Identifier: GPL-2.0
/* mm/vmscan.c, and a way in to a scan of one LRU list, as kswapd makes many. */
#include "mm/vmscan.c"

unsigned long shim_shrink_inactive(bool file, unsigned long nr);
void shim_shrink_active(bool file, unsigned long nr);

static const struct scan_control scan = {
	.nr_to_reclaim = SWAP_CLUSTER_MAX,
	.gfp_mask = GFP_KERNEL,
	.may_writepage = 1,
	.may_unmap = 1,
	.may_swap = 1,
	.reclaim_idx = MAX_NR_ZONES - 1,
	.priority = DEF_PRIORITY,
};

unsigned long shim_shrink_inactive(bool file, unsigned long nr)
{
	struct scan_control sc = scan;

	return shrink_inactive_list(nr, mem_cgroup_lruvec(NULL, NODE_DATA(0)), &sc,
				    file ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON);
}

void shim_shrink_active(bool file, unsigned long nr)
{
	struct scan_control sc = scan;

	shrink_active_list(nr, mem_cgroup_lruvec(NULL, NODE_DATA(0)), &sc,
			   file ? LRU_ACTIVE_FILE : LRU_ACTIVE_ANON);
}
