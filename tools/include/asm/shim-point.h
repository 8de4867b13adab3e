/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Synchronisation points: accesses to words that tasks share. In a race of the tests
 * (mm_shim/kernel/race/race.c) tasks run one at a time and take turns only here, and where
 * they wait. Outside of a race a point tests a flag. With SHIM_POINTS_CALLED, which is for
 * the coverage build, it calls a function, so that the test is no branch to be counted. With
 * DEBUG=0 there are no points.
 */
#ifndef __ASM_SHIM_POINT_H
#define __ASM_SHIM_POINT_H

/* The access that a task is about to make to the word. */
enum shim_point_kind {
	SHIM_POINT_READ,
	SHIM_POINT_WRITE,
	SHIM_POINT_ATOMIC,	/* a read-modify-write operation */
	SHIM_POINT_LOCK,	/* a spinlock is tried */
	SHIM_POINT_UNLOCK,	/* a spinlock is released */
	SHIM_POINT_RCU,		/* a read-side section begins or ends */
	SHIM_POINT_GRACE,	/* a grace period is over */
};

#ifdef SHIM_POINTS

extern int shim_racing;
void shim_point_reached(unsigned int kind, const void *addr);

static inline __attribute__((__always_inline__))
void shim_point(enum shim_point_kind kind, const volatile void *addr)
{
#ifndef SHIM_POINTS_CALLED
	if (__builtin_expect(!__atomic_load_n(&shim_racing, __ATOMIC_RELAXED), 1))
		return;
#endif
	shim_point_reached(kind, (const void *)addr);
}

#else

static inline __attribute__((__always_inline__))
void shim_point(enum shim_point_kind kind, const volatile void *addr)
{
}

#endif

#endif /* __ASM_SHIM_POINT_H */
