// SPDX-License-Identifier: GPL-2.0
/* Operations that vma_bench --memory times, in eager and in lazy mode. */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "memory.h"

#include <waist/bench_lazy.h>
#include <shim/host.h>

#define RW		(PROT_READ | PROT_WRITE)
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)
#define VMAS		16
#define VMA_PAGES	(BENCH_FORK_PAGES / VMAS)

static int map_and_write(struct mm_struct *mm, unsigned long addr, int pages)
{
	int i, err = bench_check("mmap", vm_mmap_pgoff(NULL, addr, pages * PAGE_SIZE, RW,
						       ANON | MAP_FIXED, 0));

	for (i = 0; i < pages && !err; i++)
		err = bench_write(mm, addr + i * PAGE_SIZE);
	return err;
}

/* VMAs far from each other, so that none shares what another has. */
static struct mm_struct *space_of(int vmas)
{
	struct mm_struct *mm = bench_space();
	int i, err = 0;

	if (!mm)
		return NULL;
	shim_use_mm(mm);
	for (i = 0; i < vmas && !err; i++)
		err = map_and_write(mm, BENCH_PLACE + 2 * i * VMA_PAGES * PAGE_SIZE, VMA_PAGES);
	return err ? NULL : mm;
}

static void end_space(struct mm_struct *mm)
{
	shim_use_mm(NULL);
	mmput(mm);
}

static unsigned long long time_fault(struct mm_struct *mm)
{
	const unsigned long addr = 2 * BENCH_PLACE;
	unsigned long long start = host_time_ns();

	if (map_and_write(mm, addr, 1) || bench_check("munmap", sys_munmap(addr, PAGE_SIZE)))
		return 0;
	return host_time_ns() - start;
}

static unsigned long long time_forks(bool later)
{
	struct mm_struct *mm = space_of(VMAS), *child, *first = NULL;
	unsigned long long start;

	if (!mm)
		return 0;
	if (later)
		first = shim_dup_mm(current, mm);
	start = host_time_ns();
	child = shim_dup_mm(current, mm);
	start = host_time_ns() - start;
	if (first)
		mmput(first);
	if (child)
		mmput(child);
	end_space(mm);
	return child && (first || !later) ? start : 0;
}

static unsigned long long time_move(struct mm_struct *mm)
{
	const unsigned long from = 2 * BENCH_PLACE, to = 3 * BENCH_PLACE;
	const unsigned long size = VMA_PAGES * PAGE_SIZE;
	unsigned long long start;
	long ret;

	if (map_and_write(mm, from, VMA_PAGES))
		return 0;
	start = host_time_ns();
	ret = sys_mremap(from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	start = host_time_ns() - start;
	if (bench_check("mremap", ret) || bench_check("munmap", sys_munmap(to, size)))
		return 0;
	return start;
}

static struct folio *locked_folio(struct mm_struct *mm, unsigned long addr)
{
	pte_t *pte = shim_lookup_pte(mm, addr);
	struct folio *folio = page_folio(pte_page(ptep_get(pte)));

	pte_unmap(pte);
	folio_lock(folio);
	return folio;
}

/* The shortest walk that the kernel makes, and the one it makes most: reclaim's. */
static unsigned long long time_walk(struct mm_struct *mm)
{
	unsigned long flags[4];		/* it is vm_flags_t or vma_flags_t */
	int i, referenced = bench_write(mm, BENCH_PLACE);
	struct folio *folio = locked_folio(mm, BENCH_PLACE);
	unsigned long long start = host_time_ns();

	for (i = 0; i < BENCH_WALKS; i++)
		referenced += folio_referenced(folio, 1, NULL, (void *)flags);
	start = host_time_ns() - start;
	folio_unlock(folio);
	/* the first has found it, and cleared what the write had set */
	return referenced == 1 ? start : 0;
}

static bool visit(struct folio *folio, struct vm_area_struct *vma, unsigned long addr, void *nr)
{
	(*(int *)nr)++;
	return true;
}

/* Without a look at what is found: this is only what the two modes do differently. */
static unsigned long long time_search(struct mm_struct *mm)
{
	int i, nr = 0;
	struct rmap_walk_control rwc = { .rmap_one = visit, .arg = &nr };
	struct folio *folio = locked_folio(mm, BENCH_PLACE);
	unsigned long long start = host_time_ns();

	for (i = 0; i < BENCH_WALKS; i++)
		rmap_walk(folio, &rwc);
	start = host_time_ns() - start;
	folio_unlock(folio);
	return nr == BENCH_WALKS ? start : 0;
}

static unsigned long long time_one(enum bench_time what, struct mm_struct *mm)
{
	switch (what) {
	case TIME_FAULT:
		return time_fault(mm);
	case TIME_FIRST_FORK:
	case TIME_LATER_FORK:
		return time_forks(what == TIME_LATER_FORK);
	case TIME_MOVE:
		return time_move(mm);
	case TIME_WALK:
		return time_walk(mm);
	default:
		return time_search(mm);
	}
}

unsigned long long shim_bench_time(enum bench_time what, int lazy, unsigned long cycles)
{
	const bool forks = what == TIME_FIRST_FORK || what == TIME_LATER_FORK;
	unsigned long long ns, least = ULLONG_MAX;
	struct mm_struct *mm = NULL;

	shim_set_lazy(lazy);
	if (!forks)
		mm = space_of(VMAS);
	for (ns = 1; cycles-- && ns; least = min(least, ns))
		ns = time_one(what, mm);
	if (mm)
		end_space(mm);
	shim_quiesce();
	return ns && !shim_warnings() ? least : 0;
}

/* Memory that the pages of many VMAs may take; what is beyond it is not faulted */
#define CUT_PAGES	((int)SHIM_NR_PAGES / 4 * 3)

/* Huge pages where there are any, cut into VMAs of one page each. */
static struct mm_struct *cut_space(int vmas)
{
	struct mm_struct *mm = bench_space();
	const unsigned long start = ALIGN(BENCH_PLACE, PMD_SIZE);
	const int pages = ALIGN(vmas, PTRS_PER_PTE);
	int i, err;

	if (!mm)
		return NULL;
	shim_use_mm(mm);
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	transparent_hugepage_flags |= BIT(TRANSPARENT_HUGEPAGE_FLAG);
#endif
	err = bench_check("mmap", vm_mmap_pgoff(NULL, start, pages * PAGE_SIZE, RW,
						ANON | MAP_FIXED | MAP_NORESERVE, 0));
	for (i = 0; i < min(pages, CUT_PAGES) && !err; i++)
		err = bench_write(mm, start + i * PAGE_SIZE);
	if (!err && pages > vmas)
		err = bench_check("munmap", sys_munmap(start + vmas * PAGE_SIZE,
						       (pages - vmas) * PAGE_SIZE));
	for (i = 1; i < vmas && !err; i += 2)
		err = bench_check("mprotect", sys_mprotect(start + i * PAGE_SIZE, PAGE_SIZE,
							   PROT_READ));
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	transparent_hugepage_flags &= ~BIT(TRANSPARENT_HUGEPAGE_FLAG);
#endif
	return err ? NULL : mm;
}

unsigned long long shim_bench_cut_fork(int vmas, int lazy)
{
	struct mm_struct *mm, *child;
	unsigned long long ns;

	shim_set_lazy(lazy);
	mm = cut_space(vmas);
	if (!mm)
		return 0;
	ns = host_time_ns();
	child = shim_dup_mm(current, mm);
	ns = host_time_ns() - ns;
	if (child)
		mmput(child);
	end_space(mm);
	shim_quiesce();
	return child && !shim_warnings() ? ns : 0;
}
