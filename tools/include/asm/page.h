/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Physical memory is one arena of the host, and a physical address is an offset in it.
 * The block with pfn 0 is never allocated (mm_shim/kernel/memory/page.c).
 */
#ifndef __ASM_PAGE_H
#define __ASM_PAGE_H

#ifdef SHIM_VDSO_PAGE
#include <vdso/page.h>
#else
#define PAGE_SHIFT	CONFIG_PAGE_SHIFT
#define PAGE_SIZE	(_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#endif
#include <linux/const.h>
#include <linux/types.h>
#include <linux/string.h>

#define PAGE_OFFSET	shim_page_offset

#ifndef __ASSEMBLY__

extern unsigned long shim_page_offset;

typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pmd; } pmd_t;
typedef struct { unsigned long pud; } pud_t;
typedef struct { unsigned long pgd; } pgd_t;
typedef struct { unsigned long pgprot; } pgprot_t;
typedef struct page *pgtable_t;

#define pte_val(x)	((x).pte)
#define pmd_val(x)	((x).pmd)
#define pud_val(x)	((x).pud)
#define pgd_val(x)	((x).pgd)
#define pgprot_val(x)	((x).pgprot)

#define __pte(x)	((pte_t) { (x) })
#define __pmd(x)	((pmd_t) { (x) })
#define __pud(x)	((pud_t) { (x) })
#define __pgd(x)	((pgd_t) { (x) })
#define __pgprot(x)	((pgprot_t) { (x) })

#define __pa(x)			((unsigned long)(x) - PAGE_OFFSET)
#define __pa_symbol(x)		__pa(x)
#define __va(x)			((void *)((unsigned long)(x) + PAGE_OFFSET))
#define virt_to_pfn(kaddr)	(__pa(kaddr) >> PAGE_SHIFT)
#define pfn_to_virt(pfn)	__va((unsigned long)(pfn) << PAGE_SHIFT)
#define virt_to_page(addr)	pfn_to_page(virt_to_pfn(addr))
#ifdef SHIM_ARCH_PAGE_TO_PHYS
#define page_to_phys(page)	((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)
#define phys_to_page(phys)	pfn_to_page((phys) >> PAGE_SHIFT)
#endif
#define virt_addr_valid(kaddr)	pfn_valid(virt_to_pfn(kaddr))

#define clear_page(page)			memset((page), 0, PAGE_SIZE)
#define copy_page(to, from)			memcpy((to), (from), PAGE_SIZE)
#define clear_user_page(page, vaddr, pg)	clear_page(page)
#define copy_user_page(to, from, vaddr, pg)	copy_page(to, from)

#include <asm-generic/memory_model.h>
#include <asm-generic/getorder.h>

#endif /* !__ASSEMBLY__ */

#define VM_DATA_DEFAULT_FLAGS	VM_DATA_FLAGS_TSK_EXEC
#define VMA_DATA_DEFAULT_FLAGS	VMA_DATA_FLAGS_TSK_EXEC

#endif /* __ASM_PAGE_H */
