// SPDX-License-Identifier: GPL-2.0
/* mprotect(): splits, and merges back. */
#include "internal.h"
#include "test.h"

TEST(mprotect, middle_splits_into_three_and_merges_back)
{
	struct space *sp = layout(test, "[WWWWWWWWW]");

	ok(protect(sp, 3, 3, PROT_READ));
	expect(sp, "[WWW][RRR][WWW]");
	ok(protect(sp, 3, 3, RW));
	expect(sp, "[WWWWWWWWW]");
}

TEST(mprotect, start_splits_in_two_and_merges_back)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(protect(sp, 0, 2, PROT_READ));
	expect(sp, "[RR][WWWW]");
	mapped_at(folio_of(sp, 1), at(sp, 1));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	ok(protect(sp, 0, 2, RW));
	expect(sp, "[WWWWWW]");
	ok(look(sp, 0, 6));
}

TEST(mprotect, end_splits_in_two_and_merges_back)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(protect(sp, 4, 2, PROT_READ));
	expect(sp, "[WWWW][RR]");
	mapped_at(folio_of(sp, 3), at(sp, 3));
	mapped_at(folio_of(sp, 4), at(sp, 4));
	ok(protect(sp, 4, 2, RW));
	expect(sp, "[WWWWWW]");
	ok(look(sp, 0, 6));
}

TEST(mprotect, whole_does_not_split)
{
	struct space *sp = layout(test, ".[WWW].");
	struct vm_area_struct *vma = vma_of(sp, 1);

	ok(protect(sp, 1, 3, PROT_READ));
	expect(sp, ".[RRR]");
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 1), vma);
	ok(look(sp, 1, 3));
}

TEST(mprotect, across_several_makes_one)
{
	struct space *sp = layout(test, "[wwww][rr][nnnn]");

	ok(protect(sp, 2, 6, PROT_READ));
	expect(sp, "[ww][rrrrrr][nn]");
	ok(protect(sp, 0, 10, RW));
	expect(sp, "[wwwwwwwwww]");
}

/* One anon_vma came of one VMA: the parts of it merge, whatever was between. */
TEST(mprotect, across_the_parts_of_one)
{
	struct space *sp = layout(test, "[WWWWWWWW]");

	ok(protect(sp, 2, 2, PROT_READ));
	ok(protect(sp, 5, 2, PROT_NONE));
	expect(sp, "[WW][RR][W][NN][W]");
	ok(protect(sp, 1, 6, PROT_READ));
	expect(sp, "[W][RRRRRR][W]");
	ok(protect(sp, 0, 8, RW));
	expect(sp, "[WWWWWWWW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 1UL);
	ok(look(sp, 0, 8));
}

TEST(mprotect, boundary_moves_between_two)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(protect(sp, 3, 3, PROT_READ));
	expect(sp, "[WWW][RRR]");
	ok(protect(sp, 2, 1, PROT_READ));
	expect(sp, "[WW][RRRR]");
	ok(protect(sp, 2, 3, RW));
	expect(sp, "[WWWWW][R]");
	ok(look(sp, 0, 6));
}

TEST(mprotect, to_what_it_is_changes_nothing)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(protect(sp, 1, 2, RW));
	expect(sp, "[WWWW]");
}

TEST(mprotect, no_access_and_back_keeps_contents)
{
	struct space *sp = layout(test, "[WWWW]");
	struct folio *folio = folio_of(sp, 1);

	ok(protect(sp, 1, 2, PROT_NONE));
	expect(sp, "[W][NN][W]");
	fails(read_page(sp, 1), -EFAULT);
	fails(write_page(sp, 2, 'x'), -EFAULT);
	ok(protect(sp, 1, 2, RW));
	expect(sp, "[WWWW]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	ok(look(sp, 0, 4));
}

TEST(mprotect, write_fails_after_it)
{
	struct space *sp = layout(test, "[WW]");

	ok(protect(sp, 1, 1, PROT_READ));
	fails(write_page(sp, 1, 'x'), -EFAULT);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	ok(write_page(sp, 0, 'y'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'y');
}

TEST(mprotect, write_works_after_it)
{
	struct space *sp = layout(test, "[Rr]");

	ok(protect(sp, 0, 2, RW));
	expect(sp, "[Ww]");
	ok(touch(sp, 0, 2, 'x'));
	KUNIT_EXPECT_FALSE(test, is_zero_folio(folio_of(sp, 0)));
}

/* The part before the gap has been changed. */
TEST(mprotect, over_a_gap)
{
	struct space *sp = layout(test, "[WW].[WW]");

	fails(protect(sp, 1, 4, PROT_READ), -ENOMEM);
	expect(sp, "[W][R].[WW]");
}

TEST(mprotect, counts_private_writable_memory)
{
	struct space *sp = layout(test, "[rrrr]");

	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 0UL);
	ok(protect(sp, 1, 2, RW));
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 2UL);
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	ok(protect(sp, 1, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 0UL);
}

TEST(mprotect, at_the_limit_of_vmas)
{
	struct space *sp = layout(test, "[WWWW].[rr]");

	sysctl_max_map_count = 2;
	fails(protect(sp, 0, 2, PROT_READ), -ENOMEM);
	expect(sp, "[WWWW].[rr]");
	ok(protect(sp, 0, 4, PROT_READ));
	expect(sp, "[RRRR].[rr]");
}
