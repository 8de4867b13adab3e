// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages that are made, collapsed and split, and others. Each schedule maps,
 * copies or collapses 512 pages, so there are few cases, and each is about a moment
 * at which the page table changes its level.
 */
#include <linux/mm.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "entry.h"
#include "race.h"
#include "test.h"

#define COLLAPSES(sp_)	ADVISES(sp_, 0, HUGE_NR, MADV_COLLAPSE)

/* Both faults may make it, one table entry gets it, the other's folio is freed. */
RACE(race_thp, two_first_faults, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer one, other;
	struct space *sp;

	sp = layout_advised(test, "[w*512]");
	one = (struct racer)WRITES(sp, 3, 'x');
	other = (struct racer)WRITES(sp, 5, 'y');
	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	expect(sp, "[H]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'y');
}

RACE(race_thp, split_with_a_write, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer split, write;
	struct space *sp;

	sp = layout(test, "[H]");
	split = (struct racer)SPLITS_HUGE(sp, 9);
	write = (struct racer)WRITES(sp, 9, 'x');
	race(test, &split, &write);
	ok(write.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'x');
}

RACE(race_thp, split_with_a_fork, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer split, fork;
	struct space *sp;

	sp = layout(test, "[H]");
	split = (struct racer)SPLITS_HUGE(sp, 9);
	fork = (struct racer)FORKS(sp);
	race(test, &split, &fork);
	ok(fork.ret);
	ok(look(sp, 8, 4));
	ok(look(fork.child, 8, 4));
	mapped_at(folio_of(sp, 100), at(sp, folio_nr_pages(folio_of(sp, 100)) > 1 ? 0 : 100),
		  at(fork.child, folio_nr_pages(folio_of(sp, 100)) > 1 ? 0 : 100));
}

RACE(race_thp, split_with_an_unmap_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer split, unmap;
	struct space *sp;

	sp = layout(test, "[H]");
	split = (struct racer)SPLITS_HUGE(sp, 9);
	unmap = (struct racer)UNMAPS(sp, 256, 256);
	race(test, &split, &unmap);
	ok(unmap.ret);
	expect(sp, "[W*256]");
	ok(look(sp, 8, 4));
}

RACE(race_thp, split_with_a_move, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer split, move;
	struct space *sp;

	sp = layout(test, "[H]");
	split = (struct racer)SPLITS_HUGE(sp, 9);
	move = (struct racer)MOVES(sp, 0, HUGE_NR, HUGE_NR);
	race(test, &split, &move);
	expect_one_of(sp, ".*512[H]", ".*512[W*512]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, HUGE_NR + 1), 'B');
}

/* The walk's reference may come when the PMD is split and keep the folio whole. */
RACE(race_thp, split_with_a_walk, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer split, walk;
	struct space *sp;

	sp = layout(test, "[H]");
	split = (struct racer)SPLITS_HUGE(sp, 0);
	walk = (struct racer)WALKS_BY_PFN(sp, 0);
	race(test, &split, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 0 || walk.ret == 1 || walk.ret == HUGE_NR);
}

/* A store from before the collapse took the page is in the huge one. */
RACE(race_thp, collapse_with_a_write, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer collapse, write;
	struct space *sp;

	sp = layout(test, "[W*512]");
	collapse = (struct racer)COLLAPSES(sp);
	write = (struct racer)WRITES(sp, 9, 'x');
	race(test, &collapse, &write);
	ok(write.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

RACE(race_thp, collapse_with_a_first_fault_in_a_hole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer collapse, write;
	struct space *sp;

	sp = layout(test, "[W*100w*300W*112]");
	collapse = (struct racer)COLLAPSES(sp);
	write = (struct racer)WRITES(sp, 200, 'x');
	race(test, &collapse, &write);
	ok(write.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 200), 'x');
}

RACE(race_thp, collapse_with_a_walk, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer collapse, walk;
	struct space *sp;

	sp = layout(test, "[W*512]");
	collapse = (struct racer)COLLAPSES(sp);
	walk = (struct racer)WALKS_BY_PFN(sp, 9);
	race(test, &collapse, &walk);
	KUNIT_EXPECT_TRUE(test, walk.ret == 0 || walk.ret == 1);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'J');
}

RACE(race_thp, collapse_with_a_fork, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer collapse, fork;
	struct space *sp;

	sp = layout(test, "[W*512]");
	collapse = (struct racer)COLLAPSES(sp);
	fork = (struct racer)FORKS(sp);
	race(test, &collapse, &fork);
	ok(fork.ret);
	expect_one_of(fork.child, "[H]", "[W*512]");
	KUNIT_EXPECT_EQ(test, byte_at(fork.child, 9), 'J');
}

RACE(race_thp, collapse_with_an_unmap_of_half, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer collapse, unmap;
	struct space *sp;

	sp = layout(test, "[W*512]");
	collapse = (struct racer)COLLAPSES(sp);
	unmap = (struct racer)UNMAPS(sp, 256, 256);
	race(test, &collapse, &unmap);
	ok(unmap.ret);
	expect(sp, "[W*256]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

RACE(race_thp, collapse_with_the_exit_of_the_child, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct racer collapse, exit;
	struct space *sp;

	sp = layout(test, "[W*512]");
	collapse = (struct racer)COLLAPSES(sp);
	exit = (struct racer)EXITS(space_fork(sp));
	race(test, &collapse, &exit);
	expect_one_of(sp, "[H]", "[W*512]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
}

/* Uses the shared huge page of zeroes, and lets it go again. */
static void read_and_drop(struct racer *r)
{
	u8 byte = 1;

	r->ret = shim_user_read(r->sp->mm, page_addr(3), &byte, 1) ?: byte;
	shim_use_mm(r->sp->mm);
	if (!r->ret)
		r->ret = sys_madvise(page_addr(0), HUGE_NR * PAGE_SIZE, MADV_DONTNEED);
}

/* One makes it, and the other has it as soon as it is there: it is nobody's, from the first moment. */
RACE(race_thp, two_first_users_of_the_huge_zero_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout_advised(test, "[w*512]"), *other = layout_advised(test, "[w*512]");
	struct racer reads = RACER("read", read_and_drop, .sp = sp);
	struct racer also = RACER("read", read_and_drop, .sp = other);

	race(test, &reads, &also);
	ok(reads.ret);
	ok(also.ret);
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 0UL);
	KUNIT_EXPECT_EQ(test, shim_mm_counter(other->mm, MM_ANONPAGES), 0UL);
}

/* Whatever is done to its age, a page that was written to is dirty. */
static void aged_and_written(struct kunit *test, int advice)
{
	struct space *sp = layout(test, "[H]");
	struct racer age = ADVISES(sp, 0, HUGE_NR, advice);
	struct racer store = RACER("store", race_store, .sp = sp, .page = 9);

	ok(advise(sp, 0, HUGE_NR, MADV_FREE));
	forget(sp, 0, HUGE_NR);
	KUNIT_ASSERT_GE(test, read_page(sp, 9), 0);
	KUNIT_ASSERT_FALSE(test, entry_has(sp, 9, 'd'));
	preempt_before("ptes");
	race(test, &age, &store);
	ok(age.ret);
	if (store.ret)
		KUNIT_EXPECT_TRUE(test, entry_has(sp, 9, 'd'));
}

RACE(race_thp, cold_with_a_store, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	aged_and_written(test, MADV_COLD);
}

#if defined(CONFIG_MEMORY_FAILURE) && defined(CONFIG_TRANSPARENT_HUGEPAGE)
/* As memory_failure() does, before it splits the folio. */
static void note_broken(struct racer *r)
{
	folio_set_has_hwpoisoned(r->folio);
}

/* It is mapped in part, and a page of it is broken: neither mark takes the other away. */
RACE(race_thp, marks_of_two)
{
	struct space *sp = layout(test, "[H]");
	struct folio *folio = folio_of(sp, 0);
	struct racer unmap = UNMAPS(sp, 256, 256);
	struct racer error = FOLIO_RACER("memory error", note_broken, .sp = sp);

	race(test, &unmap, &error);
	ok(unmap.ret);
	KUNIT_EXPECT_TRUE(test, folio_test_has_hwpoisoned(folio));
	KUNIT_EXPECT_TRUE(test, folio_test_partially_mapped(folio));
	folio_clear_has_hwpoisoned(folio);
}
#else
ABSENT(race_thp, marks_of_two, "CONFIG_MEMORY_FAILURE or CONFIG_TRANSPARENT_HUGEPAGE is off; make CONFIG=full")
#endif
