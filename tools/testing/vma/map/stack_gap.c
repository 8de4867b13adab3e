// SPDX-License-Identifier: GPL-2.0
/* The gap below a stack, the lowest addresses, and growth that fails half way. */
#include <linux/personality.h>
#include <linux/security.h>

#include "internal.h"
#include "test.h"

#define STACK	(ANON | MAP_GROWSDOWN)

static long top_page(struct space *sp)
{
	return (long)(shim_mmap_base(sp->mm) - SPACE_BASE) >> PAGE_SHIFT;
}

/* From the top down: what is found leaves the gap below the stack free. */
TEST(stack_gap, search_from_the_top_leaves_it_free)
{
	struct space *sp = space_new(test);
	long top = top_page(sp), page;

	stack_guard_gap = 5 * PAGE_SIZE;
	ok(map_file(sp, top - 1, 1, RW, STACK, NULL, 0));
	page = (map_at(sp, NO_HINT, 2, RW, ANON, NULL, 0) - SPACE_BASE) >> PAGE_SHIFT;
	KUNIT_EXPECT_EQ(test, page, top - 1 - 5 - 2);
	/* a gap between two that is as large as the guard gap holds nothing more */
	page = (map_at(sp, NO_HINT, 1, PROT_READ, ANON, NULL, 0) - SPACE_BASE) >> PAGE_SHIFT;
	KUNIT_EXPECT_EQ(test, page, top - 1 - 5 - 3);
}

/* [r]......[w]: room for one page above the mapping and below the gap. */
TEST(stack_gap, search_from_the_top_uses_what_is_below_it)
{
	struct space *sp = space_new(test);
	long top = top_page(sp), page;

	stack_guard_gap = 5 * PAGE_SIZE;
	ok(map_file(sp, top - 1, 1, RW, STACK, NULL, 0));
	ok(map(sp, top - 9, 2, PROT_READ));
	page = (map_at(sp, NO_HINT, 1, RW, ANON, NULL, 0) - SPACE_BASE) >> PAGE_SHIFT;
	KUNIT_EXPECT_EQ(test, page, top - 7);
	page = (map_at(sp, NO_HINT, 1, RW, ANON, NULL, 0) - SPACE_BASE) >> PAGE_SHIFT;
	KUNIT_EXPECT_EQ(test, page, top - 10);
}

static struct space *bottom_up(struct kunit *test)
{
	current->personality |= ADDR_COMPAT_LAYOUT;
	return space_new(test);
}

/* The old layout looks from the bottom up, with the same respect. */
TEST(stack_gap, search_from_the_bottom_leaves_it_free)
{
	struct space *sp = bottom_up(test);
	unsigned long base = shim_mmap_base(sp->mm);
	long first = (long)(base - SPACE_BASE) >> PAGE_SHIFT;

	stack_guard_gap = 5 * PAGE_SIZE;
	ok(map(sp, first, 1, PROT_READ));
	ok(map_file(sp, first + 8, 1, RW, STACK, NULL, 0));
	/* two pages between them are outside of the gap */
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 2, RW, ANON, NULL, 0),
			(long)page_addr(first + 1));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 1, PROT_READ, ANON, NULL, 0),
			(long)page_addr(first + 9));
}

TEST(stack_gap, search_from_the_bottom_takes_the_first_that_fits)
{
	struct space *sp = bottom_up(test);
	long first = (long)(shim_mmap_base(sp->mm) - SPACE_BASE) >> PAGE_SHIFT;

	ok(map(sp, first, 1, PROT_READ));
	ok(map(sp, first + 2, 1, PROT_READ));
	ok(map(sp, first + 6, 1, PROT_READ));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 2, RW, ANON, NULL, 0),
			(long)page_addr(first + 3));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 1, RW, ANON, NULL, 0),
			(long)page_addr(first + 1));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 20, RW, ANON, NULL, 0),
			(long)page_addr(first + 7));
}

/* A stack needs no distance from another stack: that one will not grow up. */
TEST(stack_gap, two_stacks_may_touch)
{
	struct space *sp = space_new(test);

	stack_guard_gap = 3 * PAGE_SIZE;
	ok(map_file(sp, 4, 2, RW, STACK, NULL, 0));
	ok(map_file(sp, 10, 1, RW, STACK, NULL, 0));
	ok(write_page(sp, 6, 'x'));
	expect(sp, "....[ww][Wwwww]");
	fails(write_page(sp, 11, 'x'), -EFAULT);
}

/* [W][WW]: of what mprotect() cut off, only the lower part grows. */
TEST(stack_gap, upper_part_of_a_stack_does_not_grow_into_the_lower)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 1000, 4, RW, STACK, NULL, 0));
	ok(unmap(sp, 1001, 1));
	stack_guard_gap = PAGE_SIZE;
	ok(write_page(sp, 1001, 'x'));
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 2);
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 4UL);
	ok(write_page(sp, 998, 'y'));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 6UL);
}

/* The lowest addresses are nobody's, be it by growth. */
TEST(stack_gap, growth_ends_at_the_lowest_address)
{
	struct space *sp = space_new(test);
	unsigned long lowest = PAGE_ALIGN(mmap_min_addr);
	u8 value = 'x';

	shim_use_mm(sp->mm);
	KUNIT_ASSERT_EQ(test, (long)(lowest + 4 * PAGE_SIZE),
			(long)vm_mmap_pgoff(NULL, lowest + 4 * PAGE_SIZE, PAGE_SIZE, RW,
					    STACK | MAP_FIXED, 0));
	fails(shim_user_write(sp->mm, lowest - 1, &value, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 1UL);
	ok(shim_user_write(sp->mm, lowest, &value, 1));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 5UL);
	fails(shim_user_write(sp->mm, lowest - 1, &value, 1), -EFAULT);
	oracle(test);
	space_exit(sp);
}

/* A faulted stack grows over more than one page table, and all is found. */
TEST(stack_gap, growth_over_page_tables)
{
	struct space *sp = space_new(test);

	current->signal->rlim[RLIMIT_STACK].rlim_cur = RLIM_INFINITY;
	ok(map_file(sp, 2000, 2, RW, STACK, NULL, 0));
	ok(touch(sp, 2000, 2, 'x'));
	ok(write_page(sp, 1000, 'y'));
	ok(write_page(sp, 300, 'z'));
	mapped_at(folio_of(sp, 2001), at(sp, 2001));
	mapped_at(folio_of(sp, 1000), at(sp, 1000));
	mapped_at(folio_of(sp, 300), at(sp, 300));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 1702UL);
	ok(unmap(sp, 300, 1702));
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
}

/* Each allocation of a growth fails: SIGSEGV or no memory, and the stack as it was. */
TEST(stack_gap, growth_without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	do {
		sp = space_new(test);
		ok(map_file(sp, 1000, 1, RW, STACK, NULL, 0));
		shim_fail_nth(++nth, false);
		err = write_page(sp, 996, 'x');
		seen = shim_fail_stop();
		if (err) {
			KUNIT_EXPECT_TRUE(test, err == -EFAULT || err == -ENOMEM);
			KUNIT_EXPECT_EQ(test, charged(), (s64)shim_stack_vm(sp->mm));
			failed++;
			ok(write_page(sp, 996, 'x'));
		}
		KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 5UL);
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 3UL);
}
