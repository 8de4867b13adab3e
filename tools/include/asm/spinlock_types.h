/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_SPINLOCK_TYPES_H
#define __ASM_SPINLOCK_TYPES_H

typedef struct {
	int locked;
} arch_spinlock_t;

/* Readers are counted up from 0, a writer is -1. */
typedef struct {
	int count;
} arch_rwlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED	{ 0 }
#define __ARCH_RW_LOCK_UNLOCKED		{ 0 }

#endif /* __ASM_SPINLOCK_TYPES_H */
