/* SPDX-License-Identifier: GPL-2.0 */
/* What a benchmark turns off, or its threads would measure the machine's own locks. */
#ifndef SHIM_BENCH_H
#define SHIM_BENCH_H

#include <linux/types.h>

/* the allocator's one lock (buddy.c), and the TLB's (tlb.c) */
void shim_use_cpu_lists(bool on);
void shim_tlb_rest(bool on);

#endif /* SHIM_BENCH_H */
