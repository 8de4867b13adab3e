// SPDX-License-Identifier: GPL-2.0
/*
 * mm/ksm.c, the part of its initcall that starts no thread, and a way in to a
 * scan of ksmd.
 */
#include "mm/ksm.c"

void shim_init_ksm(void);
void shim_ksm_scan(unsigned int pages);

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
