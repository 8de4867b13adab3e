// SPDX-License-Identifier: GPL-2.0
/* Memory that is charged against the commit limit. */
#include "test.h"

TEST(charge, mmap_over_the_limit_fails)
{
	struct space *sp = layout(test, "[WW]");

	commit_limit(5);
	fails(map(sp, 4, 4, RW), -ENOMEM);
	expect(sp, "[WW]");
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	ok(map(sp, 4, 3, RW));
	fails(map(sp, 8, 1, RW), -ENOMEM);
	ok(unmap(sp, 4, 1));
	ok(map(sp, 8, 1, RW));
	expect(sp, "[WW]...[ww].[w]");
}

/* Memory that nobody can write to, or that has a file behind it, is not charged. */
TEST(charge, only_private_writable_memory)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(4);

	commit_limit(0);
	ok(map(sp, 0, 4, PROT_READ));
	ok(map(sp, 4, 4, PROT_NONE));
	ok(map_file(sp, 8, 4, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 12, 4, PROT_READ, MAP_PRIVATE, file, 0));
	fails(map_file(sp, 16, 4, RW, MAP_PRIVATE, file, 0), -ENOMEM);
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	expect(sp, "[rrrr][nnnn]{wwww}(rrrr)");
	shim_file_put(file);
}

/* MAP_NORESERVE is ignored where overcommit is forbidden. */
TEST(charge, noreserve_is_not_charged_but_under_strict_limits)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 4, RW, ANON | MAP_NORESERVE, NULL, 0));
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	commit_limit(3);
	fails(map_file(sp, 8, 4, RW, ANON | MAP_NORESERVE, NULL, 0), -ENOMEM);
	ok(map_file(sp, 8, 3, RW, ANON | MAP_NORESERVE, NULL, 0));
	KUNIT_EXPECT_EQ(test, charged(), 3LL);
}

TEST(charge, of_what_is_replaced_is_taken_over)
{
	struct space *sp = layout(test, "[WWWW]");

	commit_limit(4);
	ok(map(sp, 1, 2, RW | PROT_EXEC));
	expect(sp, "[W][ww][W]");
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	/* one page more than there were */
	fails(map(sp, 1, 4, RW), -ENOMEM);
	expect(sp, "[W][ww][W]");
	ok(look(sp, 0, 4));
	ok(map(sp, 0, 4, RW));
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	ok(map(sp, 0, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	ok(map(sp, 8, 2, RW));
}

TEST(charge, mprotect_to_writable_over_the_limit_fails)
{
	struct space *sp = layout(test, "[rrrr]");

	commit_limit(2);
	fails(protect(sp, 0, 3, RW), -ENOMEM);
	expect(sp, "[rrrr]");
	ok(protect(sp, 0, 2, RW));
	expect(sp, "[ww][rr]");
	fails(protect(sp, 2, 1, RW), -ENOMEM);
	/* written to once, it is charged for ever; not so before */
	ok(protect(sp, 0, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	ok(protect(sp, 0, 2, RW));
	ok(touch(sp, 0, 2, 'x'));
	ok(protect(sp, 0, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	ok(protect(sp, 0, 2, RW));
	ok(unmap(sp, 0, 1));
	ok(protect(sp, 2, 1, RW));
}

TEST(charge, heap_over_the_limit_does_not_grow)
{
	struct space *sp = space_with_brk(test, 0);

	commit_limit(3);
	fails(set_brk(sp, page_addr(4)), -ENOMEM);
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	ok(set_brk(sp, page_addr(3)));
	fails(set_brk(sp, page_addr(4)), -ENOMEM);
	ok(set_brk(sp, page_addr(1)));
	ok(set_brk(sp, page_addr(3)));
	KUNIT_EXPECT_EQ(test, charged(), 3LL);
}

TEST(charge, stack_over_the_limit_does_not_grow)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 10, 2, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	commit_limit(4);
	fails(write_page(sp, 7, 'x'), -EFAULT);
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	ok(write_page(sp, 8, 'x'));
	fails(write_page(sp, 7, 'x'), -EFAULT);
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	expect(sp, "........[Wwww]");
}

TEST(charge, mremap_over_the_limit_does_not_grow)
{
	struct space *sp = layout(test, "[WW]");

	commit_limit(4);
	fails(resize(sp, 0, 2, 5), -ENOMEM);
	fails(remap(sp, 0, 2, 5, MREMAP_MAYMOVE | MREMAP_FIXED, 10), -ENOMEM);
	expect(sp, "[WW]");
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	ok(resize(sp, 0, 2, 4));
	/* a move costs nothing */
	ok(move(sp, 0, 4, 10));
	ok(resize(sp, 10, 4, 1));
	KUNIT_EXPECT_EQ(test, charged(), 1LL);
}

TEST(charge, dontunmap_makes_a_second_one)
{
	struct space *sp = layout(test, "[WW]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

	commit_limit(3);
	fails(remap(sp, 0, 2, 2, flags, 5), -ENOMEM);
	expect(sp, "[WW]");
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	commit_limit(4);
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 2, flags, 5), 5L);
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	ok(unmap(sp, 0, 2));
	ok(unmap(sp, 5, 2));
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
}

/* A part of an accounted mapping, elsewhere and back, is charged once. */
TEST(charge, moves_along_with_a_part)
{
	struct space *sp = layout(test, "[WWWWWW]");

	commit_limit(6);
	ok(move(sp, 2, 2, 10));
	KUNIT_EXPECT_EQ(test, charged(), 6LL);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_ACCOUNT);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 4)) & VM_ACCOUNT);
	ok(move(sp, 0, 2, 20));
	ok(move(sp, 5, 1, 30));
	KUNIT_EXPECT_EQ(test, charged(), 6LL);
	ok(unmap(sp, 0, 8));
	KUNIT_EXPECT_EQ(test, charged(), 5LL);
	ok(unmap(sp, 0, 40));
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
}
