/* SPDX-License-Identifier: GPL-2.0 */
/*
 * atomic_t and atomic64_t by the compiler's builtins, so that ASan and TSan see
 * every access. The fallback header of the tree derives the rest from these.
 */
#ifndef __ASM_ATOMIC_H
#define __ASM_ATOMIC_H

#include <linux/types.h>
#include <asm/cmpxchg.h>
#include <asm/barrier.h>
#include <asm/shim-point.h>

#define ATOMIC64_INIT(i)	{ (i) }

#define arch_atomic_read(v)	READ_ONCE((v)->counter)
#define arch_atomic_set(v, i)	WRITE_ONCE((v)->counter, (i))
#define arch_atomic64_read(v)	READ_ONCE((v)->counter)
#define arch_atomic64_set(v, i)	WRITE_ONCE((v)->counter, (i))

#define __SHIM_ATOMIC_OP(pfx, type_t, ctype, op)			\
static __always_inline void arch_##pfx##_##op(ctype i, type_t *v)	\
{									\
	shim_rmw_point(&v->counter, __ATOMIC_RELAXED);			\
	__atomic_fetch_##op(&v->counter, i, __ATOMIC_RELAXED);		\
}

#define __SHIM_ATOMIC_FETCH(pfx, type_t, ctype, op, sfx, order)		\
static __always_inline ctype						\
arch_##pfx##_fetch_##op##sfx(ctype i, type_t *v)			\
{									\
	shim_rmw_point(&v->counter, order);				\
	return __atomic_fetch_##op(&v->counter, i, order);		\
}

#define __SHIM_ATOMIC_RETURN(pfx, type_t, ctype, op, sfx, order)	\
static __always_inline ctype						\
arch_##pfx##_##op##_return##sfx(ctype i, type_t *v)			\
{									\
	shim_rmw_point(&v->counter, order);				\
	return __atomic_##op##_fetch(&v->counter, i, order);		\
}

#define __SHIM_ATOMIC_ORDERS(what, pfx, type, ctype, op)		\
	what(pfx, type, ctype, op, /* plain */, __ATOMIC_SEQ_CST)	\
	what(pfx, type, ctype, op, _acquire, __ATOMIC_ACQUIRE)		\
	what(pfx, type, ctype, op, _release, __ATOMIC_RELEASE)		\
	what(pfx, type, ctype, op, _relaxed, __ATOMIC_RELAXED)

#define __SHIM_ATOMIC_TYPE(pfx, type, ctype)				\
	__SHIM_ATOMIC_OP(pfx, type, ctype, add)				\
	__SHIM_ATOMIC_OP(pfx, type, ctype, sub)				\
	__SHIM_ATOMIC_OP(pfx, type, ctype, and)				\
	__SHIM_ATOMIC_OP(pfx, type, ctype, or)				\
	__SHIM_ATOMIC_OP(pfx, type, ctype, xor)				\
	__SHIM_ATOMIC_ORDERS(__SHIM_ATOMIC_RETURN, pfx, type, ctype, add) \
	__SHIM_ATOMIC_ORDERS(__SHIM_ATOMIC_RETURN, pfx, type, ctype, sub) \
	__SHIM_ATOMIC_ORDERS(__SHIM_ATOMIC_FETCH, pfx, type, ctype, add) \
	__SHIM_ATOMIC_ORDERS(__SHIM_ATOMIC_FETCH, pfx, type, ctype, sub) \
	__SHIM_ATOMIC_ORDERS(__SHIM_ATOMIC_FETCH, pfx, type, ctype, and) \
	__SHIM_ATOMIC_ORDERS(__SHIM_ATOMIC_FETCH, pfx, type, ctype, or)	\
	__SHIM_ATOMIC_ORDERS(__SHIM_ATOMIC_FETCH, pfx, type, ctype, xor)

__SHIM_ATOMIC_TYPE(atomic, atomic_t, int)
__SHIM_ATOMIC_TYPE(atomic64, atomic64_t, s64)

/* The fallback header asks by #ifdef whether the architecture has them. */
#define arch_atomic_add_return		arch_atomic_add_return
#define arch_atomic_add_return_acquire	arch_atomic_add_return_acquire
#define arch_atomic_add_return_release	arch_atomic_add_return_release
#define arch_atomic_add_return_relaxed	arch_atomic_add_return_relaxed
#define arch_atomic_sub_return		arch_atomic_sub_return
#define arch_atomic_sub_return_acquire	arch_atomic_sub_return_acquire
#define arch_atomic_sub_return_release	arch_atomic_sub_return_release
#define arch_atomic_sub_return_relaxed	arch_atomic_sub_return_relaxed
#define arch_atomic_fetch_add		arch_atomic_fetch_add
#define arch_atomic_fetch_add_acquire	arch_atomic_fetch_add_acquire
#define arch_atomic_fetch_add_release	arch_atomic_fetch_add_release
#define arch_atomic_fetch_add_relaxed	arch_atomic_fetch_add_relaxed
#define arch_atomic_fetch_sub		arch_atomic_fetch_sub
#define arch_atomic_fetch_sub_acquire	arch_atomic_fetch_sub_acquire
#define arch_atomic_fetch_sub_release	arch_atomic_fetch_sub_release
#define arch_atomic_fetch_sub_relaxed	arch_atomic_fetch_sub_relaxed
#define arch_atomic_fetch_and		arch_atomic_fetch_and
#define arch_atomic_fetch_and_acquire	arch_atomic_fetch_and_acquire
#define arch_atomic_fetch_and_release	arch_atomic_fetch_and_release
#define arch_atomic_fetch_and_relaxed	arch_atomic_fetch_and_relaxed
#define arch_atomic_fetch_or		arch_atomic_fetch_or
#define arch_atomic_fetch_or_acquire	arch_atomic_fetch_or_acquire
#define arch_atomic_fetch_or_release	arch_atomic_fetch_or_release
#define arch_atomic_fetch_or_relaxed	arch_atomic_fetch_or_relaxed
#define arch_atomic_fetch_xor		arch_atomic_fetch_xor
#define arch_atomic_fetch_xor_acquire	arch_atomic_fetch_xor_acquire
#define arch_atomic_fetch_xor_release	arch_atomic_fetch_xor_release
#define arch_atomic_fetch_xor_relaxed	arch_atomic_fetch_xor_relaxed

#define arch_atomic64_add_return		arch_atomic64_add_return
#define arch_atomic64_add_return_acquire	arch_atomic64_add_return_acquire
#define arch_atomic64_add_return_release	arch_atomic64_add_return_release
#define arch_atomic64_add_return_relaxed	arch_atomic64_add_return_relaxed
#define arch_atomic64_sub_return		arch_atomic64_sub_return
#define arch_atomic64_sub_return_acquire	arch_atomic64_sub_return_acquire
#define arch_atomic64_sub_return_release	arch_atomic64_sub_return_release
#define arch_atomic64_sub_return_relaxed	arch_atomic64_sub_return_relaxed
#define arch_atomic64_fetch_add			arch_atomic64_fetch_add
#define arch_atomic64_fetch_add_acquire		arch_atomic64_fetch_add_acquire
#define arch_atomic64_fetch_add_release		arch_atomic64_fetch_add_release
#define arch_atomic64_fetch_add_relaxed		arch_atomic64_fetch_add_relaxed
#define arch_atomic64_fetch_sub			arch_atomic64_fetch_sub
#define arch_atomic64_fetch_sub_acquire		arch_atomic64_fetch_sub_acquire
#define arch_atomic64_fetch_sub_release		arch_atomic64_fetch_sub_release
#define arch_atomic64_fetch_sub_relaxed		arch_atomic64_fetch_sub_relaxed
#define arch_atomic64_fetch_and			arch_atomic64_fetch_and
#define arch_atomic64_fetch_and_acquire		arch_atomic64_fetch_and_acquire
#define arch_atomic64_fetch_and_release		arch_atomic64_fetch_and_release
#define arch_atomic64_fetch_and_relaxed		arch_atomic64_fetch_and_relaxed
#define arch_atomic64_fetch_or			arch_atomic64_fetch_or
#define arch_atomic64_fetch_or_acquire		arch_atomic64_fetch_or_acquire
#define arch_atomic64_fetch_or_release		arch_atomic64_fetch_or_release
#define arch_atomic64_fetch_or_relaxed		arch_atomic64_fetch_or_relaxed
#define arch_atomic64_fetch_xor			arch_atomic64_fetch_xor
#define arch_atomic64_fetch_xor_acquire		arch_atomic64_fetch_xor_acquire
#define arch_atomic64_fetch_xor_release		arch_atomic64_fetch_xor_release
#define arch_atomic64_fetch_xor_relaxed		arch_atomic64_fetch_xor_relaxed

#endif /* __ASM_ATOMIC_H */
