// SPDX-License-Identifier: GPL-2.0
/* mm/khugepaged.c, and a way in: to a round of the daemon. */
#include "mm/khugepaged.c"

void shim_khugepaged_scan(void);

/**
 * shim_khugepaged_scan() - do what khugepaged does between two sleeps
 *
 * Where it has no memory for a huge page it tries again at once, and not in a minute.
 *
 * Context: a kthread, which every case is; may sleep, no locks held.
 */
void shim_khugepaged_scan(void)
{
	khugepaged_alloc_sleep_millisecs = 0;
	khugepaged_do_scan(&khugepaged_collapse_control);
}
