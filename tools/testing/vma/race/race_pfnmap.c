// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of a device that are mapped by their numbers: who follows such a mapping to its frame
 * holds the lock of the entry from then on, and has what the entry says.
 */
#include <linux/mm.h>

#include "chardev.h"
#include "pages.h"
#include "race.h"
#include "test.h"

#ifdef SHIM_INSERT_PFN_PMD

static struct page *frames;

static vm_fault_t map_one(struct vm_fault *vmf)
{
	unsigned long nr = vmf->pgoff;

	return vmf_insert_pfn(vmf->vma, vmf->address, page_to_pfn(frames) + nr);
}

static vm_fault_t map_all(struct vm_fault *vmf, unsigned int order)
{
	if (!IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) || order != HUGE_ORDER)
		return VM_FAULT_FALLBACK;
	return vmf_insert_pfn_pmd(vmf, page_to_pfn(frames), vmf->flags & FAULT_FLAG_WRITE);
}

static void free_frames(void *order)
{
	__free_pages(frames, (long)order);
}

/* {...} of a device of 2 MB, by one entry or by one for each page; page 5 was used. */
static struct space *device(struct kunit *test, struct chardev **drv, bool huge)
{
	struct space *sp = space_new(test);

	*drv = chardev_new(test, HUGE_NR);
	frames = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NOFAIL, HUGE_ORDER);
	ok(kunit_add_action(test, free_frames, (void *)(long)HUGE_ORDER));
	(*drv)->vm_flags = VM_IO | VM_PFNMAP | VM_DONTEXPAND;
	(*drv)->fault = map_one;
	if (huge)
		(*drv)->vm_ops.huge_fault = map_all;
	ok(chardev_map(sp, 0, HUGE_NR, MAP_SHARED, *drv));
	ok(write_page(sp, 5, 0));
	return sp;
}

/* The number that the entry has, or 0. */
static unsigned long number_at(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd = shim_lookup_pmd(mm, addr);
	unsigned long pfn = 0;
	pte_t *pte;

	if (!pmd || !pmd_present(*pmd))
		return 0;
	if (pmd_leaf(*pmd))
		return pmd_pfn(*pmd) + ((addr & ~PMD_MASK) >> PAGE_SHIFT);
	pte = shim_lookup_pte(mm, addr);
	if (pte && pte_present(*pte))
		pfn = pte_pfn(*pte);
	if (pte)
		pte_unmap(pte);
	return pfn;
}

/* Returns the number, 0 where nothing is mapped, or an error where the entry is another one. */
static long follow(struct mm_struct *mm, long page)
{
	struct follow_pfnmap_args args = { .address = page_addr(page) };
	long pfn = 0;

	mmap_read_lock(mm);
	args.vma = vma_lookup(mm, args.address);
	if (args.vma && !follow_pfnmap_start(&args)) {
		pfn = args.pfn;
		if (number_at(mm, args.address) != args.pfn)
			pfn = -EINVAL;
		follow_pfnmap_end(&args);
	}
	mmap_read_unlock(mm);
	return pfn;
}

static void follows(struct racer *r)
{
	r->ret = follow(r->sp->mm, r->page);
}

#define FOLLOWS(sp_, at)	RACER("follow_pfnmap", follows, .sp = sp_, .page = at, .nr = 1)

static struct address_space *mapping;

/* As a device does that is reset: whoever uses it faults again. */
static void unmap_all(struct racer *r)
{
	unmap_mapping_range(mapping, 0, 0, 1);
}

#define REVOKES(sp_)	RACER("unmap_mapping_range", unmap_all, .sp = sp_, .nr = HUGE_NR)

static void followed(struct kunit *test, struct racer *follow)
{
	KUNIT_EXPECT_TRUE(test, !follow->ret || follow->ret == (long)page_to_pfn(frames) + 5);
}

static void follow_beside_a_revocation(struct kunit *test, bool huge)
{
	struct chardev *drv;
	struct space *sp = device(test, &drv, huge);
	struct racer follow = FOLLOWS(sp, 5), revoke = REVOKES(sp);

	mapping = drv->file->f_mapping;
	race(test, &follow, &revoke);
	followed(test, &follow);
	KUNIT_EXPECT_EQ(test, number_at(sp->mm, page_addr(5)), 0UL);
}

RACE(race_pfnmap, follow_beside_a_revocation)
{
	follow_beside_a_revocation(test, false);
}

RACE(race_pfnmap, follow_of_2_mb_beside_a_revocation, NEEDS(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP))
{
	follow_beside_a_revocation(test, true);
}

static void follow_beside_a_fault(struct kunit *test, bool huge)
{
	struct chardev *drv;
	struct space *sp = device(test, &drv, huge);
	struct racer follow = FOLLOWS(sp, 5), fault = WRITES(sp, 5, 0);

	unmap_mapping_range(drv->file->f_mapping, 0, 0, 1);
	race(test, &follow, &fault);
	ok(fault.ret);
	followed(test, &follow);
}

RACE(race_pfnmap, follow_beside_a_fault)
{
	follow_beside_a_fault(test, false);
}

RACE(race_pfnmap, follow_of_2_mb_beside_a_fault, NEEDS(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP))
{
	follow_beside_a_fault(test, true);
}

/* A part that is unmapped splits the entry, or lets it go as it is a device's. */
RACE(race_pfnmap, follow_of_2_mb_beside_an_unmap_of_a_part,
     NEEDS(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP))
{
	struct chardev *drv;
	struct space *sp = device(test, &drv, true);
	struct racer follow = FOLLOWS(sp, 5), unmap = UNMAPS(sp, 256, 256);

	race(test, &follow, &unmap);
	ok(unmap.ret);
	followed(test, &follow);
}

#else

#define WHY "this kernel's drivers map 2 MB by a pfn_t"

ABSENT(race_pfnmap, follow_beside_a_revocation, WHY)
ABSENT(race_pfnmap, follow_of_2_mb_beside_a_revocation, WHY)
ABSENT(race_pfnmap, follow_beside_a_fault, WHY)
ABSENT(race_pfnmap, follow_of_2_mb_beside_a_fault, WHY)
ABSENT(race_pfnmap, follow_of_2_mb_beside_an_unmap_of_a_part, WHY)

#endif
