// SPDX-License-Identifier: GPL-2.0
/*
 * Swap: reclaim replaces all entries of a page by swap entries, a fault brings
 * it back. What a page holds must survive whatever happens in between.
 */
#include "test.h"

#define DEVICE	1024	/* pages */

TEST(swap, out_and_in_again, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 2);

	expect(sp, "[WSSW]");
	ok(look(sp, 0, 4));
	expect(sp, "[WWWW]");
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

/* The kind of device whose pages a fault reads without the swap cache. */
TEST(swap, out_and_in_again_of_a_synchronous_device, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	ok(swap_on_sync(test, DEVICE));
	ok(reclaim(sp, 1, 2));
	expect(sp, "[WSSW]");
	ok(read_page(sp, 1));
	expect(sp, "[WWSW]");
	ok(write_page(sp, 2, 'x'));
	expect(sp, "[WWWW]");
	ok(look(sp, 0, 4));
}

TEST(swap, pageout_by_the_program_itself, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	ok(swap_on(test, DEVICE));
	ok(advise(sp, 1, 2, MADV_PAGEOUT));
	expect(sp, "[WSSW]");
	ok(look(sp, 0, 4));
}

/* Without a device anonymous memory has nowhere to go. */
TEST(swap, nowhere_to_go, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	fails(reclaim(sp, 1, 2), -EAGAIN);
	expect(sp, "[WWWW]");
	ok(look(sp, 0, 4));
}

TEST(swap, device_that_fails_to_write_loses_nothing, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	ok(swap_on(test, DEVICE));
	shim_swap_break(true);
	ok(reclaim(sp, 1, 2));
	expect(sp, "[WSSW]");
	shim_swap_break(false);
	ok(look(sp, 0, 4));
	expect(sp, "[WWWW]");
}

TEST(swap, device_that_fails_to_read_is_a_bus_error, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 1);
	u8 byte;

	shim_swap_break(true);
	fails(shim_user_read(sp->mm, page_addr(1), &byte, 1), -EIO);
	shim_swap_break(false);
	expect(sp, "[WSWW]");
	ok(look(sp, 0, 1));
	ok(look(sp, 2, 2));
}

/* Reclaim finds all that map the page, and each brings it back for itself. */
TEST(swap, page_of_a_fork_tree, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[WWWW]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(swap_on(test, DEVICE));
	ok(reclaim(child, 1, 2));
	expect(parent, "[WSSW]");
	expect(child, "[WSSW]");
	expect(grandchild, "[WSSW]");
	ok(read_page(child, 1));
	ok(write_page(parent, 1, 'p'));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
	ok(look(grandchild, 0, 4));
	KUNIT_EXPECT_EQ(test, byte_at(grandchild, 1), 'B');
}

TEST(swap, fork_copies_swap_entries, NEEDS(CONFIG_SWAP))
{
	struct space *parent = layout_swapped(test, "[WWWW]", 0, 4), *child;

	child = space_fork(parent);
	expect(parent, "[SSSS]");
	expect(child, "[SSSS]");
	ok(write_page(child, 1, 'c'));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'B');
}

TEST(swap, child_has_the_only_copy, NEEDS(CONFIG_SWAP))
{
	struct space *parent = layout_swapped(test, "[WWWW]", 0, 4), *child;

	child = space_fork(parent);
	space_exit(parent);
	ok(look(child, 0, 4));
	expect(child, "[WWWW]");
	mapped_at(folio_of(child, 3), at(child, 3));
}

/* Exclusive when it went, so a store after it came back needs no copy. */
TEST(swap, exclusive_page_stays_exclusive, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WW]", 0, 1);
	struct folio *folio;

	ok(read_page(sp, 0));
	folio = folio_of(sp, 0);
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(folio_page(folio, 0)));
	ok(write_page(sp, 0, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
}

TEST(swap, shared_page_does_not_come_back_exclusive, NEEDS(CONFIG_SWAP))
{
	struct space *parent = layout_swapped(test, "[WW]", 0, 1), *child;

	child = space_fork(parent);
	ok(read_page(parent, 0));
	ok(read_page(child, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
	KUNIT_EXPECT_FALSE(test, PageAnonExclusive(frame_of(parent, 0)));
	ok(write_page(child, 0, 'c'));
	ok(look(parent, 0, 2));
}

/* It goes to the oldest anon_vma, since the parent may map it too. */
TEST(swap, page_that_the_child_reads_first, NEEDS(CONFIG_SWAP))
{
	struct space *parent = layout_swapped(test, "[WW]", 0, 1), *child;

	child = space_fork(parent);
	ok(read_page(child, 0));
	ok(read_page(parent, 0));
	mapped_at(folio_of(child, 0), at(parent, 0), at(child, 0));
}

TEST(swap, entries_are_moved, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 2);

	ok(move(sp, 0, 4, 6));
	expect(sp, "......[WSSW]");
	ok(look(sp, 6, 4));
	mapped_at(folio_of(sp, 7), at(sp, 7));
	ok(reclaim(sp, 6, 4));
	ok(look(sp, 6, 4));
}

TEST(swap, entries_of_a_split_vma, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWWWW]", 1, 4);

	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "[WS][SS][SW]");
	ok(look(sp, 0, 6));
	expect(sp, "[WW][RR][WW]");
	fails(write_page(sp, 2, 'x'), -EFAULT);
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WWWWWW]");
	ok(reclaim(sp, 0, 6));
	expect(sp, "[SSSSSS]");
	ok(look(sp, 0, 6));
}

/* Space on the device is free again, or the second round would not fit. */
TEST(swap, unmap_and_exit_free_the_slots, NEEDS(CONFIG_SWAP))
{
	struct space *sp, *child;
	int round;

	sp = layout(test, "[WWWWWWWW]");
	ok(swap_on(test, 12));
	for (round = 0; round < 4; round++) {
		ok(touch(sp, 0, 8, 'a' + round));
		ok(reclaim(sp, 0, 8));
		child = space_fork(sp);
		ok(unmap(sp, 0, 8));
		space_exit(child);
		ok(map(sp, 0, 8, RW));
	}
}

TEST(swap, locked_memory_stays, NEEDS(CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	ok(swap_on(test, DEVICE));
	ok(lock(sp, 1, 1));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 1)));
	fails(reclaim(sp, 0, 4), -EAGAIN);
	expect(sp, "[S][W][SS]");
	ok(look(sp, 0, 4));
}

TEST(swap, mlock_brings_back_what_is_out, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 0, 4);

	ok(lock(sp, 1, 2));
	expect(sp, "[S][WW][S]");
	ok(look(sp, 0, 4));
}

TEST(swap, swapoff_brings_all_back, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[WWWW]");
	child = space_fork(parent);
	ok(write_page(child, 0, 'c'));
	ok(swap_on(test, DEVICE));
	ok(reclaim(parent, 0, 4));
	ok(reclaim(child, 0, 1));
	expect(child, "[SSSS]");
	shim_use_mm(parent->mm);
	ok(swap_off(test));
	expect(parent, "[WWWW]");
	expect(child, "[WWWW]");
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
}

TEST(swap, dontneed_of_what_is_out, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 0, 4);

	ok(advise(sp, 1, 2, MADV_DONTNEED));
	expect(sp, "[SwwS]");
	ok(look(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
}

TEST(swap, willneed_reads_ahead, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 0, 4);

	ok(advise(sp, 0, 4, MADV_WILLNEED));
	expect(sp, "[SSSS]");
	/* the device is not needed any more */
	shim_swap_break(true);
	ok(look(sp, 0, 4));
	shim_swap_break(false);
	expect(sp, "[WWWW]");
}
