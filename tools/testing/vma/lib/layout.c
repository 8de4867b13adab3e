// SPDX-License-Identifier: GPL-2.0
/* Looking at an address space, and drawing it as the tests write it. */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pgtable.h>

#include "test.h"

static pte_t pte_of(struct space *sp, unsigned long addr)
{
	pte_t *ptep = shim_lookup_pte(sp->mm, addr), pte = __pte(0);

	if (ptep) {
		pte = ptep_get(ptep);
		pte_unmap(ptep);
	}
	return pte;
}

static char letter(struct space *sp, struct vm_area_struct *vma, unsigned long addr)
{
	char c = 'n';

	if (vma->vm_flags & VM_WRITE)
		c = 'w';
	else if (vma->vm_flags & VM_EXEC)
		c = 'x';
	else if (vma->vm_flags & VM_READ)
		c = 'r';
	return pte_none(pte_of(sp, addr)) ? c : c & ~0x20;
}

static const char *brackets(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_SHARED)
		return "{}";
	return vma->vm_file ? "()" : "[]";
}

/**
 * layout_of() - the diagram of what a space looks like now
 * @sp: the space, not changed by another thread meanwhile
 *
 * Return: the text, living as long as the case; gaps at the end are left out.
 */
const char *layout_of(struct space *sp)
{
	size_t room = 3 * SPACE_PAGES + 1;
	char *text = kunit_kzalloc(sp->test, room, GFP_KERNEL), *at = text;
	unsigned long addr = SPACE_BASE;
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, sp->mm, SPACE_BASE);

	if (!text)	/* a case that lets all allocations fail */
		return "(no memory to draw it)";
	mmap_read_lock(sp->mm);
	for_each_vma_range(vmi, vma, page_addr(SPACE_PAGES)) {
		for (; addr < vma->vm_start; addr += PAGE_SIZE)
			*at++ = '.';
		*at++ = brackets(vma)[0];
		for (; addr < vma->vm_end && addr < page_addr(SPACE_PAGES); addr += PAGE_SIZE)
			*at++ = letter(sp, vma, addr);
		*at++ = brackets(vma)[1];
	}
	mmap_read_unlock(sp->mm);
	return text;
}

/**
 * vma_of() - the VMA of a page, or NULL
 * @sp: the space, not changed by another thread meanwhile
 * @page: the page
 */
struct vm_area_struct *vma_of(struct space *sp, long page)
{
	struct vm_area_struct *vma;

	mmap_read_lock(sp->mm);
	vma = vma_lookup(sp->mm, page_addr(page));
	mmap_read_unlock(sp->mm);
	return vma;
}

/**
 * folio_of() - the folio that is mapped at a page, or NULL
 * @sp: the space, not changed by another thread meanwhile
 * @page: the page
 */
struct folio *folio_of(struct space *sp, long page)
{
	pte_t pte = pte_of(sp, page_addr(page));

	return pte_present(pte) ? page_folio(pte_page(pte)) : NULL;
}

/**
 * has_moved() - whether a VMA's anonymous page offset is not its address
 * @vma: the VMA, or NULL for none
 */
bool has_moved(struct vm_area_struct *vma)
{
	return vma && shim_anon_pgoff(vma) != vma->vm_start >> PAGE_SHIFT;
}

/**
 * was_write_locked() - whether the last writer of the mm locked a VMA
 * @sp: the space, whose mmap_lock nobody holds
 * @page: a page of the VMA
 *
 * A VMA is locked for writing by the number of the writer's section, and what
 * changes in it without that is a race with the fault handler.
 */
bool was_write_locked(struct space *sp, long page)
{
	return vma_of(sp, page)->vm_lock_seq + 1 == sp->mm->mm_lock_seq.sequence;
}
