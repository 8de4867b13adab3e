// SPDX-License-Identifier: GPL-2.0
/* Failing allocations: the n-th one from now, once or from then on. */
#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/sched/mm.h>

#include <shim/machine.h>

static unsigned long fail_at;
static bool fail_persistent;
static atomic_long_t fail_seen;

/**
 * shim_fail_nth() - let an allocation fail
 * @nth: the first one is 1; 0 counts without failing any
 * @persistent: all that follow fail too
 *
 * Every allocation of pages, slab objects and per-CPU memory counts, except
 * those with __GFP_NOFAIL. shim_fail_stop() ends it.
 */
void shim_fail_nth(unsigned long nth, bool persistent)
{
	if (shim_sweep_mode() == SHIM_SWEEP_RECORD)
		shim_sweep_log()->own_failures = true;
	fail_persistent = persistent;
	atomic_long_set(&fail_seen, 0);
	WRITE_ONCE(fail_at, nth ?: ULONG_MAX);
}

/**
 * shim_fail_stop() - no allocation fails any more
 *
 * Return: how many allocations were made since shim_fail_nth().
 */
unsigned long shim_fail_stop(void)
{
	WRITE_ONCE(fail_at, 0);
	return atomic_long_read(&fail_seen);
}

/**
 * shim_should_fail() - asked by each allocator before it gives memory
 * @gfp: the caller's flags
 */
bool shim_should_fail(gfp_t gfp)
{
	unsigned long at = READ_ONCE(fail_at), seen;

	might_alloc(gfp);
	if (gfp & __GFP_NOFAIL)
		return false;
	if (likely(!at))
		return shim_sweep_should_fail();
	seen = atomic_long_inc_return(&fail_seen);
	return seen == at || (fail_persistent && seen > at);
}
