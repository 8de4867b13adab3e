// SPDX-License-Identifier: GPL-2.0
/*
 * Upgrades: fork gives the VMAs that it copies an anon_vma of their own, moves
 * their folios to it, and leaves the child's VMAs lazy. See
 * docs/lazy.md; run in lazy mode only.
 */
#include "internal.h"
#include "test.h"

TEST(lazy_fork, upgrades_the_parent_and_not_the_child, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[WW]"), *child;
	struct anon_vma *before;

	lazy_only(test);
	before = shim_anon_vma(vma_of(parent, 0));
	child = space_fork(parent);
	expect_regular(parent, 0, 1);
	expect_lazy(child, 0, 1);
	KUNIT_EXPECT_PTR_NE(test, folio_anon_vma(folio_of(parent, 0)), before);
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
	ok(write_page(child, 0, 'c'));
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(folio_of(child, 0)), shim_anon_vma(vma_of(child, 0)));
	mapped_at(folio_of(child, 0), at(child, 0));
	mapped_at(folio_of(parent, 0), at(parent, 0));
}

/* The second fork finds the VMA regular, and has no folio to move. */
TEST(lazy_fork, later_forks_share_the_anon_vma)
{
	struct space *parent = layout(test, "[WW]"), *child, *second;
	struct anon_vma *own;

	lazy_only(test);
	child = space_fork(parent);
	own = shim_anon_vma(vma_of(parent, 0));
	second = space_fork(parent);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(parent, 0)), own);
	expect_lazy(second, 0, 1);
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1), at(second, 1));
}

/* Parts of one VMA get one anon_vma again, and merge again. */
TEST(lazy_fork, parts_stay_a_family)
{
	struct space *parent = layout(test, "[WWWWWW]"), *child;

	lazy_only(test);
	ok(protect(parent, 2, 2, PROT_READ));
	child = space_fork(parent);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(parent, 0)), shim_anon_vma(vma_of(parent, 2)));
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(parent, 0)), shim_anon_vma(vma_of(parent, 4)));
	ok(protect(parent, 2, 2, RW));
	expect(parent, "[WWWWWW]");
	expect(child, "[WW][RR][WW]");
	mapped_at(folio_of(parent, 3), at(parent, 3), at(child, 3));
}

/* A gap that is mapped again later is no reason for two anon_vmas. */
TEST(lazy_fork, parts_with_a_gap_between_stay_a_family)
{
	struct space *parent = layout(test, "[WWWWWW]"), *child;

	lazy_only(test);
	ok(unmap(parent, 2, 2));
	child = space_fork(parent);
	ok(map(parent, 2, 2, RW));
	expect(parent, "[WWwwWW]");
	mapped_at(folio_of(parent, 5), at(parent, 5), at(child, 5));
}

/* Other memory has a root, and so a lock, of its own. */
TEST(lazy_fork, families_do_not_share_a_root)
{
	struct space *parent = space_new(test), *child;
	struct file *file = shim_file_create(2);

	ok(map(parent, 0, 2, RW));
	ok(map_file(parent, 2, 2, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(touch(parent, 0, 4, 'x'));
	lazy_only(test);
	child = space_fork(parent);
	KUNIT_EXPECT_PTR_NE(test, shim_av_root(shim_anon_vma(vma_of(parent, 0))),
			    shim_av_root(shim_anon_vma(vma_of(parent, 2))));
	mapped_at(folio_of(parent, 2), at(parent, 2), at(child, 2));
}

/* A VMA that the child does not get is not upgraded. */
TEST(lazy_fork, dontfork_stays_lazy_and_joins_later, NOT_POSTED(begins_with_a_merge))
{
	struct space *parent = layout(test, "[WWWWWW]"), *child;

	lazy_only(test);
	ok(advise(parent, 2, 2, MADV_DONTFORK));
	child = space_fork(parent);
	expect_regular(parent, 0, 1);
	if (!IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		expect_lazy(parent, 2, 0);
	ok(advise(parent, 2, 2, MADV_DOFORK));
	expect(parent, "[WWWWWW]");
	expect_regular(parent, 0, 1);
	mapped_at(folio_of(parent, 2), at(parent, 2));
	mapped_at(folio_of(parent, 5), at(parent, 5), at(child, 5));
}

/* The child has the offsets of a moved VMA, and a link of its own for them. */
TEST(lazy_fork, of_a_moved_vma)
{
	struct space *parent = layout(test, "[WW]"), *child;

	lazy_only(test);
	ok(move(parent, 0, 2, 100));
	child = space_fork(parent);
	expect_regular(parent, 100, 1);
	expect_lazy(child, 100, 2);
	mapped_at(folio_of(child, 100), at(parent, 100), at(child, 100));
	ok(write_page(child, 101, 'c'));
	mapped_at(folio_of(child, 101), at(child, 101));
}

/* Unfaulted in the child, and yet with the offsets of a moved VMA. */
TEST(lazy_fork, wipeonfork_of_a_moved_vma)
{
	struct space *parent = layout(test, "[WW]"), *child;

	lazy_only(test);
	ok(move(parent, 0, 2, 100));
	ok(advise(parent, 100, 2, MADV_WIPEONFORK));
	child = space_fork(parent);
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(child, 100)));
	ok(write_page(child, 100, 'c'));
	expect_lazy(child, 100, 1);
	mapped_at(folio_of(child, 100), at(child, 100));
}

/* A lazy child's VMAs may split, and each part is found by what it inherited. */
TEST(lazy_fork, child_splits_merges_and_forks_again, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[WWWW]"), *child, *grandchild;

	lazy_only(test);
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	ok(protect(child, 2, 2, PROT_READ));
	expect_lazy(child, 0, 1);
	expect_lazy(child, 2, 1);
	mapped_at(folio_of(parent, 3), at(parent, 3), at(child, 3));
	grandchild = space_fork(child);
	expect_regular(child, 0, 2);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(child, 0)), shim_anon_vma(vma_of(child, 2)));
	expect_lazy(grandchild, 0, 2);
	ok(protect(child, 2, 2, RW));
	expect(child, "[WWWW]");
	space_exit(parent);
	mapped_at(folio_of(child, 1), at(child, 1), at(grandchild, 1));
	mapped_at(folio_of(child, 3), at(child, 3), at(grandchild, 3));
}

/* The one anon_vma says nothing: the halves inherited different ones. */
TEST(lazy_fork, child_does_not_merge_what_has_other_relatives, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[WW]"), *child;

	lazy_only(test);
	child = space_fork(parent);
	ok(map(child, 2, 2, RW | PROT_EXEC));
	ok(touch(child, 2, 2, 'n'));
	KUNIT_ASSERT_PTR_EQ(test, shim_anon_vma(vma_of(child, 0)), shim_anon_vma(vma_of(child, 2)));
	ok(protect(child, 2, 2, RW));
	expect(child, "[WW][WW]");
	ok(write_page(parent, 0, 'p'));
	mapped_at(folio_of(child, 0), at(child, 0));
	mapped_at(folio_of(child, 3), at(child, 3));
}

/* Many children of one that exits: the abandoned anon_vma is not for one of them. */
TEST(lazy_fork, abandoned_by_many_it_is_not_reused)
{
	struct space *parent = layout(test, "[WW]"), *child, *other, *grandchild;
	struct anon_vma *own;

	lazy_only(test);
	child = space_fork(parent);
	other = space_fork(parent);
	own = shim_anon_vma(vma_of(parent, 0));
	space_exit(parent);
	grandchild = space_fork(child);
	KUNIT_EXPECT_PTR_NE(test, shim_anon_vma(vma_of(child, 0)), own);
	expect_regular(child, 0, 2);
	mapped_at(folio_of(other, 0), at(child, 0), at(other, 0), at(grandchild, 0));
}

/* The switch is flipped between operations: both kinds live in one mm. */
TEST(lazy_fork, both_kinds_in_one_mm)
{
	struct space *sp = layout(test, "[WW]"), *child;

	lazy_only(test);
	shim_set_lazy(false);
	ok(map(sp, 10, 2, RW));
	ok(touch(sp, 10, 2, 'e'));
	expect_lazy(sp, 0, 0);
	expect_regular(sp, 10, 1);
	child = space_fork(sp);
	expect_regular(sp, 0, 1);
	expect_regular(child, 0, 2);
	shim_set_lazy(true);
	ok(map(sp, 20, 2, RW));
	ok(touch(sp, 20, 2, 'l'));
	mapped_at(folio_of(sp, 0), at(sp, 0), at(child, 0));
	mapped_at(folio_of(sp, 20), at(sp, 20));
	mapped_at(folio_of(child, 10), at(sp, 10), at(child, 10));
}

/*
* The file that is mapped between the parts when they are upgraded would have to be
 * unmapped for them to become one, so they are two families: the one merge that
 * eager mode has and lazy mode has not, see docs/lazy.md.
 */
TEST(lazy_fork, parts_with_a_file_between_become_two_families)
{
	struct space *parent = layout(test, "[WWWWWW]"), *child;
	struct file *file = shim_file_create(2);

	ok(map_file(parent, 2, 2, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	child = space_fork(parent);
	ok(map(parent, 2, 2, RW));
	expect(parent, shim_lazy() ? "[WWww][WW]" : "[WWwwWW]");
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
	mapped_at(folio_of(parent, 5), at(parent, 5), at(child, 5));
}

/* Without a fork in between they merge in either mode. */
TEST(lazy_fork, parts_with_a_file_between_merge_before_a_fork)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct file *file = shim_file_create(2);

	ok(map_file(sp, 2, 2, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(map(sp, 2, 2, RW));
	expect(sp, "[WWwwWW]");
}

/* Unfaulted memory of other flags between them is no reason for two families. */
TEST(lazy_fork, parts_with_unfaulted_memory_between_stay_a_family)
{
	struct space *parent = layout(test, "[WWWWWW]"), *child;

	ok(map(parent, 2, 2, PROT_NONE));
	child = space_fork(parent);
	ok(protect(parent, 2, 2, RW));
	expect(parent, "[WWwwWW]");
	mapped_at(folio_of(parent, 5), at(parent, 5), at(child, 5));
}

/* Each generation upgrades what the one before has left behind, so links do not add up. */
TEST(lazy_fork, line_of_descent_does_not_grow, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[WW]"), *child;
	int generation;

	lazy_only(test);
	for (generation = 0; generation < 6; generation++) {
		child = space_fork(sp);
		space_exit(sp);
		ok(write_page(child, 0, 'a' + generation));
		sp = child;
	}
	KUNIT_EXPECT_LE(test, nr_chains(vma_of(sp, 0)), 2U);
	ok(look(sp, 0, 2));
}

/* Mapped again, a page that the child has for itself is still its own. */
TEST(lazy_fork, page_of_the_child_alone_is_migrated, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;

	lazy_only(test);
	parent = layout(test, "[WW]");
	child = space_fork(parent);
	ok(write_page(child, 0, 'c'));
	ok(migrate(child, 0, 2));
	mapped_at(folio_of(child, 0), at(child, 0));
	mapped_at(folio_of(child, 1), at(parent, 1), at(child, 1));
	ok(look(child, 0, 2));
}

/* What it is moved beside is regular meanwhile: the merge takes it along. */
TEST(lazy_fork, moved_back_beside_a_regular_vma, NOT_POSTED(begins_with_a_merge))
{
	struct space *sp = layout(test, "[WWWWWW]"), *child;

	lazy_only(test);
	ok(move(sp, 3, 3, 100));
	ok(advise(sp, 100, 3, MADV_DONTFORK));
	child = space_fork(sp);
	expect_regular(sp, 0, 1);
	expect_lazy(sp, 100, 1);
	ok(advise(sp, 100, 3, MADV_DOFORK));
	ok(move(sp, 100, 3, 3));
	expect(sp, "[WWWWWW]");
	expect_regular(sp, 0, 1);
	mapped_at(folio_of(sp, 4), at(sp, 4));
	mapped_at(folio_of(sp, 1), at(sp, 1), at(child, 1));
}

/* Growth in place fills the gap between a part that fork() made regular and one it did not. */
static void grow_between(struct kunit *test, int advice_of_the_left, int advice_of_the_right)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(unmap(sp, 2, 2));
	ok(advise(sp, 0, 2, advice_of_the_left));
	ok(advise(sp, 4, 2, advice_of_the_right));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	ok(advise(sp, 0, 2, MADV_DOFORK));
	ok(advise(sp, 4, 2, MADV_DOFORK));
	ok(resize(sp, 0, 2, 4));
	expect(sp, "[WWwwWW]");
	ok(touch(sp, 2, 2, 'g'));
	mapped_at(folio_of(sp, 2), at(sp, 2));
}

TEST(lazy_fork, growth_of_a_lazy_vma_meets_a_regular_one, NOT_POSTED(begins_with_a_merge))
{
	grow_between(test, MADV_DONTFORK, MADV_DOFORK);
}

TEST(lazy_fork, growth_of_a_regular_vma_meets_a_lazy_one, NOT_POSTED(begins_with_a_merge))
{
	grow_between(test, MADV_DOFORK, MADV_DONTFORK);
}

TEST(lazy_fork, mapping_between_a_lazy_vma_and_a_regular_one, NOT_POSTED(begins_with_a_merge))
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(unmap(sp, 2, 2));
	ok(advise(sp, 0, 2, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	ok(advise(sp, 0, 2, MADV_DOFORK));
	ok(map(sp, 2, 2, RW));
	expect(sp, "[WWwwWW]");
}
