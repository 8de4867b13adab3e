// SPDX-License-Identifier: GPL-2.0
/*
 * Functions that the stub headers call where an architecture has instructions: each goes
 * to the scheduler operations of the running task. Built without instrumentation, like
 * the turn-taking ones (mm_shim/kernel/race/turns.c).
 */
#include <asm/shim-point.h>
#include <shim/sched.h>

int shim_racing;
int shim_preempt_watched;

/**
 * shim_point_reached() - pass a synchronisation point in a race
 * @kind: enum shim_point_kind
 * @addr: the word that the task is about to access
 *
 * Context: any, with any lock held. See shim_point(), which looks at shim_racing first.
 */
void shim_point_reached(unsigned int kind, const void *addr)
{
	shim_sched()->point(kind, addr);
}

/**
 * shim_load_reached() - pass the point of a read in a race
 * @from: the word
 * @size: its size in bytes
 * @order: __ATOMIC_RELAXED, CONSUME or ACQUIRE
 *
 * Context: as shim_point_reached().
 * Return: the address to read from: @from, or that of a value that was there before.
 */
const void *shim_load_reached(const void *from, unsigned long size, int order)
{
	return shim_sched()->load(from, size, order);
}

/**
 * shim_memory_told() - tell the memory model of a race what the task does
 * @event: enum shim_memory_event
 * @addr: the word, or NULL
 * @size: its size in bytes
 * @order: __ATOMIC_RELAXED or another one of the compiler's
 *
 * Context: as shim_point_reached().
 */
void shim_memory_told(unsigned int event, const void *addr, unsigned long size, int order)
{
	shim_sched()->memory(event, addr, size, order);
}

/**
 * shim_memory_is_new() - tell the memory model of a race that memory has been allocated
 * @addr: the memory, from which nothing is left of earlier uses
 * @size: its size in bytes
 *
 * Context: any.
 */
void shim_memory_is_new(const void *addr, unsigned long size)
{
	if (__atomic_load_n(&shim_racing, __ATOMIC_RELAXED))
		shim_memory_told(SHIM_MEMORY_NEW, addr, size, __ATOMIC_RELAXED);
}

/**
 * shim_memory_barrier() - pass a full barrier in code of the machine that stands for the kernel's
 *
 * The machine's own accesses are not told to the memory model, and neither is its smp_mb().
 *
 * Context: any.
 */
void shim_memory_barrier(void)
{
	smp_mb();
	if (__atomic_load_n(&shim_racing, __ATOMIC_RELAXED))
		shim_memory_told(SHIM_MEMORY_FENCE, NULL, 0, __ATOMIC_SEQ_CST);
}

/**
 * shim_cpu_relax() - cpu_relax(): let other tasks run, in a busy wait
 *
 * Context: any.
 */
void shim_cpu_relax(void)
{
	shim_sched()->relax();
}

/**
 * shim_preempt_watch() - announce that more than one task runs from now on
 *
 * Until then sections without preemption are not reported to the scheduler, as no other task
 * could wait for their end, see asm/preempt.h.
 *
 * Context: before the second task starts.
 */
void shim_preempt_watch(void)
{
	__atomic_store_n(&shim_preempt_watched, 1, __ATOMIC_RELAXED);
}

/**
 * shim_preempt_off() - begin the outermost section without preemption
 *
 * Context: preempt_count() is about to leave 0.
 */
void shim_preempt_off(void)
{
	shim_sched()->preempt_off();
}

/**
 * shim_preempt_on() - end the outermost section without preemption
 *
 * Context: preempt_count() is 0 again. The section may have begun before
 * shim_preempt_watch(), and then without shim_preempt_off().
 */
void shim_preempt_on(void)
{
	shim_sched()->preempt_on();
}
