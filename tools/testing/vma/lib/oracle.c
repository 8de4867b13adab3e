// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle: what must be true of every address space at a quiet point. Counts
 * are made again from the VMAs and page tables and compared with the kernel's.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/percpu_counter.h>
#include <linux/pgtable.h>

#include "internal.h"
#include "vma.h"
#include "oracle.h"

#define MAX_MAPPED 16384

static struct mapped mapped[MAX_MAPPED];
static int nr_mapped;

static void note_entry(struct space *sp, struct vm_area_struct *vma, unsigned long addr,
		       pte_t pte)
{
	struct page *page = vm_normal_page(vma, addr, pte);

	if (!page)
		return;
	if (nr_mapped == MAX_MAPPED) {
		wrong(sp, "more than %d mapped pages, raise MAX_MAPPED", MAX_MAPPED);
		return;
	}
	mapped[nr_mapped++] = (struct mapped) {
		.folio = page_folio(page), .page = page,
		.sp = sp, .vma = vma, .addr = addr,
	};
}

/* Every present entry of a VMA, skipping what has no page table. */
static void collect_vma(struct space *sp, struct vm_area_struct *vma)
{
	unsigned long addr = vma->vm_start;
	pte_t *ptep, pte;

	while (addr < vma->vm_end) {
		ptep = shim_lookup_pte(sp->mm, addr);
		if (!ptep) {
			addr = pmd_addr_end(addr, vma->vm_end);
			continue;
		}
		pte = ptep_get(ptep);
		pte_unmap(ptep);
		if (pte_present(pte))
			note_entry(sp, vma, addr, pte);
		addr += PAGE_SIZE;
	}
}

struct recount {
	long vmas, total, data, stack, exec, locked, account, anon, file;
};

static void count_vma(struct recount *r, struct vm_area_struct *vma)
{
	long nr = vma_pages(vma);

	r->vmas++;
	r->total += nr;
	if (is_exec_mapping(vma->vm_flags))
		r->exec += nr;
	else if (is_stack_mapping(vma->vm_flags))
		r->stack += nr;
	else if (is_data_mapping(vma->vm_flags))
		r->data += nr;
	if (vma->vm_flags & VM_LOCKED)
		r->locked += nr;
	if (vma->vm_flags & VM_ACCOUNT)
		r->account += nr;
}

static void check_vma(struct space *sp, struct vm_area_struct *vma)
{
	if (vma->vm_mm != sp->mm)
		wrong(sp, "VMA at %lx belongs to another mm", vma->vm_start);
	if (!shim_vma_is_quiet(vma))
		wrong(sp, "VMA at %lx is not attached and unlocked", vma->vm_start);
	if ((!vma->anon_vma) != list_empty(&vma->anon_vma_chain))
		wrong(sp, "VMA at %lx: anon_vma and chain disagree", vma->vm_start);
}

#define same(sp, what, kernel, recounted) do {				\
	long __k = (kernel), __r = (recounted);				\
	if (__k != __r)							\
		wrong(sp, "%s is %ld, recounted %ld", what, __k, __r);	\
} while (0)

/* Walks one space; returns the pages that it must have charged. */
static long check_space(struct space *sp)
{
	struct recount r = {};
	struct mm_struct *mm = sp->mm;
	struct vm_area_struct *vma;
	int i, first = nr_mapped;
	VMA_ITERATOR(vmi, mm, 0);

	mmap_read_lock(mm);
	validate_mm(mm);
	for_each_vma(vmi, vma) {
		check_vma(sp, vma);
		count_vma(&r, vma);
		collect_vma(sp, vma);
	}
	mmap_read_unlock(mm);
	for (i = first; i < nr_mapped; i++)
		if (folio_test_anon(mapped[i].folio))
			r.anon++;
		else
			r.file++;

	same(sp, "map_count", mm->map_count, r.vmas);
	same(sp, "total_vm", mm->total_vm, r.total);
	same(sp, "data_vm", mm->data_vm, r.data);
	same(sp, "stack_vm", mm->stack_vm, r.stack);
	same(sp, "exec_vm", mm->exec_vm, r.exec);
	same(sp, "locked_vm", mm->locked_vm, r.locked);
	same(sp, "MM_ANONPAGES", get_mm_counter_sum(mm, MM_ANONPAGES), r.anon);
	same(sp, "MM_FILEPAGES", get_mm_counter_sum(mm, MM_FILEPAGES), r.file);
	return r.account;
}

static struct mapped *entry_of(struct space *sp, long page)
{
	int i;

	for (i = 0; i < nr_mapped; i++)
		if (mapped[i].sp == sp && mapped[i].addr == page_addr(page))
			return &mapped[i];
	return NULL;
}

/* What is in a file need not be mapped at once. */
static bool may_be_elsewhere(struct space *sp, long page)
{
	struct vm_area_struct *vma = vma_of(sp, page);

	return vma && (vma->vm_flags & VM_SHARED);
}

/* The bytes that the model knows of, without touching a page table. */
static void check_contents(struct space *sp)
{
	struct mapped *m;
	long page;
	u8 *bytes;

	for (page = 0; page < SPACE_PAGES; page++) {
		u16 want = sp->model[page];

		if (want == MODEL_UNKNOWN)
			continue;
		m = want ? entry_of(sp, page) : NULL;
		if (want && !m && !may_be_elsewhere(sp, page)) {
			wrong(sp, "page %ld held %#x and is gone", page, want);
			return;
		}
		if (!m)
			continue;
		bytes = page_address(m->page);
		if (bytes[0] != want || bytes[PAGE_SIZE - 1] != want) {
			wrong(sp, "page %ld holds %#x, not %#x", page, bytes[0], want);
			return;
		}
	}
}

/**
 * oracle() - check every space of a case
 * @test: the case
 *
 * Context: nothing runs beside it and no lock is held. A violation fails the
 * case with the reason and a drawing.
 */
void oracle(struct kunit *test)
{
	struct world *world = test->priv;
	struct space *sp, *last = NULL;
	long account = 0;

	if (world->quiet)
		return;
	nr_mapped = 0;
	list_for_each_entry(sp, &world->spaces, list) {
		account += check_space(sp);
		last = sp;
	}
	if (!last)
		return;
	same(last, "vm_committed_as", percpu_counter_sum(&vm_committed_as), account);
	list_for_each_entry(sp, &world->spaces, list)
		check_contents(sp);
	oracle_anon_vmas(world);
	oracle_folios(world, mapped, nr_mapped);
}
