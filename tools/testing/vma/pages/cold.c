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

/* They are no folio that has an age. */
TEST(cold, frames_of_a_driver_have_no_age, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *frames;
	struct space *sp = layout_of_frames(test, &frames);

	folio_set_referenced(frames);
	ok(advise(sp, 0, HUGE_NR, MADV_COLD));
	KUNIT_EXPECT_TRUE(test, was_accessed(sp, 7));
	KUNIT_EXPECT_TRUE(test, folio_test_referenced(frames));
	folio_clear_referenced(frames);
}

TEST(cold, pageout_of_frames_of_a_driver, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *frames;
	struct space *sp = layout_of_frames(test, &frames);

	ok(advise(sp, 0, HUGE_NR, MADV_PAGEOUT));
	ok(advise(sp, 4, 8, MADV_PAGEOUT));
	KUNIT_EXPECT_TRUE(test, was_accessed(sp, 7));
}
