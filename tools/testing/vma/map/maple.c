// SPDX-License-Identifier: GPL-2.0
/*
 * The tree that VMAs are in: the kernel's own test of it, lib/test_maple_tree.c, and readers that
 * hold no lock. What two tasks do at once is in race_maple.
 */
#include <linux/maple_tree.h>

#include "internal.h"
#include "test.h"

int shim_test_maple_tree(int *run, int *passed);

TEST(maple, own_test)
{
	int run, passed;

	if (IS_ENABLED(SHIM_LONG_MAPLE_TEST))
		kunit_skip(test, "the test of this kernel takes up to a minute");
	/* it takes no locks where it is alone, of which lockdep complains; checks are counted */
	shim_expect_warnings(true);
	ok(shim_test_maple_tree(&run, &passed));
	shim_expect_warnings(false);
	KUNIT_EXPECT_EQ(test, passed, run);
	KUNIT_EXPECT_GT(test, run, 10000);
}

static struct maple_tree tree;

static void store(struct kunit *test, unsigned long at)
{
	ok(mtree_store_range(&tree, at, at + 9, xa_mk_value(at), GFP_NOWAIT));
}

/* Finds the next entry, which is of the ten indices from @at on. */
static void finds(struct kunit *test, struct ma_state *mas, unsigned long at)
{
	KUNIT_EXPECT_PTR_EQ(test, mas_find(mas, ULONG_MAX), xa_mk_value(at));
	KUNIT_EXPECT_EQ(test, mas->index, at);
	KUNIT_EXPECT_EQ(test, mas->last, at + 9);
}

/* Makes a tree of four entries, of which a reader has found the first. */
static void begin_to_read(struct kunit *test, struct ma_state *mas)
{
	unsigned long i;

	mt_init_flags(&tree, MT_FLAGS_USE_RCU);
	for (i = 0; i < 400; i += 100)
		store(test, i);
	rcu_read_lock();
	finds(test, mas, 0);
}

/* It has come to 9 in a node that is none of the tree's any more, and goes on in one that is. */
TEST(maple, reader_goes_on_in_a_tree_that_was_made_anew)
{
	MA_STATE(mas, &tree, 0, 0);

	begin_to_read(test, &mas);
	mtree_destroy(&tree);
	store(test, 150);
	store(test, 250);
	finds(test, &mas, 150);
	finds(test, &mas, 250);
	KUNIT_EXPECT_NULL(test, mas_find(&mas, ULONG_MAX));
	rcu_read_unlock();
	mtree_destroy(&tree);
}

/* The same where entries were only changed. */
TEST(maple, reader_goes_on_in_a_tree_that_was_changed)
{
	MA_STATE(mas, &tree, 0, 0);

	begin_to_read(test, &mas);
	ok(mtree_store_range(&tree, 90, 210, NULL, GFP_NOWAIT));
	store(test, 50);
	finds(test, &mas, 50);
	finds(test, &mas, 300);
	rcu_read_unlock();
	mtree_destroy(&tree);
}
