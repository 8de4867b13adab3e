// SPDX-License-Identifier: GPL-2.0
/* MADV_COLD and MADV_PAGEOUT of what cannot be looked at, or split, right now. */
#include <linux/mm.h>
#include <linux/pagemap.h>

#include "chardev.h"
#include "pages.h"
#include "test.h"

/* Somebody has locked a huge page of which a part is asked for: it is left alone at once. */
static void locked(struct kunit *test, int advice)
{
	struct space *sp = layout(test, "[H]");
	struct folio *folio = folio_of(sp, 0);

	oracle_pause(test);
	folio_lock(folio);
	ok(advise(sp, 4, 8, advice));
	folio_unlock(folio);
	oracle_resume(test);
	expect(sp, "[H]");
	ok(advise(sp, 4, 8, advice));
	expect(sp, advice == MADV_COLD ? "[W*512]" : "[WWWWSSSSSSSSW*500]");
	ok(look(sp, 0, 16));
}

TEST(cold, part_of_a_huge_page_that_is_locked, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	locked(test, MADV_COLD);
}

TEST(cold, pageout_of_a_part_of_a_huge_page_that_is_locked,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	ok(swap_on(test, 1024));
	locked(test, MADV_PAGEOUT);
}

/* A page that others map too stays in memory for them. */
TEST(cold, pageout_of_a_page_that_is_shared, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout(test, "[WW]"), *child = space_fork(sp);

	ok(swap_on(test, 64));
	ok(advise(child, 0, 2, MADV_PAGEOUT));
	expect(child, "[WW]");
	space_exit(sp);
	ok(advise(child, 0, 2, MADV_PAGEOUT));
	expect(child, "[SS]");
	ok(look(child, 0, 2));
}

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

/* A driver maps frames of its own beside pages: they are no folio that has an age. */
static struct space *frames_of_a_driver(struct kunit *test)
{
	struct chardev *drv = chardev_new(test, HUGE_NR);
	struct space *sp = space_new(test);

	frames = alloc_pages(GFP_KERNEL | __GFP_NOFAIL | __GFP_ZERO, HUGE_ORDER);
	ok(kunit_add_action(test, free_frames, NULL));
	transparent_hugepage_flags |= BIT(TRANSPARENT_HUGEPAGE_FLAG);
	drv->vm_ops.huge_fault = map_huge;
	drv->vm_flags = VM_MIXEDMAP;
	ok(chardev_map(sp, 0, HUGE_NR, MAP_SHARED, drv));
	chardev_put(drv);
	KUNIT_ASSERT_EQ(test, read_page(sp, 7), 0);
	KUNIT_ASSERT_TRUE(test, was_accessed(sp, 7));
	return sp;
}

TEST(cold, frames_of_a_driver_have_no_age, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = frames_of_a_driver(test);

	folio_set_referenced(page_folio(frames));
	ok(advise(sp, 0, HUGE_NR, MADV_COLD));
	KUNIT_EXPECT_TRUE(test, was_accessed(sp, 7));
	KUNIT_EXPECT_TRUE(test, folio_test_referenced(page_folio(frames)));
	folio_clear_referenced(page_folio(frames));
}

TEST(cold, pageout_of_frames_of_a_driver, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = frames_of_a_driver(test);

	ok(advise(sp, 0, HUGE_NR, MADV_PAGEOUT));
	ok(advise(sp, 4, 8, MADV_PAGEOUT));
	KUNIT_EXPECT_TRUE(test, was_accessed(sp, 7));
}
#else
ABSENT(cold, frames_of_a_driver_have_no_age, "needs huge pages, and frames without pfn_t")
ABSENT(cold, pageout_of_frames_of_a_driver, "needs huge pages, and frames without pfn_t")
#endif
