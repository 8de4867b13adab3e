/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Litmus tests of the memory model, as races of a line each:
 *
 *	LITMUS(mp, wmb_rmb, NEVER, "x=1 wmb y=1 | r0=y rmb r1=x", "r0=1 r1=0");
 *
 * Tasks are separated by a bar. All variables are 0, and p is the address of z. The words:
 *
 *	x=1, x:=1		WRITE_ONCE(), smp_store_release()
 *	r0=x, r0:=x		READ_ONCE(), smp_load_acquire()
 *	x=r0			a store that depends on what was read (data)
 *	p=&x, p:=&x, r0=p, r1=*r0	the same with an address, and a read through it
 *	mb, wmb, rmb		smp_mb() and so on
 *	before, after, after_lock	smp_mb__before_atomic(), __after_atomic(), __after_spinlock()
 *	inc:x, r0=xchg:x:1, r0=cmpxchg:x:0:1	and with _acquire, _release or _relaxed behind the name
 *	store_mb:x:1		smp_store_mb()
 *	lock, unlock, r0=locked; lock2, unlock2		a spinlock, another one
 *	rcu, unrcu, gp		a read-side section, a grace period
 *
 * The outcome names values of registers, and of variables at the end. The answer is that of the
 * kernel's model. A schedule of an exhaustive run must not have an outcome that is NEVER, and
 * one must have it that is SOMETIMES. NOT_SHOWN is one that the kernel's model allows and the
 * machine's cannot show, see mm_shim/kernel/race/weak.c.
 */
#ifndef VMA_LITMUS_H
#define VMA_LITMUS_H

#include "test.h"

enum litmus_answer { NEVER, SOMETIMES, NOT_SHOWN };

#define LITMUS(shape, name, answer, tasks, outcome)			\
	RACE(litmus_##shape, name)					\
	{								\
		litmus(test, answer, tasks, outcome);			\
	}

void litmus(struct kunit *test, enum litmus_answer answer, const char *tasks,
	    const char *outcome);

#endif /* VMA_LITMUS_H */
