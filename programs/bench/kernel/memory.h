/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <linux/mm_types.h>

#include <shim/machine.h>

#define BENCH_PLACE	0x20000000UL	/* where the VMAs of a program begin */

int bench_check(const char *what, long ret);
int bench_write(struct mm_struct *mm, unsigned long addr);
struct mm_struct *bench_space(void);

#endif /* BENCH_MEMORY_H */
