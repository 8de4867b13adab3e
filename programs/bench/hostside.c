// SPDX-License-Identifier: GPL-2.0
/* The same cycles as programs/bench/kernel/cycles.c, by the host's kernel. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostside.h"
#include "broken.h"

#define RW	(PROT_READ | PROT_WRITE)
#define FLAGS	(MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE)

static long page_size;

static void check(const char *what, int failed)
{
	if (failed)
		broken("the host's %s failed: %s", what, strerror(errno));
}

static void map(unsigned long addr, unsigned long pages)
{
	check("mmap", mmap((void *)addr, pages * page_size, RW, FLAGS, -1, 0) == MAP_FAILED);
}

static void write_page(unsigned long addr)
{
	*(volatile char *)addr = 'x';
}

static unsigned long vma_start(unsigned int nr)
{
	return BENCH_BASE + nr * BENCH_STRIDE * page_size;
}

static void map_cycle(void)
{
	const unsigned long size = BENCH_AREA_PAGES * page_size, half = BENCH_AREA + size / 2;

	map(BENCH_AREA, BENCH_AREA_PAGES);
	write_page(BENCH_AREA);
	write_page(half);
	check("mprotect", mprotect((void *)half, size / 2, PROT_READ));
	check("mprotect", mprotect((void *)half, size / 2, RW));
	check("munmap", munmap((void *)BENCH_AREA, size));
}

static void fork_cycle(void)
{
	pid_t pid = fork();
	int i;

	check("fork", pid < 0);
	if (!pid) {
		for (i = 0; i < BENCH_COW; i++)
			write_page(vma_start(i));
		_exit(0);
	}
	check("waitpid", waitpid(pid, NULL, 0) != pid);
}

/**
 * hostside_run() - go through a cycle many times
 * @kind: which
 * @cycles: how often
 */
void hostside_run(enum bench_kind kind, unsigned long cycles)
{
	while (cycles--)
		if (kind == BENCH_MAP)
			map_cycle();
		else
			fork_cycle();
}

/**
 * hostside_setup() - map and fault what the cycles need
 */
void hostside_setup(void)
{
	int nr, page;

	page_size = sysconf(_SC_PAGESIZE);
	for (nr = 0; nr < BENCH_VMAS; nr++) {
		map(vma_start(nr), BENCH_STRIDE - 1);
		for (page = 0; page < BENCH_PAGES; page++)
			write_page(vma_start(nr) + page * page_size);
	}
}

/**
 * hostside_census() - count what this process's address space has
 *
 * Return: the counts; the kernel's own vsyscall page, which no fork copies, is
 * left out.
 */
struct census hostside_census(void)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	struct census census = { 0 };
	unsigned long kib = 0, total = 0;
	char line[512];

	check("/proc/self/smaps", !file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Anonymous: %lu kB", &kib) == 1)
			total += kib;
		else if (!strncmp(line, "Size:", 5))
			census.vmas++;
		else if (strstr(line, "[vsyscall]"))
			census.vmas--;
	}
	fclose(file);
	census.pages = total * 1024 / page_size;
	return census;
}
