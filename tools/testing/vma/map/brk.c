// SPDX-License-Identifier: GPL-2.0
/* brk(): the heap. */
#include "test.h"

TEST(brk, grows_and_shrinks)
{
	struct space *sp = space_with_brk(test, 2);

	ok(set_brk(sp, page_addr(5)));
	expect(sp, "..[www]");
	ok(touch(sp, 2, 3, 'x'));
	ok(set_brk(sp, page_addr(7)));
	expect(sp, "..[WWWww]");
	ok(set_brk(sp, page_addr(4)));
	expect(sp, "..[WW]");
	fails(read_page(sp, 4), -EFAULT);
	ok(look(sp, 2, 2));
}

/* The heap has the rights of what mmap() makes, with which it merges: none to execute. */
TEST(brk, is_memory_like_any_other)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(2)));
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_EXEC);
	ok(map(sp, 2, 2, RW));
	expect(sp, "[wwww]");
}

TEST(brk, grown_again_it_is_empty)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(4)));
	ok(touch(sp, 0, 4, 'x'));
	ok(set_brk(sp, page_addr(1)));
	ok(set_brk(sp, page_addr(4)));
	expect(sp, "[Wwww]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 0);
}

TEST(brk, back_to_its_start_unmaps_all)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(4)));
	ok(touch(sp, 0, 4, 'x'));
	ok(set_brk(sp, page_addr(0)));
	expect(sp, "");
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 0UL);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 0);
}

TEST(brk, below_its_start_fails)
{
	struct space *sp = space_with_brk(test, 2);

	ok(set_brk(sp, page_addr(4)));
	fails(set_brk(sp, page_addr(1)), -ENOMEM);
	fails(set_brk(sp, 0), -ENOMEM);
	KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(4));
	expect(sp, "..[ww]");
}

TEST(brk, rounds_up_to_pages)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(1) + 1));
	expect(sp, "[ww]");
	ok(set_brk(sp, page_addr(2) - 1));
	expect(sp, "[ww]");
	ok(set_brk(sp, page_addr(1)));
	expect(sp, "[w]");
	KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(1));
}

/* A page is kept free before the next mapping, and all of a stack's gap. */
TEST(brk, not_over_another_mapping)
{
	struct space *sp = space_with_brk(test, 0);

	ok(map(sp, 5, 2, PROT_READ));
	ok(set_brk(sp, page_addr(2)));
	fails(set_brk(sp, page_addr(7)), -ENOMEM);
	fails(set_brk(sp, page_addr(6)), -ENOMEM);
	fails(set_brk(sp, page_addr(5)), -ENOMEM);
	expect(sp, "[ww]...[rr]");
	ok(set_brk(sp, page_addr(4)));
	expect(sp, "[wwww].[rr]");
	KUNIT_EXPECT_EQ(test, shim_brk(sp->mm), page_addr(4));
}

TEST(brk, keeps_away_from_a_stack)
{
	struct space *sp = space_with_brk(test, 0);

	stack_guard_gap = 3 * PAGE_SIZE;
	ok(map_file(sp, 8, 1, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	fails(set_brk(sp, page_addr(5)), -ENOMEM);
	ok(set_brk(sp, page_addr(4)));
	expect(sp, "[wwww]....[w]");
}

TEST(brk, counts_as_data)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(4)));
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 4UL);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 4UL);
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	ok(set_brk(sp, page_addr(1)));
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 1UL);
	KUNIT_EXPECT_EQ(test, charged(), 1LL);
}

/* Initialised data counts by its size, whoever has mapped it or not. */
TEST(brk, limit_of_data)
{
	struct rlimit *limit = &current->signal->rlim[RLIMIT_DATA];
	struct space *sp = space_with_brk(test, 0);

	sp->mm->start_data -= PAGE_SIZE;
	limit->rlim_cur = 4 * PAGE_SIZE;
	ok(set_brk(sp, page_addr(3)));
	fails(set_brk(sp, page_addr(4)), -ENOMEM);
	limit->rlim_cur = RLIM_INFINITY;
	ok(set_brk(sp, page_addr(4)));
	expect(sp, "[wwww]");
}

TEST(brk, of_parent_and_child_move_apart)
{
	struct space *parent = space_with_brk(test, 0), *child;

	ok(set_brk(parent, page_addr(2)));
	ok(touch(parent, 0, 2, 'x'));
	child = space_fork(parent);
	ok(set_brk(parent, page_addr(3)));
	ok(set_brk(child, page_addr(1)));
	expect(parent, "[WWw]");
	expect(child, "[W]");
	ok(look(parent, 0, 3));
	ok(look(child, 0, 1));
}

/* A shrunk heap is split where mprotect() has split it. */
TEST(brk, shrinks_across_several)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(6)));
	ok(touch(sp, 0, 6, 'x'));
	ok(protect(sp, 2, 2, PROT_READ));
	ok(set_brk(sp, page_addr(1)));
	expect(sp, "[W]");
	ok(look(sp, 0, 1));
}
