// SPDX-License-Identifier: GPL-2.0
/* madvise(MADV_DONTNEED) of anonymous memory. */
#include <linux/syscalls.h>

#include "test.h"

TEST(dontneed, drops_pages_and_contents)
{
	struct space *sp = layout(test, "[WWWWW]");

	ok(advise(sp, 1, 3, MADV_DONTNEED));
	expect(sp, "[WwwwW]");
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 2UL);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 0);
	ok(write_page(sp, 3, 'x'));
	ok(look(sp, 0, 5));
	expect(sp, "[WWWWW]");
}

TEST(dontneed, across_several)
{
	struct space *sp = layout(test, "[WW][RR][WW]");

	ok(advise(sp, 1, 4, MADV_DONTNEED));
	expect(sp, "[Ww][rr][wW]");
	ok(look(sp, 0, 6));
}

/* The call returns -ENOMEM for the gap, and drops the pages on both sides of it. */
TEST(dontneed, over_a_gap)
{
	struct space *sp = layout(test, "[WW].[WW]");

	fails(sys_madvise(page_addr(0), 5 * PAGE_SIZE, MADV_DONTNEED), -ENOMEM);
	sp->model[0] = sp->model[1] = sp->model[3] = sp->model[4] = 0;
	expect(sp, "[ww].[ww]");
	ok(look(sp, 0, 2));
	ok(look(sp, 3, 2));
}

TEST(dontneed, of_locked_memory_is_invalid)
{
	struct space *sp = layout(test, "[WW]");

	ok(lock(sp, 0, 2));
	fails(advise(sp, 0, 2, MADV_DONTNEED), -EINVAL);
	expect(sp, "[WW]");
	ok(unlock(sp, 0, 2));
	ok(advise(sp, 0, 2, MADV_DONTNEED));
	expect(sp, "[ww]");
}
