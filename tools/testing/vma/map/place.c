// SPDX-License-Identifier: GPL-2.0
/*
 * Where mmap() without MAP_FIXED puts memory: __get_unmapped_area() of mm/mmap.c, for lengths
 * that huge pages fill and others, with a hint, and from the bottom up as from the top down.
 * What lies side by side merges, so a gap costs a VMA.
 */
#include <linux/math.h>
#include <linux/personality.h>
#include <linux/security.h>

#include "internal.h"
#include "test.h"

#define HUGE_SIZE	(HUGE_NR * PAGE_SIZE)

static struct space *from_the_bottom_up(struct kunit *test)
{
	struct space *sp;

	current->personality |= ADDR_COMPAT_LAYOUT;
	sp = space_new(test);
	current->personality &= ~ADDR_COMPAT_LAYOUT;
	return sp;
}

static unsigned long anywhere(struct space *sp, long nr)
{
	return map_at(sp, NO_HINT, nr, RW, ANON, NULL, 0);
}

/* Three equal requests are one VMA. */
static unsigned long side_by_side(struct kunit *test, struct space *sp, long nr)
{
	unsigned long first = anywhere(sp, nr), second = anywhere(sp, nr);

	KUNIT_EXPECT_EQ(test, abs_diff(first, second), nr * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, abs_diff(second, anywhere(sp, nr)), nr * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
	return first;
}

static void equal_requests(struct kunit *test, struct space *(*new)(struct kunit *test))
{
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(side_by_side(test, new(test), 3)));
	side_by_side(test, new(test), HUGE_NR - 1);
	side_by_side(test, new(test), HUGE_NR + 1);
	side_by_side(test, new(test), 2 * HUGE_NR - 1);
}

TEST(place, equal_requests_from_the_top_down)
{
	equal_requests(test, space_new);
}

TEST(place, equal_requests_from_the_bottom_up)
{
	equal_requests(test, from_the_bottom_up);
}

/* Huge pages fit into all of it. */
static void huge_requests(struct kunit *test, struct space *(*new)(struct kunit *test))
{
	struct space *sp = new(test);

	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(side_by_side(test, sp, HUGE_NR), HUGE_SIZE));
	sp = new(test);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(side_by_side(test, sp, 3 * HUGE_NR), HUGE_SIZE));
	/* and behind one that leaves an odd place */
	sp = new(test);
	anywhere(sp, 3);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(anywhere(sp, HUGE_NR), HUGE_SIZE));
}

TEST(place, huge_requests_from_the_top_down, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	huge_requests(test, space_new);
}

TEST(place, huge_requests_from_the_bottom_up, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	huge_requests(test, from_the_bottom_up);
}

TEST(place, gap_before_a_huge_one_is_used, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = space_new(test);
	unsigned long odd = anywhere(sp, 3);

	anywhere(sp, HUGE_NR);
	KUNIT_EXPECT_EQ(test, anywhere(sp, 2), odd - 2 * PAGE_SIZE);
}

TEST(place, hint_is_kept_where_huge_pages_do_not_fit)
{
	struct space *sp = space_new(test);

	KUNIT_EXPECT_EQ(test, map_at(sp, 5, HUGE_NR, RW, ANON, NULL, 0), (long)page_addr(5));
	KUNIT_EXPECT_EQ(test, map_at(sp, 5 + HUGE_NR, 2 * HUGE_NR, RW, ANON, NULL, 0),
			(long)page_addr(5 + HUGE_NR));
	expect(sp, ".....[w*1536]");
	/* or just fit */
	sp = layout(test, ".....[r]");
	ok(map(sp, 6 + HUGE_NR, 1, PROT_READ));
	KUNIT_EXPECT_EQ(test, map_at(sp, 6, HUGE_NR, RW, ANON, NULL, 0), (long)page_addr(6));
}

/* All is taken but for a gap that has the length, and no more. */
TEST(place, room_that_is_too_small_to_align)
{
	struct space *sp = space_new(test);
	const long lowest = NO_HINT + (mmap_min_addr >> PAGE_SHIFT), behind = 5 + HUGE_NR;

	ok(map(sp, lowest, 5 - lowest, PROT_NONE));
	ok(map(sp, behind, ((TASK_SIZE - SPACE_BASE) >> PAGE_SHIFT) - behind, PROT_NONE));
	KUNIT_EXPECT_EQ(test, anywhere(sp, HUGE_NR), page_addr(5));
	KUNIT_EXPECT_EQ(test, (long)anywhere(sp, 1), -ENOMEM);
}

/* Whether a file wants it is the file's own matter. */
TEST(place, file_without_a_hook_is_not_aligned)
{
	struct file *file = shim_file_create(HUGE_NR);
	struct space *sp = space_new(test);
	unsigned long odd = anywhere(sp, 3);

	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, HUGE_NR, PROT_READ, MAP_PRIVATE, file, 0),
			(long)(odd - HUGE_SIZE));
	shim_file_put(file);
}

/* A thread's stack is touched at its end alone, so a huge page would be a waste. */
TEST(place, memory_for_a_stack_gets_no_huge_pages)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 2, RW, ANON | MAP_STACK, NULL, 0));
	KUNIT_EXPECT_EQ(test, !!(shim_vm_flags(vma_of(sp, 0)) & VM_NOHUGEPAGE),
			IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE));
}

/* mremap() looks for a place as mmap() does. */
TEST(place, growth_that_moves_is_aligned, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[WW][r]");
	long to = remap(sp, 0, 2, HUGE_NR, MREMAP_MAYMOVE, 0);

	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(page_addr(to), HUGE_SIZE));
	expect(sp, "..[r]");
}
