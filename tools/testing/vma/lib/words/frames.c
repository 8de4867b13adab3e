// SPDX-License-Identifier: GPL-2.0
/* Frames that a driver maps huge: see layout_of_frames() in chardev.h. */
#include <linux/huge_mm.h>

#include "chardev.h"
#include "pages.h"

#if defined(CONFIG_TRANSPARENT_HUGEPAGE) && !__has_include("linux/pfn_t.h")
static struct page *frames;

static vm_fault_t map_huge(struct vm_fault *vmf, unsigned int order)
{
	if (order != HUGE_ORDER)
		return VM_FAULT_FALLBACK;
	return vmf_insert_pfn_pmd(vmf, page_to_pfn(frames), vmf->flags & FAULT_FLAG_WRITE);
}

static void free_frames(void *unused)
{
	__free_pages(frames, HUGE_ORDER);
}

/**
 * layout_of_frames() - map frames of a driver by a PMD, beside which there may be pages
 * @test: the case
 * @folio: set to what the frames would be, if they were a folio of the mapping
 *
 * They are mapped shared at page 0 on, and page 7 was read. Skips the case where huge entries
 * of a driver want a pfn_t.
 *
 * Return: the space.
 */
struct space *layout_of_frames(struct kunit *test, struct folio **folio)
{
	struct chardev *drv = chardev_new(test, HUGE_NR);
	struct space *sp = space_new(test);

	frames = alloc_pages(GFP_KERNEL | __GFP_NOFAIL | __GFP_ZERO, HUGE_ORDER);
	ok(kunit_add_action(test, free_frames, NULL));
	*folio = page_folio(frames);
	transparent_hugepage_flags |= BIT(TRANSPARENT_HUGEPAGE_FLAG);
	drv->vm_ops.huge_fault = map_huge;
	drv->vm_flags = VM_MIXEDMAP;
	ok(chardev_map(sp, 0, HUGE_NR, MAP_SHARED, drv));
	chardev_put(drv);
	KUNIT_ASSERT_EQ(test, read_page(sp, 7), 0);
	KUNIT_ASSERT_TRUE(test, was_accessed(sp, 7));
	return sp;
}
#else
struct space *layout_of_frames(struct kunit *test, struct folio **folio)
{
	kunit_skip(test, "needs huge pages, and frames without pfn_t");
}
#endif
