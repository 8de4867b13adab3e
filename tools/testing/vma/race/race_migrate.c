// SPDX-License-Identifier: GPL-2.0
/* A page that is migrated, and other tasks, which wait at a migration entry. */
#include "race.h"
#include "test.h"

/* It has moved and is mapped once, or somebody's reference kept it where it was. */
static void migrated_or_kept(struct kunit *test, struct racer *migration)
{
	KUNIT_EXPECT_TRUE(test, migration->ret == 0 || migration->ret == 1);
}

RACE(race_migrate, with_a_write, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, write;
	struct space *sp;

	sp = layout(test, "[WWW]");
	migration = (struct racer)MIGRATES(sp, 1);
	write = (struct racer)WRITES(sp, 1, 'x');
	race(test, &migration, &write);
	ok(write.ret);
	migrated_or_kept(test, &migration);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
}

RACE(race_migrate, with_a_fault_under_mmap_lock, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, fault;
	struct space *sp;

	sp = layout(test, "[WWW]");
	migration = (struct racer)MIGRATES(sp, 1);
	fault = (struct racer)FAULTS_SLOWLY(sp, 1);
	race(test, &migration, &fault);
	ok(fault.ret);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

RACE(race_migrate, with_a_split, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, split;
	struct space *sp;

	sp = layout(test, "[WWWW]");
	migration = (struct racer)MIGRATES(sp, 2);
	split = (struct racer)PROTECTS(sp, 1, 2, PROT_READ);
	race(test, &migration, &split);
	ok(split.ret);
	expect(sp, "[W][RR][W]");
	mapped_at(folio_of(sp, 2), at(sp, 2));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'C');
}

RACE(race_migrate, with_a_merge, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, merge;
	struct space *sp;

	sp = three_parts(test);
	migration = (struct racer)MIGRATES(sp, 3);
	merge = (struct racer)PROTECTS(sp, 2, 2, RW);
	race(test, &migration, &merge);
	ok(merge.ret);
	mapped_at(folio_of(sp, 3), at(sp, 3));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'D');
}

RACE(race_migrate, with_an_unmap, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, unmap;
	struct space *sp;

	sp = layout(test, "[WWWW]");
	migration = (struct racer)MIGRATES(sp, 1);
	unmap = (struct racer)UNMAPS(sp, 1, 2);
	race(test, &migration, &unmap);
	ok(unmap.ret);
	expect(sp, "[W]..[W]");
}

RACE(race_migrate, with_a_move, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, move;
	struct space *sp;

	sp = layout(test, "[WWWW]");
	migration = (struct racer)MIGRATES(sp, 1);
	move = (struct racer)MOVES(sp, 1, 2, 8);
	race(test, &migration, &move);
	expect(sp, "[W]..[W]....[WW]");
	mapped_at(folio_of(sp, 8), at(sp, 8));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 8), 'B');
}

/* The copy has a migration entry or a page of its own by the time both are done. */
RACE(race_migrate, with_a_fork, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, fork;
	struct space *sp;

	sp = layout(test, "[WWW]");
	migration = (struct racer)MIGRATES(sp, 1);
	fork = (struct racer)FORKS(sp);
	race(test, &migration, &fork);
	ok(fork.ret);
	migrated_or_kept(test, &migration);
	expect(sp, "[WWW]");
	expect(fork.child, "[WWW]");
	mapped_at(folio_of(sp, 1), at(sp, 1), at(fork.child, 1));
	KUNIT_EXPECT_EQ(test, byte_at(fork.child, 1), 'B');
}

RACE(race_migrate, with_the_exit_of_the_child, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, exit;
	struct space *sp;

	sp = layout(test, "[WWW]");
	migration = (struct racer)MIGRATES(sp, 1);
	exit = (struct racer)EXITS(space_fork(sp));
	race(test, &migration, &exit);
	expect(sp, "[WWW]");
	mapped_at(folio_of(sp, 1), at(sp, 1));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

/* A walk that does not ask for migration entries finds both places, one or none. */
RACE(race_migrate, with_a_walk, NEEDS(CONFIG_MIGRATION))
{
	struct racer migration, walk;
	struct space *sp;

	sp = layout(test, "[WWW]");
	space_fork(sp);
	migration = (struct racer)MIGRATES(sp, 1);
	walk = (struct racer)WALKS_BY_PFN(sp, 1);
	race(test, &migration, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 0 || walk.ret == 2);
	expect(sp, "[WWW]");
}

/* Only one of them gets it off the LRU, or the other finds the new one there. */
RACE(race_migrate, with_another_of_the_same_page, NEEDS(CONFIG_MIGRATION))
{
	struct racer one, other;
	struct space *sp;

	sp = layout(test, "[WWW]");
	one = (struct racer)MIGRATES(sp, 1);
	other = (struct racer)MIGRATES(sp, 1);
	race(test, &one, &other);
	KUNIT_EXPECT_FALSE(test, !one.ret && !other.ret);
	expect(sp, "[WWW]");
	mapped_at(folio_of(sp, 1), at(sp, 1));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

/* What is left of it knows that it is mapped in part, whichever folio that is. */
RACE(race_migrate, huge_page_with_an_unmap_of_half,
     NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer migration, unmap;
	struct space *sp;

	sp = layout(test, "[H]");
	migration = (struct racer)MIGRATES(sp, 0);
	unmap = (struct racer)UNMAPS(sp, 256, 256);
	race(test, &migration, &unmap);
	ok(unmap.ret);
	expect(sp, "[W*256]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'J');
}
