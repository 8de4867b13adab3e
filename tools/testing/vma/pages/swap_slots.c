// SPDX-License-Identifier: GPL-2.0
/* How swap slots are counted and handed out, asked of mm/swapfile.c itself. */
#if defined(SHIM_SWAP_TABLE) && defined(CONFIG_SWAP)
#include <linux/swap.h>

#include <shim/compat.h>

#include "internal.h"
#include "pages.h"
#include "swap.h"
#include "test.h"

/* As of a page table that is damaged: it is refused, and nothing is looked up. */
TEST(swap, entry_of_a_device_that_never_was)
{
	shim_expect_warnings(true);
	fails(swap_dup_entry_direct(swp_entry(7, 1)), -EINVAL);
	shim_expect_warnings(false);
	ok(swap_on(test, 64));
	shim_expect_warnings(true);
	fails(swap_dup_entry_direct(swp_entry(7, 1)), -EINVAL);
	shim_expect_warnings(false);
}

/* A device of 4 TB and more, of which so many slots are used already. */
static void with_used_slots(struct kunit *test, long used)
{
	struct space *sp = layout(test, "[WWW]");
	struct swap_info_struct *si;

	ok(swap_on(test, 64));
	ok(reclaim(sp, 0, 1));
	si = get_swap_device(shim_leaf_of_pte(pte_at(sp, 0)));
	KUNIT_ASSERT_NOT_NULL(test, si);
	atomic_long_add(used, &si->inuse_pages);
	ok(reclaim(sp, 1, 1));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&si->inuse_pages), used + 2);
	ok(unmap(sp, 0, 1));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&si->inuse_pages), used + 1);
	ok(reclaim(sp, 2, 1));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&si->inuse_pages), used + 2);
	atomic_long_sub(used, &si->inuse_pages);
	put_swap_device(si);
	ok(look(sp, 1, 2));
}

TEST(swap, slots_of_a_large_device_are_counted)
{
	/* a case that ends in the middle has a swapoff() that waits for slots that nobody has */
	leave_out_of_sweeps();
	with_used_slots(test, 1L << 20);
	ok(swap_off(test));
	with_used_slots(test, 1L << 30);
	ok(swap_off(test));
	with_used_slots(test, 1L << 31);
}
#define SLOTS	1535	/* of three clusters, without the header */

/* Hibernation writes its image to slots of its own, and the more follow each other the better. */
TEST(swap, hibernation_gets_each_slot_of_the_device, NEEDS(CONFIG_HIBERNATION))
{
	static swp_entry_t slots[SLOTS];
	int nr, near = 0;

	ok(swap_on_disk(test, SLOTS + 1, false));
	for (nr = 0; nr < SLOTS; nr++) {
		slots[nr] = swap_alloc_hibernation_slot(0);
		if (!slots[nr].val)
			break;
		if (nr && swp_offset(slots[nr]) == swp_offset(slots[nr - 1]) + 1)
			near++;
		else if (nr < 16)
			KUNIT_EXPECT_EQ(test, nr, 0);
	}
	KUNIT_EXPECT_EQ(test, nr, SLOTS);
	KUNIT_EXPECT_GE(test, near, SLOTS - 4);
	KUNIT_EXPECT_EQ(test, swap_alloc_hibernation_slot(0).val, 0UL);
	while (nr-- > 0)
		swap_free_hibernation_slot(slots[nr]);
	KUNIT_EXPECT_EQ(test, get_nr_swap_pages(), (long)SLOTS);
}

/* Between the pages that reclaim has written. */
TEST(swap, hibernation_beside_reclaim, NEEDS(CONFIG_HIBERNATION))
{
	struct space *sp = layout(test, "[WWWW]");
	swp_entry_t slot[2];

	ok(swap_on(test, 64));
	oracle_pause(test);	/* it has no place for a slot without a page */
	ok(reclaim(sp, 0, 1));
	slot[0] = swap_alloc_hibernation_slot(0);
	ok(reclaim(sp, 1, 1));
	slot[1] = swap_alloc_hibernation_slot(0);
	KUNIT_EXPECT_NE(test, slot[0].val, 0UL);
	KUNIT_EXPECT_NE(test, slot[1].val, slot[0].val);
	swap_free_hibernation_slot(slot[0]);
	swap_free_hibernation_slot(slot[1]);
	oracle_resume(test);
	ok(look(sp, 0, 4));
}
#else
#include "test.h"

#define OLDER	"this kernel has no swap table, or CONFIG_SWAP is off"
ABSENT(swap, entry_of_a_device_that_never_was, OLDER)
ABSENT(swap, slots_of_a_large_device_are_counted, OLDER)
ABSENT(swap, hibernation_gets_each_slot_of_the_device, OLDER)
ABSENT(swap, hibernation_beside_reclaim, OLDER)
#endif
