// SPDX-License-Identifier: GPL-2.0
/* mseal(): nothing takes a sealed mapping away, moves it or changes its rights. */
#include <linux/syscalls.h>

#include "attr.h"
#include "internal.h"
#include "test.h"

/*
 *	[rr][ww][rr]
 *	    ^^^^	sealed
 */
static struct space *sealed_middle(struct kunit *test)
{
	struct space *sp = layout(test, "[rr][WW][rr]");

	ok(seal(sp, 2, 2));
	return sp;
}

TEST(seal, keeps_from_munmap_whatever_the_range)
{
	struct space *sp = sealed_middle(test);

	fails(unmap(sp, 2, 2), -EPERM);
	fails(unmap(sp, 3, 1), -EPERM);
	fails(unmap(sp, 0, 6), -EPERM);
	fails(unmap(sp, 3, 3), -EPERM);
	expect(sp, "[rr][WW][rr]");
	ok(look(sp, 2, 2));
	ok(unmap(sp, 0, 2));
	ok(unmap(sp, 4, 2));
	expect(sp, "..[WW]");
}

TEST(seal, keeps_from_being_mapped_over)
{
	struct space *sp = sealed_middle(test);

	fails(map(sp, 2, 2, RW), -EPERM);
	fails(map(sp, 1, 2, RW), -EPERM);
	fails(move(sp, 0, 2, 2), -EPERM);
	ok(look(sp, 2, 2));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'C');
}

TEST(seal, keeps_from_mprotect_and_mremap)
{
	struct space *sp = sealed_middle(test);

	fails(protect(sp, 2, 2, PROT_READ), -EPERM);
	fails(protect(sp, 3, 1, PROT_READ), -EPERM);
	fails(move(sp, 2, 2, 10), -EPERM);
	fails(resize(sp, 2, 2, 1), -EPERM);
	ok(write_page(sp, 2, 'x'));
	expect(sp, "[rr][WW][rr]");
}

/* The seal goes with the process, and its child has it too. */
TEST(seal, is_inherited)
{
	struct space *parent = sealed_middle(test), *child = space_fork(parent);

	fails(unmap(child, 2, 2), -EPERM);
	space_exit(parent);
	fails(unmap(child, 0, 6), -EPERM);
	ok(look(child, 2, 2));
}

/* Contents that cannot be written must not change by being thrown away. */
TEST(seal, keeps_from_advice_that_discards)
{
	static const int discards[] = {
		MADV_DONTNEED, MADV_FREE, MADV_DONTNEED_LOCKED, MADV_DONTFORK, MADV_WIPEONFORK,
	};
	struct space *sp = layout(test, "[RR]");
	int i;

	ok(seal(sp, 0, 2));
	for (i = 0; i < ARRAY_SIZE(discards); i++)
		fails(advise(sp, 0, 1, discards[i]), -EPERM);
	expect(sp, "[RR]");
	ok(look(sp, 0, 2));
}

/* Who may write may throw away too. */
TEST(seal, does_not_keep_from_advice_on_what_can_be_written)
{
	struct space *sp = layout(test, "[WW]");

	ok(seal(sp, 0, 2));
	ok(advise(sp, 0, 1, MADV_DONTNEED));
	expect(sp, "[wW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 0);
}

TEST(seal, does_not_keep_from_advice_that_discards_nothing)
{
	static const int advices[] = {
		MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_COLD, MADV_DONTDUMP, MADV_DODUMP,
		MADV_DOFORK, MADV_KEEPONFORK,
	};
	struct space *sp = layout(test, "[RR]");
	int i;

	ok(seal(sp, 0, 2));
	for (i = 0; i < ARRAY_SIZE(advices); i++)
		ok(advise(sp, 0, 2, advices[i]));
	expect(sp, "[RR]");
	ok(look(sp, 0, 2));
}

/* Flags are for later; the length is rounded up, and must not come out as 0 or beyond the end. */
TEST(seal, refuses_what_is_no_range)
{
	struct space *sp = layout(test, "[ww]");

	fails(sys_mseal(page_addr(0), PAGE_SIZE, 1), -EINVAL);
	fails(sys_mseal(page_addr(0) + 1, PAGE_SIZE, 0), -EINVAL);
	fails(sys_mseal(page_addr(0), -1UL, 0), -EINVAL);
	fails(sys_mseal(page_addr(0), -PAGE_SIZE, 0), -EINVAL);
	ok(unmap(sp, 0, 2));
}

/* Not even where nothing is mapped. */
TEST(seal, of_no_page_is_fine_and_seals_none)
{
	struct space *sp = layout(test, "[ww]");

	ok(sys_mseal(page_addr(0), 0, 0));
	ok(sys_mseal(page_addr(9), 0, 0));
	ok(unmap(sp, 0, 2));
}

TEST(seal, of_a_part_of_a_page_is_of_the_page)
{
	struct space *sp = layout(test, "[ww]");

	ok(sys_mseal(page_addr(1), 1, 0));
	fails(unmap(sp, 1, 1), -EPERM);
	ok(unmap(sp, 0, 1));
}

/* A hole at the begin, in the middle, or at the end: then nothing is sealed. */
TEST(seal, of_a_range_with_a_hole_seals_nothing)
{
	struct space *sp = layout(test, ".[ww].[rr].");

	fails(seal(sp, 0, 3), -ENOMEM);
	fails(seal(sp, 1, 5), -ENOMEM);
	fails(seal(sp, 4, 3), -ENOMEM);
	fails(seal(sp, 8, 1), -ENOMEM);
	ok(unmap(sp, 1, 2));
	ok(unmap(sp, 4, 2));
}

/* It needs a VMA more, or two. */
TEST(seal, of_a_part_needs_room_for_vmas)
{
	struct space *sp = layout(test, "[wwww]");

	sysctl_max_map_count = 1;
	fails(seal(sp, 0, 1), -ENOMEM);
	sysctl_max_map_count = DEFAULT_MAX_MAP_COUNT;
	expect(sp, "[wwww]");
	ok(unmap(sp, 0, 4));
}

/* What was sealed before is left alone, and what is sealed now is one mapping with it. */
TEST(seal, of_a_part_and_then_of_all)
{
	struct space *sp = layout(test, "[ww]");

	ok(seal(sp, 0, 1));
	expect(sp, "[w][w]");
	ok(seal(sp, 0, 2));
	expect(sp, "[ww]");
	fails(unmap(sp, 0, 1), -EPERM);
	fails(unmap(sp, 1, 1), -EPERM);
}

TEST(seal, of_several_mappings)
{
	struct space *sp = layout(test, "[ww][rr][xx]");

	ok(seal(sp, 1, 4));
	expect(sp, "[w][w][rr][x][x]");
	ok(unmap(sp, 0, 1));
	ok(unmap(sp, 5, 1));
	fails(unmap(sp, 1, 1), -EPERM);
	fails(unmap(sp, 2, 2), -EPERM);
	fails(unmap(sp, 4, 1), -EPERM);
	expect(sp, ".[w][rr][x]");
}
