// SPDX-License-Identifier: GPL-2.0
/*
 * Failing allocations: the n-th one from now, alone or with all that follow, as a case asks.
 * And the state of a failure sweep; mm_shim/kernel/cases/sweep.c decides which ones fail.
 */
#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/sched/mm.h>

#include <shim/memory.h>

static unsigned long fail_at;
static bool fail_persistent;
static atomic_long_t fail_seen;

static enum shim_sweep_mode sweep_mode;
static struct shim_sweep_log *sweep_log;
static bool (*sweep_should_fail)(void);
static __thread bool in_op;

/**
 * shim_fail_nth() - let an allocation fail
 * @nth: the first one is 1; 0 counts without failing any
 * @persistent: all that follow fail too
 *
 * Every allocation of pages, slab objects and per-CPU memory counts, of any task, except
 * those with __GFP_NOFAIL. shim_fail_stop() ends it.
 *
 * Context: any; in a failure sweep the case is skipped.
 */
void shim_fail_nth(unsigned long nth, bool persistent)
{
	if (sweep_mode == SHIM_SWEEP_RECORD)
		sweep_log->own_failures = true;
	fail_persistent = persistent;
	atomic_long_set(&fail_seen, 0);
	WRITE_ONCE(fail_at, nth ?: ULONG_MAX);
}

/**
 * shim_fail_stop() - let no allocation fail any more
 *
 * Context: any.
 * Return: the number of allocations since shim_fail_nth().
 */
unsigned long shim_fail_stop(void)
{
	WRITE_ONCE(fail_at, 0);
	return atomic_long_read(&fail_seen);
}

/**
 * shim_sweep_begin() - prepare a failure sweep in this process and its children
 * @log: zeroed, shared with children
 * @should_fail: decides over each allocation within an operation, while the mode is not
 *	SHIM_SWEEP_OFF; called in the context of the allocation
 *
 * Context: before the case.
 */
void shim_sweep_begin(struct shim_sweep_log *log, bool (*should_fail)(void))
{
	sweep_log = log;
	sweep_should_fail = should_fail;
}

/**
 * shim_sweep_set_mode() - set the part that this process has in the sweep
 * @mode: the part
 *
 * Context: outside of the case, or within should_fail() of shim_sweep_begin().
 */
void shim_sweep_set_mode(enum shim_sweep_mode mode)
{
	sweep_mode = mode;
}

/**
 * shim_sweep_mode() - get the part that this process has in the sweep
 *
 * Context: any.
 * Return: SHIM_SWEEP_OFF without a sweep.
 */
enum shim_sweep_mode shim_sweep_mode(void)
{
	return sweep_mode;
}

/**
 * shim_sweep_log() - get the record of the run without failures
 *
 * Context: any.
 * Return: the @log of shim_sweep_begin(), which only that run writes; NULL without a sweep.
 */
struct shim_sweep_log *shim_sweep_log(void)
{
	return sweep_log;
}

/**
 * shim_op_begin() - let the allocations of this task count in a failure sweep
 *
 * Context: the task that makes the operation; not nested.
 */
void shim_op_begin(void)
{
	in_op = true;
}

/**
 * shim_op_end() - let the allocations of this task count no longer
 *
 * Context: as shim_op_begin().
 */
void shim_op_end(void)
{
	in_op = false;
}

/**
 * shim_should_fail() - decide if an allocation fails; each allocator calls it first
 * @gfp: flags of the allocation
 *
 * Context: as the allocation; warns if @gfp may sleep where the caller must not, and tells
 * lockdep of reclaim, by might_alloc().
 * Return: true if the allocation is to fail.
 */
bool shim_should_fail(gfp_t gfp)
{
	unsigned long at = READ_ONCE(fail_at), seen;

	might_alloc(gfp);
	if (gfp & __GFP_NOFAIL)
		return false;
	if (likely(!at))
		return unlikely(sweep_mode != SHIM_SWEEP_OFF) && in_op && sweep_should_fail();
	seen = atomic_long_inc_return(&fail_seen);
	return seen == at || (fail_persistent && seen > at);
}
