/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Synchronisation points: accesses to words that tasks share. In a race of the tests
 * (mm_shim/kernel/race/race.c) tasks run one at a time and take turns only here, and where
 * they wait. Outside of a race a point tests a flag. With SHIM_POINTS_CALLED, which is for
 * the coverage build, it calls a function, so that the test is no branch to be counted. With
 * DEBUG=0 there are no points.
 *
 * A race on a weak memory model (mm_shim/kernel/race/weak.c) is told here what each access is
 * and how it is ordered, in the constants of the compiler's builtins: __ATOMIC_CONSUME is a
 * read of an address, __ATOMIC_SEQ_CST an operation that is fully ordered.
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

/* What the memory model is told beside the points. */
enum shim_memory_event {
	SHIM_MEMORY_STORE,	/* the task is about to store to the word */
	SHIM_MEMORY_RMW,	/* it is about to do an atomic operation on it */
	SHIM_MEMORY_LOCK,	/* the same, and it takes a spinlock by that */
	SHIM_MEMORY_UNLOCK,	/* the same, and it releases a spinlock by that */
	SHIM_MEMORY_FAILED,	/* the operation announced last has changed nothing */
	SHIM_MEMORY_STORED,	/* the task has just stored to the word, by a plain access */
	SHIM_MEMORY_FENCE,	/* a barrier: of reads by ACQUIRE, of stores by RELEASE */
	SHIM_MEMORY_NEW,	/* the memory is allocated: it has no earlier stores */
};

#ifdef SHIM_POINTS

extern int shim_racing;
void shim_point_reached(unsigned int kind, const void *addr);
const void *shim_load_reached(const void *from, unsigned long size, int order);
void shim_memory_told(unsigned int event, const void *addr, unsigned long size, int order);

static inline __attribute__((__always_inline__))
int shim_is_racing(void)
{
#ifndef SHIM_POINTS_CALLED
	return __builtin_expect(__atomic_load_n(&shim_racing, __ATOMIC_RELAXED), 0);
#else
	return 1;
#endif
}

static inline __attribute__((__always_inline__))
void shim_point(enum shim_point_kind kind, const volatile void *addr)
{
	if (shim_is_racing())
		shim_point_reached(kind, (const void *)addr);
}

/* Passes the point of a read. Returns the address to read from: that of an older value, if so. */
static inline __attribute__((__always_inline__))
const volatile void *shim_load(const volatile void *from, unsigned long size, int order)
{
	return shim_is_racing() ? shim_load_reached((const void *)from, size, order) : from;
}

static inline __attribute__((__always_inline__))
void shim_memory(enum shim_memory_event event, const volatile void *addr, unsigned long size,
		 int order)
{
	if (shim_is_racing())
		shim_memory_told(event, (const void *)addr, size, order);
}

/* Passes a point, and announces the access that follows it. */
static inline __attribute__((__always_inline__))
void shim_access(enum shim_point_kind kind, enum shim_memory_event event,
		 const volatile void *addr, unsigned long size, int order)
{
	if (shim_is_racing()) {
		shim_point_reached(kind, (const void *)addr);
		shim_memory_told(event, (const void *)addr, size, order);
	}
}

#else

static inline __attribute__((__always_inline__))
void shim_point(enum shim_point_kind kind, const volatile void *addr)
{
}

static inline __attribute__((__always_inline__))
const volatile void *shim_load(const volatile void *from, unsigned long size, int order)
{
	return from;
}

static inline __attribute__((__always_inline__))
void shim_memory(enum shim_memory_event event, const volatile void *addr, unsigned long size,
		 int order)
{
}

static inline __attribute__((__always_inline__))
void shim_access(enum shim_point_kind kind, enum shim_memory_event event,
		 const volatile void *addr, unsigned long size, int order)
{
}

#endif

#define shim_store_point(addr, order) \
	shim_access(SHIM_POINT_WRITE, SHIM_MEMORY_STORE, addr, sizeof(*(addr)), order)
#define shim_rmw_point(addr, order) \
	shim_access(SHIM_POINT_ATOMIC, SHIM_MEMORY_RMW, addr, sizeof(*(addr)), order)
#define shim_lock_point(addr) \
	shim_access(SHIM_POINT_LOCK, SHIM_MEMORY_LOCK, addr, sizeof(*(addr)), __ATOMIC_ACQUIRE)
#define shim_unlock_point(addr) \
	shim_access(SHIM_POINT_UNLOCK, SHIM_MEMORY_UNLOCK, addr, sizeof(*(addr)), __ATOMIC_RELEASE)
#define shim_rmw_failed()	shim_memory(SHIM_MEMORY_FAILED, (void *)0, 0, __ATOMIC_RELAXED)
#define shim_fence(order)	shim_memory(SHIM_MEMORY_FENCE, (void *)0, 0, order)

#endif /* __ASM_SHIM_POINT_H */
