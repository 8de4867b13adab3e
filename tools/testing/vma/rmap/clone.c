// SPDX-License-Identifier: GPL-2.0
/*
 * anon_vma_clone(): the links of one VMA for another, for a split, a move, a
 * merge and a fork; and what remains when one of its allocations fails.
 */
#include "internal.h"
#include "test.h"

/* A layout of the parent that child and grandchild have unchanged: chains of 3. */
static void three_generations(struct kunit *test, const char *text, struct space **gen)
{
	gen[0] = layout(test, text);
	gen[1] = space_fork(gen[0]);
	gen[2] = space_fork(gen[1]);
	KUNIT_ASSERT_EQ(test, nr_chains(vma_of(gen[2], 0)), 3U);
}

static unsigned long nr_avcs(void)
{
	rcu_barrier();
	return shim_slab_objects("anon_vma_chain");
}

/* fork() may take over what has no active VMA: a split makes two of one. */
TEST(clone, for_a_split_counts_an_active_vma,
     NOT_LAZY(own_anon_vma, "lazy_count.split_counts_one_more_and_merge_one_less"))
{
	struct space *gen[3];
	struct anon_vma *own;

	three_generations(test, "[WWWW]", gen);
	own = shim_anon_vma(vma_of(gen[2], 0));
	ok(protect(gen[2], 2, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(own), 2UL);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_av_parent(own)), 1UL);
	ok(unmap(gen[2], 0, 2));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(own), 1UL);
	mapped_at(folio_of(gen[2], 3), at(gen[0], 3), at(gen[1], 3), at(gen[2], 3));
}

TEST(clone, for_a_move_counts_an_active_vma, NOT_POSTED(reads_anon_vma))
{
	struct space *gen[3];
	struct anon_vma *own;

	three_generations(test, "[WWWW]", gen);
	own = shim_anon_vma(vma_of(gen[2], 0));
	ok(move(gen[2], 2, 2, 10));
	expect(gen[2], "[WW]........[WW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(own), 2UL);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(gen[2], 10)), 3U);
	mapped_at(folio_of(gen[2], 11), at(gen[0], 3), at(gen[1], 3), at(gen[2], 11));
}

/* One link for the parent's chain each, and one of its own. */
TEST(clone, for_a_fork_does_not_make_the_parent_more_active,
     NOT_LAZY(own_anon_vma, "lazy_count.fork_takes_the_parent_off_the_shared_one"))
{
	struct space *gen[3];

	three_generations(test, "[WW]", gen);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(gen[0], 0))), 1UL);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(gen[1], 0))), 1UL);
	KUNIT_EXPECT_EQ(test, nr_avcs(), 6UL);
}

/* [ww]..[WW]: the unfaulted VMA lives on with the links of the one that goes. */
TEST(clone, for_a_merge_leaves_the_count_as_it_was,
     NOT_LAZY(own_anon_vma, "lazy_count.split_counts_one_more_and_merge_one_less"))
{
	struct space *sp = layout(test, "[ww]..[WW]");
	struct anon_vma *own = shim_anon_vma(vma_of(sp, 4));

	ok(map(sp, 2, 2, RW));
	expect(sp, "[wwwwWW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(own), 1UL);
	KUNIT_EXPECT_EQ(test, nr_avcs(), 1UL);
	mapped_at(folio_of(sp, 5), at(sp, 5));
}

/* [WWWW]: of three entries the first, second or third cannot be had. */
TEST(clone, for_a_split_fails_at_any_entry, NOT_POSTED(counts))
{
	unsigned long nth = 0, seen, before, failed = 0;
	struct space *gen[3];
	int err;

	three_generations(test, "[WWWW]", gen);
	before = nr_avcs();
	do {
		shim_fail_nth(++nth, true);	/* some try again */
		err = protect(gen[2], 2, 2, PROT_READ);
		seen = shim_fail_stop();
		if (err) {
			fails(err, -ENOMEM);
			expect(gen[2], "[WWWW]");
			KUNIT_EXPECT_EQ(test, nr_avcs(), before);
			KUNIT_EXPECT_EQ(test, nr_chains(vma_of(gen[2], 0)), 3U);
			failed++;
		} else {
			ok(protect(gen[2], 2, 2, RW));
		}
		mapped_at(folio_of(gen[2], 3), at(gen[0], 3), at(gen[1], 3), at(gen[2], 3));
	} while (seen >= nth);
	/* the VMA and three entries at least */
	KUNIT_EXPECT_GE(test, failed, 4UL);
}

TEST(clone, for_a_move_fails_at_any_entry, NOT_POSTED(counts))
{
	unsigned long nth = 0, seen, before, failed = 0;
	struct space *gen[3];
	int err;

	three_generations(test, "[WW]", gen);
	before = nr_avcs();
	do {
		shim_fail_nth(++nth, false);
		err = move(gen[2], 0, 2, 10);
		seen = shim_fail_stop();
		if (err) {
			fails(err, -ENOMEM);
			expect(gen[2], "[WW]");
			failed++;
		} else {
			ok(move(gen[2], 10, 2, 0));
		}
		KUNIT_EXPECT_EQ(test, nr_avcs(), before);
		mapped_at(folio_of(gen[2], 1), at(gen[0], 1), at(gen[1], 1), at(gen[2], 1));
	} while (seen >= nth);
	/* older trees try an entry again */
	KUNIT_EXPECT_GE(test, failed, IS_ENABLED(SHIM_CLONE_TRIES_AGAIN) ? 1UL : 3UL);
}

/* The parent's tree has no trace of the child that was not born. */
TEST(clone, for_a_fork_fails_at_any_entry,
     NOT_LAZY(own_anon_vma, "lazy_upgrade.fails_whole_at_every_allocation"))
{
	unsigned long nth = 0, seen, before, failed = 0;
	struct space *gen[3], *child;
	struct anon_vma *own;

	three_generations(test, "[WW]", gen);
	own = shim_anon_vma(vma_of(gen[2], 0));
	before = nr_avcs();
	do {
		shim_fail_nth(++nth, false);
		child = space_fork(gen[2]);
		seen = shim_fail_stop();
		if (child)
			space_exit(child);
		else
			failed++;
		oracle(test);
		KUNIT_EXPECT_EQ(test, nr_avcs(), before);
		KUNIT_EXPECT_EQ(test, shim_num_children(own), 0UL);
		mapped_at(folio_of(gen[2], 0), at(gen[0], 0), at(gen[1], 0), at(gen[2], 0));
	} while (seen >= nth);
	KUNIT_EXPECT_GE(test, failed, 7UL);
}

/*
 * [ww]..[WW], and a mapping between the two. The merge is given up when the
 * entry cannot be had; the new mapping is then made without it, and what had no
 * anon_vma has none still.
 */
TEST(clone, for_a_merge_fails_and_leaves_the_vma_unfaulted,
     NOT_LAZY(own_anon_vma, "lazy_count.merge_with_unfaulted_memory_takes_no_link"))
{
	unsigned long nth = 0, seen, apart = 0;
	struct space *sp;
	int err;

	do {
		sp = layout(test, "[ww]..[WW]");
		shim_fail_nth(++nth, false);
		err = map(sp, 2, 2, RW);
		seen = shim_fail_stop();
		if (err) {
			fails(err, -ENOMEM);
			expect(sp, "[ww]..[WW]");
		} else if (vma_of(sp, 0) != vma_of(sp, 4)) {
			expect(sp, "[ww][ww][WW]");
			apart++;
		}
		if (vma_of(sp, 0) != vma_of(sp, 4)) {
			KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
			KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 4))), 1UL);
			KUNIT_EXPECT_EQ(test, nr_avcs(), 1UL);
		}
		mapped_at(folio_of(sp, 4), at(sp, 4));
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, apart + nth, 2UL);
}

/* [ww][WW], the left may be executed: mprotect() makes one of them, or nothing. */
TEST(clone, for_a_merge_by_mprotect_fails_whole,
     NOT_LAZY(own_anon_vma, "lazy_upgrade.for_a_merge_fails_whole_at_every_allocation"))
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	if (unfaulted_alone())
		kunit_skip(test, "faulted memory merges with no unfaulted neighbour here");
	do {
		sp = layout(test, "..[WW]");
		ok(map(sp, 0, 2, RW | PROT_EXEC));
		shim_fail_nth(++nth, false);
		err = protect(sp, 2, 2, RW | PROT_EXEC);
		seen = shim_fail_stop();
		expect(sp, err ? "[ww][WW]" : "[wwWW]");
		if (err) {
			fails(err, -ENOMEM);
			KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
			failed++;
		}
		KUNIT_EXPECT_EQ(test, nr_avcs(), 1UL);
		mapped_at(folio_of(sp, 2), at(sp, 2));
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
}

/* Does each link of a chain lead to the next older generation's anon_vma? */
static bool newest_first(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma)
		if (!list_is_last(&avc->same_vma, &shim_anon_vma_chain(vma)) &&
		    list_next_entry(avc, same_vma)->anon_vma != shim_av_parent(avc->anon_vma))
			return false;
	return true;
}

/* The order is as unlink_anon_vmas() documents it, "newest to oldest" (docs/results/findings.md, 5). */
TEST(clone, keeps_the_order_of_the_chain,
     NOT_LAZY(own_anon_vma, "lazy_count.oracle_sees_a_shared_link_that_is_not_the_first"))
{
	struct space *gen[3];

	three_generations(test, "[WWWW]", gen);
	KUNIT_EXPECT_TRUE(test, newest_first(vma_of(gen[1], 0)));
	if (!newest_first(vma_of(gen[2], 0)))
		known_bug(SHIM_BUG_CHAIN_REVERSED, 5);
	KUNIT_EXPECT_TRUE(test, newest_first(vma_of(gen[2], 0)));
	ok(protect(gen[2], 2, 2, PROT_READ));
	KUNIT_EXPECT_TRUE(test, newest_first(vma_of(gen[2], 0)));
	KUNIT_EXPECT_TRUE(test, newest_first(vma_of(gen[2], 2)));
	ok(move(gen[2], 0, 2, 10));
	KUNIT_EXPECT_TRUE(test, newest_first(vma_of(gen[2], 10)));
}
