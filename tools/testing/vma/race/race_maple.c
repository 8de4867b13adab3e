// SPDX-License-Identifier: GPL-2.0
/*
 * Trees of lib/maple_tree.c that two tasks use. Who writes holds the tree's own lock, and drops it
 * where a node has to be allocated that is not there at once; what was found before does not
 * count then. A reader holds nothing, and finds for each index what was there before or after.
 */
#include <linux/maple_tree.h>

#include "race.h"
#include "test.h"

static struct maple_tree tree;

/* Four ranges of ten with one of ninety between each two: 0-9, 100-109, 200-209, 300-309. */
static struct space *four_ranges(struct kunit *test, unsigned int flags)
{
	unsigned long i;

	mt_init_flags(&tree, flags);
	for (i = 0; i < 400; i += 100)
		ok(mtree_store_range(&tree, i, i + 9, xa_mk_value(i), GFP_KERNEL));
	return layout(test, "[w]");
}

/* The first allocation of the two tasks fails, so that the lock is dropped for it. */
static void without_memory_at_once(void)
{
	static bool done;

	if (!xchg(&done, true))
		shim_fail_nth(1, false);
}

static unsigned long next;

/* An index of 1 to 100, as it is given to inodes. */
static void get_index(struct racer *r)
{
	unsigned long index;
	int err;

	without_memory_at_once();
	err = mtree_alloc_cyclic(&tree, &index, xa_mk_value(7), 1, 100, &next, GFP_KERNEL);
	r->ret = err ?: (long)index;
}

#define GETS_INDEX(sp_)	RACER("mtree_alloc_cyclic", get_index, .sp = sp_)

static void expect_both(struct kunit *test, struct racer *one, struct racer *other)
{
	shim_fail_stop();
	KUNIT_EXPECT_GT(test, one->ret, 0L);
	KUNIT_EXPECT_GT(test, other->ret, 0L);
	KUNIT_EXPECT_NE(test, one->ret, other->ret);
	KUNIT_EXPECT_PTR_EQ(test, mtree_load(&tree, one->ret), xa_mk_value(7));
	KUNIT_EXPECT_PTR_EQ(test, mtree_load(&tree, other->ret), xa_mk_value(7));
	mtree_destroy(&tree);
}

RACE(race_maple, two_get_an_index)
{
	struct space *sp = layout(test, "[w]");
	struct racer one = GETS_INDEX(sp), other = GETS_INDEX(sp);

	mt_init_flags(&tree, MT_FLAGS_ALLOC_RANGE);
	next = 1;
	race(test, &one, &other);
	expect_both(test, &one, &other);
}

static void get_range(struct racer *r)
{
	unsigned long start;
	int err;

	without_memory_at_once();
	err = mtree_alloc_range(&tree, &start, xa_mk_value(7), 5, 1, 100, GFP_KERNEL);
	r->ret = err ?: (long)start;
}

RACE(race_maple, two_get_a_range)
{
	struct space *sp = layout(test, "[w]");
	struct racer one = RACER("mtree_alloc_range", get_range, .sp = sp);
	struct racer other = RACER("mtree_alloc_range", get_range, .sp = sp);

	mt_init_flags(&tree, MT_FLAGS_ALLOC_RANGE);
	race(test, &one, &other);
	KUNIT_EXPECT_GE(test, abs(one.ret - other.ret), 5L);
	expect_both(test, &one, &other);
}

/* Stores what it has in ten indices, or erases them where that is nothing. */
static void store(struct racer *r)
{
	MA_STATE(mas, &tree, r->page, r->page + 9);

	without_memory_at_once();
	mas_lock(&mas);
	r->ret = mas_store_gfp(&mas, r->to ? xa_mk_value(r->to) : NULL, GFP_KERNEL);
	mas_unlock(&mas);
}

#define STORES(sp_, at, nr_)	RACER("mas_store_gfp", store, .sp = sp_, .page = at, .to = nr_)

/* What is in these, and nothing in what is between them. */
static void contains(struct kunit *test, unsigned long at, unsigned long nr)
{
	KUNIT_EXPECT_PTR_EQ(test, mtree_load(&tree, at), nr ? xa_mk_value(nr) : NULL);
	KUNIT_EXPECT_PTR_EQ(test, mtree_load(&tree, at + 9), nr ? xa_mk_value(nr) : NULL);
	KUNIT_EXPECT_NULL(test, mtree_load(&tree, at + 10));
	if (at)
		KUNIT_EXPECT_NULL(test, mtree_load(&tree, at - 1));
}

static void store_beside(struct kunit *test, struct racer *one, struct racer *other)
{
	race(test, one, other);
	shim_fail_stop();
	ok(one->ret);
	ok(other->ret);
	contains(test, one->page, one->to);
	contains(test, other->page, other->to);
	KUNIT_EXPECT_PTR_EQ(test, mtree_load(&tree, 9), xa_mk_value(0));
	KUNIT_EXPECT_PTR_EQ(test, mtree_load(&tree, 300), xa_mk_value(300));
	mtree_destroy(&tree);
}

/* The one is where the other makes a gap wider: it stays. */
RACE(race_maple, store_beside_an_erase)
{
	struct space *sp = four_ranges(test, MT_FLAGS_USE_RCU);
	struct racer erase = STORES(sp, 100, 0), one = STORES(sp, 150, 7);

	store_beside(test, &erase, &one);
}

RACE(race_maple, two_erase)
{
	struct space *sp = four_ranges(test, MT_FLAGS_USE_RCU);
	struct racer one = STORES(sp, 100, 0), other = STORES(sp, 200, 0);

	store_beside(test, &one, &other);
}

RACE(race_maple, two_store)
{
	struct space *sp = four_ranges(test, MT_FLAGS_USE_RCU);
	struct racer one = STORES(sp, 150, 7), other = STORES(sp, 170, 8);

	store_beside(test, &one, &other);
}

/* Each entry is found where it was stored, and none twice. */
static void walk(struct racer *r)
{
	MA_STATE(mas, &tree, 0, 0);
	unsigned long last = 0;
	void *entry;

	rcu_read_lock();
	mas_for_each(&mas, entry, ULONG_MAX) {
		if (xa_to_value(entry) != mas.index || mas.last != mas.index + 9 ||
		    (last && mas.index <= last))
			r->ret = -EINVAL;
		last = mas.last;
		pass_turn();
	}
	rcu_read_unlock();
}

static void look_up(struct racer *r)
{
	void *entry = mtree_load(&tree, 205);

	r->ret = entry && entry != xa_mk_value(200) ? -EINVAL : 0;
}

static void destroy(struct racer *r)
{
	mtree_destroy(&tree);
}

RACE(race_maple, look_up_beside_the_end_of_the_tree)
{
	struct space *sp = four_ranges(test, MT_FLAGS_USE_RCU);
	struct racer reader = RACER("look-up", look_up, .sp = sp);
	struct racer end = RACER("mtree_destroy", destroy, .sp = sp);

	race(test, &reader, &end);
	ok(reader.ret);
}

RACE(race_maple, walk_beside_an_erase)
{
	struct space *sp = four_ranges(test, MT_FLAGS_USE_RCU);
	struct racer reader = RACER("walk", walk, .sp = sp), erase = STORES(sp, 100, 0);

	race(test, &reader, &erase);
	shim_fail_stop();
	ok(reader.ret);
	ok(erase.ret);
	mtree_destroy(&tree);
}
