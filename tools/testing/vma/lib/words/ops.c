// SPDX-License-Identifier: GPL-2.0
/*
 * System calls on an address space, and the same changes in the model of its contents.
 * Pages are counted from SPACE_BASE, and the oracle runs after each.
 */
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>

#include "arguments.h"
#include "guard.h"
#include "internal.h"
#include "model.h"

static void model_move(struct space *sp, long from, long nr, long to)
{
	u16 value;
	long i;

	for (i = 0; i < nr; i++) {
		value = from + i < 0 ? MODEL_UNKNOWN : sp->model[from + i];
		model_set(sp, from + i, 1, MODEL_UNKNOWN);
		model_set(sp, to + i, 1, value);
	}
}

/*
 * MAP_FIXED that fails may have unmapped what was there, and so may MREMAP_FIXED,
 * which also shrinks the old place before it moves it.
 */
static void model_gaps(struct space *sp, long page, long nr)
{
	long at;

	for_each_in_model(at, page, nr)
		if (!vma_of(sp, at))
			model_set(sp, at, 1, MODEL_UNKNOWN);
}

/* A mremap() of several VMAs that fails may have moved the first of them. */
static void model_moved(struct space *sp, long page, long nr)
{
	long at;

	for_each_in_model(at, page, nr)
		if (!folio_of(sp, at))
			model_set(sp, at, 1, MODEL_UNKNOWN);
}

/**
 * map_at() - mmap() with all its arguments
 * @sp: the space, made the current one
 * @page: first page, with MAP_FIXED; else a hint, or NO_HINT
 * @nr: number of pages
 * @prot: PROT_*
 * @flags: MAP_*
 * @file: NULL for anonymous memory
 * @pgoff: first page of the file
 *
 * Return: the user address or a negative errno.
 */
long map_at(struct space *sp, long page, long nr, int prot, int flags,
	    struct file *file, pgoff_t pgoff)
{
	struct world *world = sp->test->priv;
	long addr;

	world->op_nr = nr;
	op_begin(sp, "mmap", "%ld, %ld, %s, %s", page, nr, prot_text(prot),
		 map_flags_text(flags));
	addr = op_end(vm_mmap_pgoff(file, page_addr(page), nr * PAGE_SIZE, prot, flags, pgoff));
	if (!IS_ERR_VALUE(addr)) {
		page = ((unsigned long)addr - SPACE_BASE) >> PAGE_SHIFT;
		model_fresh(sp, page, nr);
	} else if (flags & MAP_FIXED) {
		model_gaps(sp, page, nr);
	}
	return op_done(sp, addr);
}

/**
 * map_file() - mmap() with MAP_FIXED
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 * @prot: PROT_*
 * @flags: MAP_*, of which MAP_FIXED is added
 * @file: NULL for anonymous memory
 * @pgoff: first page of the file
 *
 * Return: 0 or a negative errno.
 */
int map_file(struct space *sp, long page, long nr, int prot, int flags,
	     struct file *file, pgoff_t pgoff)
{
	long addr = map_at(sp, page, nr, prot, flags | MAP_FIXED, file, pgoff);

	return IS_ERR_VALUE(addr) ? addr : 0;
}

/**
 * map() - mmap() of private anonymous memory, with MAP_FIXED
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 * @prot: PROT_*
 *
 * Return: 0 or a negative errno.
 */
int map(struct space *sp, long page, long nr, int prot)
{
	return map_file(sp, page, nr, prot, MAP_PRIVATE | MAP_ANONYMOUS, NULL, 0);
}

/**
 * unmap() - munmap()
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 *
 * Return: 0 or a negative errno.
 */
int unmap(struct space *sp, long page, long nr)
{
	int err;

	op_begin(sp, "munmap", "%ld, %ld", page, nr);
	err = op_end(sys_munmap(page_addr(page), nr * PAGE_SIZE));
	if (!err)
		model_set(sp, page, nr, MODEL_UNKNOWN);
	return op_done(sp, err);
}

/**
 * protect() - mprotect()
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 * @prot: PROT_*
 *
 * Return: 0 or a negative errno.
 */
int protect(struct space *sp, long page, long nr, int prot)
{
	op_begin(sp, "mprotect", "%ld, %ld, %s", page, nr, prot_text(prot));
	return op_done(sp, op_end(sys_mprotect(page_addr(page), nr * PAGE_SIZE, prot)));
}

/**
 * remap() - mremap() with all its arguments
 * @sp: the space, made the current one
 * @page: old first page
 * @nr: old number of pages
 * @new_nr: new number of pages
 * @flags: MREMAP_*
 * @to: new first page, with MREMAP_FIXED
 *
 * Return: the new first page or a negative errno.
 */
long remap(struct space *sp, long page, long nr, long new_nr, unsigned long flags, long to)
{
	struct world *world = sp->test->priv;
	struct vm_area_struct *vma;
	long addr, now;
	bool several;

	/* the VMA at the old place loses its anon_vma and keeps its anonymous page offset */
	if (flags & MREMAP_DONTUNMAP)
		sp->odd_offsets |= has_moved(vma_of(sp, page));
	vma = vma_of(sp, page);
	several = vma && shim_vm_end(vma) < page_addr(page + nr);
	world->op_page = page;
	world->op_nr = nr;
	world->op_to = to;
	op_begin(sp, "mremap", "%ld, %ld, %ld, %s, %ld", page, nr, new_nr,
		 mremap_flags_text(flags), to);
	addr = op_end(sys_mremap(page_addr(page), nr * PAGE_SIZE, new_nr * PAGE_SIZE, flags,
				 page_addr(to)));
	if (IS_ERR_VALUE(addr)) {
		if (flags & MREMAP_FIXED) {
			model_gaps(sp, to, new_nr);
			model_gaps(sp, page, nr);
			if (several) {
				model_moved(sp, page, nr);
				model_set(sp, to, new_nr, MODEL_UNKNOWN);
			}
		}
		return op_done(sp, addr);
	}
	now = ((unsigned long)addr - SPACE_BASE) >> PAGE_SHIFT;
	if (now != page && now >= 0 && now + new_nr <= SPACE_PAGES) {
		model_fresh(sp, now, new_nr);
		model_move(sp, page, min(nr, new_nr), now);
		if (flags & MREMAP_DONTUNMAP)
			model_fresh(sp, page, nr);
	} else if (now != page) {
		/* the model has the first SPACE_PAGES pages only */
		model_set(sp, page, nr, MODEL_UNKNOWN);
	}
	if (new_nr < nr)
		model_set(sp, page + new_nr, nr - new_nr, MODEL_UNKNOWN);
	else
		model_fresh(sp, now + nr, new_nr - nr);
	return op_done(sp, now);
}

static int errno_of(long ret)
{
	return IS_ERR_VALUE(ret) ? ret : 0;
}

/**
 * move() - mremap() with MREMAP_FIXED, of unchanged size
 * @sp: the space, made the current one
 * @page: old first page
 * @nr: number of pages
 * @to: new first page; mappings there are replaced
 *
 * Return: 0 or a negative errno.
 */
int move(struct space *sp, long page, long nr, long to)
{
	return errno_of(remap(sp, page, nr, nr, MREMAP_MAYMOVE | MREMAP_FIXED, to));
}

/**
 * resize() - mremap() without flags: in place, or not at all
 * @sp: the space, made the current one
 * @page: first page
 * @nr: old number of pages
 * @new_nr: new number of pages
 *
 * Return: 0 or a negative errno.
 */
int resize(struct space *sp, long page, long nr, long new_nr)
{
	return errno_of(remap(sp, page, nr, new_nr, 0, 0));
}

/* What zaps pages leaves guards among them. */
static void model_zapped(struct space *sp, long page, long nr, bool known)
{
	long at;

	for_each_in_model(at, page, nr) {
		if (model_is_guard(sp, at))
			continue;
		if (known)
			model_fresh(sp, at, 1);
		else
			forget(sp, at, 1);
	}
}

/*
 * Pages that were guards are as never touched, and others as they were. Where madvise() has
 * ended half-way, the entries say what is left; the same where guards were installed.
 */
static void model_no_guards(struct space *sp, long page, long nr, bool all)
{
	long at;

	for_each_in_model(at, page, nr)
		if (sp->model[at] == MODEL_GUARD && (all || !pte_is_guard(pte_at(sp, at))))
			model_fresh(sp, at, 1);
}

static void model_guards(struct space *sp, long page, long nr, bool all)
{
	long at;

	for_each_in_model(at, page, nr)
		model_set(sp, at, 1, all || pte_is_guard(pte_at(sp, at)) ? MODEL_GUARD : MODEL_UNKNOWN);
}

static void model_advice(struct space *sp, long page, long nr, int advice, int err)
{
	switch (advice) {
	case MADV_DONTNEED:
		/* madvise() goes on after a gap (-ENOMEM), and ends at a VMA that is mlocked */
		model_zapped(sp, page, nr, !err || err == -ENOMEM);
		break;
	case MADV_FREE:
		model_zapped(sp, page, nr, false);
		break;
#ifdef MADV_GUARD_INSTALL
	case MADV_GUARD_INSTALL:
		model_guards(sp, page, nr, !err);
		break;
	case MADV_GUARD_REMOVE:
		model_no_guards(sp, page, nr, !err);
		break;
#endif
	}
}

/**
 * advise() - madvise()
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 * @advice: MADV_*
 *
 * Return: 0 or a negative errno.
 */
int advise(struct space *sp, long page, long nr, int advice)
{
	int err;

	op_begin(sp, advice == MADV_COLLAPSE ? "collapse" : "madvise", "%ld, %ld, %s", page, nr,
		 advice_text(advice));
	err = op_end(sys_madvise(page_addr(page), nr * PAGE_SIZE, advice));
	model_advice(sp, page, nr, advice, err);
	return op_done(sp, err);
}

/**
 * lock() - mlock()
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 *
 * Return: 0 or a negative errno.
 */
int lock(struct space *sp, long page, long nr)
{
	op_begin(sp, "mlock", "%ld, %ld", page, nr);
	return op_done(sp, op_end(sys_mlock(page_addr(page), nr * PAGE_SIZE)));
}

/**
 * unlock() - munlock()
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 *
 * Return: 0 or a negative errno.
 */
int unlock(struct space *sp, long page, long nr)
{
	op_begin(sp, "munlock", "%ld, %ld", page, nr);
	return op_done(sp, op_end(sys_munlock(page_addr(page), nr * PAGE_SIZE)));
}

/* The first page that begins at a break or above it. */
static long page_after(unsigned long brk)
{
	return (long)(PAGE_ALIGN(brk) - SPACE_BASE) >> PAGE_SHIFT;
}

/**
 * set_brk() - brk()
 * @sp: the space, made the current one; see space_with_brk()
 * @brk: the user address of the new break
 *
 * Return: 0, or -ENOMEM where brk() returns the old break.
 */
int set_brk(struct space *sp, unsigned long brk)
{
	long old = page_after(shim_brk(sp->mm)), now;

	op_begin(sp, "brk", "%#lx", brk);
	if (op_end(sys_brk(brk)) != brk)
		return op_done(sp, -ENOMEM);
	now = page_after(brk);
	model_fresh(sp, min(old, now), abs(old - now));
	return op_done(sp, 0);
}

static unsigned long usual_ram;
static int usual_batch;

/**
 * commit_limit() - forbid overcommit, as vm.overcommit_memory=2 does
 * @pages: number of pages that may be charged, including those that are
 */
void commit_limit(long pages)
{
	if (!usual_ram) {
		usual_ram = totalram_pages();
		usual_batch = vm_committed_as_batch;
	}
	sysctl_overcommit_memory = OVERCOMMIT_NEVER;
	vm_committed_as_batch = 1;	/* __vm_enough_memory() reads the approximate sum */
	percpu_counter_sync(&vm_committed_as);
	/* the limit is half of the memory (overcommit_ratio), and must not be reached */
	atomic_long_set(&_totalram_pages, 2 * (pages + 1));
}

/**
 * commit_no_limit() - undo commit_limit()
 */
void commit_no_limit(void)
{
	sysctl_overcommit_memory = OVERCOMMIT_GUESS;
	vm_committed_as_batch = usual_batch;
	atomic_long_set(&_totalram_pages, usual_ram);
}
