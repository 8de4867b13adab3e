// SPDX-License-Identifier: GPL-2.0
/*
 * Walks of the shared anon_vma while VMAs come and go: what leaves is found until
 * it is unmapped, and what shares nothing but an address is not. Run in lazy mode
 * only.
 */
#include "attr.h"
#include "internal.h"
#include "notify.h"
#include "test.h"

/* In how many places a walk finds a folio, asked in the middle of an operation. */
struct asked {
	struct folio *folio;
	int places;
};

static void ask(void *data)
{
	struct asked *a = data;
	struct place places[4];

	a->places = rmap_places(a->folio, places, ARRAY_SIZE(places));
}

/* The maple tree does not have it any more, its page tables still do. */
TEST(lazy_walk, finds_what_munmap_has_not_zapped_yet, NEEDS(CONFIG_MMU_NOTIFIER))
{
	struct space *sp;
	struct notify n;
	struct asked a;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	a.folio = folio_of(sp, 2);
	oracle_pause(test);
	notify_begin(&n, sp, ask, &a);
	ok(unmap(sp, 1, 2));
	notify_end(&n);
	oracle_resume(test);
	KUNIT_EXPECT_EQ(test, a.places, 1);
}

/* It is in both places where a walk looks, and found in one. */
TEST(lazy_walk, finds_once_what_a_mapping_replaces, NEEDS(CONFIG_MMU_NOTIFIER))
{
	struct space *sp;
	struct notify n;
	struct asked a;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	a.folio = folio_of(sp, 2);
	oracle_pause(test);
	notify_begin(&n, sp, ask, &a);
	ok(map(sp, 1, 2, PROT_READ));
	notify_end(&n);
	oracle_resume(test);
	KUNIT_EXPECT_EQ(test, a.places, 1);
	expect(sp, "[W][rr][W]");
}

/* [WW][RR]sealed: the first is about to leave when the second turns out to be sealed. */
TEST(lazy_walk, munmap_that_fails_takes_its_links_back)
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	ok(protect(sp, 2, 2, PROT_READ));
	ok(seal(sp, 2, 2));
	fails(unmap(sp, 0, 4), -EPERM);
	expect(sp, "[WW][RR]");
	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 2, 0);
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

/* A moved one needs its link, whoever fails. */
TEST(lazy_walk, munmap_that_fails_leaves_the_link_of_what_was_moved)
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[WW].[WW]");
	ok(move(sp, 0, 2, 8));
	ok(move(sp, 3, 2, 10));
	ok(seal(sp, 10, 2));
	fails(unmap(sp, 8, 4), -EPERM);
	expect_lazy(sp, 8, 1);
	expect_lazy(sp, 10, 1);
	mapped_at(folio_of(sp, 9), at(sp, 9));
	mapped_at(folio_of(sp, 10), at(sp, 10));
}

/* VMAs are freed and made anew at once, in two spaces; folios name neither. */
TEST(lazy_walk, finds_pages_of_a_vma_that_was_merged_away)
{
	struct space *sp, *other;
	struct folio *folio;

	lazy_only(test);
	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	sp = layout(test, "[WWWW]");
	folio = folio_of(sp, 3);
	ok(protect(sp, 2, 2, PROT_READ));
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WWWW]");
	other = layout(test, "[WWWW]");
	mapped_at(folio, at(sp, 3));
	mapped_at(folio_of(other, 3), at(other, 3));
	space_exit(other);
	mapped_at(folio, at(sp, 3));
}

/* Other memory of other VMAs at the offsets of one that was moved away, and back. */
TEST(lazy_walk, finds_the_right_one_of_two_with_equal_offsets)
{
	struct space *sp;
	struct folio *moved, *stays;

	lazy_only(test);
	sp = layout(test, "[WWWW]");
	ok(move(sp, 0, 2, 20));
	moved = folio_of(sp, 21);
	ok(map(sp, 0, 2, RW));
	ok(touch(sp, 0, 2, 's'));
	stays = folio_of(sp, 1);
	KUNIT_EXPECT_EQ(test, shim_folio_index(moved), shim_folio_index(stays));
	mapped_at(moved, at(sp, 21));
	mapped_at(stays, at(sp, 1));
	ok(move(sp, 20, 2, 0));
	mapped_at(moved, at(sp, 1));
}

/* Each half of a huge page is in another VMA, one of them elsewhere. */
TEST(lazy_walk, finds_a_large_folio_in_all_its_vmas, NOT_POSTED(is_lazy_elsewhere),
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	ok(unmap(sp, 2, 508));
	ok(protect(sp, 1, 1, PROT_READ));
	ok(move(sp, 511, 1, 600));
	mapped_at(folio, at(sp, 0), at(sp, 1), at(sp, 510), at(sp, 600));
	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 600, 1);
	ok(split_huge(sp, 0));
	mapped_at(folio_of(sp, 1), at(sp, 1));
	mapped_at(folio_of(sp, 600), at(sp, 600));
}

/* The tag of a folio's mapping is what it always was, for those who read it raw. */
TEST(lazy_walk, tag_of_the_mapping_is_that_of_any_anonymous_folio, NOT_POSTED(reads_anon_vma))
{
	struct space *sp, *child;
	unsigned long mapping;

	lazy_only(test);
	sp = layout(test, "[WW]");
	mapping = (unsigned long)shim_folio_mapping(folio_of(sp, 0));
	KUNIT_EXPECT_EQ(test, mapping, (unsigned long)shim_anon_vma(vma_of(sp, 0)) + 1);
	child = space_fork(sp);
	ok(write_page(child, 0, 'c'));
	mapping = (unsigned long)shim_folio_mapping(folio_of(child, 0));
	KUNIT_EXPECT_EQ(test, mapping, (unsigned long)shim_anon_vma(vma_of(child, 0)) + 1);
	mapping = (unsigned long)shim_folio_mapping(folio_of(sp, 0));
	KUNIT_EXPECT_EQ(test, mapping, (unsigned long)shim_anon_vma(vma_of(sp, 0)) + 1);
}

/* A shared swap entry comes back on what both can be found by, whoever is first. */
TEST(lazy_walk, finds_what_was_swapped_in_after_a_fork, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;
	int first;

	lazy_only(test);
	ok(swap_on(test, 64));
	for (first = 0; first < 2; first++) {
		parent = layout(test, "[WW]");
		ok(reclaim(parent, 0, 2));
		child = space_fork(parent);
		ok(read_page(first ? child : parent, 1));
		ok(read_page(first ? parent : child, 1));
		mapped_at(folio_of(child, 1), at(parent, 1), at(child, 1));
		ok(reclaim(child, 1, 1));
		expect(parent, "[SS]");
		ok(look(parent, 0, 2));
		ok(look(child, 0, 2));
	}
}

TEST(lazy_walk, finds_what_swapoff_brought_back_after_a_fork, NEEDS(CONFIG_SWAP))
{
	struct space *parent, *child;

	lazy_only(test);
	parent = layout(test, "[WW]");
	ok(swap_on(test, 64));
	ok(reclaim(parent, 0, 2));
	child = space_fork(parent);
	shim_use_mm(parent->mm);
	ok(swap_off(test));
	mapped_at(folio_of(child, 1), at(parent, 1), at(child, 1));
}

/* Somebody who holds a reference, like migration, comes late and finds nothing. */
TEST(lazy_walk, reference_to_the_anon_vma_outlives_the_mm, NOT_POSTED(reads_anon_vma))
{
	struct anon_vma *shared;
	struct folio *folio;
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[W]");
	folio = folio_of(sp, 0);
	folio_lock(folio);
	shared = folio_get_anon_vma(folio);
	folio_unlock(folio);
	oracle_pause(test);
	space_exit(sp);
	anon_vma_lock_read(shared);
	KUNIT_EXPECT_NULL(test, shim_av_tree(shared).rb_root.rb_node);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shared), 0UL);
	anon_vma_unlock_read(shared);
	put_anon_vma(shared);
	oracle_resume(test);
}

/* The links that a split copies are made one by one, and each may fail. */
TEST(lazy_walk, split_of_a_child_fails_whole)
{
	struct space *parent, *child, *grandchild;
	unsigned long nth = 0, seen, failed = 0;

	lazy_only(test);
	parent = layout(test, "[WWWW]");
	child = space_fork(parent);
	do {
		grandchild = space_fork(child);
		shim_fail_nth(++nth, false);
		failed += !!protect(grandchild, 1, 2, PROT_READ);
		seen = shim_fail_stop();
		mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1), at(grandchild, 1));
		space_exit(grandchild);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 3UL);
}

static bool count_visit(struct folio *folio, struct vm_area_struct *vma, unsigned long addr,
			void *nr)
{
	(*(int *)nr)++;
	return true;
}

static int visits(struct kunit *test, struct folio *folio)
{
	int nr = 0;
	struct rmap_walk_control rwc = { .rmap_one = count_visit, .arg = &nr };

	folio_lock(folio);
	rmap_walk(folio, &rwc);
	folio_unlock(folio);
	return nr;
}

/* Mapped, written and moved away from one place: all had the same anonymous offsets. */
TEST(lazy_walk, does_not_visit_all_that_came_from_one_place)
{
	struct space *sp = space_new(test);
	int i;

	for (i = 1; i <= 20; i++) {
		ok(map(sp, 0, 2, RW));
		ok(touch(sp, 0, 2, 'a' + i));
		ok(move(sp, 0, 2, 10 * i));
	}
	for (i = 1; i <= 20; i++)
		KUNIT_EXPECT_LE(test, visits(test, folio_of(sp, 10 * i)), in_mode(1, 2));
	ok(look(sp, 100, 2));
}
