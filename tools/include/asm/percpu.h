/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A CPU belongs to one thread for as long as the thread lives, so operations on
 * this CPU's data need no protection from preemption, and the generic ones of the
 * tree are used.
 */
#ifndef __ASM_PERCPU_H
#define __ASM_PERCPU_H

#include <asm-generic/percpu.h>

#endif /* __ASM_PERCPU_H */
