// SPDX-License-Identifier: GPL-2.0
/* mremap(): moving, growing and shrinking. */
#include <linux/percpu_counter.h>

#include "test.h"

TEST(mremap, move_unfaulted)
{
	struct space *sp = layout(test, "[www]");

	ok(move(sp, 0, 3, 6));
	expect(sp, "......[www]");
	ok(look(sp, 6, 3));
	fails(read_page(sp, 0), -EFAULT);
}

TEST(mremap, move_faulted_takes_the_pages_along)
{
	struct space *sp = layout(test, "[WwW]");
	struct folio *first = folio_of(sp, 0), *last = folio_of(sp, 2);

	ok(move(sp, 0, 3, 6));
	expect(sp, "......[WwW]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 6), first);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 8), last);
	mapped_at(first, at(sp, 6));
	mapped_at(last, at(sp, 8));
	ok(look(sp, 6, 3));
	fails(read_page(sp, 0), -EFAULT);
}

TEST(mremap, move_of_a_part_splits)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct folio *folio = folio_of(sp, 3);

	ok(move(sp, 2, 2, 10));
	expect(sp, "[WW]..[WW]....[WW]");
	mapped_at(folio, at(sp, 11));
	mapped_at(folio_of(sp, 4), at(sp, 4));
	ok(look(sp, 0, 2));
	ok(look(sp, 4, 2));
	ok(look(sp, 10, 2));
}

TEST(mremap, move_back_merges)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct folio *folio = folio_of(sp, 3);

	ok(move(sp, 2, 2, 10));
	ok(move(sp, 10, 2, 2));
	expect(sp, "[WWWWWW]");
	mapped_at(folio, at(sp, 3));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 1UL);
	ok(look(sp, 0, 6));
}

/* Unfaulted memory takes the page offset of where it goes, so it can merge. */
TEST(mremap, move_unfaulted_beside_another_merges)
{
	struct space *sp = layout(test, "[WW]...[ww]");

	ok(move(sp, 5, 2, 2));
	expect(sp, "[WWww]");
	ok(touch(sp, 2, 2, 'x'));
	mapped_at(folio_of(sp, 3), at(sp, 3));
	ok(look(sp, 0, 4));
}

TEST(mremap, move_faulted_beside_another_does_not)
{
	struct space *sp = layout(test, "[WW]...[WW]");

	ok(move(sp, 5, 2, 2));
	expect(sp, "[WW][WW]");
	ok(look(sp, 0, 4));
}

TEST(mremap, fixed_replaces_what_is_there)
{
	struct space *sp = layout(test, "[WWW]..[RR][WWWW]");

	ok(move(sp, 0, 3, 6));
	expect(sp, ".....[R][WWW][WW]");
	ok(look(sp, 5, 6));
}

TEST(mremap, grow_in_place)
{
	struct space *sp = layout(test, "[WW]");

	ok(resize(sp, 0, 2, 5));
	expect(sp, "[WWwww]");
	ok(touch(sp, 2, 3, 'x'));
	ok(look(sp, 0, 5));
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 5UL);
}

TEST(mremap, grow_in_place_up_to_another_merges)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(unmap(sp, 2, 2));
	ok(resize(sp, 0, 2, 4));
	expect(sp, "[WWwwWW]");
	ok(look(sp, 0, 6));
}

TEST(mremap, grow_into_another_fails_in_place)
{
	struct space *sp = layout(test, "[WW].[RR]");

	fails(resize(sp, 0, 2, 4), -ENOMEM);
	expect(sp, "[WW].[RR]");
	ok(resize(sp, 0, 2, 3));
	expect(sp, "[WWw][RR]");
}

TEST(mremap, grow_moves_where_it_must)
{
	struct space *sp = layout(test, "[WW][RR]");
	struct folio *folio = folio_of(sp, 1);
	long page = remap(sp, 0, 2, 4, MREMAP_MAYMOVE, 0);

	KUNIT_EXPECT_EQ(test, page_addr(page), shim_mmap_base(sp->mm) - 4 * PAGE_SIZE);
	expect(sp, "..[RR]");
	mapped_at(folio, at(sp, page + 1));
	KUNIT_EXPECT_EQ(test, byte_at(sp, page), 'A');
	KUNIT_EXPECT_EQ(test, byte_at(sp, page + 1), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(sp, page + 3), 0);
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 4UL);
}

TEST(mremap, grow_and_move_to_a_place)
{
	struct space *sp = layout(test, "[WW]");

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 4, MREMAP_MAYMOVE | MREMAP_FIXED, 5), 5L);
	expect(sp, ".....[WWww]");
	ok(look(sp, 5, 4));
}

TEST(mremap, shrink)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(resize(sp, 0, 4, 1));
	expect(sp, "[W]");
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 1UL);
	ok(look(sp, 0, 1));
	fails(read_page(sp, 1), -EFAULT);
}

TEST(mremap, shrink_in_the_middle_leaves_the_rest)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(resize(sp, 1, 3, 1));
	expect(sp, "[WW]..[WW]");
	ok(look(sp, 0, 2));
	ok(look(sp, 4, 2));
}

TEST(mremap, shrink_and_move)
{
	struct space *sp = layout(test, "[WWWW]");
	s64 extra;

	oracle_pause(test);	/* the oracle would report finding 2, and end the case */
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 4, 2, MREMAP_MAYMOVE | MREMAP_FIXED, 6), 6L);
	extra = charged() - 2;
	vm_unacct_memory(extra);
	oracle_resume(test);
	expect(sp, "......[WW]");
	ok(look(sp, 6, 2));
	fails(read_page(sp, 0), -EFAULT);
	fails(read_page(sp, 2), -EFAULT);
	if (extra)
		known_bug(SHIM_BUG_MREMAP_SHRINK_CHARGE, 2);
	KUNIT_EXPECT_EQ(test, extra, 0LL);
}

TEST(mremap, dontunmap_leaves_an_empty_mapping)
{
	struct space *sp = layout(test, "[WWW]");
	struct folio *folio = folio_of(sp, 1);
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 3, 3, flags, 5), 5L);
	expect(sp, "[www]..[WWW]");
	mapped_at(folio, at(sp, 6));
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 6UL);
	ok(touch(sp, 0, 3, 'n'));
	ok(look(sp, 0, 3));
	ok(look(sp, 5, 3));
	mapped_at(folio_of(sp, 0), at(sp, 0));
}

TEST(mremap, dontunmap_cannot_resize)
{
	struct space *sp = layout(test, "[WW]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

	fails(remap(sp, 0, 2, 3, flags, 5), -EINVAL);
	fails(remap(sp, 0, 2, 2, MREMAP_DONTUNMAP, 0), -EINVAL);
	expect(sp, "[WW]");
}

TEST(mremap, overlapping_is_invalid)
{
	struct space *sp = layout(test, "..[WWWW]");

	fails(move(sp, 2, 4, 4), -EINVAL);
	fails(move(sp, 2, 4, 0), -EINVAL);
	fails(move(sp, 2, 4, 2), -EINVAL);
	expect(sp, "..[WWWW]");
	ok(look(sp, 2, 4));
}

TEST(mremap, fixed_must_be_allowed_to_move)
{
	struct space *sp = layout(test, "[WW]");

	fails(remap(sp, 0, 2, 2, MREMAP_FIXED, 5), -EINVAL);
	fails(remap(sp, 0, 2, 0, MREMAP_MAYMOVE, 0), -EINVAL);
	expect(sp, "[WW]");
}

TEST(mremap, of_nothing)
{
	struct space *sp = layout(test, ".[WW]");

	fails(move(sp, 0, 1, 6), -EFAULT);
	expect(sp, ".[WW]");
}

TEST(mremap, grow_across_two_is_not_possible)
{
	struct space *sp = layout(test, "[WW][RR]");

	fails(remap(sp, 0, 4, 5, MREMAP_MAYMOVE, 0), -EFAULT);
	expect(sp, "[WW][RR]");
}

/* Shared pages move in one of the two; the walk finds both places. */
TEST(mremap, moved_by_the_child)
{
	struct space *parent = layout(test, "[WWW]"), *child = space_fork(parent);
	struct folio *folio = folio_of(parent, 1);

	ok(move(child, 0, 3, 8));
	expect(parent, "[WWW]");
	expect(child, "........[WWW]");
	mapped_at(folio, at(parent, 1), at(child, 9));
	ok(write_page(child, 9, 'c'));
	mapped_at(folio, at(parent, 1));
	mapped_at(folio_of(child, 9), at(child, 9));
	ok(look(parent, 0, 3));
	ok(look(child, 8, 3));
}

TEST(mremap, rights_move_along)
{
	struct space *sp = layout(test, "[RR]");

	ok(move(sp, 0, 2, 4));
	expect(sp, "....[RR]");
	fails(write_page(sp, 4, 'x'), -EFAULT);
}
