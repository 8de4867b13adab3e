/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xchg() and cmpxchg() by the compiler's builtins, which the sanitizers know and which
 * work on every host.
 */
#ifndef __ASM_CMPXCHG_H
#define __ASM_CMPXCHG_H

#include <linux/compiler.h>
#include <asm/shim-point.h>

/* TSan takes all for fully ordered: it sees no barrier that stands beside a relaxed one. */
#ifdef __SANITIZE_THREAD__
#define __SHIM_RMW_ORDER(order)		__ATOMIC_SEQ_CST
#define __SHIM_RMW_FAILED		__ATOMIC_SEQ_CST
#else
#define __SHIM_RMW_ORDER(order)		(order)
#define __SHIM_RMW_FAILED		__ATOMIC_RELAXED
#endif

#define __shim_xchg(ptr, v, order)					\
({									\
	typeof(ptr) __x_ptr = (ptr);					\
	typeof(*__x_ptr) __x_new = (v), __x_old;			\
	shim_rmw_point(__x_ptr, order);					\
	__atomic_exchange(__x_ptr, &__x_new, &__x_old, __SHIM_RMW_ORDER(order)); \
	__x_old;							\
})

/* One that fails orders nothing in the kernel's memory model. */
#define __shim_cmpxchg(ptr, old, new, order)				\
({									\
	typeof(ptr) __c_ptr = (ptr);					\
	typeof(*__c_ptr) __c_old = (old), __c_new = (new);		\
	shim_rmw_point(__c_ptr, order);					\
	if (!__atomic_compare_exchange(__c_ptr, &__c_old, &__c_new, 0,	\
				       __SHIM_RMW_ORDER(order), __SHIM_RMW_FAILED)) \
		shim_rmw_failed();					\
	__c_old;							\
})

#define __shim_try_cmpxchg(ptr, oldp, new, order)			\
({									\
	typeof(ptr) __c_ptr = (ptr);					\
	typeof(*__c_ptr) __c_new = (new);				\
	bool __c_done;							\
	shim_rmw_point(__c_ptr, order);					\
	__c_done = __atomic_compare_exchange(__c_ptr, (typeof(*__c_ptr) *)(oldp), \
					     &__c_new, 0, __SHIM_RMW_ORDER(order), \
					     __SHIM_RMW_FAILED);	\
	if (!__c_done)							\
		shim_rmw_failed();					\
	__c_done;							\
})

#define arch_xchg(p, v)			__shim_xchg(p, v, __ATOMIC_SEQ_CST)
#define arch_xchg_acquire(p, v)		__shim_xchg(p, v, __ATOMIC_ACQUIRE)
#define arch_xchg_release(p, v)		__shim_xchg(p, v, __ATOMIC_RELEASE)
#define arch_xchg_relaxed(p, v)		__shim_xchg(p, v, __ATOMIC_RELAXED)

#define arch_cmpxchg(p, o, n)		__shim_cmpxchg(p, o, n, __ATOMIC_SEQ_CST)
#define arch_cmpxchg_acquire(p, o, n)	__shim_cmpxchg(p, o, n, __ATOMIC_ACQUIRE)
#define arch_cmpxchg_release(p, o, n)	__shim_cmpxchg(p, o, n, __ATOMIC_RELEASE)
#define arch_cmpxchg_relaxed(p, o, n)	__shim_cmpxchg(p, o, n, __ATOMIC_RELAXED)

#define arch_try_cmpxchg(p, o, n)	__shim_try_cmpxchg(p, o, n, __ATOMIC_SEQ_CST)
#define arch_try_cmpxchg_acquire(p, o, n) __shim_try_cmpxchg(p, o, n, __ATOMIC_ACQUIRE)
#define arch_try_cmpxchg_release(p, o, n) __shim_try_cmpxchg(p, o, n, __ATOMIC_RELEASE)
#define arch_try_cmpxchg_relaxed(p, o, n) __shim_try_cmpxchg(p, o, n, __ATOMIC_RELAXED)

#define arch_cmpxchg64			arch_cmpxchg
#define arch_cmpxchg64_acquire		arch_cmpxchg_acquire
#define arch_cmpxchg64_release		arch_cmpxchg_release
#define arch_cmpxchg64_relaxed		arch_cmpxchg_relaxed
#define arch_cmpxchg_local		arch_cmpxchg
#define arch_cmpxchg64_local		arch_cmpxchg
#define arch_try_cmpxchg64		arch_try_cmpxchg
#define arch_try_cmpxchg64_acquire	arch_try_cmpxchg_acquire
#define arch_try_cmpxchg64_release	arch_try_cmpxchg_release
#define arch_try_cmpxchg64_relaxed	arch_try_cmpxchg_relaxed

#endif /* __ASM_CMPXCHG_H */
