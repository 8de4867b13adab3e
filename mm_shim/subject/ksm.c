// SPDX-License-Identifier: GPL-2.0
/*
 * mm/ksm.c, the part of its initcall that starts no thread, and a way in to a
 * scan of ksmd.
 */
#include "mm/ksm.c"

void shim_init_ksm(void);
void shim_ksm_scan(unsigned int pages);
void shim_ksm_forget(void);

void shim_init_ksm(void)
{
	zero_checksum = calc_checksum(ZERO_PAGE(0));
	ksm_use_zero_pages = false;
	ksm_slab_init();
	ksm_run = KSM_RUN_MERGE;
}

void shim_ksm_scan(unsigned int pages)
{
	mutex_lock(&ksm_thread_mutex);
	ksm_do_scan(pages);
	mutex_unlock(&ksm_thread_mutex);
}

/*
 * Lets go of what ksmd would drop in its next round: the mm it is at, and the
 * pages that nobody maps any more.
 */
void shim_ksm_forget(void)
{
	struct ksm_stable_node *node;
	struct rb_node *at;

	while (!list_empty(&ksm_mm_head.slot.mm_node))
		shim_ksm_scan(1);
	while ((at = rb_first(root_stable_tree))) {
		node = rb_entry(at, struct ksm_stable_node, node);
		if (is_stable_node_chain(node) ||
		    ksm_get_folio(node, KSM_GET_FOLIO_NOLOCK))
			break;
	}
}
