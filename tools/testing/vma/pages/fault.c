// SPDX-License-Identifier: GPL-2.0
/* Page faults of anonymous memory. */
#include "test.h"

TEST(fault, read_gets_the_zero_page)
{
	struct space *sp = layout(test, "[www]");

	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	expect(sp, "[wWw]");
	KUNIT_EXPECT_TRUE(test, is_zero_folio(folio_of(sp, 1)));
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 1)));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 0UL);
}

TEST(fault, write_after_read_copies_the_zero_page)
{
	struct space *sp = layout(test, "[ww]");
	struct folio *folio;

	ok(look(sp, 0, 2));
	ok(write_page(sp, 1, 'x'));
	folio = folio_of(sp, 1);
	KUNIT_EXPECT_FALSE(test, is_zero_folio(folio));
	KUNIT_EXPECT_TRUE(test, folio_test_anon(folio));
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(folio_page(folio, 0)));
	mapped_at(folio, at(sp, 1));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
}

TEST(fault, write_maps_a_page_of_its_own, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[www]");

	ok(write_page(sp, 0, 'a'));
	ok(write_page(sp, 2, 'c'));
	expect(sp, "[WwW]");
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 0), folio_of(sp, 2));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 2UL);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(sp, 0)), 1U);
	KUNIT_EXPECT_EQ(test, shim_num_children(shim_anon_vma(vma_of(sp, 0))), 1UL);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 1UL);
}

/* Every page that it may get has been written to by somebody else before. */
TEST(fault, write_gets_a_cleared_page)
{
	struct space *sp = layout(test, "[w]");
	struct page *used[64];
	u8 value = 'x', next = 0xff;
	int i;

	for (i = 0; i < ARRAY_SIZE(used); i++) {
		used[i] = alloc_page(GFP_KERNEL);
		memset(page_address(used[i]), 0x55, PAGE_SIZE);
	}
	for (i = 0; i < ARRAY_SIZE(used); i++)
		__free_page(used[i]);
	ok(shim_user_write(sp->mm, page_addr(0), &value, 1));
	sp->model[0] = MODEL_UNKNOWN;
	ok(shim_user_read(sp->mm, page_addr(0) + 1, &next, 1));
	KUNIT_EXPECT_EQ(test, next, 0);
	ok(shim_user_read(sp->mm, page_addr(1) - 1, &next, 1));
	KUNIT_EXPECT_EQ(test, next, 0);
}

TEST(fault, second_write_keeps_the_page)
{
	struct space *sp = layout(test, "[W]");
	struct folio *folio = folio_of(sp, 0);

	ok(write_page(sp, 0, 'z'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
}

TEST(fault, without_a_mapping)
{
	struct space *sp = layout(test, ".[WW].");

	fails(read_page(sp, 0), -EFAULT);
	fails(write_page(sp, 0, 'x'), -EFAULT);
	fails(read_page(sp, 3), -EFAULT);
	fails(write_page(sp, 3, 'x'), -EFAULT);
	expect(sp, ".[WW]");
}

TEST(fault, write_to_read_only)
{
	struct space *sp = layout(test, "[rRr]");

	fails(write_page(sp, 0, 'x'), -EFAULT);
	fails(write_page(sp, 1, 'x'), -EFAULT);
	expect(sp, "[rRr]");
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
}

TEST(fault, any_access_without_access_rights)
{
	struct space *sp = layout(test, "[nn]");

	fails(read_page(sp, 0), -EFAULT);
	fails(write_page(sp, 1, 'x'), -EFAULT);
	expect(sp, "[nn]");
}
