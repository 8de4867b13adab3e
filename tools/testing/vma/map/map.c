// SPDX-License-Identifier: GPL-2.0
/* mmap() of anonymous memory. */
#include "internal.h"
#include <linux/security.h>
#include <linux/syscalls.h>

#include "test.h"

TEST(map, without_a_hint_from_the_top_down)
{
	struct space *sp = space_new(test);
	unsigned long base = shim_mmap_base(sp->mm);

	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 4, RW, ANON, NULL, 0),
			(long)(base - 4 * PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 2, PROT_READ, ANON, NULL, 0),
			(long)(base - 6 * PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 2);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 6UL);
}

TEST(map, lowest_of_the_gaps_that_are_large_enough_is_not_taken)
{
	struct space *sp = space_new(test);
	unsigned long base = shim_mmap_base(sp->mm);
	long top = (long)(base - SPACE_BASE) >> PAGE_SHIFT;

	ok(map(sp, top - 2, 2, RW));
	ok(map(sp, top - 6, 2, RW));
	ok(map(sp, top - 10, 3, RW));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 2, PROT_READ, ANON, NULL, 0),
			(long)page_addr(top - 4));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 2, PROT_READ, ANON, NULL, 0),
			(long)page_addr(top - 12));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 1, PROT_READ, ANON, NULL, 0),
			(long)page_addr(top - 7));
}

TEST(map, at_a_free_hint)
{
	struct space *sp = layout(test, "[www]");

	KUNIT_EXPECT_EQ(test, map_at(sp, 5, 2, RW, ANON, NULL, 0), (long)page_addr(5));
	expect(sp, "[www]..[ww]");
}

TEST(map, elsewhere_if_the_hint_is_taken)
{
	struct space *sp = layout(test, "[WWW]");
	unsigned long base = shim_mmap_base(sp->mm);

	KUNIT_EXPECT_EQ(test, map_at(sp, 2, 2, RW, ANON, NULL, 0),
			(long)(base - 2 * PAGE_SIZE));
	expect(sp, "[WWW]");
}

TEST(map, fixed_replaces_the_middle)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(map(sp, 2, 2, PROT_READ));
	expect(sp, "[WW][rr][WW]");
	ok(look(sp, 0, 6));
	expect(sp, "[WW][RR][WW]");
}

/* The new pages are fresh although the VMA merges with both neighbours. */
TEST(map, fixed_over_its_own_kind_merges_and_clears)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(map(sp, 2, 2, RW));
	expect(sp, "[WWwwWW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	ok(look(sp, 0, 6));
}

TEST(map, fixed_over_parts_of_several)
{
	struct space *sp = layout(test, "[WWW][RRR].[WWW]");

	ok(map(sp, 1, 7, PROT_NONE));
	expect(sp, "[W][nnnnnnn][WW]");
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 10UL);
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 3UL);
	ok(read_page(sp, 0));
	ok(look(sp, 8, 2));
}

TEST(map, fixed_over_whole_vmas_exactly)
{
	struct space *sp = layout(test, "[WW][RR][WW]");

	ok(map(sp, 0, 6, PROT_READ));
	expect(sp, "[rrrrrr]");
	ok(look(sp, 0, 6));
}

TEST(map, noreplace_fails_over_anything)
{
	struct space *sp = layout(test, "..[WW]..");
	int flags = ANON | MAP_FIXED_NOREPLACE;

	fails(map_at(sp, 1, 2, RW, flags, NULL, 0), -EEXIST);
	fails(map_at(sp, 3, 2, RW, flags, NULL, 0), -EEXIST);
	fails(map_at(sp, 2, 2, RW, flags, NULL, 0), -EEXIST);
	fails(map_at(sp, 0, 8, RW, flags, NULL, 0), -EEXIST);
	expect(sp, "..[WW]");
	ok(look(sp, 2, 2));
}

TEST(map, noreplace_beside_something)
{
	struct space *sp = layout(test, "..[WW]..");
	int flags = ANON | MAP_FIXED_NOREPLACE;

	KUNIT_EXPECT_EQ(test, map_at(sp, 0, 2, PROT_READ, flags, NULL, 0),
			(long)page_addr(0));
	KUNIT_EXPECT_EQ(test, map_at(sp, 4, 1, PROT_READ, flags, NULL, 0),
			(long)page_addr(4));
	expect(sp, "[rr][WW][r]");
}

TEST(map, nothing_is_invalid)
{
	struct space *sp = space_new(test);

	fails(map(sp, 0, 0, RW), -EINVAL);
	fails(unmap(sp, 0, 0), -EINVAL);
	fails(sys_munmap(page_addr(0) + 1, PAGE_SIZE), -EINVAL);
	fails(map_at(sp, 0, 1, RW, MAP_ANONYMOUS, NULL, 0), -EINVAL);
	expect(sp, "");
}

/* Neither from the top down nor from the bottom up, where only little is left. */
TEST(map, nothing_below_the_lowest_address)
{
	struct space *sp = space_new(test);
	struct vm_unmapped_area_info info = {
		.length = PAGE_SIZE, .high_limit = mmap_min_addr + PAGE_SIZE,
	};

	shim_use_mm(sp->mm);
	mmap_write_lock(sp->mm);
	KUNIT_EXPECT_EQ(test, vm_unmapped_area(&info), mmap_min_addr);
	info.flags = VM_UNMAPPED_AREA_TOPDOWN;
	KUNIT_EXPECT_EQ(test, vm_unmapped_area(&info), mmap_min_addr);
	info.length = 2 * PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, (long)vm_unmapped_area(&info), -ENOMEM);
	info.flags = 0;
	KUNIT_EXPECT_EQ(test, (long)vm_unmapped_area(&info), -ENOMEM);
	/* so large that the sum is a small one */
	info.length = -PAGE_SIZE;
	info.align_mask = 2 * PAGE_SIZE - 1;
	KUNIT_EXPECT_EQ(test, (long)vm_unmapped_area(&info), -ENOMEM);
	info.flags = VM_UNMAPPED_AREA_TOPDOWN;
	KUNIT_EXPECT_EQ(test, (long)vm_unmapped_area(&info), -ENOMEM);
	mmap_write_unlock(sp->mm);
}

TEST(map, limit_of_the_address_space)
{
	struct rlimit *limit = &current->signal->rlim[RLIMIT_AS];
	struct space *sp = layout(test, "[WW]");

	limit->rlim_cur = 4 * PAGE_SIZE;
	fails(map(sp, 2, 3, RW), -ENOMEM);
	ok(map(sp, 3, 2, RW));
	fails(map(sp, 6, 1, RW), -ENOMEM);
	/* what is replaced does not count */
	ok(map(sp, 0, 2, PROT_READ));
	limit->rlim_cur = RLIM_INFINITY;
	expect(sp, "[rr].[ww]");
}

TEST(map, populate_faults_everything_in)
{
	struct space *sp = space_new(test);

	KUNIT_EXPECT_EQ(test, map_at(sp, 0, 4, RW, ANON | MAP_FIXED | MAP_POPULATE, NULL, 0),
			(long)page_addr(0));
	expect(sp, "[WWWW]");
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 4UL);
}
