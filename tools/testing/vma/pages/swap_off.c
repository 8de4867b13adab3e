// SPDX-License-Identifier: GPL-2.0
/*
 * swapoff(), which brings everything back that the device has, and what a swap
 * entry keeps besides the place of the page.
 */
#include "internal.h"
#include "test.h"

TEST(swap, soft_dirty_is_kept, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WW]", 0, 1);

	KUNIT_EXPECT_TRUE(test, pte_swp_soft_dirty(pte_at(sp, 0)));
	ok(read_page(sp, 0));
	KUNIT_EXPECT_TRUE(test, pte_soft_dirty(pte_at(sp, 0)));
}

TEST(swap, swapoff_keeps_soft_dirty, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WW]", 0, 1);

	ok(swap_off(test));
	expect(sp, "[WW]");
	KUNIT_EXPECT_TRUE(test, pte_soft_dirty(pte_at(sp, 0)));
}

TEST(swap, swapoff_keeps_exclusive, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WW]", 0, 1);

	ok(swap_off(test));
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(frame_of(sp, 0)));
}

/* A page that cannot be read is an error at the next access, not some old page. */
TEST(swap, swapoff_that_cannot_read_leaves_poison, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 1);
	u8 byte;

	forget(sp, 1, 1);
	shim_swap_break(true);
	ok(swap_off(test));
	expect(sp, "[WUW]");
	fails(shim_user_read(sp->mm, page_addr(1), &byte, 1), -EIO);
	ok(unmap(sp, 1, 1));
	ok(look(sp, 0, 1));
}

/* swapoff() looks into those processes only that are on its list. */
TEST(swap, swapoff_finds_copied_entries, NEEDS(CONFIG_SWAP))
{
	struct space *parent = layout_swapped(test, "[WW]", 0, 2), *child;

	child = space_fork(parent);
	ok(unmap(parent, 0, 2));
	ok(swap_off(test));
	expect(child, "[WW]");
	ok(look(child, 0, 2));
}

/* A page whose mlock was missed gets it when reclaim meets the VMA. */
TEST(swap, missed_mlock_is_made_up_for, NEEDS(CONFIG_SWAP))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[WW]");
	ok(swap_on(test, 64));
	ok(lock(sp, 0, 1));
	folio = folio_of(sp, 0);
	munlock_folio(folio);
	lru_add_drain();
	KUNIT_ASSERT_FALSE(test, folio_test_mlocked(folio));
	fails(reclaim(sp, 0, 1), -EAGAIN);
	expect(sp, "[W][W]");
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio));
}
