// SPDX-License-Identifier: GPL-2.0
/*
 * A large folio whose entries are in two page tables. What handles the entries of a folio at
 * once must end with the page table, or it reads and writes the memory behind it:
 *
 *	page table 1     | page table 2
 *	... a b c d      | e f g h ...
 *
 * Each table has a page before and behind it that nobody may touch, so that with ASan it is a
 * report.
 */
#include <linux/mm.h>

#include "attr.h"
#include "pages.h"
#include "test.h"

#define NR	8
#define FIRST	(HUGE_NR - 4)

/* An aligned folio is moved to where it is not, to pages 508 to 515. */
static struct space *across(struct kunit *test)
{
	struct space *sp;

	shim_guard_tables();
	sp = large_layout(test, "[w*8]", 3);
	ok(touch_each(sp, 0, NR, 'a'));
	KUNIT_ASSERT_EQ(test, folio_order(folio_of(sp, 0)), 3);
	ok(move(sp, 0, NR, FIRST));
	expect(sp, ".*508[WWWWWWWW]");
	return sp;
}

static void all_are_there(struct kunit *test, struct space *sp)
{
	ok(look(sp, FIRST, NR));
	KUNIT_EXPECT_EQ(test, byte_at(sp, FIRST + 3), 'd');
	KUNIT_EXPECT_EQ(test, byte_at(sp, FIRST + 4), 'e');
}

TEST(batch, fork, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test), *child = space_fork(sp);

	KUNIT_EXPECT_EQ(test, folio_mapcount(folio_of(sp, FIRST)), 2 * NR);
	ok(write_page(child, FIRST + 4, 'x'));
	all_are_there(test, sp);
	space_exit(sp);
	ok(look(child, FIRST, NR));
}

TEST(batch, unmap, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	ok(unmap(sp, FIRST + 1, 5));
	expect(sp, ".*508[W].....[WW]");
	ok(look(sp, FIRST + 6, 2));
	ok(unmap(sp, FIRST, NR));
}

TEST(batch, mprotect, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	ok(protect(sp, FIRST, NR, PROT_READ));
	expect(sp, ".*508[RRRRRRRR]");
	fails(write_page(sp, FIRST + 4, 'x'), -EFAULT);
	ok(protect(sp, FIRST + 2, 4, RW));
	ok(write_page(sp, FIRST + 4, 'x'));
	ok(write_page(sp, FIRST + 3, 'y'));
	fails(write_page(sp, FIRST + 6, 'x'), -EFAULT);
	ok(look(sp, FIRST, NR));
}

TEST(batch, mremap, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	ok(move(sp, FIRST, NR, 2 * HUGE_NR - 3));
	ok(look(sp, 2 * HUGE_NR - 3, NR));
	ok(move(sp, 2 * HUGE_NR - 3, NR, 0));
	expect(sp, "[WWWWWWWW]");
	ok(look(sp, 0, NR));
}

static void advised(struct kunit *test, int advice, const char *after)
{
	struct space *sp = across(test);

	ok(advise(sp, FIRST, NR, advice));
	expect(sp, after);
	if (advice != MADV_DONTNEED)
		all_are_there(test, sp);
}

TEST(batch, dontneed, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	advised(test, MADV_DONTNEED, ".*508[wwwwwwww]");
}

TEST(batch, free, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	advised(test, MADV_FREE, ".*508[WWWWWWWW]");
}

TEST(batch, cold, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	advised(test, MADV_COLD, ".*508[WWWWWWWW]");
}

TEST(batch, pageout, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	ok(swap_on_disk(test, 64, false));
	advised(test, MADV_PAGEOUT, ".*508[SSSSSSSS]");
}

TEST(batch, mlock, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	ok(lock(sp, FIRST, NR));
	ok(unlock(sp, FIRST + 4, 4));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, FIRST)));
	all_are_there(test, sp);
}

TEST(batch, reclaim, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = across(test), *child = space_fork(sp);

	ok(swap_on_disk(test, 64, false));
	ok(reclaim(sp, FIRST, NR));
	expect(sp, ".*508[SSSSSSSS]");
	expect(child, ".*508[SSSSSSSS]");
	all_are_there(test, sp);
	ok(look(child, FIRST, NR));
}

/* In swap its entries are in two tables too. */
TEST(batch, unmap_and_fork_in_swap, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = across(test), *child;

	ok(swap_on_disk(test, 64, false));
	ok(reclaim(sp, FIRST, NR));
	child = space_fork(sp);
	ok(unmap(sp, FIRST + 2, 4));
	ok(advise(sp, FIRST, NR - 6, MADV_DONTNEED));
	ok(look(child, FIRST, NR));
	ok(look(sp, FIRST + 6, 2));
}

/* Pages that were given up go without being written. */
TEST(batch, reclaim_of_what_was_given_up, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	ok(advise(sp, FIRST, NR, MADV_FREE));
	forget(sp, FIRST, NR);
	ok(reclaim(sp, FIRST, NR));
	expect(sp, ".*508[wwwwwwww]");
}

/* Where its entries were in one table it was given up as a whole. */
TEST(batch, reclaim_of_what_was_given_up_and_moved, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	shim_guard_tables();
	sp = large_layout(test, "[w*8]", 3);
	ok(touch_each(sp, 0, NR, 'a'));
	ok(advise(sp, 0, NR, MADV_FREE));
	ok(move(sp, 0, NR, FIRST));
	forget(sp, FIRST, NR);
	KUNIT_ASSERT_EQ(test, folio_order(folio_of(sp, FIRST)), 3);
	ok(reclaim(sp, FIRST, NR));
	expect(sp, ".*508[wwwwwwww]");
}

TEST(batch, migration, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);
	struct migration m;

	ok(migrate(sp, FIRST + 5, 1));
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, FIRST)), 3);
	all_are_there(test, sp);
	ok(begin_migration(sp, FIRST, &m));
	expect(sp, ".*508[MMMMMMMM]");
	ok(protect(sp, FIRST, NR, PROT_READ));
	ok(end_migration(sp, &m, true));
	expect(sp, ".*508[RRRRRRRR]");
	ok(look(sp, FIRST, NR));
}

TEST(batch, references, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	KUNIT_EXPECT_EQ(test, referenced(sp, FIRST), 1);
	KUNIT_EXPECT_EQ(test, referenced(sp, FIRST), 0);
	ok(read_page(sp, FIRST + 4) < 0);
	KUNIT_EXPECT_EQ(test, referenced(sp, FIRST), 1);
}

TEST(batch, split, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	ok(split_huge(sp, FIRST + 4));
	expect(sp, ".*508[WWWWWWWW]");
	KUNIT_EXPECT_FALSE(test, folio_test_large(folio_of(sp, FIRST + 3)));
	all_are_there(test, sp);
}

TEST(batch, exit, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = across(test);

	space_exit(space_fork(sp));
	all_are_there(test, sp);
	space_exit(sp);
}
