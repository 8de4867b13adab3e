// SPDX-License-Identifier: GPL-2.0
/* The one case of vma_run: guests are served until they have ended. */
#include <linux/completion.h>
#include <linux/kthread.h>

#include <shim/host.h>
#include <shim/tlb.h>

#include "hosted.h"

struct kunit *hosted_test;
const struct hosted_ops *hosted_ops;

/**
 * hosted_set() - say what the libc side does
 * @ops: it
 */
void hosted_set(const struct hosted_ops *ops)
{
	hosted_ops = ops;
}

struct worker {
	void (*fn)(void *arg);
	void *arg;
	struct task_struct *task;
	struct completion done;
};

static struct worker workers[2 * HOSTED_WORKERS + HOSTED_WAITERS + 1];
static atomic_t nr_workers;

static int work(void *data)
{
	struct worker *w = data;

	w->fn(w->arg);
	shim_use_mm(NULL);
	complete(&w->done);
	return 0;
}

/**
 * hosted_start() - start a worker, on a CPU of its own
 * @fn: its work
 * @arg: for @fn
 * @name: its comm
 *
 * Return: 0 or a negative errno.
 */
int hosted_start(void (*fn)(void *), void *arg, const char *name)
{
	struct worker *w = &workers[atomic_fetch_inc(&nr_workers)];

	w->fn = fn;
	w->arg = arg;
	init_completion(&w->done);
	w->task = kthread_run(work, w, "%s", name);
	if (IS_ERR(w->task))
		complete(&w->done);
	return PTR_ERR_OR_ZERO(w->task);
}

/**
 * hosted_join() - wait until all workers have ended
 */
void hosted_join(void)
{
	int i;

	for (i = 0; i < atomic_read(&nr_workers); i++)
		wait_for_completion(&workers[i].done);
}

/**
 * hosted_oracle() - check all spaces
 *
 * Context: no worker is in the machine.
 */
void hosted_oracle(void)
{
	hosted_uffds_of();
	oracle_resume(hosted_test);
	oracle(hosted_test);
	oracle_pause(hosted_test);
}

/**
 * hosted_complain() - fail the run
 * @text: why
 */
void hosted_complain(const char *text)
{
	shim_reason("%s", text);
	KUNIT_FAIL(hosted_test, "%s", text);
}

/**
 * hosted_rest() - run what waits for a grace period
 *
 * Context: a worker between two calls; holds nothing.
 */
void hosted_rest(void)
{
	shim_rcu_run_callbacks();
	shim_run_works();
}

static void flush(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	hosted_ops->flush(mm->context.hosted, start, end);
}

TEST(hosted, guest)
{
	hosted_test = test;
	/* a computer has more memory than the machine: a guest that uses too much is killed */
	sysctl_overcommit_memory = OVERCOMMIT_ALWAYS;
	shim_tlb_hook = flush;
	oracle_pause(test);
	hosted_ops->run();
	oracle_resume(test);
}
