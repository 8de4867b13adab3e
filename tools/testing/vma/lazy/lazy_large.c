// SPDX-License-Identifier: GPL-2.0
/*
 * Large folios that several lazy VMAs map parts of: an upgrade of one takes the
 * others along. Run in lazy mode only.
 */
#include <linux/mm.h>

#include "internal.h"
#include "test.h"

/* Large folios have one anon_vma, whoever maps parts of them. */
static void share_one(struct kunit *test, struct space *sp, long a, long b)
{
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, a), folio_of(sp, b));
	expect_regular(sp, a, 1);
	expect_regular(sp, b, 1);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, a)), shim_anon_vma(vma_of(sp, b)));
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(folio_of(sp, a)), shim_anon_vma(vma_of(sp, a)));
}

TEST(lazy_large, upgrade_of_a_half_takes_the_other_half_along, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[H]");
	ok(advise(sp, 0, 256, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	share_one(test, sp, 0, 300);
	ok(look(sp, 250, 10));
}

/* A hole, and a file in it: they are no neighbours any more. */
TEST(lazy_large, upgrade_with_something_else_in_the_middle, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct file *file;

	lazy_only(test);
	file = shim_file_create(4);
	sp = layout(test, "[H]");
	ok(map_file(sp, 100, 200, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(advise(sp, 300, 212, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	share_one(test, sp, 50, 400);
	ok(look(sp, 300, 10));
}

TEST(lazy_large, upgrade_of_what_a_part_was_moved_from, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[H]");
	ok(move(sp, 128, 256, HUGE_NR + 100));
	ok(advise(sp, 384, 128, MADV_DONTFORK));
	ok(advise(sp, HUGE_NR + 100, 256, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	share_one(test, sp, 0, 400);
	share_one(test, sp, 0, HUGE_NR + 100);
	ok(look(sp, HUGE_NR + 100, 10));
}

/* Other memory beside it has no part of it, and stays as it is. */
TEST(lazy_large, upgrade_leaves_other_memory_alone, NOT_POSTED(is_lazy_elsewhere),
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[HW*100]");
	ok(advise(sp, HUGE_NR, 100, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	expect_regular(sp, 0, 1);
	expect_lazy(sp, HUGE_NR, 0);
}
