// SPDX-License-Identifier: GPL-2.0
/*
 * The failure sweep. A case is run without failures, which is written down, and
 * then once more: there, at each allocation that it makes, a child goes on from
 * that point with the allocation failed, to the end of the operation and of the
 * case; and another one in which all that follow fail too. Counted is what an
 * operation of the tests' vocabulary allocates (pages, slab objects, per-CPU
 * memory, in the order of the calls) but for __GFP_NOFAIL. What makes a layout()
 * is not counted, nor is what KUnit, the oracle and the case itself allocate.
 */
#include <linux/jhash.h>
#include <linux/printk.h>

#include <shim/cases.h>
#include <shim/host.h>
#include <shim/machine.h>

static enum shim_sweep_mode mode;
static const struct shim_oom *oom;
static unsigned long seen;
static bool persistent, found;
static __thread bool in_op;
static struct shim_sweep_log *sweep_log;

/**
 * shim_sweep_mode() - what the sweep wants of this process
 */
enum shim_sweep_mode shim_sweep_mode(void)
{
	return mode;
}

/**
 * shim_sweep_log() - what the run without failures did; written by that run
 */
struct shim_sweep_log *shim_sweep_log(void)
{
	return sweep_log;
}

/**
 * shim_op_begin() - allocations count from here on
 */
void shim_op_begin(void)
{
	in_op = true;
}

/**
 * shim_op_end() - allocations do not count any more
 */
void shim_op_end(void)
{
	in_op = false;
}

/* A sample is spread evenly. */
static bool is_wanted(unsigned long nth)
{
	unsigned long all = sweep_log->allocations, most = oom->most;

	if (oom->nth)
		return nth == oom->nth;
	return !most || all <= most || nth * most / all != (nth - 1) * most / all;
}

/*
 * A case that goes through hundreds of scenes allocates at the same places again
 * and again.
 */
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

/* In the child true: the allocation fails. */
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
		mode = SHIM_SWEEP_FAIL;
		persistent = and_all_after;
		return true;
	}
	if (text[0])
		shim_reason("%s", text);
	/* where it is a sanitizer's code, the runner finds the report in the log */
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

/**
 * shim_sweep_should_fail() - asked for each allocation that may fail
 */
bool shim_sweep_should_fail(void)
{
	if (likely(mode == SHIM_SWEEP_OFF) || !in_op)
		return false;
	if (mode == SHIM_SWEEP_FAIL)
		return still_fails();
	seen++;
	if (mode == SHIM_SWEEP_RECORD)
		sweep_log->allocations = seen;
	if (mode != SHIM_SWEEP_TRY || found || !is_wanted(seen))
		return false;
	oom->now->of++;
	if (has_failed_enough())
		return false;
	oom->now->failed++;
	return try_in_child(false) || try_in_child(true);
}

/**
 * shim_sweep_finish() - the operation with the failure is over, so is the case
 * @test: the case
 */
void shim_sweep_finish(struct kunit *test)
{
	int code = shim_finish_case(test);

	if (oom->in_place)
		pr_info("the case %s\n", code == SHIM_PASS ? "passes" : "fails");
	host_exit(code);
}

/* The run that is written down, in a child, so that it leaves nothing behind. */
static int record_case(unsigned int nr)
{
	char text[64] = "";
	int code;

	code = host_fork(oom->seconds, text, sizeof(text));
	if (code == HOST_IN_CHILD) {
		mode = SHIM_SWEEP_RECORD;
		host_exit(shim_run_case(nr));
	}
	if (text[0])
		shim_reason("%s", text);
	return code;
}

static const char *why_not(void)
{
	if (oom->nth > sweep_log->allocations)
		return "it has fewer allocations";
	if (sweep_log->own_failures)
		return "it makes allocations fail itself";
	if (sweep_log->threads)
		return "it has threads, whose allocations have no order";
	if (!sweep_log->allocations)
		return "no operation of it allocates";
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
	sweep_log = host_shared(sizeof(*sweep_log));
	code = record_case(nr);
	if (code != SHIM_PASS)
		return code == SHIM_SKIP ? SHIM_SKIP : SHIM_FAIL;
	if (why_not())
		return oom->most ? SHIM_PASS : skip(why_not());
	mode = SHIM_SWEEP_TRY;
	result = shim_run_case(nr);
	if (!found)
		oom->now->nth = 0;
	return found ? SHIM_FAIL : result;
}
