/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Four levels of page tables with bits much like x86-64's. In place of the hardware
 * mm_shim/kernel/memory/mmu.c sets the accessed and dirty bits, so entries that it may
 * change at the same time are read and cleared atomically.
 */
#ifndef __ASM_PGTABLE_H
#define __ASM_PGTABLE_H

#include <asm-generic/pgtable-nop4d.h>
#include <asm/shim-if.h>
#include <asm/shim-point.h>

#define PGDIR_SHIFT	39
#define PGDIR_SIZE	(1UL << PGDIR_SHIFT)
#define PGDIR_MASK	(~(PGDIR_SIZE - 1))
#define PUD_SHIFT	30
#define PUD_SIZE	(1UL << PUD_SHIFT)
#define PUD_MASK	(~(PUD_SIZE - 1))
#define PMD_SHIFT	21
#define PMD_SIZE	(1UL << PMD_SHIFT)
#define PMD_MASK	(~(PMD_SIZE - 1))

#define PTRS_PER_PGD	512
#define PTRS_PER_PUD	512
#define PTRS_PER_PMD	512
#define PTRS_PER_PTE	512
#define USER_PTRS_PER_PGD	256

#define _PAGE_PRESENT		(1UL << 0)
#define _PAGE_RW		(1UL << 1)
#define _PAGE_USER		(1UL << 2)
#define _PAGE_PROTNONE		(1UL << 3)	/* only when not present */
#define _PAGE_NX		(1UL << 4)
#define _PAGE_ACCESSED		(1UL << 5)
#define _PAGE_DIRTY		(1UL << 6)
#define _PAGE_PSE		(1UL << 7)	/* maps a huge page */
#define _PAGE_SPECIAL		(1UL << 8)
#define _PAGE_SOFT_DIRTY	(1UL << 9)
#define _PAGE_UFFD_WP		(1UL << 10)
#define _PAGE_SWP_EXCLUSIVE	(1UL << 11)	/* only in swap entries */

#define _PAGE_PFN_MASK		(((1UL << 52) - 1) & PAGE_MASK)
#define _PAGE_TABLE		(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | \
				 _PAGE_ACCESSED | _PAGE_DIRTY)
#define _PAGE_CHG_MASK		(_PAGE_PFN_MASK | _PAGE_ACCESSED | _PAGE_DIRTY | \
				 _PAGE_SPECIAL | _PAGE_SOFT_DIRTY | _PAGE_UFFD_WP)
#define _HPAGE_CHG_MASK		(_PAGE_CHG_MASK | _PAGE_PSE)

#define __shim_prot(x)	__pgprot(_PAGE_ACCESSED | (x))
#define PAGE_NONE	__shim_prot(_PAGE_PROTNONE)
#define PAGE_READONLY	__shim_prot(_PAGE_PRESENT | _PAGE_USER | _PAGE_NX)
#define PAGE_READONLY_X	__shim_prot(_PAGE_PRESENT | _PAGE_USER)
#define PAGE_SHARED	__shim_prot(_PAGE_PRESENT | _PAGE_USER | _PAGE_RW | _PAGE_NX)
#define PAGE_SHARED_X	__shim_prot(_PAGE_PRESENT | _PAGE_USER | _PAGE_RW)
#define PAGE_COPY	PAGE_READONLY
#define PAGE_COPY_X	PAGE_READONLY_X
#define PAGE_KERNEL	__shim_prot(_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY | _PAGE_NX)
#define PAGE_KERNEL_RO	__shim_prot(_PAGE_PRESENT | _PAGE_NX)
#define PAGE_KERNEL_EXEC __shim_prot(_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY)

extern pgd_t swapper_pg_dir[PTRS_PER_PGD];

#define VMALLOC_START	0xffffc90000000000UL
#define VMALLOC_END	0xffffe8ffffffffffUL
#define MODULES_VADDR	VMALLOC_START
#define MODULES_END	VMALLOC_END

#define pte_ERROR(e)	pr_err("%s:%d: bad pte %016lx.\n", __FILE__, __LINE__, pte_val(e))
#define pmd_ERROR(e)	pr_err("%s:%d: bad pmd %016lx.\n", __FILE__, __LINE__, pmd_val(e))
#define pud_ERROR(e)	pr_err("%s:%d: bad pud %016lx.\n", __FILE__, __LINE__, pud_val(e))
#define pgd_ERROR(e)	pr_err("%s:%d: bad pgd %016lx.\n", __FILE__, __LINE__, pgd_val(e))

/* ptes */

#define PFN_PTE_SHIFT	PAGE_SHIFT
#define pte_none(x)	(!pte_val(x))
#define pte_present(x)	(pte_val(x) & (_PAGE_PRESENT | _PAGE_PROTNONE))
#define pte_pfn(x)	((pte_val(x) & _PAGE_PFN_MASK) >> PAGE_SHIFT)
#define pte_page(x)	pfn_to_page(pte_pfn(x))
#define pte_write(x)	(!!(pte_val(x) & _PAGE_RW))
#define pte_dirty(x)	(!!(pte_val(x) & _PAGE_DIRTY))
#define pte_young(x)	(!!(pte_val(x) & _PAGE_ACCESSED))
#define pte_special(x)	(!!(pte_val(x) & _PAGE_SPECIAL))
#define pte_exec(x)	(!(pte_val(x) & _PAGE_NX))
#define pte_huge(x)	(!!(pte_val(x) & _PAGE_PSE))

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte((pfn << PAGE_SHIFT) | pgprot_val(prot));
}

/* One setter and one clearer for each bit, at the pte and the pmd level. */
#define __SHIM_BIT_FN(lvl, name, expr)				\
static inline lvl##_t CONCATENATE(lvl##_, name)(lvl##_t e)	\
{								\
	unsigned long v = lvl##_val(e);				\
								\
	return __##lvl(expr);					\
}

/* Newer kernels drop the _wp from the names, since the bit has more uses. */
#define __SHIM_UFFD_FN(lvl, op, expr)				\
	__SHIM_BIT_FN(lvl, CONCATENATE(op, SHIM_IF(SHIM_UFFD_BIT, uffd, uffd_wp)), expr)
#define __SHIM_UFFD_TEST(lvl, prefix)				\
static inline bool CONCATENATE(prefix, SHIM_IF(SHIM_UFFD_BIT, uffd, uffd_wp))(lvl##_t e)	\
{								\
	return lvl##_val(e) & _PAGE_UFFD_WP;			\
}

#define __SHIM_BIT_FNS(lvl)					\
	__SHIM_BIT_FN(lvl, mkdirty, v | _PAGE_DIRTY | _PAGE_SOFT_DIRTY)	\
	__SHIM_BIT_FN(lvl, mkclean, v & ~_PAGE_DIRTY)		\
	__SHIM_BIT_FN(lvl, mkyoung, v | _PAGE_ACCESSED)		\
	__SHIM_BIT_FN(lvl, mkold, v & ~_PAGE_ACCESSED)		\
	__SHIM_BIT_FN(lvl, mkwrite_novma, v | _PAGE_RW)		\
	__SHIM_BIT_FN(lvl, wrprotect, v & ~_PAGE_RW)		\
	__SHIM_BIT_FN(lvl, mksoft_dirty, v | _PAGE_SOFT_DIRTY)	\
	__SHIM_BIT_FN(lvl, clear_soft_dirty, v & ~_PAGE_SOFT_DIRTY)	\
	__SHIM_UFFD_FN(lvl, mk, (v | _PAGE_UFFD_WP) & ~_PAGE_RW)	\
	__SHIM_UFFD_FN(lvl, clear_, v & ~_PAGE_UFFD_WP)

#define __SHIM_SWP_BIT_FNS(lvl)					\
	__SHIM_BIT_FN(lvl, swp_mksoft_dirty, v | _PAGE_SOFT_DIRTY)	\
	__SHIM_BIT_FN(lvl, swp_clear_soft_dirty, v & ~_PAGE_SOFT_DIRTY)	\
	__SHIM_UFFD_FN(lvl, swp_mk, v | _PAGE_UFFD_WP)		\
	__SHIM_UFFD_FN(lvl, swp_clear_, v & ~_PAGE_UFFD_WP)	\
	__SHIM_BIT_FN(lvl, swp_mkexclusive, v | _PAGE_SWP_EXCLUSIVE)	\
	__SHIM_BIT_FN(lvl, swp_clear_exclusive, v & ~_PAGE_SWP_EXCLUSIVE)

__SHIM_BIT_FNS(pte)
__SHIM_BIT_FNS(pmd)
__SHIM_SWP_BIT_FNS(pte)
#ifdef CONFIG_ARCH_ENABLE_THP_MIGRATION
__SHIM_SWP_BIT_FNS(pmd)
#define pmd_swp_soft_dirty(x)	(!!(pmd_val(x) & _PAGE_SOFT_DIRTY))
#endif
__SHIM_BIT_FN(pte, mkspecial, v | _PAGE_SPECIAL)
#ifdef CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
#define pmd_special(x)	(!!(pmd_val(x) & _PAGE_SPECIAL))
__SHIM_BIT_FN(pmd, mkspecial, v | _PAGE_SPECIAL)
#endif
__SHIM_BIT_FN(pte, mkhuge, v | _PAGE_PSE)
__SHIM_BIT_FN(pmd, mkhuge, v | _PAGE_PSE)

#define pte_soft_dirty(x)	(!!(pte_val(x) & _PAGE_SOFT_DIRTY))
#define pte_swp_soft_dirty(x)	(!!(pte_val(x) & _PAGE_SOFT_DIRTY))
#define pmd_soft_dirty(x)	(!!(pmd_val(x) & _PAGE_SOFT_DIRTY))
__SHIM_UFFD_TEST(pte, pte_)
__SHIM_UFFD_TEST(pte, pte_swp_)
__SHIM_UFFD_TEST(pmd, pmd_)
__SHIM_UFFD_TEST(pmd, pmd_swp_)

static inline bool pte_swp_exclusive(pte_t pte)
{
	return pte_val(pte) & _PAGE_SWP_EXCLUSIVE;
}

static inline pte_t pte_modify(pte_t pte, pgprot_t newprot)
{
	return __pte((pte_val(pte) & _PAGE_CHG_MASK) |
		     (pgprot_val(newprot) & ~_PAGE_CHG_MASK));
}

static inline pgprot_t pte_pgprot(pte_t pte)
{
	return __pgprot(pte_val(pte) & ~_PAGE_PFN_MASK);
}
#define pte_pgprot pte_pgprot

static inline pte_t ptep_get(pte_t *ptep)
{
	return __pte(READ_ONCE(ptep->pte));
}
#define ptep_get ptep_get

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(ptep->pte, pte_val(pte));
}

static inline void pte_clear(struct mm_struct *mm, unsigned long addr,
			     pte_t *ptep)
{
	set_pte(ptep, __pte(0));
}

#define __HAVE_ARCH_PTEP_GET_AND_CLEAR
static inline pte_t ptep_get_and_clear(struct mm_struct *mm,
				       unsigned long addr, pte_t *ptep)
{
	shim_rmw_point(&ptep->pte, __ATOMIC_SEQ_CST);
	return __pte(__atomic_exchange_n(&ptep->pte, 0, __ATOMIC_SEQ_CST));
}

#define __HAVE_ARCH_PTEP_SET_WRPROTECT
static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr,
				      pte_t *ptep)
{
	shim_rmw_point(&ptep->pte, __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&ptep->pte, ~_PAGE_RW, __ATOMIC_SEQ_CST);
}

/* One access, as the dirty bit beside it may be set by an access of user code at any time. */
#define __HAVE_ARCH_PTEP_TEST_AND_CLEAR_YOUNG
static inline int ptep_test_and_clear_young(struct vm_area_struct *vma,
					    unsigned long addr, pte_t *ptep)
{
	shim_rmw_point(&ptep->pte, __ATOMIC_SEQ_CST);
	return !!(__atomic_fetch_and(&ptep->pte, ~_PAGE_ACCESSED, __ATOMIC_SEQ_CST) &
		  _PAGE_ACCESSED);
}

/* pmds */

#define pmd_none(x)	(!pmd_val(x))
#define pmd_present(x)	(pmd_val(x) & (_PAGE_PRESENT | _PAGE_PROTNONE | _PAGE_PSE))
#define pmd_leaf(x)	(!!(pmd_val(x) & _PAGE_PSE))
#define pmd_bad(x)	((pmd_val(x) & (~_PAGE_PFN_MASK & ~_PAGE_ACCESSED)) != \
			 (_PAGE_TABLE & ~_PAGE_ACCESSED))
#define pmd_pfn(x)	((pmd_val(x) & _PAGE_PFN_MASK) >> PAGE_SHIFT)
#define pmd_page(x)	pfn_to_page(pmd_pfn(x))
#define pmd_page_vaddr(x)	((unsigned long)pfn_to_virt(pmd_pfn(x)))
#define pmd_write(x)	(!!(pmd_val(x) & _PAGE_RW))
#define pmd_dirty(x)	(!!(pmd_val(x) & _PAGE_DIRTY))
#define pmd_young(x)	(!!(pmd_val(x) & _PAGE_ACCESSED))

static inline pmd_t pmdp_get(pmd_t *pmdp)
{
	return READ_ONCE(*pmdp);
}
#define pmdp_get pmdp_get

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	WRITE_ONCE(pmdp->pmd, pmd_val(pmd));
}

static inline void pmd_clear(pmd_t *pmdp)
{
	set_pmd(pmdp, __pmd(0));
}

/*
 * Huge pages are mapped at this level. While one is being split its entry is
 * not present to the hardware, and _PAGE_PSE keeps it present to the kernel.
 */
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
static inline int pmd_trans_huge(pmd_t pmd)
{
	return !!(pmd_val(pmd) & _PAGE_PSE);
}

static inline pmd_t pfn_pmd(unsigned long pfn, pgprot_t prot)
{
	return __pmd((pfn << PAGE_SHIFT) | pgprot_val(prot));
}

static inline pmd_t pmd_mkinvalid(pmd_t pmd)
{
	return __pmd(pmd_val(pmd) & ~(_PAGE_PRESENT | _PAGE_PROTNONE));
}

static inline pmd_t pmd_modify(pmd_t pmd, pgprot_t newprot)
{
	return __pmd((pmd_val(pmd) & _HPAGE_CHG_MASK) |
		     (pgprot_val(newprot) & ~_HPAGE_CHG_MASK));
}

static inline pgprot_t pmd_pgprot(pmd_t pmd)
{
	return __pgprot(pmd_val(pmd) & ~_PAGE_PFN_MASK);
}
#define pmd_pgprot pmd_pgprot

static inline void set_pmd_at(struct mm_struct *mm, unsigned long addr,
			      pmd_t *pmdp, pmd_t pmd)
{
	set_pmd(pmdp, pmd);
}

static inline pmd_t pmdp_establish(struct vm_area_struct *vma,
				   unsigned long addr, pmd_t *pmdp, pmd_t pmd)
{
	shim_rmw_point(&pmdp->pmd, __ATOMIC_SEQ_CST);
	return __pmd(__atomic_exchange_n(&pmdp->pmd, pmd_val(pmd), __ATOMIC_SEQ_CST));
}
#define pmdp_establish pmdp_establish

#define __HAVE_ARCH_PMDP_HUGE_GET_AND_CLEAR
static inline pmd_t pmdp_huge_get_and_clear(struct mm_struct *mm,
					    unsigned long addr, pmd_t *pmdp)
{
	shim_rmw_point(&pmdp->pmd, __ATOMIC_SEQ_CST);
	return __pmd(__atomic_exchange_n(&pmdp->pmd, 0, __ATOMIC_SEQ_CST));
}

#define __HAVE_ARCH_PMDP_SET_WRPROTECT
static inline void pmdp_set_wrprotect(struct mm_struct *mm, unsigned long addr,
				      pmd_t *pmdp)
{
	shim_rmw_point(&pmdp->pmd, __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&pmdp->pmd, ~_PAGE_RW, __ATOMIC_SEQ_CST);
}

#define __HAVE_ARCH_PMDP_TEST_AND_CLEAR_YOUNG
static inline int pmdp_test_and_clear_young(struct vm_area_struct *vma,
					    unsigned long addr, pmd_t *pmdp)
{
	shim_rmw_point(&pmdp->pmd, __ATOMIC_SEQ_CST);
	return !!(__atomic_fetch_and(&pmdp->pmd, ~_PAGE_ACCESSED, __ATOMIC_SEQ_CST) &
		  _PAGE_ACCESSED);
}
#endif

/* puds and p4ds: none maps a page */

#define pud_none(x)	(!pud_val(x))
#define pud_present(x)	(pud_val(x) & _PAGE_PRESENT)
#define pud_bad(x)	((pud_val(x) & (~_PAGE_PFN_MASK & ~_PAGE_ACCESSED)) != \
			 (_PAGE_TABLE & ~_PAGE_ACCESSED))
#define pud_pfn(x)	((pud_val(x) & _PAGE_PFN_MASK) >> PAGE_SHIFT)
#define pud_page(x)	pfn_to_page(pud_pfn(x))
#define pud_pgtable(x)	((pmd_t *)pfn_to_virt(pud_pfn(x)))
#define pud_write(x)	(!!(pud_val(x) & _PAGE_RW))

static inline void set_pud(pud_t *pudp, pud_t pud)
{
	WRITE_ONCE(pudp->pud, pud_val(pud));
}

static inline void pud_clear(pud_t *pudp)
{
	set_pud(pudp, __pud(0));
}

/* The p4d is folded into the pgd: an entry of one is an entry of the other. */
#define p4d_none(x)	(!p4d_val(x))
#define p4d_present(x)	(p4d_val(x) & _PAGE_PRESENT)
#define p4d_bad(x)	((p4d_val(x) & (~_PAGE_PFN_MASK & ~_PAGE_ACCESSED)) != \
			 (_PAGE_TABLE & ~_PAGE_ACCESSED))
#define p4d_pfn(x)	((p4d_val(x) & _PAGE_PFN_MASK) >> PAGE_SHIFT)
#define p4d_page(x)	pfn_to_page(p4d_pfn(x))
#define p4d_pgtable(x)	((pud_t *)pfn_to_virt(p4d_pfn(x)))

static inline void set_p4d(p4d_t *p4dp, p4d_t p4d)
{
	WRITE_ONCE(p4dp->pgd.pgd, p4d_val(p4d));
}

static inline void p4d_clear(p4d_t *p4dp)
{
	set_p4d(p4dp, __p4d(0));
}

/*
 * Swap entries: both present bits are clear; five bits of type above the flags, and the
 * offset above the type.
 */
#define __SWP_TYPE_SHIFT	PAGE_SHIFT
#define __SWP_OFFSET_SHIFT	(PAGE_SHIFT + 5)
#define __swp_type(x)		(((x).val >> __SWP_TYPE_SHIFT) & 0x1f)
#define __swp_offset(x)		((x).val >> __SWP_OFFSET_SHIFT)
#define __swp_entry(type, offset) \
	((swp_entry_t) { ((unsigned long)((type) & 0x1f) << __SWP_TYPE_SHIFT) | \
			 ((unsigned long)(offset) << __SWP_OFFSET_SHIFT) })
#define __pte_to_swp_entry(pte)	((swp_entry_t) { pte_val(pte) })
#define __swp_entry_to_pte(x)	((pte_t) { (x).val })
#define __pmd_to_swp_entry(pmd)	((swp_entry_t) { pmd_val(pmd) })
#define __swp_entry_to_pmd(x)	((pmd_t) { (x).val })

/* A fault drops what the TLB of its CPU has of the address, so more rights take no flush. */
#define flush_tlb_fix_spurious_fault(vma, addr, ptep)		do { } while (0)
#define update_mmu_cache_range(vmf, vma, addr, ptep, nr)	do { } while (0)
#define update_mmu_cache(vma, addr, ptep)			do { } while (0)
#define update_mmu_cache_pmd(vma, addr, pmdp)			do { } while (0)

/*
 * Counts the entries from @ptep on that map consecutive pages and are otherwise equal, up to
 * the end of a block of 16, as hardware with contiguous entries has them (arm64). The
 * caller holds the lock of the table.
 */
static inline unsigned int pte_batch_hint(pte_t *ptep, pte_t pte)
{
	const unsigned int most = 16 - ((unsigned long)ptep / sizeof(pte_t)) % 16;
	unsigned int nr = 1;

	while (nr < most && pte_present(pte) &&
	       ptep[nr].pte == ptep->pte + ((unsigned long)nr << PAGE_SHIFT))
		nr++;
	return nr;
}
#define pte_batch_hint pte_batch_hint

#ifdef SHIM_ARCH_ZERO_PAGE
extern void *empty_zero_page;
#define ZERO_PAGE(vaddr)	((void)(vaddr), virt_to_page(empty_zero_page))
#endif

#ifdef SHIM_ARCH_MK_PTE
#define mk_pte(page, prot)	pfn_pte(page_to_pfn(page), (prot))
#define mk_pmd(page, prot)	pfn_pmd(page_to_pfn(page), (prot))
#endif

/*
 * The generic ones read an entry plainly, and the address dependency orders the reads
 * through it. TSan does not see that, so for TSan the read acquires, as in pmdp_get().
 */
#ifdef __SANITIZE_THREAD__
/* not by READ_ONCE(), which could be older than what the caller has seen there by a plain read */
#define __shim_entry(entryp)						\
({									\
	typeof(*(entryp)) __entry;					\
	shim_point(SHIM_POINT_READ, entryp);				\
	__atomic_load(entryp, &__entry, __ATOMIC_ACQUIRE);		\
	__entry;							\
})
#define pud_offset(p4d, addr)	(p4d_pgtable(__shim_entry(p4d)) + pud_index(addr))
#define pmd_offset(pud, addr)	(pud_pgtable(__shim_entry(pud)) + pmd_index(addr))
#endif

#define HPAGE_SIZE	PMD_SIZE

#endif /* __ASM_PGTABLE_H */
