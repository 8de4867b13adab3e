/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A CPU belongs to one thread for as long as the thread lives, so an operation
 * on this CPU's data needs no protection from preemption: the tree's generic
 * operations serve.
 */
#ifndef __ASM_PERCPU_H
#define __ASM_PERCPU_H

#include <asm-generic/percpu.h>

#endif /* __ASM_PERCPU_H */
