// SPDX-License-Identifier: GPL-2.0
/* A page that goes to swap or comes back, and other tasks. */
#include "race.h"
#include "test.h"

#define DEVICE	64	/* pages */

static struct space *with_swap(struct kunit *test, const char *text)
{
	struct space *sp = layout(test, text);

	ok(swap_on(test, DEVICE));
	return sp;
}

/* The store is before it, in its way or brings the page back: it is not lost. */
RACE(race_reclaim, with_a_write, NEEDS(CONFIG_SWAP))
{
	struct racer reclaim, write;
	struct space *sp;

	sp = with_swap(test, "[WWW]");
	reclaim = (struct racer)RECLAIMS(sp, 1);
	write = (struct racer)WRITES(sp, 1, 'x');
	race(test, &reclaim, &write);
	ok(write.ret);
	expect_one_of(sp, "[WSW]", "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
}

RACE(race_reclaim, with_an_unmap, NEEDS(CONFIG_SWAP))
{
	struct racer reclaim, unmap;
	struct space *sp;

	sp = with_swap(test, "[WWWW]");
	reclaim = (struct racer)RECLAIMS(sp, 1);
	unmap = (struct racer)UNMAPS(sp, 1, 2);
	race(test, &reclaim, &unmap);
	ok(unmap.ret);
	expect(sp, "[W]..[W]");
}

RACE(race_reclaim, with_a_move, NEEDS(CONFIG_SWAP))
{
	struct racer reclaim, move;
	struct space *sp;

	sp = with_swap(test, "[WWWW]");
	reclaim = (struct racer)RECLAIMS(sp, 1);
	move = (struct racer)MOVES(sp, 1, 2, 8);
	race(test, &reclaim, &move);
	expect_one_of(sp, "[W]..[W]....[SW]", "[W]..[W]....[WW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 8), 'B');
}

RACE(race_reclaim, with_a_fork, NEEDS(CONFIG_SWAP))
{
	struct racer reclaim, fork;
	struct space *sp;

	sp = with_swap(test, "[WWW]");
	reclaim = (struct racer)RECLAIMS(sp, 1);
	fork = (struct racer)FORKS(sp);
	race(test, &reclaim, &fork);
	ok(fork.ret);
	expect_one_of(sp, "[WSW]", "[WWW]");
	expect_one_of(fork.child, "[WSW]", "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(fork.child, 1), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

RACE(race_reclaim, with_the_exit_of_the_child, NEEDS(CONFIG_SWAP))
{
	struct racer reclaim, exit;
	struct space *sp;

	sp = with_swap(test, "[WWW]");
	reclaim = (struct racer)RECLAIMS(sp, 1);
	exit = (struct racer)EXITS(space_fork(sp));
	race(test, &reclaim, &exit);
	expect_one_of(sp, "[WSW]", "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

RACE(race_reclaim, with_a_migration, NEEDS(CONFIG_SWAP))
{
	struct racer reclaim, migration;
	struct space *sp;

	sp = with_swap(test, "[WWW]");
	reclaim = (struct racer)RECLAIMS(sp, 1);
	migration = (struct racer)MIGRATES(sp, 1);
	race(test, &reclaim, &migration);
	expect_one_of(sp, "[WSW]", "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

RACE(race_reclaim, with_a_walk, NEEDS(CONFIG_SWAP))
{
	struct racer reclaim, walk;
	struct space *sp;

	sp = with_swap(test, "[WWW]");
	reclaim = (struct racer)RECLAIMS(sp, 1);
	walk = (struct racer)WALKS_BY_PFN(sp, 1);
	race(test, &reclaim, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 0 || walk.ret == 1);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

/* Both come for the page that is in swap: one brings it, the other finds it there. */
RACE(race_reclaim, comes_back_by_two_faults, NEEDS(CONFIG_SWAP))
{
	struct racer one, other;
	struct space *sp;

	sp = layout_swapped(test, "[WWW]", 1, 1);
	one = (struct racer)READS(sp, 1);
	other = (struct racer)WRITES(sp, 1, 'x');
	race(test, &one, &other);
	KUNIT_EXPECT_TRUE(test, one.ret == 'B' || one.ret == 'x');
	ok(other.ret);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
}

RACE(race_reclaim, comes_back_beside_a_fork, NEEDS(CONFIG_SWAP))
{
	struct racer write, fork;
	struct space *sp;

	sp = layout_swapped(test, "[WWW]", 1, 1);
	write = (struct racer)WRITES(sp, 1, 'x');
	fork = (struct racer)FORKS(sp);
	race(test, &write, &fork);
	ok(write.ret);
	ok(fork.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	KUNIT_EXPECT_TRUE(test, byte_at(fork.child, 1) == 'B' || byte_at(fork.child, 1) == 'x');
}

RACE(race_reclaim, comes_back_beside_a_move, NEEDS(CONFIG_SWAP))
{
	struct racer read, move;
	struct space *sp;

	sp = layout_swapped(test, "[WWWW]", 1, 2);
	read = (struct racer)READS(sp, 1);
	move = (struct racer)MOVES(sp, 1, 2, 8);
	race(test, &read, &move);
	KUNIT_EXPECT_TRUE(test, read.ret == 'B' || read.ret == -EFAULT);
	expect_one_of(sp, "[W]..[W]....[SS]", "[W]..[W]....[WS]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 8), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'C');
}
