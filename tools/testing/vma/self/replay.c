// SPDX-License-Identifier: GPL-2.0
/*
 * Traces that strace made of real programs, as cases: each result is the recorded one,
 * and the oracle looks on. See docs/replay.md; vma_replay tells more of a trace.
 */
#include "replay.h"

/* Replay the first @most calls of the trace @name. */
static void replay_first(struct kunit *test, const char *name, unsigned int most)
{
	const char *why;
	struct replay_run *run = host_trace(name, &why);

	if (!run)
		kunit_skip(test, "the trace %s %s", name, why);
	run->nr = min(run->nr, most);
	replay_run(test, run);
	if (run->told[0])
		KUNIT_FAIL(test, "%s", run->told);
	KUNIT_EXPECT_EQ(test, run->why[WHY_DIFFERS], 0);
	/* none of these traces has a call that this configuration has not */
	KUNIT_EXPECT_EQ(test, run->why[WHY_DONE], run->nr);
}

static void replay(struct kunit *test, const char *name)
{
	replay_first(test, name, UINT_MAX);
}

/* a program that does nothing: ld.so and an exit */
TEST(replay, true)
{
	replay(test, "true");
}

/* pipes and subshells: forks that exec and forks that do not */
TEST(replay, shell)
{
	replay(test, "sh");
}

/* a heap that grows, and forks that write to it */
TEST(replay, perl_forks)
{
	replay(test, "perl");
}

/* threads, with stacks of their own, and a vfork() */
TEST(replay, python_threads)
{
	replay(test, "python");
}

/* a compiler with its passes: vfork() and execve() */
TEST(replay, gcc)
{
	replay(test, "gcc");
}

/* six compilations, two at a time */
TEST(replay, make_in_parallel)
{
	replay(test, "make");
}

/* files that are mapped and unmapped, and threads */
TEST(replay, git_repack)
{
	replay(test, "git");
}

/* What comes after the child is more of the same, and takes TSan three quarters of the time. */
#ifdef __SANITIZE_THREAD__
#define NODE_CALLS	4400
#else
#define NODE_CALLS	UINT_MAX
#endif

/* reservations without access, of which parts become writable; a worker and a child */
TEST(replay, node_worker)
{
	replay_first(test, "node", NODE_CALLS);
}
