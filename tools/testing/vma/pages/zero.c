// SPDX-License-Identifier: GPL-2.0
/*
 * A process that must not have the shared zero page, which is mm_forbids_zeropage(): each way
 * to it gives a page of its own. Memory of a guest with storage keys is such, on s390.
 */
#include "internal.h"
#include "test.h"
#include "uffd.h"

/* A read of memory that nobody has written to. */
static void reads_a_page_of_its_own(struct kunit *test, struct space *sp, long page)
{
	KUNIT_EXPECT_EQ(test, read_page(sp, page), 0);
	KUNIT_EXPECT_TRUE(test, folio_test_anon(folio_of(sp, page)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, page), 0);
}

static struct space *without_zero_page(struct space *sp)
{
	sp->mm->context.forbids_zeropage = true;
	return sp;
}

TEST(zero, shared_where_it_may_be)
{
	struct space *sp = layout(test, "[www]");

	KUNIT_EXPECT_EQ(test, read_page(sp, 1), 0);
	KUNIT_EXPECT_TRUE(test, is_zero_folio(folio_of(sp, 1)));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 0UL);
}

TEST(zero, forbidden_to_a_fault)
{
	struct space *sp = without_zero_page(layout(test, "[www]"));

	reads_a_page_of_its_own(test, sp, 1);
	expect(sp, "[wWw]");
	reads_a_page_of_its_own(test, space_fork(sp), 0);
}

TEST(zero, forbidden_to_a_fault_of_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = without_zero_page(layout_advised(test, "[w*512]"));

	reads_a_page_of_its_own(test, sp, 7);
	expect(sp, "[H]");
}

TEST(zero, forbidden_to_userfaultfd, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = without_zero_page(layout(test, "[www]"));
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);

	ok(uffd_register(u, 0, 3, UFFD_MISSING));
	ok(uffd_zeropage(u, 1, 1));
	expect(sp, "[wWw]");
	reads_a_page_of_its_own(test, sp, 1);
}

/* A split drops the pages of zeroes, and does not map the shared one instead. */
TEST(zero, forbidden_to_a_split, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = without_zero_page(layout_advised(test, "[w*512]"));

	ok(write_page(sp, 7, 'x'));
	ok(split_huge(sp, 0));
	reads_a_page_of_its_own(test, sp, 8);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 'x');
}

/* It has no owner, so the reverse map must not count it. */
TEST(zero, huge_one_is_not_of_the_reverse_map, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout_advised(test, "[w*512]");
	struct folio *folio;

	KUNIT_EXPECT_EQ(test, read_page(sp, 5), 0);
	folio = folio_of(sp, 5);
	KUNIT_EXPECT_TRUE(test, is_huge_zero_folio(folio));
	KUNIT_EXPECT_FALSE(test, folio_test_large_rmappable(folio));
	KUNIT_EXPECT_FALSE(test, folio_mapped(folio));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 0UL);
}
