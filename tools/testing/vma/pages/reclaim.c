// SPDX-License-Identifier: GPL-2.0
/*
 * Reclaim: kswapd's scans of the LRU lists are called one by one. A scan looks
 * who has used a page, by its reverse map, and takes all its mappings away if
 * nobody has; the program itself may say so by madvise().
 */
#include "pages.h"
#include "test.h"

#include <linux/swap.h>

#include <shim/files.h>

#define DEVICE	256	/* pages */

/* A space and a device; all that a layout has touched was used. */
static struct space *used_pages(struct kunit *test, const char *text)
{
	struct space *sp = layout(test, text);

	ok(swap_on(test, DEVICE));
	return sp;
}

/* One scan lets the use be forgotten, the next one evicts. */
TEST(reclaim, page_goes_when_its_use_is_forgotten, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = used_pages(test, "[WW]");
	KUNIT_EXPECT_EQ(test, evict(sp, false), 0UL);
	expect(sp, "[WW]");
	KUNIT_EXPECT_FALSE(test, was_accessed(sp, 0));
	evict(sp, false);
	expect(sp, "[SS]");
	ok(look(sp, 0, 2));
}

TEST(reclaim, page_in_use_stays, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = used_pages(test, "[WWW]");
	evict(sp, false);
	ok(read_page(sp, 1));
	evict(sp, false);
	expect(sp, "[SWS]");
	ok(look(sp, 0, 3));
}

/* A use by any process of the family counts, at whatever address. */
TEST(reclaim, page_in_use_by_a_child_that_moved_it_stays, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = used_pages(test, "[WWW]");
	child = space_fork(parent);
	ok(move(child, 0, 3, 8));
	evict(parent, false);
	ok(read_page(child, 9));
	deactivate(parent, false);
	ok(read_page(child, 9));
	evict(parent, false);
	evict(parent, false);
	expect(parent, "[SWS]");
	expect(child, "........[SWS]");
	ok(look(parent, 0, 3));
	ok(look(child, 8, 3));
}

/* Used by two, it goes to the active list, and a scan of that brings it back. */
TEST(reclaim, page_used_by_two_becomes_active, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = used_pages(test, "[W]");
	child = space_fork(parent);
	ok(read_page(parent, 0));
	ok(read_page(child, 0));
	evict(parent, false);
	KUNIT_EXPECT_TRUE(test, folio_test_active(folio_of(parent, 0)));
	evict(parent, false);
	expect(parent, "[W]");
	deactivate(parent, false);
	KUNIT_EXPECT_FALSE(test, folio_test_active(folio_of(parent, 0)));
	evict(parent, false);
	evict(parent, false);
	expect(parent, "[S]");
	expect(child, "[S]");
	ok(look(child, 0, 1));
}

TEST(reclaim, locked_page_is_not_looked_at, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = used_pages(test, "[WWW]");
	ok(lock(sp, 1, 1));
	evict(sp, false);
	evict(sp, false);
	expect(sp, "[S][W][S]");
	ok(unlock(sp, 1, 1));
	/* mlock() has touched it once more than the others */
	evict(sp, false);
	KUNIT_EXPECT_TRUE(test, folio_test_active(folio_of(sp, 1)));
	deactivate(sp, false);
	evict(sp, false);
	expect(sp, "[SSS]");
	ok(look(sp, 0, 3));
}

/* Locked by the child alone: it stays where it is for all. */
TEST(reclaim, page_locked_by_a_child_stays, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = used_pages(test, "[WW]");
	child = space_fork(parent);
	ok(lock(child, 0, 1));
	/* which copied it, as a lock does for writable memory */
	mapped_at(folio_of(child, 0), at(child, 0));
	evict(parent, false);
	evict(parent, false);
	evict(parent, false);
	expect(parent, "[SS]");
	expect(child, "[W][S]");
	ok(look(child, 0, 2));
	ok(look(parent, 0, 2));
}

TEST(reclaim, pinned_page_stays, NEEDS(CONFIG_SWAP))
{
	struct folio *folio;
	struct space *sp;

	sp = used_pages(test, "[WW]");
	folio = folio_of(sp, 0);
	KUNIT_ASSERT_NOT_NULL(test, pin_page(sp, 0));
	evict(sp, false);
	evict(sp, false);
	expect(sp, "[WS]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
	ok(look(sp, 0, 2));
}

TEST(reclaim, cold_pages_go_first, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = used_pages(test, "[WWWW]");
	drain_lru();
	ok(advise(sp, 1, 2, MADV_COLD));
	KUNIT_EXPECT_FALSE(test, was_accessed(sp, 1));
	KUNIT_EXPECT_TRUE(test, was_accessed(sp, 0));
	evict(sp, false);
	expect(sp, "[WSSW]");
	ok(look(sp, 0, 4));
}

/* MADV_PAGEOUT leaves a page alone that other processes map. */
TEST(reclaim, pageout_leaves_what_is_shared, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = used_pages(test, "[WWW]");
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	drain_lru();
	ok(advise(child, 0, 3, MADV_PAGEOUT));
	expect(child, "[WSW]");
	expect(parent, "[WWW]");
	ok(look(child, 0, 3));
}

/* Freed, and not written since: it goes without being written to swap. */
TEST(reclaim, freed_page_is_dropped, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	drain_lru();
	ok(advise(sp, 1, 1, MADV_FREE));
	ok(look(sp, 0, 3));		/* it is still there */
	ok(advise(sp, 1, 1, MADV_FREE));
	forget(sp, 1, 1);
	drain_lru();
	evict(sp, true);
	expect(sp, "[WwW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	ok(look(sp, 0, 1));
	ok(look(sp, 2, 1));
}

TEST(reclaim, freed_page_that_is_written_again_stays, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	drain_lru();
	ok(advise(sp, 1, 1, MADV_FREE));
	ok(write_page(sp, 1, 'x'));
	drain_lru();
	evict(sp, true);
	evict(sp, true);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_TRUE(test, folio_test_swapbacked(folio_of(sp, 1)));
	ok(look(sp, 0, 3));
}

/* By that reference it may be written to: not now, and later it goes. */
TEST(reclaim, freed_page_with_a_reference_stays, NEEDS(CONFIG_SWAP))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[WWW]");
	drain_lru();
	ok(advise(sp, 1, 1, MADV_FREE));
	drain_lru();
	folio = hold_folio(sp, 1);
	evict(sp, true);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	ok(look(sp, 1, 1));
	release_folio(test, folio);
}

/* The child has freed it, and the parent has not. */
TEST(reclaim, page_freed_by_the_child_alone_stays, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	drain_lru();
	ok(advise(child, 1, 1, MADV_FREE));
	drain_lru();
	evict(parent, true);
	evict(parent, true);
	evict(parent, true);
	ok(look(parent, 0, 3));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'B');
}

TEST(reclaim, freed_page_of_a_fork_tree_is_dropped_for_all, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[WWW]");
	drain_lru();
	ok(advise(parent, 1, 1, MADV_FREE));
	child = space_fork(parent);
	forget(parent, 1, 1);
	forget(child, 1, 1);
	drain_lru();
	evict(parent, true);
	expect(parent, "[WwW]");
	expect(child, "[WwW]");
	ok(look(child, 0, 1));
}

/* Of a huge page the half that is freed is split off first. */
TEST(reclaim, half_of_a_huge_page_is_freed, NEEDS(CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[H]");
	drain_lru();
	ok(advise(sp, 0, 256, MADV_FREE));
	forget(sp, 0, 256);
	drain_lru();
	evict(sp, true);
	evict(sp, true);
	expect(sp, "[w*256W*256]");
	ok(look(sp, 256, 8));
}

TEST(reclaim, huge_page_goes_as_a_whole, NEEDS(CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(write_page(child, 3, 'c'));
	ok(swap_on(test, 2048));
	drain_lru();
	evict(parent, false);
	deactivate(parent, false);
	evict(parent, false);
	evict(parent, false);
	expect(parent, "[S*512]");
	expect(child, "[S*512]");
	ok(look(parent, 0, 8));
	ok(look(child, 0, 8));
}

static struct space *file_pages(struct kunit *test, int prot, int flags)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(4);

	ok(map_file(sp, 0, 4, prot, flags, file, 0));
	shim_file_put(file);
	return sp;
}

TEST(reclaim, clean_file_page_goes, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = file_pages(test, PROT_READ, MAP_PRIVATE);
	ok(look(parent, 0, 2));
	child = space_fork(parent);
	ok(read_page(child, 0));
	drain_lru();
	evict(parent, true);
	deactivate(parent, true);
	evict(parent, true);
	evict(parent, true);
	expect(parent, "(rrrr)");
	expect(child, "(rrrr)");
	ok(look(parent, 0, 2));
}

/* There is no disk to write it to: it stays in the page cache. */
TEST(reclaim, dirty_file_page_stays_in_its_file, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = file_pages(test, RW, MAP_SHARED);
	ok(write_page(sp, 1, 'f'));
	ok(migrate(sp, 1, 1));
	reclaim(sp, 1, 1);
	expect(sp, "{wwww}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'f');
}

/* A private mapping that has no copy finds it there again, and what was stored meanwhile. */
TEST(reclaim, file_page_that_another_mapping_wrote_to_goes, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = file_pages(test, RW, MAP_SHARED);
	ok(map_file(sp, 8, 4, PROT_READ, MAP_PRIVATE, shim_vm_file(vma_of(sp, 0)), 0));
	ok(look(sp, 8, 4));
	ok(write_page(sp, 1, 'f'));
	reclaim(sp, 8, 4);
	expect(sp, "{wwww}....(rrrr)");
	ok(write_page(sp, 1, 'g'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'g');
}

/* The program's copy goes to swap, and not to the file. */
TEST(reclaim, copy_of_a_file_page_goes_to_swap, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = file_pages(test, RW, MAP_PRIVATE);
	ok(swap_on(test, DEVICE));
	ok(write_page(sp, 1, 'f'));
	ok(reclaim(sp, 1, 1));
	expect(sp, "(wSww)");
	ok(look(sp, 1, 1));
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

/* Entries of TLBs are flushed for many pages at once, and before any of them is free. */
#define MANY	40

TEST(reclaim, clean_pages_of_a_file_go_after_the_flush, NEEDS(CONFIG_SWAP))
{
	struct file *file = shim_file_create_cached(MANY, true);
	struct space *sp = space_new(test);
	int page;

	ok(map_file(sp, 0, MANY, PROT_READ, MAP_SHARED, file, 0));
	for (page = 0; page < MANY; page++)
		KUNIT_EXPECT_EQ(test, byte_at(sp, page), 'A' + page % 26);
	ok(reclaim(sp, 0, MANY));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 30), 'E');
	shim_file_put(file);
}

TEST(reclaim, pages_that_were_given_up_go_after_the_flush, NEEDS(CONFIG_SWAP))
{
	struct space *sp = used_pages(test, "[W*64]");

	ok(advise(sp, 0, MANY, MADV_FREE));
	forget(sp, 0, MANY);
	ok(reclaim(sp, 0, MANY));
	ok(look(sp, MANY, 8));
}

TEST(reclaim, dirty_pages_are_written_after_the_flush, NEEDS(CONFIG_SWAP))
{
	struct space *sp = used_pages(test, "[W*64]");

	ok(reclaim(sp, 0, 64));
	expect(sp, "[S*64]");
	ok(look(sp, 0, 64));
}
