// SPDX-License-Identifier: GPL-2.0
/* mm/khugepaged.c, and a way in: to a round of the daemon. */
#include "mm/khugepaged.c"

void shim_khugepaged_scan(void);

/**
 * shim_khugepaged_scan() - do what khugepaged does between two sleeps
 *
 * Context: a kthread, which every case is; may sleep, no locks held.
 */
void shim_khugepaged_scan(void)
{
	khugepaged_do_scan(&khugepaged_collapse_control);
}
