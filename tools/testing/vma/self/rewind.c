// SPDX-License-Identifier: GPL-2.0
/*
 * Children of host_fork() that are used again: each run begins with what the parent has
 * then, and with nothing of the run before.
 */
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <shim/host.h>

#include "test.h"

#define RUNS	4

/* What a run finds: the number of the run everywhere */
struct traces {
	int in_data;
	char *old, *page;
	int run;
};

static struct traces traces;

static int ended(void *arg)
{
	return 0;
}

/* True if all is as the parent has it. */
static bool is_fresh(const struct traces *t, int run)
{
	char own[64];

	/* Where another run had its frames */
	memset(own, run, sizeof(own));
	return t->in_data == run && t->old[0] == run && t->old[PAGE_SIZE] == run &&
		!memchr_inv(t->page, run, PAGE_SIZE) && own[63] == run;
}

/* TSan ends a process that starts threads after a fork beside other threads. */
#if defined(__SANITIZE_THREAD__)
#define MAY_START_THREADS	false
#elif defined(__has_feature)
#define MAY_START_THREADS	(!__has_feature(thread_sanitizer))
#else
#define MAY_START_THREADS	true
#endif

static void leave_traces(struct traces *t)
{
	t->in_data = -1;
	memset(t->old, -1, 2 * PAGE_SIZE);
	free_page((unsigned long)t->page);
	t->old = kzalloc(64 * PAGE_SIZE, GFP_KERNEL);
	memset(t->old, -1, 64 * PAGE_SIZE);
	t->page = (char *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
	if (MAY_START_THREADS)
		kthread_run(ended, NULL, "ended");
}

static void set(struct traces *t, int run)
{
	t->in_data = run;
	t->old[0] = t->old[PAGE_SIZE] = run;
	memset(t->page, run, PAGE_SIZE);
}

TEST(rewind, run_begins_with_what_the_parent_has_then)
{
	struct traces *t = &traces;
	char text[64] = "";
	int run, code;

	t->old = kzalloc(2 * PAGE_SIZE, GFP_KERNEL);
	t->page = (char *)__get_free_page(GFP_KERNEL);
	for (run = 1; run <= RUNS; run++) {
		set(t, run);
		code = host_fork(0, text, sizeof(text));
		if (code == HOST_IN_CHILD) {
			code = !is_fresh(t, run);
			leave_traces(t);
			host_exit(code);
		}
		KUNIT_EXPECT_EQ_MSG(test, code, 0, "run %d %s", run, text);
	}
	free_page((unsigned long)t->page);
	kfree(t->old);
}

/* What ASan has kept of freed memory is no word on what is mapped there in the next run. */
TEST(rewind, run_may_map_where_another_had_freed_memory)
{
	char text[64] = "";
	int run, code;

	for (run = 1; run <= RUNS; run++) {
		code = host_fork(0, text, sizeof(text));
		if (code == HOST_IN_CHILD) {
			if (run & 1)
				kfree(kzalloc(512 * PAGE_SIZE, GFP_KERNEL));
			else
				memset(host_shared(512 * PAGE_SIZE), 1, 512 * PAGE_SIZE);
			host_exit(0);
		}
		KUNIT_EXPECT_EQ_MSG(test, code, 0, "run %d %s", run, text);
	}
}

TEST(rewind, run_ends_with_a_code_of_its_own)
{
	char text[64] = "";
	int run, code;

	traces.run = 0;
	for (run = 1; run <= RUNS; run++) {
		code = host_fork(0, text, sizeof(text));
		if (code == HOST_IN_CHILD)
			host_exit(traces.run++ ? 77 : run);
		KUNIT_EXPECT_EQ_MSG(test, code, run, "%s", text);
	}
}

/* Of the C library, whose headers do not go together with the kernel's. */
int dup(int fd);
int close(int fd);

/* The lowest number that is free is below one that is not, as in the process of each case. */
TEST(rewind, run_begins_with_the_files_that_the_parent_has)
{
	int low = dup(2), high = dup(2), run, code;
	char text[64] = "";

	close(low);
	for (run = 1; run <= RUNS; run++) {
		code = host_fork(0, text, sizeof(text));
		if (code == HOST_IN_CHILD) {
			code = dup(2) != low || dup(high) < 0;
			close(1);
			host_exit(code);
		}
		KUNIT_EXPECT_EQ_MSG(test, code, 0, "run %d %s", run, text);
	}
	close(high);
}

/* A child that has had a child of its own, as the process of a race has, is used again. */
TEST(rewind, run_may_have_runs_of_its_own)
{
	int run, inner, code, nr;
	char text[64] = "";

	for (run = 1; run <= RUNS; run++) {
		traces.run = run;
		code = host_fork(0, text, sizeof(text));
		if (code == HOST_IN_CHILD) {
			nr = traces.run;
			for (inner = 1; inner <= RUNS; inner++) {
				traces.run = 10 * nr + inner;
				code = host_fork(0, text, sizeof(text));
				if (code == HOST_IN_CHILD)
					host_exit(traces.run++);
				if (code != traces.run)
					host_exit(0);
			}
			host_exit(nr);
		}
		KUNIT_EXPECT_EQ_MSG(test, code, run, "%s", text);
		KUNIT_EXPECT_EQ(test, traces.run, run);
	}
}
