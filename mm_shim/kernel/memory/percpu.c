// SPDX-License-Identifier: GPL-2.0
/*
 * Per-CPU memory: one unit for each CPU, with the static data first, and then cells of 8
 * bytes for alloc_percpu(). A bitmap has the cells in use.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/percpu.h>

#include <shim/host.h>
#include <shim/memory.h>

#define CELL		8UL
#define DYNAMIC_SIZE	(64UL << 10)
#define NR_CELLS	(DYNAMIC_SIZE / CELL)

extern char __per_cpu_start[], __per_cpu_end[];

static DECLARE_BITMAP(cells_used, NR_CELLS);
static DECLARE_BITMAP(cells_last, NR_CELLS);	/* the last cell of an area */
static unsigned long dynamic_start;		/* a __percpu address */
static arch_spinlock_t lock = __ARCH_SPIN_LOCK_UNLOCKED;

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

/**
 * shim_percpu_first() - find the first CPU's copy of static per-CPU data
 * @addr: any address
 *
 * Context: any.
 * Return: its address, or 0 if @addr is not within a copy of such data.
 */
unsigned long shim_percpu_first(unsigned long addr)
{
	unsigned long size = __per_cpu_end - __per_cpu_start, at;
	int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		at = addr - (unsigned long)__per_cpu_start - __per_cpu_offset[cpu];
		if (at < size)
			return (unsigned long)__per_cpu_start + __per_cpu_offset[0] + at;
	}
	return 0;
}

/**
 * shim_percpu_boot() - copy the static data for every CPU
 *
 * Context: booting; before it per-CPU variables are those of the program's image.
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
}
