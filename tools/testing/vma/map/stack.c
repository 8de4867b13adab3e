// SPDX-License-Identifier: GPL-2.0
/* Mappings that grow down when something below them is accessed. */
#include "test.h"

#define STACK	(ANON | MAP_GROWSDOWN)

/* A small gap, so that a stack can be drawn; the default is 256 pages. */
static struct space *with_stack(struct kunit *test, long page, long nr)
{
	struct space *sp = space_new(test);

	stack_guard_gap = 2 * PAGE_SIZE;
	ok(map_file(sp, page, nr, RW, STACK, NULL, 0));
	return sp;
}

TEST(stack, access_below_grows_it)
{
	struct space *sp = with_stack(test, 10, 2);

	ok(touch(sp, 10, 2, 'x'));
	expect(sp, "..........[WW]");
	ok(write_page(sp, 9, 'y'));
	expect(sp, ".........[WWW]");
	ok(write_page(sp, 6, 'z'));
	expect(sp, "......[WwwWWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 0);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
	ok(look(sp, 6, 6));
}

TEST(stack, read_below_grows_it_too)
{
	struct space *sp = with_stack(test, 10, 1);

	ok(read_page(sp, 8));
	expect(sp, "........[Www]");
	KUNIT_EXPECT_TRUE(test, is_zero_folio(folio_of(sp, 8)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 8), 0);
}

TEST(stack, access_above_does_not)
{
	struct space *sp = with_stack(test, 10, 1);

	fails(write_page(sp, 11, 'x'), -EFAULT);
	expect(sp, "..........[w]");
}

TEST(stack, ordinary_memory_does_not_grow)
{
	struct space *sp = layout(test, "....[WW]");

	fails(write_page(sp, 3, 'x'), -EFAULT);
	expect(sp, "....[WW]");
}

TEST(stack, counts_as_stack)
{
	struct space *sp = with_stack(test, 10, 2);

	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 2UL);
	ok(write_page(sp, 5, 'x'));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 7UL);
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 0UL);
	KUNIT_EXPECT_EQ(test, charged(), 7LL);
	ok(unmap(sp, 5, 3));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 4UL);
}

/* Old pages keep their index, which the new start must not change. */
TEST(stack, old_pages_are_found_after_growth)
{
	struct space *sp = with_stack(test, 10, 2);
	struct folio *folio;

	ok(touch(sp, 10, 2, 'x'));
	folio = folio_of(sp, 11);
	ok(write_page(sp, 4, 'y'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 11), folio);
	mapped_at(folio, at(sp, 11));
	mapped_at(folio_of(sp, 10), at(sp, 10));
	mapped_at(folio_of(sp, 4), at(sp, 4));
	ok(look(sp, 4, 8));
}

TEST(stack, of_parent_and_child_grow_apart)
{
	struct space *parent = with_stack(test, 10, 1), *child;

	ok(write_page(parent, 10, 'x'));
	child = space_fork(parent);
	ok(write_page(child, 7, 'c'));
	ok(write_page(parent, 9, 'p'));
	expect(child, ".......[WwwW]");
	expect(parent, ".........[WW]");
	mapped_at(folio_of(parent, 10), at(parent, 10), at(child, 10));
	mapped_at(folio_of(parent, 9), at(parent, 9));
	mapped_at(folio_of(child, 7), at(child, 7));
}

TEST(stack, keeps_the_guard_gap_to_what_is_below)
{
	struct space *sp = with_stack(test, 10, 1);

	ok(map(sp, 2, 2, RW));
	ok(write_page(sp, 6, 'x'));
	expect(sp, "..[ww]..[Wwwww]");
	fails(write_page(sp, 5, 'x'), -EFAULT);
	fails(write_page(sp, 4, 'x'), -EFAULT);
	expect(sp, "..[ww]..[Wwwww]");
}

/* A mapping without access counts as a gap. */
TEST(stack, grows_up_to_inaccessible_memory)
{
	struct space *sp = with_stack(test, 10, 1);

	ok(map(sp, 4, 2, PROT_NONE));
	ok(write_page(sp, 6, 'x'));
	expect(sp, "....[nn][Wwwww]");
}

TEST(stack, mappings_keep_the_gap_below_it)
{
	struct space *sp = with_stack(test, 10, 1);

	/* free, but nearer than the gap: the hint is not followed */
	KUNIT_EXPECT_NE(test, map_at(sp, 7, 2, RW, ANON, NULL, 0), (long)page_addr(7));
	KUNIT_EXPECT_EQ(test, map_at(sp, 6, 2, RW, ANON, NULL, 0), (long)page_addr(6));
	expect(sp, "......[ww]..[w]");
}

TEST(stack, limit_of_the_stack)
{
	struct rlimit *limit = &current->signal->rlim[RLIMIT_STACK];
	struct space *sp = with_stack(test, 10, 1);

	limit->rlim_cur = 4 * PAGE_SIZE;
	fails(write_page(sp, 6, 'x'), -EFAULT);
	expect(sp, "..........[w]");
	ok(write_page(sp, 7, 'x'));
	expect(sp, ".......[Wwww]");
	fails(write_page(sp, 6, 'x'), -EFAULT);
	limit->rlim_cur = 5 * PAGE_SIZE;
	ok(write_page(sp, 6, 'x'));
	expect(sp, "......[WWwww]");
}

TEST(stack, limit_of_the_address_space)
{
	struct rlimit *limit = &current->signal->rlim[RLIMIT_AS];
	struct space *sp = with_stack(test, 10, 2);

	limit->rlim_cur = 3 * PAGE_SIZE;
	fails(write_page(sp, 8, 'x'), -EFAULT);
	ok(write_page(sp, 9, 'x'));
	expect(sp, ".........[Www]");
}

/* The lower part grows; the upper, a VMA of its own, stays as it is. */
TEST(stack, split_grows_at_its_lower_part)
{
	struct space *sp = with_stack(test, 10, 4);

	ok(touch(sp, 10, 4, 'x'));
	ok(protect(sp, 12, 2, PROT_READ));
	ok(write_page(sp, 8, 'y'));
	expect(sp, "........[WwWW][RR]");
	mapped_at(folio_of(sp, 13), at(sp, 13));
	mapped_at(folio_of(sp, 10), at(sp, 10));
	ok(protect(sp, 12, 2, RW));
	expect(sp, "........[WwWWWW]");
	ok(look(sp, 8, 6));
}

/*
* Memory that may not be written is not charged, neither when it grows:
 *
 *	.......[r]      the access is seven pages below
 *	[rrrrrrrr]
 */
TEST(stack, growth_of_what_is_not_accounted_is_not_charged)
{
	struct space *sp = space_new(test);
	s64 before = charged();

	ok(map_file(sp, 7, 1, PROT_READ, ANON | MAP_GROWSDOWN, NULL, 0));
	KUNIT_ASSERT_EQ(test, charged(), before);
	oracle_pause(test);
	ok(read_page(sp, 0));
	if (charged() != before) {
		KUNIT_EXPECT_EQ(test, charged(), before + 7);
		vm_unacct_memory(charged() - before);
		known_bug(SHIM_BUG_GROWTH_CHARGE, 16);
	}
	oracle_resume(test);
	KUNIT_EXPECT_EQ(test, charged(), before);
	expect(sp, "[Rrrrrrrr]");
}
