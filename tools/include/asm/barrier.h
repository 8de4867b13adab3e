/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory barriers by the compiler's builtins. TSan understands smp_load_acquire() and
 * smp_store_release(), but no fence that stands alone. Such a fence is not modelled by an
 * access to a global atomic, which would order all threads and hide bugs. A race on a weak
 * memory model knows all of them.
 */
#ifndef __ASM_BARRIER_H
#define __ASM_BARRIER_H

#include <linux/compiler.h>
#include <asm/shim-point.h>

#define __shim_barrier(order) \
	do { shim_fence(order); __atomic_thread_fence(order); } while (0)
#define mb()	__shim_barrier(__ATOMIC_SEQ_CST)
#define rmb()	__shim_barrier(__ATOMIC_ACQUIRE)
#define wmb()	__shim_barrier(__ATOMIC_RELEASE)

#ifdef __SANITIZE_THREAD__
/*
 * For TSan the next WRITE_ONCE() of the thread is a release, with --strict too, where others
 * are not (asm/rwonce.h).
 */
extern __thread int shim_fenced;
#define __smp_wmb()	do { wmb(); shim_fenced = 1; } while (0)
#define __smp_mb()	do { mb(); shim_fenced = 1; } while (0)
#endif

#define __smp_store_release(p, v)					\
({									\
	typeof(p) __sr_p = (p);						\
	typeof(*__sr_p) __sr_v = (v);					\
	shim_store_point(__sr_p, __ATOMIC_RELEASE);			\
	__atomic_store_n(__sr_p, __sr_v, __ATOMIC_RELEASE);		\
})

#define __smp_load_acquire(p)						\
({									\
	typeof(p) __la_p = (p);						\
	__la_p = (typeof(p))shim_load(__la_p, sizeof(*__la_p), __ATOMIC_ACQUIRE); \
	(typeof(*__la_p))__atomic_load_n(__la_p, __ATOMIC_ACQUIRE);	\
})

/* arch_spin_lock() acquires and no more, as the memory model says of a lock */
#define smp_mb__after_spinlock()	smp_mb()

#include <asm-generic/barrier.h>

#ifdef __SANITIZE_THREAD__
/* For TSan it acquires the word that this thread has read last, that of the condition. */
extern __thread const volatile void *shim_seen;
void __tsan_acquire(void *addr);
#undef smp_acquire__after_ctrl_dep
#define smp_acquire__after_ctrl_dep()	do { rmb(); __tsan_acquire((void *)shim_seen); } while (0)
#endif

#endif /* __ASM_BARRIER_H */
