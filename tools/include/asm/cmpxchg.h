/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xchg() and cmpxchg() by the compiler's builtins, which the sanitizers know and which
 * work on every host.
 */
#ifndef __ASM_CMPXCHG_H
#define __ASM_CMPXCHG_H

#include <linux/compiler.h>
#include <asm/shim-point.h>

#define arch_xchg(ptr, v)						\
({									\
	typeof(ptr) __x_ptr = (ptr);					\
	typeof(*__x_ptr) __x_new = (v), __x_old;			\
	shim_point(SHIM_POINT_ATOMIC, __x_ptr);				\
	__atomic_exchange(__x_ptr, &__x_new, &__x_old, __ATOMIC_SEQ_CST); \
	__x_old;							\
})

#define arch_cmpxchg(ptr, old, new)					\
({									\
	typeof(ptr) __c_ptr = (ptr);					\
	typeof(*__c_ptr) __c_old = (old), __c_new = (new);		\
	shim_point(SHIM_POINT_ATOMIC, __c_ptr);				\
	__atomic_compare_exchange(__c_ptr, &__c_old, &__c_new, 0,	\
				  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
	__c_old;							\
})

#define arch_try_cmpxchg(ptr, oldp, new)				\
({									\
	typeof(ptr) __c_ptr = (ptr);					\
	typeof(*__c_ptr) __c_new = (new);				\
	shim_point(SHIM_POINT_ATOMIC, __c_ptr);				\
	__atomic_compare_exchange(__c_ptr, (typeof(*__c_ptr) *)(oldp),	\
				  &__c_new, 0,				\
				  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
})

#define arch_cmpxchg64		arch_cmpxchg
#define arch_cmpxchg_local	arch_cmpxchg
#define arch_cmpxchg64_local	arch_cmpxchg
#define arch_try_cmpxchg64	arch_try_cmpxchg

#endif /* __ASM_CMPXCHG_H */
