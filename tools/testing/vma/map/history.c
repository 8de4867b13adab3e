// SPDX-License-Identifier: GPL-2.0
/*
 * Bugs that mainline had and that no other suite has a case for, each as its
 * report told it. docs/results/history.md has the titles of the fixes.
 */
#include <linux/personality.h>
#include <linux/security.h>

#include "attr.h"
#include "chardev.h"
#include "internal.h"
#include "test.h"

#define STACK	(ANON | MAP_GROWSDOWN)

/* The page of an address that may lie below SPACE_BASE. */
static long page_of(unsigned long addr)
{
	return (long)(addr - SPACE_BASE) >> PAGE_SHIFT;
}

static int store(struct space *sp, unsigned long addr)
{
	u8 value = 'x';
	int err = shim_user_write(sp->mm, addr, &value, 1);

	oracle(sp->test);
	return err;
}

/* Without MREMAP_FIXED it is an argument that nobody reads. */
TEST(history, mremap_does_not_look_at_an_address_that_is_not_given)
{
	struct space *sp = layout(test, "[WW]");
	long junk = page_of(0xdead0000beef0000UL);

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 4, MREMAP_MAYMOVE, junk), 0L);
	expect(sp, "[WWww]");
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 4, 1, 0, junk), 0L);
	expect(sp, "[W]");
	ok(look(sp, 0, 1));
}

/* Growth removes no VMA, so a driver that must hear of that is no hindrance. */
TEST(history, mremap_grows_a_mapping_with_close)
{
	struct chardev *drv = chardev_new(test, 8);
	struct space *sp = space_new(test);

	ok(chardev_map(sp, 0, 2, MAP_SHARED, drv));
	ok(resize(sp, 0, 2, 4));
	expect(sp, "{wwww}");
	KUNIT_EXPECT_EQ(test, drv->closes, 0);
	ok(touch(sp, 0, 4, 'x'));
	space_exit(sp);
	chardev_balanced(drv);
}

/*
 *	[WWW]		pages 1 and 2 become four
 *	  ^^
 */
TEST(history, mremap_grows_in_place_from_inside_of_a_vma)
{
	struct space *sp = layout(test, "[WWW]");

	ok(resize(sp, 1, 2, 4));
	expect(sp, "[WWWww]");
	ok(touch(sp, 3, 2, 'x'));
	mapped_at(folio_of(sp, 4), at(sp, 4));
	ok(look(sp, 0, 5));
}

/* The page offset of what is added goes on where the VMA ends. */
TEST(history, mremap_grows_a_file_in_place_from_inside_of_a_vma)
{
	struct file *file = shim_file_create(8);
	struct space *sp = space_new(test);

	*shim_file_data(file, 5) = 'f';
	ok(map_file(sp, 0, 3, PROT_READ, MAP_SHARED, file, 2));
	ok(resize(sp, 1, 2, 4));
	expect(sp, "{rrrrr}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'f');
	space_exit(sp);
	shim_file_put(file);
}

/*
 * Nothing is below the stack, so there is nothing to keep the gap of 256 pages
 * to; but no memory is ever mapped below mmap_min_addr.
 */
TEST(history, stack_at_the_bottom_grows_down_to_the_lowest_address)
{
	unsigned long top = mmap_min_addr + 4 * PAGE_SIZE;
	struct space *sp = space_new(test);

	ok(map_file(sp, page_of(top), 1, RW, STACK, NULL, 0));
	ok(store(sp, top - PAGE_SIZE));
	ok(store(sp, mmap_min_addr));
	fails(store(sp, mmap_min_addr - 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 5UL);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, page_of(top))), mmap_min_addr);
}

/* From the top down: what ends where the stack starts would be in its gap. */
TEST(history, free_space_from_the_top_keeps_the_gap_of_a_stack)
{
	struct space *sp = space_new(test);
	unsigned long stack = shim_mmap_base(sp->mm) - PAGE_SIZE;

	stack_guard_gap = 3 * PAGE_SIZE;
	ok(map_file(sp, page_of(stack), 1, RW, STACK, NULL, 0));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 2, RW, ANON, NULL, 0),
			(long)(stack - 5 * PAGE_SIZE));
}

/*
 * From the bottom up, as with ADDR_COMPAT_LAYOUT: the hole below the stack is
 * too small with its gap.
 */
TEST(history, free_space_from_the_bottom_keeps_the_gap_of_a_stack)
{
	unsigned long base, stack;
	struct space *sp;

	current->personality |= ADDR_COMPAT_LAYOUT;
	sp = space_new(test);
	current->personality &= ~ADDR_COMPAT_LAYOUT;
	base = shim_mmap_base(sp->mm);
	stack = base + 4 * PAGE_SIZE;
	stack_guard_gap = 3 * PAGE_SIZE;
	ok(map_file(sp, page_of(stack), 1, RW, STACK, NULL, 0));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 2, RW, ANON, NULL, 0),
			(long)(stack + PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, map_at(sp, NO_HINT, 1, PROT_READ, ANON, NULL, 0), (long)base);
}

/* A driver that takes a shared mapping and gives it no way to fault. */
static int mmap_without_ops(struct file *file, struct vm_area_struct *vma)
{
	shim_vm_ops(vma) = NULL;
	return 0;
}

TEST(history, shared_file_without_fault_gets_no_anonymous_page)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = space_new(test);

	drv->fops.mmap = mmap_without_ops;
	ok(chardev_map(sp, 0, 2, MAP_SHARED, drv));
	fails(read_page(sp, 0), -EIO);
	fails(write_page(sp, 1, 'x'), -EIO);
	expect(sp, "{ww}");
}

/* The range is not mapped to its end: what is there changes, and the call fails. */
TEST(history, mprotect_of_more_than_there_is_fails)
{
	struct space *sp = layout(test, "[WW]");

	fails(protect(sp, 0, 4, PROT_READ), -ENOMEM);
	expect(sp, "[RR]");
}

/* The error of the second VMA, not that of a range that is not mapped. */
TEST(history, mprotect_tells_the_error_that_stopped_it)
{
	struct file *file = shim_file_create(4);
	struct space *sp = layout(test, "[WW]");

	file->f_mode &= ~FMODE_WRITE;
	ok(map_file(sp, 2, 4, PROT_READ, MAP_SHARED, file, 0));
	fails(protect(sp, 0, 6, RW), -EACCES);
	expect(sp, "[WW](rrrr)");
	space_exit(sp);
	shim_file_put(file);
}

/*
 *	[www]		unfaulted; MREMAP_DONTUNMAP puts an equal one beside it
 */
TEST(history, dontunmap_of_unfaulted_memory_to_beside_itself_makes_two)
{
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	struct space *sp = layout(test, "...[www]");

	KUNIT_EXPECT_EQ(test, remap(sp, 3, 3, 3, flags, 6), 6L);
	expect(sp, "...[www][www]");
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 2);
	ok(touch(sp, 3, 6, 'x'));
}

/* Locked memory stays locked where it goes, and the source is not any more. */
TEST(history, dontunmap_of_locked_memory_counts_it_once)
{
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	struct space *sp = layout(test, "[WWWW]");

	ok(lock(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, remap(sp, 1, 2, 2, flags, 8), 8L);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	ok(unmap(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 2UL);
	ok(unmap(sp, 8, 2));
}

/*
 *	......[WW]		faulted at page 0 and moved, so with the offset of 0
 *	......[ww][ww]..[WW]	the source is unfaulted now: new memory joins it
 */
TEST(history, what_dontunmap_leaves_merges_with_new_memory)
{
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	struct space *sp = layout(test, "[WW]");

	ok(move(sp, 0, 2, 6));
	KUNIT_EXPECT_EQ(test, remap(sp, 6, 2, 2, flags, 12), 12L);
	ok(map(sp, 8, 2, RW));
	expect(sp, "......[wwww]..[WW]");
	ok(touch(sp, 6, 4, 'x'));
}
