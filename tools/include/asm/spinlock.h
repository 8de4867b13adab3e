/* SPDX-License-Identifier: GPL-2.0 */
/* The lowest level of the locks, by the compiler's builtins. */
#ifndef __ASM_SPINLOCK_H
#define __ASM_SPINLOCK_H

#include <linux/compiler.h>
#include <asm/processor.h>
#include <asm/shim-point.h>

#define arch_spin_is_locked(l)		(READ_ONCE((l)->locked) != 0)
#define arch_spin_is_contended(l)	0
#define arch_spin_value_unlocked(l)	((l).locked == 0)

static __always_inline int arch_spin_trylock(arch_spinlock_t *lock)
{
	shim_lock_point(&lock->locked);
	if (!__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE))
		return 1;
	shim_rmw_failed();
	return 0;
}

static __always_inline void arch_spin_lock(arch_spinlock_t *lock)
{
	while (!arch_spin_trylock(lock))
		cpu_relax();
}

static __always_inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	shim_unlock_point(&lock->locked);
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

static __always_inline int arch_read_trylock(arch_rwlock_t *lock)
{
	int old;

	shim_lock_point(&lock->count);
	old = __atomic_load_n(&lock->count, __ATOMIC_RELAXED);
	if (old >= 0 && __atomic_compare_exchange_n(&lock->count, &old, old + 1, 0,
						    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 1;
	shim_rmw_failed();
	return 0;
}

static __always_inline void arch_read_lock(arch_rwlock_t *lock)
{
	while (!arch_read_trylock(lock))
		cpu_relax();
}

static __always_inline void arch_read_unlock(arch_rwlock_t *lock)
{
	shim_unlock_point(&lock->count);
	__atomic_fetch_sub(&lock->count, 1, __ATOMIC_RELEASE);
}

static __always_inline int arch_write_trylock(arch_rwlock_t *lock)
{
	int old = 0;

	shim_lock_point(&lock->count);
	if (__atomic_compare_exchange_n(&lock->count, &old, -1, 0,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 1;
	shim_rmw_failed();
	return 0;
}

static __always_inline void arch_write_lock(arch_rwlock_t *lock)
{
	while (!arch_write_trylock(lock))
		cpu_relax();
}

static __always_inline void arch_write_unlock(arch_rwlock_t *lock)
{
	shim_unlock_point(&lock->count);
	__atomic_store_n(&lock->count, 0, __ATOMIC_RELEASE);
}

#endif /* __ASM_SPINLOCK_H */
