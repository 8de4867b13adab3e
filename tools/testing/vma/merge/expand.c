// SPDX-License-Identifier: GPL-2.0
/* A new mapping beside existing ones, and when it becomes part of them. */
#include "test.h"
#include "modes.h"

TEST(expand, left_neighbour_unfaulted)
{
	struct space *sp = layout(test, "[www]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	ok(map(sp, 3, 2, RW));
	expect(sp, "[wwwww]");
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 4), vma);
}

TEST(expand, left_neighbour_faulted)
{
	struct space *sp = layout(test, "[WWW]");
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(sp, 0));

	ok(map(sp, 3, 2, RW));
	expect(sp, "[WWWww]");
	ok(touch(sp, 3, 2, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 3)), anon_vma);
	mapped_at(folio_of(sp, 3), at(sp, 3));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	ok(look(sp, 0, 5));
}

TEST(expand, right_neighbour_unfaulted)
{
	struct space *sp = layout(test, "..[www]");
	struct vm_area_struct *vma = vma_of(sp, 2);

	ok(map(sp, 0, 2, RW));
	expect(sp, "[wwwww]");
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 0), vma);
}

/* The VMA's start moves, and so does its key in the interval tree. */
TEST(expand, right_neighbour_faulted)
{
	struct space *sp = layout(test, "..[WWW]");
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(sp, 2));

	ok(map(sp, 0, 2, RW));
	expect(sp, "[wwWWW]");
	ok(touch(sp, 0, 2, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 0)), anon_vma);
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	ok(look(sp, 0, 5));
}

TEST(expand, bridges_unfaulted_and_unfaulted)
{
	struct space *sp = layout(test, "[ww]..[ww]");

	ok(map(sp, 2, 2, RW));
	expect(sp, "[wwwwww]");
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
}

TEST(expand, bridges_faulted_and_unfaulted)
{
	struct space *sp = layout(test, "[WW]..[ww]");

	ok(map(sp, 2, 2, RW));
	expect(sp, "[WWwwww]");
	ok(touch(sp, 4, 2, 'x'));
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(sp, 0)), 1U);
	mapped_at(folio_of(sp, 5), at(sp, 5));
	ok(look(sp, 0, 6));
}

/* The VMA that stays had no anon_vma: it takes over that of the one that goes. */
TEST(expand, bridges_unfaulted_and_faulted)
{
	struct space *sp = layout(test, "[ww]..[WW]");
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(sp, 4));
	struct folio *folio = folio_of(sp, 4);

	ok(map(sp, 2, 2, RW));
	expect(sp, "[wwwwWW]");
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 0)), anon_vma);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(anon_vma), 1UL);
	mapped_at(folio, at(sp, 4));
	ok(look(sp, 0, 6));
}

TEST(expand, bridges_two_parts_of_one)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(unmap(sp, 2, 2));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 2UL);
	ok(map(sp, 2, 2, RW));
	expect(sp, "[WWwwWW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 1UL);
	mapped_at(folio_of(sp, 5), at(sp, 5));
	ok(look(sp, 0, 6));
}

/* Pages of two anon_vmas cannot be found through one: only one side merges. */
TEST(expand, does_not_bridge_two_anon_vmas)
{
	struct space *sp = layout(test, "[WW]..[WW]");

	KUNIT_ASSERT_EQ(test, pages_may_meet(vma_of(sp, 0), vma_of(sp, 4)), lazy_share_one());
	ok(map(sp, 2, 2, RW));
	expect(sp, lazy_share_one() ? "[WWwwWW]" : "[WWww][WW]");
	ok(touch(sp, 2, 2, 'x'));
	expect(sp, lazy_share_one() ? "[WWWWWW]" : "[WWWW][WW]");
	KUNIT_EXPECT_EQ(test, pages_may_meet(vma_of(sp, 3), vma_of(sp, 4)), lazy_share_one());
	ok(look(sp, 0, 6));
}

/* Parts that mprotect() has split, and may join again, are to have one anon_vma. */
TEST(expand, fault_takes_over_the_anon_vma_to_the_left, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[wwww]");

	ok(protect(sp, 2, 2, RW | PROT_EXEC));
	expect(sp, "[ww][ww]");
	ok(write_page(sp, 0, 'a'));
	ok(write_page(sp, 2, 'c'));
	expect(sp, "[Ww][Ww]");
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 0)), shim_anon_vma(vma_of(sp, 2)));
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WwWw]");
	mapped_at(folio_of(sp, 2), at(sp, 2));
}

TEST(expand, fault_takes_over_the_anon_vma_to_the_right, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[wwww]");

	ok(protect(sp, 2, 2, RW | PROT_EXEC));
	ok(write_page(sp, 2, 'c'));
	ok(write_page(sp, 0, 'a'));
	expect(sp, "[Ww][Ww]");
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 0)), shim_anon_vma(vma_of(sp, 2)));
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WwWw]");
	mapped_at(folio_of(sp, 0), at(sp, 0));
}

/* A chain of more than one anon_vma cannot be shared with new memory. */
TEST(expand, not_of_a_forked_neighbour)
{
	struct space *parent = layout(test, "[WW]");
	struct space *child = space_fork(parent);

	ok(map(child, 2, 2, RW));
	ok(map(parent, 2, 2, RW));
	expect(child, "[WW][ww]");
	expect(parent, "[WWww]");
	ok(write_page(child, 2, 'x'));
	KUNIT_EXPECT_FALSE(test, pages_may_meet(vma_of(child, 0), vma_of(child, 2)));
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(child, 2)), 1U);
}

TEST(expand, not_of_other_rights)
{
	struct space *sp = layout(test, "[WW]..[WW]");

	ok(map(sp, 2, 2, PROT_READ));
	expect(sp, "[WW][rr][WW]");
	ok(map(sp, 6, 1, RW | PROT_EXEC));
	expect(sp, "[WW][rr][WW][w]");
}

TEST(expand, not_with_other_flags)
{
	struct space *sp = layout(test, "[ww]");

	ok(map_file(sp, 2, 2, RW, ANON | MAP_NORESERVE, NULL, 0));
	expect(sp, "[ww][ww]");
	ok(map_file(sp, 4, 2, RW, ANON | MAP_LOCKED, NULL, 0));
	expect(sp, "[ww][ww][WW]");
}

TEST(expand, not_across_a_gap)
{
	struct space *sp = layout(test, "[ww]");

	ok(map(sp, 3, 2, RW));
	expect(sp, "[ww].[ww]");
}
