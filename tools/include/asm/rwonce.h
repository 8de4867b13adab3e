/* SPDX-License-Identifier: GPL-2.0 */
/*
 * READ_ONCE() and WRITE_ONCE() under TSan: atomic accesses. A READ_ONCE() acquires and a
 * WRITE_ONCE() releases there, because the kernel's own ordering comes from barriers and
 * dependencies, which TSan cannot see. With --strict both are relaxed, except for reads of
 * pointers and page table entries, whose address dependencies order later reads in the
 * kernel's memory model, too (tools/memory-model). Without TSan they are the tree's own
 * volatile accesses. Each is a synchronisation point.
 */
#ifndef __ASM_RWONCE_H
#define __ASM_RWONCE_H

#include <asm-generic/rwonce.h>
#include <asm/shim-point.h>

/* true for pointers, and for structs such as pte_t: the numbers are the compiler's classes */
#define __SHIM_MAKES_ADDRESS(x)						\
	(__builtin_classify_type(x) == 5 || __builtin_classify_type(x) == 12)
#define __SHIM_READ_ORDER(x) \
	(__SHIM_MAKES_ADDRESS(x) ? __ATOMIC_CONSUME : __ATOMIC_RELAXED)

#ifdef __SANITIZE_THREAD__

/* TSan's own entry points: the compiler's builtins take constant orders only */
#define __SHIM_TSAN_ATOMIC(bits, type)					\
	type __tsan_atomic##bits##_load(const volatile void *from, int order); \
	void __tsan_atomic##bits##_store(volatile void *to, type val, int order)
__SHIM_TSAN_ATOMIC(8, unsigned char);
__SHIM_TSAN_ATOMIC(16, unsigned short);
__SHIM_TSAN_ATOMIC(32, unsigned int);
__SHIM_TSAN_ATOMIC(64, unsigned long);

/* mm_shim/host/tsan.c */
extern int shim_load_order, shim_store_order;
extern __thread int shim_fenced;
extern __thread const volatile void *shim_seen;

/* Chooses by size: the builtins for any type refuse const and structs. */
#define __SHIM_ONCE_SIZES(what)						\
	do {								\
		switch (size) {						\
		case 1:							\
			what(8, unsigned char);				\
			break;						\
		case 2:							\
			what(16, unsigned short);			\
			break;						\
		case 4:							\
			what(32, unsigned int);				\
			break;						\
		default:						\
			what(64, unsigned long);			\
			break;						\
		}							\
	} while (0)

static __always_inline void shim_read_once(const volatile void *from, void *to,
					   unsigned long size, int order, int weak_order)
{
	const volatile void *value = shim_load(from, size, weak_order);

	shim_seen = from;
#define __SHIM_LOAD(bits, type) \
	(*(type *)to = __tsan_atomic##bits##_load(from, order))
	__SHIM_ONCE_SIZES(__SHIM_LOAD);
#undef __SHIM_LOAD
	if (value != from)
		__builtin_memcpy(to, (const void *)value, size);
}

static __always_inline void shim_write_once(volatile void *to, const void *from,
					    unsigned long size)
{
	int order = shim_fenced ? __ATOMIC_RELEASE : shim_store_order;

	shim_fenced = 0;
	shim_access(SHIM_POINT_WRITE, SHIM_MEMORY_STORE, to, size, __ATOMIC_RELAXED);
#define __SHIM_STORE(bits, type) \
	__tsan_atomic##bits##_store(to, *(const type *)from, order)
	__SHIM_ONCE_SIZES(__SHIM_STORE);
#undef __SHIM_STORE
}

#undef __READ_ONCE
#define __READ_ONCE(x)							\
({									\
	union { __unqual_scalar_typeof(x) val; char bytes[1]; } __ro;	\
	shim_read_once(&(x), __ro.bytes, sizeof(x),			\
		       __SHIM_MAKES_ADDRESS(x) ? __ATOMIC_ACQUIRE : shim_load_order, \
		       __SHIM_READ_ORDER(x));				\
	__ro.val;							\
})

#undef __WRITE_ONCE
#define __WRITE_ONCE(x, v)						\
do {									\
	union { typeof(x) val; char bytes[1]; } __wo = {		\
		.val = (__force typeof(x))(v) };			\
	shim_write_once(&(x), __wo.bytes, sizeof(x));			\
} while (0)

#elif defined(SHIM_POINTS)

#undef __READ_ONCE
#define __READ_ONCE(x)							\
({									\
	typeof(&(x)) __ro = &(x);					\
	(*(const volatile __unqual_scalar_typeof(x) *)			\
	 shim_load(__ro, sizeof(x), __SHIM_READ_ORDER(x)));		\
})

/* the value may have points of its own, which come first */
#undef __WRITE_ONCE
#define __WRITE_ONCE(x, v)						\
do {									\
	volatile typeof(x) *__wo = &(x);				\
	typeof(x) __wo_v = (__force typeof(x))(v);			\
	shim_store_point(__wo, __ATOMIC_RELAXED);			\
	*__wo = __wo_v;							\
} while (0)

#endif /* SHIM_POINTS */

#endif /* __ASM_RWONCE_H */
