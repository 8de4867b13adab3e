// SPDX-License-Identifier: GPL-2.0
/* Huge pages: the folio is split, or swapped out, in each of the states it may be mapped in. */
#include <linux/swap.h>
#include <linux/swapops.h>

#include "pages.h"
#include "test.h"
#include SHIM_LEAF_HEADER

/*
 *	parent      [H]             a PMD
 *	child       [R*256][W*256]  entries, of two VMAs
 *	grandchild  .*600[W*512]    entries, moved
 */
TEST(thp, split_of_one_that_is_mapped_in_every_way, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(protect(child, 0, 256, PROT_READ));
	ok(move(grandchild, 0, HUGE_NR, 600));
	ok(unmap(grandchild, 607, 1));
	ok(split_huge(parent, 0));
	expect(parent, "[W*512]");
	expect(child, "[R*256][W*256]");
	mapped_at(folio_of(parent, 7), at(parent, 7), at(child, 7));
	mapped_at(folio_of(parent, 8), at(parent, 8), at(child, 8), at(grandchild, 608));
	ok(look(parent, 0, 8));
	ok(look(child, 250, 8));
	ok(look(grandchild, 600, 6));
}

TEST(thp, split_of_one_that_is_read_only, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(protect(sp, 0, HUGE_NR, PROT_READ));
	ok(split_huge(sp, 0));
	expect(sp, "[R*512]");
	fails(write_page(sp, 3, 'x'), -EFAULT);
	ok(look(sp, 0, 8));
}

/* Exclusive before, and each page after: a store needs no copy. */
TEST(thp, split_keeps_pages_exclusive, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct page *frame;
	struct space *sp;

	sp = layout(test, "[H]");
	frame = frame_of(sp, 9);
	ok(split_huge(sp, 0));
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(frame));
	ok(write_page(sp, 9, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, frame_of(sp, 9), frame);
	ok(look(sp, 0, 16));
}

TEST(thp, split_of_a_locked_one, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(lock(sp, 0, HUGE_NR));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 0)));
	ok(split_huge(sp, 0));
	expect(sp, "[W*512]");
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 0)));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 511)));
	ok(unlock(sp, 0, HUGE_NR));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, 511)));
	ok(look(sp, 0, 8));
}

/* Pages of it are in swap already, by way of the program. */
TEST(thp, split_of_one_that_is_partly_in_swap, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(swap_on(test, 2048));
	ok(reclaim(parent, 0, HUGE_NR));
	expect(parent, "[S*512]");
	ok(look(parent, 0, 4));
	ok(write_page(child, 2, 'c'));
	ok(unmap(child, 8, 504));
	ok(look(child, 0, 8));
	ok(look(parent, 4, 8));
}

/* Memory is short: what nobody maps is given back. */
TEST(thp, partly_unmapped_one_is_split_by_the_shrinker, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	unsigned long used;
	struct space *sp;

	sp = layout(test, "[H]");
	drain_lru();
	used = shim_pages_used();
	ok(unmap(sp, 100, 300));
	drop_caches(test);
	/* a page table is in use since, which was put aside before */
	KUNIT_EXPECT_EQ(test, used - shim_pages_used(), 300UL);
	expect(sp, "[W*100].*300[W*112]");
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 511), at(sp, 511));
	ok(look(sp, 0, 8));
	ok(look(sp, 500, 8));
}

TEST(thp, whole_one_is_left_alone_by_the_shrinker, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(unmap(child, 100, 300));
	drain_lru();
	drop_caches(test);
	expect(parent, "[H]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 0), folio_of(parent, 0));
	ok(look(parent, 0, 8));
}

TEST(thp, split_under_a_fork_of_its_parts, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	ok(unmap(parent, 0, 100));
	child = space_fork(parent);
	ok(write_page(child, 100, 'c'));
	ok(write_page(parent, 101, 'p'));
	ok(split_huge(parent, 200));
	mapped_at(folio_of(parent, 100), at(parent, 100));
	mapped_at(folio_of(child, 101), at(child, 101));
	mapped_at(folio_of(child, 102), at(parent, 102), at(child, 102));
	ok(look(parent, 100, 8));
	ok(look(child, 100, 8));
}

/* The slots of a huge page that goes in one piece are a cluster of their own. */
static bool has_a_cluster(struct space *sp)
{
	pgoff_t first = swp_offset(shim_leaf_of_pte(pte_at(sp, 0)));
	long i;

	for (i = 1; i < HUGE_NR; i++)
		if (swp_offset(shim_leaf_of_pte(pte_at(sp, i))) != first + i)
			return false;
	return IS_ALIGNED(first, HUGE_NR);
}

TEST(thp, swapped_out_in_one_piece, NEEDS(CONFIG_THP_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[H].[W]");
	child = space_fork(parent);
	ok(swap_on_disk(test, 2048, false));
	/* single pages go behind this one */
	ok(reclaim(parent, HUGE_NR + 1, 1));
	ok(reclaim(parent, 0, HUGE_NR));
	expect(parent, "[S*512].[S]");
	expect(child, "[S*512].[S]");
	KUNIT_EXPECT_TRUE(test, has_a_cluster(parent));
	ok(unmap(parent, 100, 100));
	ok(write_page(child, 7, 'c'));
	ok(look(parent, 0, 8));
	ok(look(child, 100, 8));
	ok(look(child, 504, 8));
}
