// SPDX-License-Identifier: GPL-2.0
/* Looking at an address space: the VMA, the entry and the folio of a page. */
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pgtable.h>

#include "oracle.h"

static pte_t pte_of(struct space *sp, unsigned long addr)
{
	pte_t *ptep = shim_lookup_pte(sp->mm, addr), pte = __pte(0);

	if (ptep) {
		pte = ptep_get(ptep);
		pte_unmap(ptep);
	}
	return pte;
}

static pmd_t pmd_of(struct space *sp, unsigned long addr)
{
	pmd_t *pmdp = shim_lookup_pmd(sp->mm, addr);

	return pmdp ? pmdp_get(pmdp) : __pmd(0);
}

/**
 * vma_of() - the VMA of a page
 * @sp: the space; takes its mmap_lock for reading
 * @page: the page
 *
 * Return: the VMA, valid as long as no other thread changes the space; or NULL.
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
 * frame_of() - the struct page that is mapped at a page
 * @sp: the space, which no other thread changes
 * @page: the page
 *
 * Return: the struct page, without a reference; NULL if no page is present.
 */
struct page *frame_of(struct space *sp, long page)
{
	pmd_t pmd = pmd_of(sp, page_addr(page));
	pte_t pte;

	if (pmd_trans_huge(pmd))
		return pmd_page(pmd) + ((page_addr(page) & ~PMD_MASK) >> PAGE_SHIFT);
	pte = pte_of(sp, page_addr(page));
	return pte_present(pte) ? pte_page(pte) : NULL;
}

/**
 * pte_at() - the page table entry of a page
 * @sp: the space, which no other thread changes
 * @page: the page, not one that a PMD maps
 *
 * Return: the entry, none where there is no table.
 */
pte_t pte_at(struct space *sp, long page)
{
	return pte_of(sp, page_addr(page));
}

/**
 * folio_of() - the folio that is mapped at a page
 * @sp: the space, which no other thread changes
 * @page: the page
 *
 * Return: the folio, without a reference; NULL if no page is present.
 */
struct folio *folio_of(struct space *sp, long page)
{
	struct page *frame = frame_of(sp, page);

	return frame ? page_folio(frame) : NULL;
}

/**
 * folio_in_cache() - the folio of the page cache that a page of a file is in
 * @file: the file
 * @index: the page
 *
 * Return: the folio, to which the caller has no reference, or NULL if it is not cached.
 */
struct folio *folio_in_cache(struct file *file, pgoff_t index)
{
	struct folio *folio = filemap_get_folio(file->f_mapping, index);

	if (IS_ERR_OR_NULL(folio))
		return NULL;
	folio_put(folio);
	return folio;
}

/**
 * has_moved() - is the anonymous page offset of a VMA another than that of its address?
 * @vma: the VMA, or NULL for none
 */
bool has_moved(struct vm_area_struct *vma)
{
	return vma && shim_anon_pgoff(vma) != shim_vm_start(vma) >> PAGE_SHIFT;
}

/**
 * was_write_locked() - did the last writer of the mm call vma_start_write() on a VMA?
 * @sp: the space, whose mmap_lock nobody holds
 * @page: a page of the VMA
 *
 * vma_start_write() sets vm_lock_seq to the number of the writer's section. A change of
 * the VMA without it is a race with faults under the VMA's lock.
 */
bool was_write_locked(struct space *sp, long page)
{
	return shim_vm_lock_seq(vma_of(sp, page)) + 1 == shim_mm_lock_seq(sp->mm);
}
