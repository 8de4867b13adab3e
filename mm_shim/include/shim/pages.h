/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What CONFIG=full adds to shim/machine.h: ways in to what reclaim, idle page
 * tracking and memory failure keep to themselves, and processes that can be sent
 * a signal.
 */
#ifndef SHIM_PAGES_H
#define SHIM_PAGES_H

#include <linux/mm_types.h>
#include <linux/sched.h>

/* the bitmap in sysfs (mm_shim/subject/page_idle.c) */
void shim_idle_set(unsigned long pfn);
bool shim_idle_test(unsigned long pfn);

/* what the next swap device is (swap.c) */
void shim_swap_disk(bool now);

/* what becomes of the swap cache's writeback tags (mm_shim/subject/swap_state.c) */
void shim_swap_cache_untagged(void);

/* the LRU lists (mm_shim/subject/vmscan.c) */
unsigned long shim_shrink_inactive(bool file, unsigned long nr);
void shim_shrink_active(bool file, unsigned long nr);

/* processes, and the signals that memory failure sends them (signal.c) */
struct shim_signal {
	struct task_struct *task;
	int sig;
	int code;
	unsigned long addr;
	short lsb;
};
#define SHIM_MAX_SIGNALS	16
struct task_struct *shim_process_create(const char *name, struct mm_struct *mm);
void shim_process_end(struct task_struct *task);
int shim_signals(const struct shim_signal **signals);

#endif /* SHIM_PAGES_H */
