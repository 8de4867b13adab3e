/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xchg() and cmpxchg() by the compiler's builtins: the sanitizers know what
 * these are, and the same text serves every host.
 */
#ifndef __ASM_CMPXCHG_H
#define __ASM_CMPXCHG_H

#include <linux/compiler.h>

#define arch_xchg(ptr, v)						\
({									\
	typeof(*(ptr)) __x_new = (v), __x_old;				\
	__atomic_exchange((ptr), &__x_new, &__x_old, __ATOMIC_SEQ_CST);	\
	__x_old;							\
})

#define arch_cmpxchg(ptr, old, new)					\
({									\
	typeof(*(ptr)) __c_old = (old), __c_new = (new);		\
	__atomic_compare_exchange((ptr), &__c_old, &__c_new, 0,		\
				  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
	__c_old;							\
})

#define arch_try_cmpxchg(ptr, oldp, new)				\
({									\
	typeof(*(ptr)) __c_new = (new);					\
	__atomic_compare_exchange((ptr), (typeof(*(ptr)) *)(oldp),	\
				  &__c_new, 0,				\
				  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
})

#define arch_cmpxchg64		arch_cmpxchg
#define arch_cmpxchg_local	arch_cmpxchg
#define arch_cmpxchg64_local	arch_cmpxchg
#define arch_try_cmpxchg64	arch_try_cmpxchg

#endif /* __ASM_CMPXCHG_H */
