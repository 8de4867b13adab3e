// SPDX-License-Identifier: GPL-2.0
/* State that a page keeps while it migrates: the bits of its entries and its mappings. */
#include "test.h"

TEST(migrate, soft_dirty_is_kept, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWW]");
	KUNIT_ASSERT_TRUE(test, pte_soft_dirty(pte_at(sp, 1)));
	ok(begin_migration(sp, 1, &m));
	KUNIT_EXPECT_TRUE(test, pte_swp_soft_dirty(pte_at(sp, 1)));
	ok(end_migration(sp, &m, true));
	KUNIT_EXPECT_TRUE(test, pte_soft_dirty(pte_at(sp, 1)));
}

/* mprotect() takes the right to write out of the entry, and no more. */
TEST(migrate, read_only_entry_stays_exclusive, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWW]", 1, &m);

	ok(protect(sp, 1, 1, PROT_READ));
	ok(end_migration(sp, &m, true));
	expect(sp, "[W][R][W]");
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(frame_of(sp, 1)));
}

/* The parent has the page back from the cache, the child its swap entry. */
TEST(migrate, page_in_the_swap_cache, NEEDS(CONFIG_MIGRATION, CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[WW]");
	ok(swap_on(test, 64));
	ok(reclaim(parent, 0, 1));
	child = space_fork(parent);
	ok(read_page(parent, 0));
	expect(child, "[SW]");
	ok(migrate(parent, 0, 1));
	ok(read_page(child, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
}

/* A partly mapped large folio stays on the deferred split queue, for the shrinker. */
TEST(migrate, huge_page_stays_queued_for_a_split,
     NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	if (list_empty(&shim_deferred_list(folio)))
		kunit_skip(test, "only a partly mapped folio is on the queue");
	ok(migrate(sp, 0, HUGE_NR));
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 0), folio);
	KUNIT_EXPECT_FALSE(test, list_empty(&shim_deferred_list(folio_of(sp, 0))));
}
