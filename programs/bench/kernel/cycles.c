// SPDX-License-Identifier: GPL-2.0
/* The machine's half of vma_bench: the cycles, by the system calls' own code. */
#include <generated/utsrelease.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/syscalls.h>

#include "internal.h"

#include <waist/bench.h>
#include <shim/inside.h>
#include <shim/machine.h>

#define RW	(PROT_READ | PROT_WRITE)
#define FLAGS	(MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE)

static struct mm_struct *mm;

const char *shim_bench_subject(void)
{
	return UTS_RELEASE;
}

int shim_bench_debug(void)
{
	return IS_ENABLED(CONFIG_DEBUG_VM);
}

/* The result of a call: the first that fails says so and ends the bench. */
static int check(const char *what, long ret)
{
	if (!IS_ERR_VALUE(ret))
		return 0;
	shim_reason("%s failed with %ld", what, ret);
	return -1;
}

static int write_page(struct mm_struct *to, unsigned long addr)
{
	return check("a write", shim_user_write(to, addr, "x", 1));
}

static int map_cycle(void)
{
	const unsigned long size = BENCH_AREA_PAGES * PAGE_SIZE, half = BENCH_AREA + size / 2;

	return check("mmap", vm_mmap_pgoff(NULL, BENCH_AREA, size, RW, FLAGS, 0)) ?:
	       write_page(mm, BENCH_AREA) ?:
	       write_page(mm, half) ?:
	       check("mprotect", sys_mprotect(half, size / 2, PROT_READ)) ?:
	       check("mprotect", sys_mprotect(half, size / 2, RW)) ?:
	       check("munmap", sys_munmap(BENCH_AREA, size));
}

static unsigned long vma_start(unsigned int nr)
{
	return BENCH_BASE + nr * BENCH_STRIDE * PAGE_SIZE;
}

static int fork_cycle(void)
{
	struct mm_struct *child = shim_dup_mm(current, mm);
	int i, err = 0;

	if (!child)
		return check("fork", -ENOMEM);
	for (i = 0; i < BENCH_COW && !err; i++)
		err = write_page(child, vma_start(i));
	mmput(child);
	return err;
}

int shim_bench_run(enum bench_kind kind, unsigned long cycles)
{
	int err = 0;

	while (cycles-- && !err)
		err = kind == BENCH_MAP ? map_cycle() : fork_cycle();
	shim_quiesce();
	return err ?: shim_warnings() ? -1 : 0;
}

/* A page of its own for each number, the VMAs of the host's half first. */
static int fault_pages(unsigned int pages)
{
	unsigned int i;
	int err = 0;

	/* a gap stays behind each VMA */
	pages = min(pages, BENCH_VMAS * (BENCH_STRIDE - 1U));
	for (i = 0; i < pages && !err; i++)
		err = write_page(mm, vma_start(i % BENCH_VMAS) + i / BENCH_VMAS * PAGE_SIZE);
	return err ?: pages;
}

int shim_bench_setup(unsigned int vmas, unsigned int pages)
{
	unsigned int i;

	mm = mm_alloc();
	if (!mm)
		return check("mm_alloc", -ENOMEM);
	shim_task_size(mm) = TASK_SIZE;
	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);
	shim_use_mm(mm);
	for (i = 0; i < vmas; i++)
		if (check("mmap", vm_mmap_pgoff(NULL, vma_start(i),
						(BENCH_STRIDE - 1) * PAGE_SIZE, RW, FLAGS, 0)))
			return -1;
	return fault_pages(pages);
}
