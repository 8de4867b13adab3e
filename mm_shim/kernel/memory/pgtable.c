// SPDX-License-Identifier: GPL-2.0
/* Page tables: the protections of their entries, their allocation, and lookups. */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <asm/pgalloc.h>

#include <shim/compat.h>
#include <shim/memory.h>

pgd_t swapper_pg_dir[PTRS_PER_PGD];

/* Protections by the flags of a VMA, as each architecture defines them. */
static const pgprot_t protection_map[16] = {
	[VM_NONE]					= PAGE_NONE,
	[VM_READ]					= PAGE_READONLY,
	[VM_WRITE]					= PAGE_COPY,
	[VM_WRITE | VM_READ]				= PAGE_COPY,
	[VM_EXEC]					= PAGE_READONLY_X,
	[VM_EXEC | VM_READ]				= PAGE_READONLY_X,
	[VM_EXEC | VM_WRITE]				= PAGE_COPY_X,
	[VM_EXEC | VM_WRITE | VM_READ]			= PAGE_COPY_X,
	[VM_SHARED]					= PAGE_NONE,
	[VM_SHARED | VM_READ]				= PAGE_READONLY,
	[VM_SHARED | VM_WRITE]				= PAGE_SHARED,
	[VM_SHARED | VM_WRITE | VM_READ]		= PAGE_SHARED,
	[VM_SHARED | VM_EXEC]				= PAGE_READONLY_X,
	[VM_SHARED | VM_EXEC | VM_READ]			= PAGE_READONLY_X,
	[VM_SHARED | VM_EXEC | VM_WRITE]		= PAGE_SHARED_X,
	[VM_SHARED | VM_EXEC | VM_WRITE | VM_READ]	= PAGE_SHARED_X,
};
DECLARE_VM_GET_PAGE_PROT

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	return SHIM_IF(SHIM_PGD_ALLOC, __pgd_alloc(mm, 0),
		       (pgd_t *)__get_free_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO));
}

/*
 * The only caller is tlb_remove_table_sync_one(), which waits for walks of page tables with
 * interrupts disabled. Here such a walk disables preemption (mm_shim/subject/mm/gup.c), and
 * a grace period waits for that.
 */
void smp_call_function(smp_call_func_t func, void *info, int wait)
{
	if (preemptible() && !rcu_preempt_depth())
		synchronize_rcu();
}

/**
 * shim_lookup_pmd() - look up the PMD entry of an address
 * @mm: address space
 * @addr: user address
 *
 * Context: under RCU, mmap_lock or the lock of the VMA, so that no table is freed.
 * Return: the entry, which was not empty and may map a huge page, or NULL.
 */
pmd_t *shim_lookup_pmd(struct mm_struct *mm, unsigned long addr)
{
	p4d_t *p4dp = p4d_offset(pgd_offset(mm, addr), addr), p4d = READ_ONCE(*p4dp);
	pud_t *pudp, pud;
	pmd_t *pmd;

	/* each entry is read once: tables may be added and freed meanwhile */
	if (p4d_none(p4d))
		return NULL;
	pudp = pud_offset_lockless(p4dp, p4d, addr);
	pud = READ_ONCE(*pudp);
	if (pud_none(pud))
		return NULL;
	pmd = pmd_offset_lockless(pudp, pud, addr);
	return pmd_none(pmdp_get(pmd)) ? NULL : pmd;
}

/**
 * shim_lookup_pte() - look up and map the page table entry of an address
 * @mm: address space
 * @addr: user address
 *
 * Context: as shim_lookup_pmd(). Under RCU from pte_offset_map() to pte_unmap().
 * Return: the entry, for pte_unmap(), or NULL if there is no page table.
 */
pte_t *shim_lookup_pte(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd = shim_lookup_pmd(mm, addr);

	return pmd ? pte_offset_map(pmd, addr) : NULL;
}
