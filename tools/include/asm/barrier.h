/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory barriers by the compiler's builtins. smp_load_acquire() and
 * smp_store_release() are the ones that TSan understands; a lone fence is
 * nothing to it, and is not modelled by a global atomic, which would order
 * everything with everything and hide real bugs.
 */
#ifndef __ASM_BARRIER_H
#define __ASM_BARRIER_H

#include <linux/compiler.h>

#define mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb()	__atomic_thread_fence(__ATOMIC_RELEASE)

#define __smp_store_release(p, v)					\
	__atomic_store_n((p), (v), __ATOMIC_RELEASE)

#define __smp_load_acquire(p)						\
	((typeof(*(p)))__atomic_load_n((p), __ATOMIC_ACQUIRE))

#include <asm-generic/barrier.h>

#endif /* __ASM_BARRIER_H */
