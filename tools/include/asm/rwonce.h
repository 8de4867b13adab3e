/* SPDX-License-Identifier: GPL-2.0 */
/*
 * READ_ONCE() and WRITE_ONCE() under TSan: atomic accesses, which it knows for
 * what they are. A READ_ONCE() acquires and a WRITE_ONCE() releases there,
 * because the kernel's own ordering comes from barriers and dependencies, which
 * TSan cannot see; -DSHIM_STRICT takes that away again. Other variants have the
 * tree's own volatile accesses.
 */
#ifndef __ASM_RWONCE_H
#define __ASM_RWONCE_H

#include <asm-generic/rwonce.h>

#ifdef __SANITIZE_THREAD__

#ifdef SHIM_STRICT
#define __SHIM_LOAD_ORDER	__ATOMIC_RELAXED
#define __SHIM_STORE_ORDER	__ATOMIC_RELAXED
#else
#define __SHIM_LOAD_ORDER	__ATOMIC_ACQUIRE
#define __SHIM_STORE_ORDER	__ATOMIC_RELEASE
#endif

/* By size: the builtins for whole types refuse const and structs. */
#define __SHIM_ONCE_SIZES(what)						\
	do {								\
		switch (size) {						\
		case 1:							\
			what(unsigned char);				\
			break;						\
		case 2:							\
			what(unsigned short);				\
			break;						\
		case 4:							\
			what(unsigned int);				\
			break;						\
		default:						\
			what(unsigned long);				\
			break;						\
		}							\
	} while (0)

static __always_inline void shim_read_once(const volatile void *from, void *to,
					   unsigned long size)
{
#define __SHIM_LOAD(type) \
	(*(type *)to = __atomic_load_n((const volatile type *)from, __SHIM_LOAD_ORDER))
	__SHIM_ONCE_SIZES(__SHIM_LOAD);
#undef __SHIM_LOAD
}

static __always_inline void shim_write_once(volatile void *to, const void *from,
					    unsigned long size)
{
#define __SHIM_STORE(type) \
	__atomic_store_n((volatile type *)to, *(const type *)from, __SHIM_STORE_ORDER)
	__SHIM_ONCE_SIZES(__SHIM_STORE);
#undef __SHIM_STORE
}

#undef __READ_ONCE
#define __READ_ONCE(x)							\
({									\
	union { __unqual_scalar_typeof(x) val; char bytes[1]; } __ro;	\
	shim_read_once(&(x), __ro.bytes, sizeof(x));			\
	__ro.val;							\
})

#undef __WRITE_ONCE
#define __WRITE_ONCE(x, v)						\
do {									\
	union { typeof(x) val; char bytes[1]; } __wo = {		\
		.val = (__force typeof(x))(v) };			\
	shim_write_once(&(x), __wo.bytes, sizeof(x));			\
} while (0)

#endif /* __SANITIZE_THREAD__ */

#endif /* __ASM_RWONCE_H */
