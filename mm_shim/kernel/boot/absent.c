// SPDX-License-Identifier: GPL-2.0
/* Functions and data of subsystems that are absent. Each comment says why nothing is done. */
#include <linux/blkdev.h>
#include <linux/list_lru.h>
#include <linux/swap.h>

/* Without reclaim (CONFIG=core) there is no working set to estimate. */
struct list_lru shadow_nodes __weak;

void __weak workingset_activation(struct folio *folio)
{
}

void __weak workingset_update_node(struct xa_node *node)
{
}

/* There is no block layer, so no requests that a plug could hold back. */
void blk_start_plug(struct blk_plug *plug)
{
}

void blk_finish_plug(struct blk_plug *plug)
{
}
