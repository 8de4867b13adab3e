// SPDX-License-Identifier: GPL-2.0
/*
* Recent use of a page: idle page tracking, and folio_referenced() as reclaim and
* DAMON call it, visit every mapping and clear its young bit. Each of these walks
 * has to find all of them.
 */
#include "pages.h"
#include "test.h"

TEST(page_idle, used_again_is_not_idle, NEEDS(CONFIG_IDLE_PAGE_TRACKING))
{
	struct space *sp;

	sp = layout(test, "[WW]");
	make_idle(sp, 0);
	make_idle(sp, 1);
	KUNIT_EXPECT_FALSE(test, was_accessed(sp, 0));
	KUNIT_EXPECT_TRUE(test, is_idle(sp, 0));
	ok(read_page(sp, 0));
	KUNIT_EXPECT_FALSE(test, is_idle(sp, 0));
	KUNIT_EXPECT_TRUE(test, is_idle(sp, 1));
	ok(write_page(sp, 1, 'x'));
	KUNIT_EXPECT_FALSE(test, is_idle(sp, 1));
}

TEST(page_idle, used_by_any_of_a_fork_tree, NEEDS(CONFIG_IDLE_PAGE_TRACKING))
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(look(child, 0, 3));
	ok(look(grandchild, 0, 3));
	make_idle(parent, 1);
	KUNIT_EXPECT_FALSE(test, was_accessed(child, 1));
	KUNIT_EXPECT_FALSE(test, was_accessed(grandchild, 1));
	ok(read_page(grandchild, 1));
	KUNIT_EXPECT_FALSE(test, is_idle(parent, 1));
	make_idle(child, 1);
	KUNIT_EXPECT_TRUE(test, is_idle(parent, 1));
	ok(read_page(parent, 1));
	KUNIT_EXPECT_FALSE(test, is_idle(child, 1));
}

/* The middle generation has let go of it. */
TEST(page_idle, used_by_a_grandchild_whose_parent_is_gone, NEEDS(CONFIG_IDLE_PAGE_TRACKING))
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	space_exit(child);
	make_idle(parent, 0);
	ok(read_page(grandchild, 0));
	KUNIT_EXPECT_FALSE(test, is_idle(parent, 0));
}

TEST(page_idle, used_after_it_moved, NEEDS(CONFIG_IDLE_PAGE_TRACKING))
{
	struct space *parent, *child;

	parent = layout(test, "[WWWW]");
	child = space_fork(parent);
	ok(move(child, 1, 2, 9));
	make_idle(parent, 1);
	make_idle(parent, 2);
	ok(read_page(child, 10));
	KUNIT_EXPECT_TRUE(test, is_idle(parent, 1));
	KUNIT_EXPECT_FALSE(test, is_idle(parent, 2));
}

TEST(page_idle, used_after_a_split_and_a_merge, NEEDS(CONFIG_IDLE_PAGE_TRACKING))
{
	struct space *sp;

	sp = layout(test, "[WWWWWW]");
	make_idle(sp, 3);
	ok(protect(sp, 2, 2, PROT_READ));
	KUNIT_EXPECT_TRUE(test, is_idle(sp, 3));
	ok(read_page(sp, 3));
	KUNIT_EXPECT_FALSE(test, is_idle(sp, 3));
	make_idle(sp, 3);
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WWWWWW]");
	ok(write_page(sp, 3, 'x'));
	KUNIT_EXPECT_FALSE(test, is_idle(sp, 3));
}

/* A huge page is one, wherever a PMD or its pages are used. */
TEST(page_idle, huge_page_used_by_pmd_and_by_page,
     NEEDS(CONFIG_IDLE_PAGE_TRACKING, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(write_page(child, 3, 'c'));
	expect(child, "[W*512]");
	make_idle(parent, 0);
	KUNIT_EXPECT_FALSE(test, was_accessed(parent, 0));
	KUNIT_EXPECT_FALSE(test, was_accessed(child, 511));
	KUNIT_EXPECT_TRUE(test, is_idle(parent, 0));
	ok(read_page(child, 511));
	KUNIT_EXPECT_FALSE(test, is_idle(parent, 0));
	make_idle(parent, 0);
	ok(read_page(parent, 7));
	KUNIT_EXPECT_FALSE(test, is_idle(parent, 0));
}

TEST(page_idle, file_page_used_by_another_mapping, NEEDS(CONFIG_IDLE_PAGE_TRACKING))
{
	struct space *parent, *child;
	struct file *file;

	parent = space_new(test);
	file = shim_file_create(4);
	ok(map_file(parent, 0, 4, RW, MAP_SHARED, file, 0));
	ok(map_file(parent, 8, 2, PROT_READ, MAP_PRIVATE, file, 1));
	shim_file_put(file);
	ok(write_page(parent, 1, 'f'));
	ok(read_page(parent, 8));
	child = space_fork(parent);
	ok(read_page(child, 8));
	make_idle(parent, 1);
	KUNIT_EXPECT_FALSE(test, was_accessed(parent, 8));
	KUNIT_EXPECT_TRUE(test, is_idle(parent, 1));
	ok(read_page(child, 8));
	KUNIT_EXPECT_FALSE(test, is_idle(parent, 1));
}

TEST(page_idle, page_of_ksm_used_at_one_place, NEEDS(CONFIG_IDLE_PAGE_TRACKING, CONFIG_KSM))
{
	struct space *sp, *child;

	sp = layout(test, "[wwww]");
	ok(touch(sp, 0, 4, 'k'));
	ok(advise(sp, 0, 4, MADV_MERGEABLE));
	merge_ksm(test);
	child = space_fork(sp);
	make_idle(sp, 0);
	KUNIT_EXPECT_TRUE(test, is_idle(sp, 0));
	ok(read_page(child, 2));
	KUNIT_EXPECT_FALSE(test, is_idle(sp, 0));
}

/* A use that the tracking has seen is not lost to reclaim. */
TEST(page_idle, reclaim_hears_of_the_use_that_was_cleared, NEEDS(CONFIG_IDLE_PAGE_TRACKING))
{
	struct space *sp;

	sp = layout(test, "[W]");
	make_idle(sp, 0);
	KUNIT_EXPECT_EQ(test, referenced(sp, 0), 1);
	KUNIT_EXPECT_EQ(test, referenced(sp, 0), 0);
}

TEST(page_idle, referenced_counts_the_mappings_that_were_used)
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(move(grandchild, 0, 3, 8));
	ok(look(parent, 0, 3));
	ok(look(child, 0, 3));
	ok(look(grandchild, 8, 3));
	KUNIT_EXPECT_EQ(test, referenced(parent, 1), 3);
	KUNIT_EXPECT_EQ(test, referenced(child, 1), 0);
	ok(read_page(grandchild, 9));
	KUNIT_EXPECT_EQ(test, referenced(child, 1), 1);
	KUNIT_EXPECT_TRUE(test, was_accessed(child, 2));
}

/* A copy is not the page that it was made of. */
TEST(page_idle, referenced_does_not_count_a_copy)
{
	struct space *parent, *child;

	parent = layout(test, "[WW]");
	child = space_fork(parent);
	ok(look(parent, 0, 2));
	referenced(parent, 0);
	ok(write_page(child, 0, 'c'));
	KUNIT_EXPECT_EQ(test, referenced(parent, 0), 0);
	KUNIT_EXPECT_EQ(test, referenced(child, 0), 1);
}

TEST(page_idle, referenced_of_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(read_page(child, 4));
	KUNIT_EXPECT_EQ(test, referenced(parent, 0), 2);
	KUNIT_EXPECT_EQ(test, referenced(parent, 0), 0);
	ok(protect(child, 0, 256, PROT_READ));
	ok(read_page(child, 300));
	KUNIT_EXPECT_EQ(test, referenced(parent, 0), 1);
	KUNIT_EXPECT_FALSE(test, was_accessed(child, 300));
	ok(look(parent, 0, 4));
}
