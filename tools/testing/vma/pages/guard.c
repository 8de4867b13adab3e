// SPDX-License-Identifier: GPL-2.0
/* Guard regions: MADV_GUARD_INSTALL empties pages, and each access to them fails. */
#include "test.h"

#ifdef MADV_GUARD_INSTALL
TEST(guard, empties_pages_and_fails_accesses)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(advise(sp, 1, 2, MADV_GUARD_INSTALL));
	expect(sp, "[WGGW]");
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 2UL);
	fails(read_page(sp, 1), -EFAULT);
	fails(write_page(sp, 2, 'x'), -EFAULT);
	ok(advise(sp, 0, 4, MADV_GUARD_REMOVE));
	expect(sp, "[WwwW]");
	ok(look(sp, 0, 4));
	ok(write_page(sp, 2, 'x'));
}

TEST(guard, is_installed_where_nothing_was)
{
	struct space *sp = layout(test, "[www]");

	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	expect(sp, "[wGw]");
	ok(write_page(sp, 0, 'x'));
	expect(sp, "[WGw]");
}

TEST(guard, survives_dontneed)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	ok(advise(sp, 0, 3, MADV_DONTNEED));
	expect(sp, "[wGwW]");
	fails(read_page(sp, 1), -EFAULT);
}

TEST(guard, survives_mprotect_and_split)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	ok(protect(sp, 1, 2, PROT_READ));
	expect(sp, "[W][GR][W]");
	fails(read_page(sp, 1), -EFAULT);
	ok(protect(sp, 1, 2, RW));
	expect(sp, "[WGWW]");
}

TEST(guard, moves_with_its_pages)
{
	struct space *sp = layout(test, "[WWW]");

	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	ok(move(sp, 0, 3, 5));
	expect(sp, ".....[WGW]");
	fails(read_page(sp, 6), -EFAULT);
}

TEST(guard, goes_to_the_child)
{
	struct space *sp = layout(test, "[WWW]"), *child;

	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	child = space_fork(sp);
	expect(child, "[WGW]");
	fails(read_page(child, 1), -EFAULT);
	ok(advise(child, 0, 3, MADV_GUARD_REMOVE));
	expect(child, "[WwW]");
	expect(sp, "[WGW]");
}

TEST(guard, is_gone_after_munmap)
{
	struct space *sp = layout(test, "[WWW]");

	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	ok(map_file(sp, 1, 1, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, NULL, 0));
	expect(sp, "[WwW]");
	ok(write_page(sp, 1, 'x'));
}
#else
ABSENT(guard, empties_pages_and_fails_accesses, "this kernel has no guard regions")
ABSENT(guard, is_installed_where_nothing_was, "this kernel has no guard regions")
ABSENT(guard, survives_dontneed, "this kernel has no guard regions")
ABSENT(guard, survives_mprotect_and_split, "this kernel has no guard regions")
ABSENT(guard, moves_with_its_pages, "this kernel has no guard regions")
ABSENT(guard, goes_to_the_child, "this kernel has no guard regions")
ABSENT(guard, is_gone_after_munmap, "this kernel has no guard regions")
#endif
