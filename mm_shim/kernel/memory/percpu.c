// SPDX-License-Identifier: GPL-2.0
/*
 * Per-CPU memory: one unit a CPU, the static data first, a bitmap of 8-byte
 * cells for what is allocated later. A thread owns a CPU while it lives.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/percpu.h>

#include "../tasks/task.h"
#include <shim/host.h>
#include <shim/machine.h>

#define CELL		8UL
#define DYNAMIC_SIZE	(64UL << 10)
#define NR_CELLS	(DYNAMIC_SIZE / CELL)

extern char __per_cpu_start[], __per_cpu_end[];

unsigned long __per_cpu_offset[NR_CPUS];

static DECLARE_BITMAP(cells_used, NR_CELLS);
static DECLARE_BITMAP(cells_last, NR_CELLS);	/* the last cell of an area */
static unsigned long dynamic_start;		/* a __percpu address */
static arch_spinlock_t lock = __ARCH_SPIN_LOCK_UNLOCKED;

static DECLARE_BITMAP(cpus_busy, NR_CPUS);

static void on_each_copy(unsigned long cell, unsigned long nr,
			 void (*fn)(void *at, unsigned long size))
{
	int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		fn((void *)(dynamic_start + cell * CELL + __per_cpu_offset[cpu]), nr * CELL);
}

static void clear_copy(void *at, unsigned long size)
{
	host_unpoison(at, size);
	memset(at, 0, size);
}

static void poison_copy(void *at, unsigned long size)
{
	host_poison(at, size);
}

void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved, gfp_t gfp)
{
	unsigned long nr = DIV_ROUND_UP(size, CELL), cell;
	unsigned long mask = max(align, CELL) / CELL - 1;

	if (shim_should_fail(gfp))
		return NULL;
	arch_spin_lock(&lock);
	cell = bitmap_find_next_zero_area(cells_used, NR_CELLS, 0, nr, mask);
	if (cell < NR_CELLS) {
		bitmap_set(cells_used, cell, nr);
		__set_bit(cell + nr - 1, cells_last);
	}
	arch_spin_unlock(&lock);
	if (cell >= NR_CELLS)
		return NULL;
	on_each_copy(cell, nr, clear_copy);
	return (void __percpu *)(dynamic_start + cell * CELL);
}

void free_percpu(void __percpu *ptr)
{
	unsigned long cell = ((unsigned long)ptr - dynamic_start) / CELL, last;
	bool used;

	if (!ptr)
		return;
	arch_spin_lock(&lock);
	last = find_next_bit(cells_last, NR_CELLS, cell);
	used = test_bit(cell, cells_used) && last < NR_CELLS;
	if (used) {
		on_each_copy(cell, last - cell + 1, poison_copy);
		bitmap_clear(cells_used, cell, last - cell + 1);
		__clear_bit(last, cells_last);
	}
	arch_spin_unlock(&lock);
	WARN(!used, "free_percpu() of what is not allocated");
}

#ifdef CONFIG_LOCKDEP
/*
 * The copies of a static lock, one for each CPU, are one to lockdep, which knows it by
 * the address of the first. So are those that tasks have as a copy of init_task's.
 */
bool __is_kernel_percpu_address(unsigned long addr, unsigned long *can_addr)
{
	unsigned long size = __per_cpu_end - __per_cpu_start, first, at;
	int cpu;

	at = shim_task_mould(addr);
	if (at && can_addr)
		*can_addr = at;
	if (at)
		return true;
	first = (unsigned long)__per_cpu_start + __per_cpu_offset[0];
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		at = addr - (unsigned long)__per_cpu_start - __per_cpu_offset[cpu];
		if (at >= size)
			continue;
		if (can_addr)
			*can_addr = first + at;
		return true;
	}
	return false;
}

bool is_kernel_percpu_address(unsigned long addr)
{
	return __is_kernel_percpu_address(addr, NULL);
}
#endif

/**
 * shim_cpu_get() - a CPU for a new thread
 *
 * Return: its number; the process ends when more than NR_CPUS threads live.
 */
int shim_cpu_get(void)
{
	int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		if (!test_and_set_bit(cpu, cpus_busy))
			return cpu;
	host_die("more threads than CPUs: raise CONFIG_NR_CPUS in configs/core.config");
}

/**
 * shim_cpu_claim() - a certain CPU for a while, for shim_cpu_put()
 * @cpu: its number
 *
 * Return: whether no thread lives there.
 */
bool shim_cpu_claim(int cpu)
{
	return !test_and_set_bit(cpu, cpus_busy);
}

/**
 * shim_cpu_put() - give a CPU back when its thread ends
 * @cpu: from shim_cpu_get()
 */
void shim_cpu_put(int cpu)
{
	/* whoever gets it next sees what was left in its data */
	clear_bit_unlock(cpu, cpus_busy);
}

/**
 * shim_percpu_boot() - a copy of the static data for every CPU
 */
void shim_percpu_boot(void)
{
	unsigned long size = ALIGN(__per_cpu_end - __per_cpu_start, PAGE_SIZE);
	unsigned long unit = size + DYNAMIC_SIZE;
	char *base = host_reserve(unit * NR_CPUS, PAGE_SIZE);
	int cpu;

	dynamic_start = (unsigned long)__per_cpu_start + size;
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		memcpy(base + cpu * unit, __per_cpu_start, __per_cpu_end - __per_cpu_start);
		__per_cpu_offset[cpu] = (unsigned long)base + cpu * unit -
					(unsigned long)__per_cpu_start;
	}
	on_each_copy(0, NR_CELLS, poison_copy);
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		cpumask_set_cpu(cpu, &__cpu_possible_mask);
		cpumask_set_cpu(cpu, &__cpu_present_mask);
		cpumask_set_cpu(cpu, &__cpu_online_mask);
		cpumask_set_cpu(cpu, &__cpu_active_mask);
	}
}
