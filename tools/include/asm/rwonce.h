/* SPDX-License-Identifier: GPL-2.0 */
/*
 * READ_ONCE() and WRITE_ONCE() by the compiler's builtins, so that a sanitizer
 * knows them for what they are. Under TSan a READ_ONCE() acquires and a
 * WRITE_ONCE() releases: the kernel's own ordering comes from barriers and
 * dependencies, which TSan cannot see; -DSHIM_STRICT takes that away again.
 */
#ifndef __ASM_RWONCE_H
#define __ASM_RWONCE_H

#if defined(__SANITIZE_THREAD__) && !defined(SHIM_STRICT)
#define __SHIM_LOAD_ORDER	__ATOMIC_ACQUIRE
#define __SHIM_STORE_ORDER	__ATOMIC_RELEASE
#else
#define __SHIM_LOAD_ORDER	__ATOMIC_RELAXED
#define __SHIM_STORE_ORDER	__ATOMIC_RELAXED
#endif

#ifdef __SANITIZE_THREAD__
#define __READ_ONCE(x)							\
({									\
	__unqual_scalar_typeof(x) __ro_val;				\
	__atomic_load((__unqual_scalar_typeof(x) *)&(x), &__ro_val,	\
		      __SHIM_LOAD_ORDER);				\
	__ro_val;							\
})

#define __WRITE_ONCE(x, val)						\
do {									\
	__unqual_scalar_typeof(x) __wo_val = (val);			\
	__atomic_store((__unqual_scalar_typeof(x) *)&(x), &__wo_val,	\
		       __SHIM_STORE_ORDER);				\
} while (0)
#endif

#include <asm-generic/rwonce.h>

#endif /* __ASM_RWONCE_H */
