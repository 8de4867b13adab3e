// SPDX-License-Identifier: GPL-2.0
/*
 * Swap devices that go, entries whose last user goes, counts at their limit, and look-ups in the
 * swap cache: each beside a task that uses what the other one takes away. Nothing is lost, and
 * what is there afterwards has its content.
 */
#include <linux/fs.h>
#include <linux/swap.h>

#include <shim/files.h>

#include "internal.h"
#include "pages.h"
#include "race.h"
#include "test.h"

#define DEVICE	64	/* pages */

static void swapoff_with(struct kunit *test, struct space *sp, struct racer *other)
{
	struct racer swapoff = SWAPS_OFF(sp, 0);

	race(test, &swapoff, other);
	ok(swapoff.ret);
}

RACE(race_swap, swapoff_with_a_read, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 2);
	struct racer read = READS(sp, 1);

	swapoff_with(test, sp, &read);
	KUNIT_EXPECT_EQ(test, read.ret, (long)'B');
	expect(sp, "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	ok(look(sp, 2, 1));
}

RACE(race_swap, swapoff_with_a_write, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 2);
	struct racer write = WRITES(sp, 1, 'x');

	swapoff_with(test, sp, &write);
	ok(write.ret);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	ok(look(sp, 2, 1));
}

RACE(race_swap, swapoff_with_a_fork, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 1);
	struct racer fork = FORKS(sp);

	swapoff_with(test, sp, &fork);
	ok(fork.ret);
	expect(sp, "[WWW]");
	expect(fork.child, "[WWW]");
	ok(look(sp, 0, 3));
	ok(look(fork.child, 0, 3));
}

RACE(race_swap, swapoff_with_an_unmap, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 2);
	struct racer unmap = UNMAPS(sp, 1, 1);

	swapoff_with(test, sp, &unmap);
	ok(unmap.ret);
	expect(sp, "[W].[WW]");
	ok(look(sp, 2, 2));
}

RACE(race_swap, swapoff_with_a_move, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWWW]", 1, 2);
	struct racer move = MOVES(sp, 1, 2, 8);

	swapoff_with(test, sp, &move);
	expect(sp, "[W]..[W]....[WW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 8), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'C');
}

RACE(race_swap, swapoff_with_the_exit_of_the_child, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 1);
	struct racer exit = EXITS(space_fork(sp));

	swapoff_with(test, sp, &exit);
	expect(sp, "[WWW]");
	ok(look(sp, 0, 3));
}

RACE(race_swap, swapoff_with_a_reclaim, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WWW]", 1, 1);
	struct racer reclaim = RECLAIMS(sp, 2);

	swapoff_with(test, sp, &reclaim);
	expect(sp, "[WWW]");
	ok(look(sp, 0, 3));
}

/*
 * Pages 1 and 2 are on two devices:
 *
 *	page	 0 1 2 3
 *		[W S S W]
 *	device	   0 1
 *
 * The first one has room for a single page.
 */
static struct space *on_two_devices(struct kunit *test)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(swap_on_disk(test, 2, false));
	ok(reclaim(sp, 1, 1));
	ok(swap_on_disk(test, DEVICE, false));
	ok(reclaim(sp, 2, 1));
	return sp;
}

/* A fault reads the page's neighbours, too, if their device is still there. */
RACE(race_swap, read_of_a_page_whose_neighbour_is_on_a_device_that_goes, NEEDS(CONFIG_SWAP))
{
	struct space *sp = on_two_devices(test);
	struct racer read = READS(sp, 1), swapoff = SWAPS_OFF(sp, 1);

	race(test, &read, &swapoff);
	ok(swapoff.ret);
	KUNIT_EXPECT_EQ(test, read.ret, (long)'B');
	expect(sp, "[WWWW]");
	ok(look(sp, 2, 1));
}

RACE(race_swap, two_swapoffs, NEEDS(CONFIG_SWAP))
{
	struct space *sp = on_two_devices(test);
	struct racer one = SWAPS_OFF(sp, 0), other = SWAPS_OFF(sp, 1);

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	expect(sp, "[WWWW]");
	ok(look(sp, 0, 4));
}

/* Reclaim asks each device whether it has something to discard, while one goes. */
RACE(race_swap, reclaim_without_a_free_slot_while_a_device_goes, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout(test, "[WWWW]");
	struct racer reclaims = RECLAIMS(sp, 3), swapoff = SWAPS_OFF(sp, 1);

	ok(swap_on_disk(test, 2, false));
	ok(swap_on_disk(test, 2, false));
	ok(reclaim(sp, 1, 2));
	expect(sp, "[WSSW]");
	race(test, &reclaims, &swapoff);
	ok(swapoff.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'D');
	ok(look(sp, 0, 3));
}

/*
 * The parent's page is in swap. The child has read it, so that it is in the swap cache as well,
 * and is written to the other device when the first one goes.
 */
RACE(race_swap, last_entry_goes_while_the_page_changes_its_device, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout(test, "[WWW]"), *child;
	struct racer unmap, swapoff, reclaims;

	ok(swap_on_disk(test, DEVICE, false));
	ok(swap_on_disk(test, DEVICE, false));
	ok(reclaim(sp, 1, 1));
	child = space_fork(sp);
	ok(read_page(child, 1) < 0);
	unmap = (struct racer)UNMAPS(sp, 1, 1);
	swapoff = (struct racer)SWAPS_OFF(sp, 0);
	reclaims = (struct racer)RECLAIMS(child, 1);
	race(test, &unmap, &swapoff, &reclaims);
	ok(unmap.ret);
	ok(swapoff.ret);
	expect(sp, "[W].[W]");
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'B');
}

static struct file *file;

static void cut_off(struct racer *r)
{
	struct iattr attr = { .ia_valid = ATTR_SIZE, .ia_size = 0 };
	struct inode *inode = file_inode(file);

	inode_lock(inode);
	r->ret = inode->i_op->setattr(&nop_mnt_idmap, file->f_path.dentry, &attr);
	inode_unlock(inode);
}

#define CUTS_FILE(sp_)	RACER("ftruncate", cut_off, .sp = sp_, .nr = 4)

/*
 * A file of tmpfs whose first page is in memory. The others are in swap, and in the swap cache
 * too, as they were read ahead.
 */
static struct space *file_in_swap(struct kunit *test, long nr)
{
	struct space *sp = space_new(test);

	file = open_shmem(test, nr);
	ok(map_file(sp, 0, nr, RW, MAP_SHARED, file, 0));
	ok(touch_each(sp, 0, nr, 'a'));
	ok(swap_on(test, DEVICE));
	ok(reclaim(sp, 0, nr));
	ok(look(sp, 0, 1));
	KUNIT_ASSERT_EQ(test, nr_swap_cached(), nr - 1UL);
	return sp;
}

RACE(race_swap, swapoff_with_the_end_of_a_file, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp;
	struct racer cut;

	if (!IS_ENABLED(SHIM_SWAP_TABLE))
		kunit_skip(test, "in this kernel each of the two tries again as long as the other one does");
	sp = file_in_swap(test, 2);
	cut = (struct racer)CUTS_FILE(sp);
	swapoff_with(test, sp, &cut);
	ok(cut.ret);
	fails(read_page(sp, 1), -EIO);
}

RACE(race_swap, swapoff_with_a_read_of_a_file, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp = file_in_swap(test, 4);
	struct racer read = READS(sp, 1);

	swapoff_with(test, sp, &read);
	KUNIT_EXPECT_EQ(test, read.ret, (long)'b');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'b');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'c');
}

RACE(race_swap, read_of_a_file_with_its_end, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp = file_in_swap(test, 4);
	struct racer read = READS(sp, 1), cut = CUTS_FILE(sp);

	race(test, &read, &cut);
	ok(cut.ret);
	KUNIT_EXPECT_TRUE(test, read.ret == 'b' || read.ret == -EIO);
	fails(read_page(sp, 1), -EIO);
}

/* So many users of a slot are counted without a table of large counts, in newer kernels. */
#define USERS	14

/* A page in swap that so many processes have: sp, two children of it, and others. */
static struct space *with_users(struct kunit *test, int nr, struct space **children)
{
	struct space *sp = layout_swapped(test, "[WW]", 0, 1);
	int i;

	for (i = 1; i < nr; i++)
		children[i % 2] = space_fork(sp);
	return sp;
}

/* The fork finds that it needs a table, and by then it may not. */
static void fork_at_the_limit(struct kunit *test, int users)
{
	struct space *children[2], *sp = with_users(test, users, children);
	struct racer fork = FORKS(sp), one = EXITS(children[0]), other = EXITS(children[1]);

	preempt_before("locks");
	race(test, &fork, &one, &other);
	ok(fork.ret);
	KUNIT_EXPECT_EQ(test, byte_at(fork.child, 0), 'A');
	space_exit(fork.child);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
}

RACE(race_swap, fork_and_exits_at_the_limit_of_a_count, NEEDS(CONFIG_SWAP))
{
	fork_at_the_limit(test, USERS);
}

RACE(race_swap, fork_and_exits_above_the_limit_of_a_count, NEEDS(CONFIG_SWAP))
{
	fork_at_the_limit(test, USERS + 1);
}

RACE(race_swap, two_forks_at_the_limit_of_a_count, NEEDS(CONFIG_SWAP))
{
	struct space *children[2], *sp = with_users(test, USERS, children);
	struct racer one = FORKS(sp), other = FORKS(children[0]);

	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	KUNIT_EXPECT_EQ(test, byte_at(one.child, 0), 'A');
	KUNIT_EXPECT_EQ(test, byte_at(other.child, 0), 'A');
}
