// SPDX-License-Identifier: GPL-2.0
/* Threads that run side by side: no schedule is chosen, TSan looks on. */
#include "race.h"
#include "stress.h"
#include "test.h"

#define ROUNDS	200

/* Under the VMA's lock, and the writer of mmap_lock takes it away. */
TEST(stress, faults_beside_splits_and_merges)
{
	struct space *sp = layout(test, "[WWWWWWWW]");
	struct stressor one = WRITES_ALL(sp, 0, 8), other = WRITES_ALL(sp, 2, 4);
	struct stressor split = TOGGLES(sp, 2, 4);

	stress(test, ROUNDS, &one, &other, &split);
	expect(sp, "[WWWWWWWW]");
}

TEST(stress, faults_under_mmap_lock_beside_splits_and_merges)
{
	struct space *sp = layout(test, "[WWWWWWWW]");
	struct stressor one = FAULTS_ALL(sp, 0, 2), other = WRITES_ALL(sp, 4, 4);
	struct stressor split = TOGGLES(sp, 2, 4);

	stress(test, ROUNDS, &one, &other, &split);
	expect(sp, "[WWWWWWWW]");
}

/* First faults of three VMAs that could share one anon_vma. */
TEST(stress, first_faults_of_neighbours)
{
	struct space *sp = layout(test, "[ww][rr][ww]");
	struct stressor left = WRITES_ALL(sp, 0, 2), middle = FAULTS_ALL(sp, 2, 2);
	struct stressor right = WRITES_ALL(sp, 4, 2);

	ok(protect(sp, 2, 2, RW | PROT_EXEC));
	stress(test, 2, &left, &middle, &right);
	expect(sp, "[WW][WW][WW]");
}

TEST(stress, faults_beside_unmaps_and_maps)
{
	struct space *sp = layout(test, "[WWWWWWWW]");
	struct stressor one = WRITES_ALL(sp, 0, 8), other = WRITES_ALL(sp, 2, 4);
	struct stressor remap = REMAPS(sp, 2, 4);

	stress(test, ROUNDS, &one, &other, &remap);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

TEST(stress, faults_beside_moves)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct stressor one = WRITES_ALL(sp, 0, 6), other = WRITES_ALL(sp, 20, 2);
	struct stressor move = TRAVELS(sp, 2, 2, 20);

	stress(test, ROUNDS, &one, &other, &move);
	KUNIT_EXPECT_NOT_NULL(test, vma_of(sp, 2));
	KUNIT_EXPECT_NULL(test, vma_of(sp, 20));
}

TEST(stress, faults_beside_forks_and_exits)
{
	struct space *sp = layout(test, "[WWWW]");
	struct stressor one = WRITES_ALL(sp, 0, 4), other = WRITES_ALL(sp, 1, 3);
	struct stressor fork = FORKS_AND_EXITS(sp);

	stress(test, ROUNDS, &one, &other, &fork);
	expect(sp, "[WWWW]");
}

TEST(stress, walks_beside_forks_and_exits)
{
	struct space *sp = layout(test, "[WWWW]");
	struct stressor one = WALKS_ALWAYS(sp, 1), other = WALKS_ALWAYS(sp, 2);
	struct stressor fork = FORKS_AND_EXITS(sp), fault = WRITES_ALL(sp, 0, 4);

	stress(test, ROUNDS, &one, &other, &fork, &fault);
	expect(sp, "[WWWW]");
}

TEST(stress, walks_beside_splits_and_merges)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct stressor one = WALKS_ALWAYS(sp, 1), other = WALKS_ALWAYS(sp, 3);
	struct stressor split = TOGGLES(sp, 2, 2);

	stress(test, ROUNDS, &one, &other, &split);
	expect(sp, "[WWWWWW]");
}

TEST(stress, walks_beside_moves_and_faults)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct stressor one = WALKS_ALWAYS(sp, 3), fault = WRITES_ALL(sp, 0, 2);
	struct stressor move = TRAVELS(sp, 2, 2, 20);

	stress(test, ROUNDS, &one, &fault, &move);
	KUNIT_EXPECT_NULL(test, vma_of(sp, 20));
}

/* The folio that is walked goes, and its anon_vma with the last VMA. */
TEST(stress, walks_beside_unmaps)
{
	struct space *sp = layout(test, "[WWWW]");
	struct stressor one = WALKS_ALWAYS(sp, 1), other = WALKS_ALWAYS(sp, 2);
	struct stressor remap = REMAPS(sp, 0, 4), fault = WRITES_ALL(sp, 0, 4);

	stress(test, ROUNDS, &one, &other, &remap, &fault);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

TEST(stress, drops_beside_faults_and_forks)
{
	struct space *sp = layout(test, "[WWWW]");
	struct stressor drop = DROPS(sp, 1, 2), fault = WRITES_ALL(sp, 0, 4);
	struct stressor fork = FORKS_AND_EXITS(sp);

	stress(test, ROUNDS, &drop, &fault, &fork);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

/*
 * First faults again and again, in a VMA between two that its anon_vma can be taken
 * from: who looks for one there meets who gets one.
 */
TEST(stress, first_faults_between_faulted_neighbours)
{
	struct space *sp = layout(test, "[WWWWWWWW]");
	struct stressor one = WRITES_ALL(sp, 2, 4), other = FAULTS_ALL(sp, 2, 4);
	struct stressor left = TOGGLES(sp, 0, 2), remap = REMAPS(sp, 2, 4);

	ok(protect(sp, 6, 2, RW | PROT_EXEC));
	stress(test, ROUNDS, &one, &other, &left, &remap);
	KUNIT_EXPECT_NOT_NULL(test, vma_of(sp, 2));
}

TEST(stress, migrations_beside_faults_and_forks, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	{
		struct stressor one = MIGRATES_ALWAYS(sp, 1), other = MIGRATES_ALWAYS(sp, 2);
		struct stressor fault = WRITES_ALL(sp, 0, 4), fork = FORKS_AND_EXITS(sp);

		stress(test, ROUNDS, &one, &other, &fault, &fork);
	}
	expect(sp, "[WWWW]");
}

TEST(stress, migrations_beside_splits_and_moves, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;

	sp = layout(test, "[WWWWWW]");
	{
		struct stressor one = MIGRATES_ALWAYS(sp, 1), other = MIGRATES_ALWAYS(sp, 3);
		struct stressor split = TOGGLES(sp, 0, 2), move = TRAVELS(sp, 2, 2, 20);

		stress(test, ROUNDS, &one, &other, &split, &move);
	}
	expect(sp, "[WWWWWW]");
}

TEST(stress, migrations_beside_unmaps, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	{
		struct stressor one = MIGRATES_ALWAYS(sp, 1), fault = WRITES_ALL(sp, 0, 4);
		struct stressor remap = REMAPS(sp, 0, 4);

		stress(test, ROUNDS, &one, &fault, &remap);
	}
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

/* Each round copies 512 pages. */
#define HUGE_ROUNDS	20

/* A huge page is made, its PMD is split by the change of a half, pages of it go. */
TEST(stress, collapses_beside_faults_splits_and_drops, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*512]");
	{
		struct stressor collapse = COLLAPSES_ALWAYS(sp, 0), fault = WRITES_ALL(sp, 0, 512);
		struct stressor split = TOGGLES(sp, 256, 256), drop = DROPS(sp, 100, 8);

		stress(test, HUGE_ROUNDS, &collapse, &fault, &split, &drop);
	}
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

TEST(stress, collapses_beside_walks_and_forks, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*512]");
	{
		struct stressor collapse = COLLAPSES_ALWAYS(sp, 0), walk = WALKS_ALWAYS(sp, 9);
		struct stressor fork = FORKS_AND_EXITS(sp), fault = WRITES_ALL(sp, 0, 512);

		stress(test, HUGE_ROUNDS, &collapse, &walk, &fork, &fault);
	}
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

/* Of a huge page: entries of a PMD, or of each small page where it was split. */
TEST(stress, huge_page_migrates_beside_splits_and_forks,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct space *sp;

	sp = layout(test, "[H]");
	{
		struct stressor migrate = MIGRATES_ALWAYS(sp, 0), split = TOGGLES(sp, 256, 256);
		struct stressor fork = FORKS_AND_EXITS(sp), fault = WRITES_ALL(sp, 0, 512);

		stress(test, HUGE_ROUNDS, &migrate, &split, &fork, &fault);
	}
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

/* (SSSS) of a file: entries are taken away and faulted back in. */
TEST(stress, unmaps_of_a_file_page_beside_faults_and_splits)
{
	struct file *file = shim_file_create(4);
	struct space *sp = layout(test, "....[WW]");

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 0, 4, 'x'));
	{
		struct stressor one = TRIES_TO_UNMAP(sp, 1), fault = WRITES_ALL(sp, 0, 4);
		struct stressor split = TOGGLES(sp, 2, 2), fork = FORKS_AND_EXITS(sp);

		stress(test, ROUNDS, &one, &fault, &split, &fork);
	}
	shim_file_put(file);
	KUNIT_EXPECT_NOT_NULL(test, vma_of(sp, 0));
}

/* A stack that grows by a fault, and is cut back. */
TEST(stress, stack_that_grows_beside_its_unmap)
{
	struct space *sp = with_stack(test);
	struct stressor one = WRITES_ALL(sp, STACK_PAGE - 4, 4);
	struct stressor other = FAULTS_ALL(sp, STACK_PAGE - 8, 8);
	struct stressor cut = CUTS(sp, STACK_PAGE - 8, 8);

	stress(test, ROUNDS, &one, &other, &cut);
	KUNIT_EXPECT_NOT_NULL(test, vma_of(sp, STACK_PAGE));
}

TEST(stress, stack_that_grows_beside_walks_and_forks)
{
	struct space *sp = with_stack(test);
	struct stressor grow = WRITES_ALL(sp, STACK_PAGE - 4, 4);
	struct stressor cut = CUTS(sp, STACK_PAGE - 4, 4);
	struct stressor walk = WALKS_ALWAYS(sp, STACK_PAGE), fork = FORKS_AND_EXITS(sp);

	stress(test, ROUNDS, &grow, &cut, &walk, &fork);
	KUNIT_EXPECT_NOT_NULL(test, vma_of(sp, STACK_PAGE));
}
