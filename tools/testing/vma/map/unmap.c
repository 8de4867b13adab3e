// SPDX-License-Identifier: GPL-2.0
/* munmap() of anonymous memory. */
#include <linux/syscalls.h>

#include "internal.h"
#include "test.h"

TEST(unmap, whole)
{
	struct space *sp = layout(test, "[WWW]");

	ok(unmap(sp, 0, 3));
	expect(sp, "");
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 0);
	fails(read_page(sp, 0), -EFAULT);
}

TEST(unmap, start)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(unmap(sp, 0, 1));
	expect(sp, ".[WWW]");
	ok(look(sp, 1, 3));
	fails(read_page(sp, 0), -EFAULT);
}

TEST(unmap, end)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(unmap(sp, 3, 1));
	expect(sp, "[WWW]");
	ok(look(sp, 0, 3));
	fails(read_page(sp, 3), -EFAULT);
}

TEST(unmap, middle_leaves_two_of_one_anon_vma)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(unmap(sp, 2, 2));
	expect(sp, "[WW]..[WW]");
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 0)), shim_anon_vma(vma_of(sp, 4)));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 2UL);
	mapped_at(folio_of(sp, 4), at(sp, 4));
	ok(look(sp, 0, 2));
	ok(look(sp, 4, 2));
}

TEST(unmap, across_several_and_gaps)
{
	struct space *sp = layout(test, "[WWW].[RR][nn]..[WWW]");

	ok(unmap(sp, 2, 9));
	expect(sp, "[WW].........[WW]");
	ok(look(sp, 0, 2));
	ok(look(sp, 11, 2));
}

TEST(unmap, where_nothing_is)
{
	struct space *sp = layout(test, "[WW]...[WW]");

	ok(unmap(sp, 2, 3));
	ok(unmap(sp, 100, 3));
	expect(sp, "[WW]...[WW]");
}

TEST(unmap, beyond_the_address_space)
{
	struct space *sp = layout(test, "[WW]");

	ok(sys_munmap(TASK_SIZE - PAGE_SIZE, PAGE_SIZE));
	fails(sys_munmap(TASK_SIZE - PAGE_SIZE, 2 * PAGE_SIZE), -EINVAL);
	fails(sys_munmap(TASK_SIZE, PAGE_SIZE), -EINVAL);
	fails(sys_munmap(TASK_SIZE + PAGE_SIZE, PAGE_SIZE), -EINVAL);
	fails(sys_munmap(page_addr(0), TASK_SIZE), -EINVAL);
	expect(sp, "[WW]");
}

TEST(unmap, contents_are_gone_in_a_new_mapping)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(unmap(sp, 1, 2));
	ok(map(sp, 1, 2, RW));
	expect(sp, "[WwwW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 0);
	ok(look(sp, 0, 4));
}

TEST(unmap, page_tables_go_with_the_last_mapping)
{
	struct space *sp = layout(test, "[WW].[WW]");

	KUNIT_EXPECT_NE(test, mm_pgtables_bytes(sp->mm), 0UL);
	ok(unmap(sp, 0, 2));
	KUNIT_EXPECT_NOT_NULL(test, folio_of(sp, 3));
	ok(unmap(sp, 3, 2));
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(sp->mm), 0UL);
}

/* Two VMAs more would be one too many; one more is not. */
TEST(unmap, middle_at_the_limit_of_vmas)
{
	struct space *sp = layout(test, "[WWWW].[rr]");

	sysctl_max_map_count = 2;
	fails(unmap(sp, 1, 2), -ENOMEM);
	expect(sp, "[WWWW].[rr]");
	ok(look(sp, 0, 4));
	sysctl_max_map_count = 3;
	ok(unmap(sp, 1, 2));
	expect(sp, "[W]..[W].[rr]");
}
