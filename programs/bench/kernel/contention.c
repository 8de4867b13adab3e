// SPDX-License-Identifier: GPL-2.0
/*
 * The machine's half of vma_bench --contention: threads of one program that fault
 * pages of their own, beside one that keeps mmap_lock busy.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/swap.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "memory.h"

#include <waist/bench_contention.h>
#include <shim/host.h>
#include <shim/machine.h>
#include <shim/bench.h>

#define RW		(PROT_READ | PROT_WRITE)
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)
#define PLACE		0x10000000UL
#define PAGES		64		/* that a thread faults before it drops them */
#define MOST_WAITS	20		/* for the first fault */
/* With a page table of its own, whose lock would be one of all threads */
#define PLACE_OF(nr)	(PLACE + (nr) * PMD_SIZE)

/* A thread, and what it has done. */
struct worker {
	struct mm_struct *mm;
	unsigned long addr;
	bool mmap_lock;
	unsigned long done;
	int err;
	struct completion started;
	struct task_struct *task;
};

static bool stop;

static int fault_all(struct worker *w)
{
	unsigned long at;
	int err = 0;

	for (at = w->addr; at < w->addr + PAGES * PAGE_SIZE && !err; at += PAGE_SIZE) {
		if (w->mmap_lock)
			err = bench_check("a fault", shim_fault_slowly(w->mm, at, true));
		else
			err = bench_write(w->mm, at);
	}
	WRITE_ONCE(w->done, w->done + PAGES);
	return err ?: bench_check("madvise", sys_madvise(w->addr, PAGES * PAGE_SIZE,
							 MADV_DONTNEED));
}

static int change(struct worker *w)
{
	const unsigned long size = 4 * PAGE_SIZE, half = w->addr + size / 2;

	WRITE_ONCE(w->done, w->done + 1);
	return bench_check("mmap", vm_mmap_pgoff(NULL, w->addr, size, RW, ANON | MAP_FIXED, 0)) ?:
	       bench_check("mprotect", sys_mprotect(half, size / 2, PROT_READ)) ?:
	       bench_check("mprotect", sys_mprotect(half, size / 2, RW)) ?:
	       bench_check("munmap", sys_munmap(w->addr, size));
}

static int work(struct worker *w, int (*fn)(struct worker *w))
{
	shim_use_mm(w->mm);
	w->err = fn(w);
	complete(&w->started);
	while (!READ_ONCE(stop) && !w->err)
		w->err = fn(w);
	shim_use_mm(NULL);
	lru_add_drain();
	return 0;
}

static int fault_worker(void *w)
{
	return work(w, fault_all);
}

static int change_worker(void *w)
{
	return work(w, change);
}

static int map_places(unsigned int nr)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && !err; i++)
		err = bench_check("mmap", vm_mmap_pgoff(NULL, PLACE_OF(i), PAGES * PAGE_SIZE, RW,
							ANON | MAP_FIXED, 0));
	return err;
}

static unsigned long done_by(struct worker *w, unsigned int nr)
{
	unsigned long sum = 0;

	while (nr--)
		sum += READ_ONCE(w[nr].done);
	return sum;
}

/* Faults of one thread between two looks at the clock, while the others run. */
static int run(struct bench_contention *c, struct worker *w)
{
	unsigned int i, nr = c->threads + !!c->writer;
	struct worker *writer = w + c->threads;
	int err = 0;

	for (i = 0; i < nr; i++)
		w[i].task = kthread_run(i < c->threads ? fault_worker : change_worker, &w[i],
					"bench/%u", i);
	for (i = 0; i < nr; i++)
		wait_for_completion(&w[i].started);
	/* the clock first: what is done between the two looks at it counts for less, not for more */
	c->ns = host_time_ns();
	c->faults = done_by(w, c->threads);
	c->changes = done_by(writer, nr - c->threads);
	/* a host that is busy may let none of them run for a while */
	i = 0;
	do {
		schedule_timeout_uninterruptible(c->ticks);
	} while (++i < MOST_WAITS && done_by(w, c->threads) == c->faults);
	c->faults = done_by(w, c->threads) - c->faults;
	c->changes = done_by(writer, nr - c->threads) - c->changes;
	c->ns = host_time_ns() - c->ns;
	WRITE_ONCE(stop, true);
	for (i = 0; i < nr; i++) {
		kthread_stop(w[i].task);	/* its CPU is free, too */
		err = err ?: w[i].err;
	}
	return err;
}

int shim_bench_contention(struct bench_contention *c)
{
	struct worker w[CONTENTION_THREADS + 1];
	struct mm_struct *mm;
	unsigned int i;
	int err;

	shim_set_lazy(c->lazy);
	/* the locks of the machine are not what is measured */
	shim_use_cpu_lists(true);
	shim_tlb_rest(true);
	mm = bench_space();
	if (!mm)
		return bench_check("mm_alloc", -ENOMEM);
	shim_use_mm(mm);
	WRITE_ONCE(stop, false);
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = (struct worker) { .mm = mm, .addr = PLACE_OF(i), .mmap_lock = c->mmap_lock };
		init_completion(&w[i].started);
	}
	w[c->threads].addr = PLACE_OF(CONTENTION_THREADS);
	err = map_places(c->threads) ?: run(c, w);
	shim_use_mm(NULL);
	mmput(mm);
	shim_quiesce();
	shim_tlb_rest(false);
	shim_use_cpu_lists(false);
	return err || shim_warnings() ? -1 : 0;
}
