// SPDX-License-Identifier: GPL-2.0
/*
 * MADV_FREE: the program does not want the contents any more. Reclaim may drop a
 * page that was not written since, and must put back what it may not drop.
 */
#include "test.h"

/* From now on the kernel may drop the contents, or keep them. */
static int give_up(struct space *sp, long page, long nr)
{
	forget(sp, page, nr);
	return advise(sp, page, nr, MADV_FREE);
}

TEST(lazyfree, clean_page_is_dropped, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(swap_on(test, 64));
	ok(give_up(sp, 1, 1));
	ok(reclaim(sp, 1, 1));
	expect(sp, "[WwW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
}

TEST(lazyfree, page_that_was_written_again_stays, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(swap_on(test, 64));
	ok(give_up(sp, 1, 1));
	ok(write_page(sp, 1, 'x'));
	reclaim(sp, 1, 1);
	ok(look(sp, 0, 3));
}

/* A DMA may be writing to it at this moment. */
TEST(lazyfree, page_that_somebody_holds_is_put_back, NEEDS(CONFIG_SWAP))
{
	struct folio *folio;
	struct space *sp;
	int err;

	sp = layout(test, "[WWW]");
	ok(swap_on(test, 64));
	ok(give_up(sp, 1, 1));
	folio = hold_folio(sp, 1);
	err = reclaim(sp, 1, 1);
	if (!err)
		known_bug(SHIM_BUG_HELD_LAZYFREE, 12);
	fails(err, -EAGAIN);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	mapped_at(folio, at(sp, 1));
	release_folio(test, folio);
	ok(reclaim(sp, 1, 1));
	expect(sp, "[WwW]");
}

/*
 * The entries of a large folio are cleared all together. Only the first may be
 * written here, and so it is when they are put back.
 */
TEST(lazyfree, part_of_a_huge_page_is_put_back_as_it_was,
     NEEDS(CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct folio *folio;

	if (!IS_ENABLED(SHIM_REUSE_LARGE))
		kunit_skip(test, "this kernel copies a page of a large folio when it is written to");
	parent = layout(test, "[H]");
	ok(swap_on(test, 64));
	folio = folio_of(parent, 0);
	child = space_fork(parent);
	ok(unmap(child, 0, HUGE_NR));
	ok(split_pmd(parent, 0));
	ok(write_page(parent, 0, 'p'));
	KUNIT_ASSERT_PTR_EQ(test, folio_of(parent, 0), folio);
	KUNIT_ASSERT_TRUE(test, pte_write(pte_at(parent, 0)));
	KUNIT_ASSERT_FALSE(test, pte_write(pte_at(parent, 1)));
	ok(give_up(parent, 0, HUGE_NR));
	hold_folio(parent, 0);
	fails(reclaim(parent, 0, HUGE_NR), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, pte_write(pte_at(parent, 0)));
	KUNIT_EXPECT_FALSE(test, pte_write(pte_at(parent, 1)));
	release_folio(test, folio);
}
