// SPDX-License-Identifier: GPL-2.0
/*
* Counters of the shared anon_vma, and the oracle's verdict on wrong ones. Run in
 * lazy mode only.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include "internal.h"
#include "oracle_self.h"
#include "test.h"

static unsigned long links(void)
{
	return shim_slab_objects("anon_vma_chain");
}

/* Each VMA that is on it counts, and each new part. */
TEST(lazy_count, split_counts_one_more_and_merge_one_less, NOT_POSTED(reads_anon_vma))
{
	struct anon_vma *shared;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WWWWWW]");
	shared = shim_anon_vma(vma_of(sp, 0));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shared), 1UL);
	ok(protect(sp, 2, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shared), 3UL);
	ok(protect(sp, 2, 2, RW));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shared), 1UL);
	ok(unmap(sp, 0, 6));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shared), 0UL);
}

/* It outlives its last VMA, for the next one. */
TEST(lazy_count, shared_one_waits_for_the_next_fault, NOT_POSTED(reads_anon_vma))
{
	struct anon_vma *shared;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW]");
	shared = shim_anon_vma(vma_of(sp, 0));
	ok(unmap(sp, 0, 2));
	ok(map(sp, 10, 2, RW));
	ok(touch(sp, 10, 2, 'n'));
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 10)), shared);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shared), 1UL);
}

TEST(lazy_count, fork_takes_the_parent_off_the_shared_one, NOT_POSTED(reads_anon_vma))
{
	struct anon_vma *shared, *own;
	struct space *sp, *child;

	lazy_only(test);
	sp = layout(test, "[WW]");
	shared = shim_anon_vma(vma_of(sp, 0));
	child = space_fork(sp);
	own = shim_anon_vma(vma_of(sp, 0));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shared), 0UL);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(own), 1UL);
	/* a lazy child is none of its children: only itself, as of every root */
	KUNIT_EXPECT_EQ(test, shim_num_children(own), 1UL);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(child, 0))), 1UL);
}

TEST(lazy_count, merge_with_unfaulted_memory_takes_no_link, NOT_POSTED(begins_with_a_merge))
{
	unsigned long before;
	struct space *sp;

	lazy_only(test);
	before = links();
	sp = layout(test, "[WW]..[WW]");
	ok(map(sp, 2, 2, PROT_READ));
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WWwwWW]");
	expect_lazy(sp, 0, 0);
	KUNIT_EXPECT_EQ(test, links(), before);
}

/* One link for as long as it is away, and one for each link that a child inherits. */
TEST(lazy_count, links_are_of_moved_and_inherited_ones)
{
	unsigned long before;
	struct space *sp;

	lazy_only(test);
	before = links();
	sp = layout(test, "[WW].[WW].[WW]");
	KUNIT_EXPECT_EQ(test, links(), before);
	ok(move(sp, 0, 2, 100));
	KUNIT_EXPECT_EQ(test, links(), before + 1);
	ok(move(sp, 100, 2, 0));
	KUNIT_EXPECT_EQ(test, links(), before);
	space_fork(sp);
	/* two families have three links in each, as in the parent */
	KUNIT_EXPECT_EQ(test, links(), before + 6);
}

struct upgrades {
	unsigned long fork, ksm, merge, move;
};

/* The events that were counted since the last call. */
static struct upgrades upgrades(void)
{
	static struct upgrades last;
	const struct upgrades now = {
		shim_vm_events("anon_vma_upgrade_fork"),
		shim_vm_events("anon_vma_upgrade_ksm"),
		shim_vm_events("anon_vma_upgrade_merge"),
		shim_vm_events("anon_vma_upgrade_move"),
	};
	const struct upgrades since = {
		now.fork - last.fork, now.ksm - last.ksm, now.merge - last.merge,
		now.move - last.move,
	};

	last = now;
	return since;
}

/* [WW].[WW] -> fork, fork: two VMAs are upgraded by the first, none by the second */
TEST(lazy_count, upgrades_by_fork, NOT_POSTED(reads_anon_vma))
{
	struct upgrades nr;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW].[WW]");
	upgrades();
	space_fork(sp);
	nr = upgrades();
	KUNIT_EXPECT_EQ(test, nr.fork, 2UL);
	space_fork(sp);
	nr = upgrades();
	KUNIT_EXPECT_EQ(test, nr.fork + nr.ksm + nr.merge + nr.move, 0UL);
}

/* [WW][WW], one half not copied by a fork -> the flag goes: it joins the other half */
TEST(lazy_count, upgrades_by_a_merge, NOT_POSTED(reads_anon_vma))
{
	struct upgrades nr;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	ok(advise(sp, 2, 2, MADV_DONTFORK));
	space_fork(sp);
	upgrades();
	ok(advise(sp, 2, 2, MADV_DOFORK));
	expect(sp, "[WWWW]");
	nr = upgrades();
	KUNIT_EXPECT_EQ(test, nr.merge, 1UL);
	KUNIT_EXPECT_EQ(test, nr.fork + nr.ksm + nr.move, 0UL);
}

/* [WW] -> moved away, twice: the second has the offsets that the first has taken along */
TEST(lazy_count, upgrades_by_a_move, NOT_POSTED(reads_anon_vma))
{
	struct upgrades nr;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW]");
	upgrades();
	ok(move(sp, 0, 2, 100));
	nr = upgrades();
	KUNIT_EXPECT_EQ(test, nr.move, 0UL);
	ok(map(sp, 0, 2, RW));
	ok(touch(sp, 0, 2, 'm'));
	ok(move(sp, 0, 2, 200));
	nr = upgrades();
	KUNIT_EXPECT_EQ(test, nr.move, 1UL);
	KUNIT_EXPECT_EQ(test, nr.fork + nr.ksm + nr.merge, 0UL);
	expect_lazy(sp, 100, 1);
	expect_regular(sp, 200, 1);
}

/* [WW].[WW] -> madvise of the first */
TEST(lazy_count, upgrades_by_ksm, NOT_POSTED(reads_anon_vma), NEEDS(CONFIG_KSM))
{
	struct upgrades nr;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW].[WW]");
	upgrades();
	ok(advise(sp, 0, 2, MADV_MERGEABLE));
	nr = upgrades();
	KUNIT_EXPECT_EQ(test, nr.ksm, 1UL);
	KUNIT_EXPECT_EQ(test, nr.fork + nr.merge + nr.move, 0UL);
}

#if defined(CONFIG_ANON_VMA_LAZY) && !defined(CONFIG_VMA_REF)
TEST(lazy_count, oracle_sees_num_active_vmas)
{
	struct anon_vma *shared;

	lazy_only(test);
	shared = shim_anon_vma(vma_of(layout(test, "[WW]"), 0));
	lie(shim_num_active_vmas(shared)++, shim_num_active_vmas(shared)--,
	    "num_active_vmas of the anon_vma");
}

TEST(lazy_count, oracle_sees_num_children_and_references)
{
	struct anon_vma *shared;

	lazy_only(test);
	shared = shim_anon_vma(vma_of(layout(test, "[WW]"), 0));
	lie(shim_num_children(shared)++, shim_num_children(shared)--, "num_children of the anon_vma");
	lie(atomic_inc(&shim_av_refcount(shared)), atomic_dec(&shim_av_refcount(shared)),
	    "refcount of the anon_vma");
}

TEST(lazy_count, oracle_sees_whose_the_shared_one_is)
{
	struct space *one, *other;
	struct vm_area_struct *vma;
	struct anon_vma *own;

	lazy_only(test);
	one = layout(test, "[WW]");
	other = layout(test, "[WW]");
	vma = vma_of(one, 0);
	own = shim_anon_vma(vma);
	lie(shim_anon_vma(vma) = shim_anon_vma(vma_of(other, 0)), shim_anon_vma(vma) = own,
	    "has the shared anon_vma of another mm");
	lie(shim_lazy_mm(own) = other->mm, shim_lazy_mm(own) = one->mm,
	    "the shared anon_vma is that of another mm");
}

TEST(lazy_count, oracle_sees_that_walks_are_kept_from_the_maple_tree)
{
	struct anon_vma *shared;

	lazy_only(test);
	shared = shim_anon_vma(vma_of(layout(test, "[WW]"), 0));
	lie(shim_lazy_walk(shared) = false, shim_lazy_walk(shared) = true,
	    "walks may not use the maple tree");
}

TEST(lazy_count, oracle_sees_a_moved_vma_without_its_link)
{
	struct anon_vma_chain *avc;
	struct vm_area_struct *vma;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW]");
	ok(move(sp, 0, 2, 100));
	vma = vma_of(sp, 100);
	avc = list_first_entry(&shim_anon_vma_chain(vma), struct anon_vma_chain, same_vma);
	lie(list_del(&avc->same_vma), list_add(&avc->same_vma, &shim_anon_vma_chain(vma)),
	    "is not in place, and not entered");
}

TEST(lazy_count, oracle_sees_a_link_that_is_not_in_the_tree)
{
	struct anon_vma_chain *avc;
	struct vm_area_struct *vma;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW]");
	ok(move(sp, 0, 2, 100));
	vma = vma_of(sp, 100);
	avc = list_first_entry(&shim_anon_vma_chain(vma), struct anon_vma_chain, same_vma);
	lie(anon_rmap_tree_remove(avc, shim_anon_vma(vma)), anon_rmap_tree_insert(avc, shim_anon_vma(vma)),
	    "its links and the tree disagree");
}

TEST(lazy_count, oracle_sees_a_shared_link_that_is_not_the_first)
{
	struct vm_area_struct *vma;
	struct list_head *chain;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW]");
	ok(move(sp, 0, 2, 100));
	vma = vma_of(space_fork(sp), 100);
	chain = &shim_anon_vma_chain(vma);
	lie(list_rotate_left(chain), list_rotate_left(chain),
	    "the link to the shared anon_vma is not the first");
}

TEST(lazy_count, oracle_sees_a_folio_on_the_anon_vma_of_another_mm)
{
	struct space *one, *other;
	struct folio *folio;
	void *own;

	lazy_only(test);
	one = layout(test, "[WW]");
	other = layout(test, "[WW]");
	folio = folio_of(one, 0);
	own = shim_folio_mapping(folio);
	lie(shim_folio_mapping(folio) = shim_folio_mapping(folio_of(other, 0)), shim_folio_mapping(folio) = own,
	    "rmap_walk() misses address 10000000");
}
#else
#define NO_SERIES "the subject has no lazy mode; make LAZY=1"
ABSENT(lazy_count, oracle_sees_num_active_vmas, NO_SERIES)
ABSENT(lazy_count, oracle_sees_num_children_and_references, NO_SERIES)
ABSENT(lazy_count, oracle_sees_whose_the_shared_one_is, NO_SERIES)
ABSENT(lazy_count, oracle_sees_that_walks_are_kept_from_the_maple_tree, NO_SERIES)
ABSENT(lazy_count, oracle_sees_a_moved_vma_without_its_link, NO_SERIES)
ABSENT(lazy_count, oracle_sees_a_link_that_is_not_in_the_tree, NO_SERIES)
ABSENT(lazy_count, oracle_sees_a_shared_link_that_is_not_the_first, NO_SERIES)
ABSENT(lazy_count, oracle_sees_a_folio_on_the_anon_vma_of_another_mm, NO_SERIES)
#endif

/* Each case that is skipped in lazy mode has another in its place. */
TEST(lazy_count, cases_of_eager_mode_have_a_counterpart)
{
	lazy_only(test);
	KUNIT_EXPECT_STREQ(test, mode_lacks() ?: "nothing", "nothing");
}
