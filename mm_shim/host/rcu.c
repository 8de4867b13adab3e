// SPDX-License-Identifier: GPL-2.0
/*
 * RCU on liburcu. TSan cannot see into the library, so the two guarantees are
 * told to it: what a reader did before its section ended happens before the end
 * of a later grace period, and what happened before a grace period happens
 * before a section that starts after it.
 */
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>

#include <shim/host.h>

void __tsan_acquire(void *addr) __attribute__((weak));
void __tsan_release(void *addr) __attribute__((weak));

static char readers_done, period_done;

static void acquire(void *addr)
{
	if (__tsan_acquire)
		__tsan_acquire(addr);
}

static void release(void *addr)
{
	if (__tsan_release)
		__tsan_release(addr);
}

/**
 * host_rcu_register() - let the calling thread have read-side sections
 *
 * Context: once in a thread, before its first section.
 */
void host_rcu_register(void)
{
	urcu_memb_register_thread();
}

/**
 * host_rcu_unregister() - undo host_rcu_register() before the thread ends
 *
 * Context: outside of any read-side section.
 */
void host_rcu_unregister(void)
{
	urcu_memb_unregister_thread();
}

/**
 * host_rcu_read_lock() - begin the outermost read-side section
 *
 * Context: a thread that has called host_rcu_register().
 */
void host_rcu_read_lock(void)
{
	urcu_memb_read_lock();
	acquire(&period_done);
}

/**
 * host_rcu_read_unlock() - end the outermost read-side section
 *
 * Context: the thread that has called host_rcu_read_lock().
 */
void host_rcu_read_unlock(void)
{
	release(&readers_done);
	urcu_memb_read_unlock();
}

/**
 * host_rcu_reader_over() - tell TSan of the end of a section that liburcu does not know
 *
 * Context: the thread whose section it is.
 */
void host_rcu_reader_over(void)
{
	release(&readers_done);
}

/**
 * host_rcu_period_over() - tell TSan of the end of a grace period
 *
 * Context: the thread that has waited for it.
 */
void host_rcu_period_over(void)
{
	acquire(&readers_done);
	release(&period_done);
}

/**
 * host_rcu_synchronize() - wait for a grace period
 *
 * Context: outside of any read-side section.
 */
void host_rcu_synchronize(void)
{
	urcu_memb_synchronize_rcu();
	host_rcu_period_over();
}
