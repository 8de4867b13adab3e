// SPDX-License-Identifier: GPL-2.0
/*
 * The failure sweep. A case is run without failures, which is recorded, and then once
 * more: there, at each allocation that it makes, a child goes on from that point with the
 * allocation failed, to the end of the operation and of the case; and another child, in
 * which all that follow fail too. Counted are allocations of pages, slab objects and
 * per-CPU memory within an operation of the tests (shim_op_begin()), in the order of the
 * calls, but for __GFP_NOFAIL; not those of KUnit, of the oracle, of the case itself or
 * of the preparation of its address space.
 */
#include <linux/jhash.h>
#include <linux/printk.h>

#include <shim/cases.h>
#include <shim/host.h>
#include <shim/memory.h>
#include <shim/report.h>
#include <shim/suite.h>

static const struct shim_oom *oom;
static unsigned long seen;
static bool persistent, found;

/* Samples are spread evenly over all allocations. */
static bool is_wanted(unsigned long nth)
{
	unsigned long all = shim_sweep_log()->allocations, most = oom->most;

	if (oom->nth)
		return nth == oom->nth;
	return !most || all <= most || nth * most / all != (nth - 1) * most / all;
}

/* A case that repeats an operation in many states has the same stacks many times. */
#define NR_STACKS	4096

static bool has_failed_enough(void)
{
	static u32 times[NR_STACKS];
	void *frames[HOST_FRAMES] = {};
	u32 at;

	if (oom->nth || !oom->of_a_stack)
		return false;
	host_backtrace(frames, HOST_FRAMES);
	at = jhash(frames, sizeof(frames), 0) % NR_STACKS;
	return times[at]++ >= oom->of_a_stack;
}

/* Forks; true in the child, where the allocation fails. */
static bool try_in_child(bool and_all_after)
{
	char text[64] = "";
	int code;

	if (found || (oom->nth && !oom->persistent != !and_all_after))
		return false;
	oom->now->nth = seen;
	oom->now->persistent = and_all_after;
	code = oom->in_place ? HOST_IN_CHILD : host_fork(oom->seconds, text, sizeof(text));
	if (code == HOST_IN_CHILD) {
		shim_sweep_set_mode(SHIM_SWEEP_FAIL);
		persistent = and_all_after;
		return true;
	}
	oom->now->longest = host_fork_longest();
	if (text[0])
		shim_reason("%s", text);
	/* the report of a sanitizer is in the log, where the runner finds it */
	found = code != SHIM_PASS;
	return false;
}

/*
 * All that follow fail, but for finding 13: a tree that asks for ever gets memory
 * in the end. In other trees it would time out.
 */
#define MOST_FAILURES	10000

static bool still_fails(void)
{
	static unsigned long times;

	return persistent && (!IS_ENABLED(SHIM_BUG_MAPLE_LOOPS) || times++ < MOST_FAILURES);
}

/* Called for each allocation of an operation, see shim_sweep_begin(). */
static bool should_fail(void)
{
	if (shim_sweep_mode() == SHIM_SWEEP_FAIL)
		return still_fails();
	seen++;
	if (shim_sweep_mode() == SHIM_SWEEP_RECORD)
		shim_sweep_log()->allocations = seen;
	if (shim_sweep_mode() != SHIM_SWEEP_TRY || found || !is_wanted(seen))
		return false;
	oom->now->of++;
	if (has_failed_enough())
		return false;
	oom->now->failed++;
	return try_in_child(false) || try_in_child(true);
}

/**
 * shim_sweep_finish() - end the case and the process after the operation that failed
 * @test: the case
 *
 * Context: the mode is SHIM_SWEEP_FAIL; the case's own thread.
 */
void shim_sweep_finish(struct kunit *test)
{
	int code = shim_finish_case(test);

	if (oom->in_place)
		pr_info("the case %s\n", code == SHIM_PASS ? "passes" : "fails");
	host_exit(code);
}

/* Makes the run that is recorded, in a child, so that it leaves nothing behind. */
static int record_case(unsigned int nr)
{
	char text[64] = "";
	int code;

	code = host_fork(oom->seconds, text, sizeof(text));
	if (code == HOST_IN_CHILD) {
		shim_sweep_set_mode(SHIM_SWEEP_RECORD);
		host_exit(shim_run_case(nr));
	}
	oom->now->longest = host_fork_longest();
	if (text[0])
		shim_reason("%s", text);
	return code;
}

static const char *why_not(void)
{
	const struct shim_sweep_log *log = shim_sweep_log();

	if (log->own_failures)
		return "it makes allocations fail itself";
	if (log->threads)
		return "it has threads, whose allocations have no order";
	if (!log->allocations)
		return "no operation of it allocates";
	if (oom->nth > log->allocations)
		return "it has fewer allocations than that";
	return NULL;
}

static enum shim_result skip(const char *why)
{
	char text[100];

	scnprintf(text, sizeof(text), "not swept: %s", why);
	host_reason(text);
	return SHIM_SKIP;
}

enum shim_result shim_sweep_case(unsigned int nr, const struct shim_oom *which)
{
	enum shim_result result;
	int code;

	oom = which;
	shim_sweep_begin(host_shared(sizeof(struct shim_sweep_log)), should_fail);
	code = record_case(nr);
	if (code != SHIM_PASS)
		return code == SHIM_SKIP ? SHIM_SKIP : SHIM_FAIL;
	oom->now->no_such = oom->nth && why_not();
	if (why_not())
		return oom->most ? SHIM_PASS : skip(why_not());
	shim_sweep_set_mode(SHIM_SWEEP_TRY);
	result = shim_run_case(nr);
	if (!found)
		oom->now->nth = 0;
	return found ? SHIM_FAIL : result;
}
