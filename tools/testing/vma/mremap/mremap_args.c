// SPDX-License-Identifier: GPL-2.0
/* mremap(): arguments and memory that it refuses, and those at the limits of what it takes. */
#include <linux/syscalls.h>

#include "chardev.h"
#include "internal.h"
#include "mremap.h"

static long raw(struct space *sp, unsigned long addr, unsigned long len,
		unsigned long new_len, unsigned long flags, unsigned long to)
{
	shim_use_mm(sp->mm);
	return sys_mremap(addr, len, new_len, flags, to);
}

TEST(mremap_args, are_checked)
{
	struct space *sp = layout(test, "[WW]");
	unsigned long at = page_addr(0), two = 2 * PAGE_SIZE;
	long err;

	fails(raw(sp, at, two, two, 64, 0), -EINVAL);
	fails(raw(sp, at + 1, two, two, 0, 0), -EINVAL);
	fails(raw(sp, at, two, 0, 0, 0), -EINVAL);
	err = raw(sp, at, two, TASK_SIZE + PAGE_SIZE, MREMAP_MAYMOVE, 0);
	KUNIT_EXPECT_TRUE(test, err == -EINVAL || err == -ENOMEM);	/* before 7.2 */
	fails(raw(sp, at, two, two, TO, page_addr(5) + 1), -EINVAL);
	fails(raw(sp, at, two, two, TO, TASK_SIZE - PAGE_SIZE), -EINVAL);
	fails(raw(sp, at, two, two, TO, TASK_SIZE), -EINVAL);
	fails(raw(sp, at, two, two, MREMAP_DONTUNMAP | MREMAP_FIXED, page_addr(5)), -EINVAL);
	fails(raw(sp, page_addr(5), two, two, 0, 0), -EFAULT);
	fails(raw(sp, at, 3 * PAGE_SIZE, 4 * PAGE_SIZE, 0, 0), -EFAULT);
	expect(sp, "[WW]");
	oracle(test);
	/* lengths are rounded up, and the same length changes nothing */
	KUNIT_EXPECT_EQ(test, raw(sp, at, two - 1, two - 2, 0, 0), (long)at);
	expect(sp, "[WW]");
}

TEST(mremap_args, file_offset_does_not_wrap)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(2);

	ok(map_file(sp, 0, 2, PROT_READ, MAP_SHARED, file, (LLONG_MAX >> PAGE_SHIFT) - 2));
	oracle_pause(test);	/* no mapping can be like that */
	shim_vm_pgoff(vma_of(sp, 0)) = ULONG_MAX - 2;
	fails(resize(sp, 0, 2, 5), -EINVAL);
	shim_vm_pgoff(vma_of(sp, 0)) = (LLONG_MAX >> PAGE_SHIFT) - 2;
	oracle_resume(test);
	shim_file_put(file);
}

/* A length of 0 makes another mapping of what is shared. */
TEST(mremap_args, nothing_of_a_shared_mapping_is_one_more)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(4);
	long page;

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(write_page(sp, 1, 'x'));
	page = remap(sp, 0, 0, 2, MREMAP_MAYMOVE | MREMAP_FIXED, 10);
	KUNIT_ASSERT_EQ(test, page, 10L);
	expect(sp, "{wWww}......{ww}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 11), 'x');
	KUNIT_EXPECT_EQ(test, atomic_read(&file->f_mapping->i_mmap_writable), 2);
	mapped_at(folio_of(sp, 1), at(sp, 1), at(sp, 11));
	shim_file_put(file);
}

TEST(mremap_args, nothing_of_a_private_mapping_is_invalid)
{
	struct space *sp = layout(test, "[WW]");

	fails(remap(sp, 0, 0, 2, TO, 10), -EINVAL);
	expect(sp, "[WW]");
}

static void not_expandable(struct kunit *test, vm_flags_t flags)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 8);
	struct vm_area_struct *vma;

	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	vma = vma_of(sp, 0);
	mmap_write_lock(sp->mm);
	vm_flags_set(vma, flags);
	mmap_write_unlock(sp->mm);
	fails(resize(sp, 0, 4, 5), -EFAULT);
	fails(remap(sp, 0, 4, 5, MREMAP_MAYMOVE, 0), -EFAULT);
	fails(remap(sp, 0, 4, 4, COPY_TO, 10), -EINVAL);
	expect(sp, "{wwww}");
	ok(resize(sp, 0, 4, 3));
	ok(move(sp, 0, 3, 10));
	expect(sp, "..........{www}");
	chardev_balanced(drv);
}

TEST(mremap_args, memory_that_must_not_expand)
{
	not_expandable(test, VM_DONTEXPAND);
}

TEST(mremap_args, sealed_memory_stays)
{
	struct space *sp = layout(test, "[WW]..[WW]");

	shim_use_mm(sp->mm);
	ok(sys_mseal(page_addr(0), 2 * PAGE_SIZE, 0));
	fails(move(sp, 0, 2, 10), -EPERM);
	fails(resize(sp, 0, 2, 1), -EPERM);
	fails(resize(sp, 0, 2, 4), -EPERM);
	/* nor may something be put over it */
	fails(move(sp, 4, 2, 0), -EPERM);
	expect(sp, "[WW]..[WW]");
	ok(look(sp, 0, 2));
	ok(look(sp, 4, 2));
}

/* A hint that is free is taken; one that is not is as good as none. */
TEST(mremap_args, dontunmap_with_a_hint)
{
	struct space *sp = layout(test, "[WW]..[RR]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
	long page;

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 2, flags, 10), 10L);
	expect(sp, "[ww]..[RR]....[WW]");
	page = remap(sp, 10, 2, 2, flags, 4);
	KUNIT_EXPECT_GT(test, page, 12L);
	expect(sp, "[ww]..[RR]....[ww]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, page), 'A');
}

/* Nothing about a mapping is special because it begins at address 0. */
TEST(mremap_args, part_of_a_mapping_at_address_zero)
{
	const unsigned long least = mmap_min_addr;
	struct space *sp = space_new(test);

	leave_out_of_sweeps();	/* the old place is outside of what is drawn */
	mmap_min_addr = 0;
	ok(map(sp, NO_HINT, 6, RW));
	KUNIT_EXPECT_EQ(test, charged(), 6LL);
	ok(move(sp, NO_HINT + 4, 2, 10));
	expect(sp, "..........[ww]");
	KUNIT_EXPECT_EQ(test, charged(), 6LL);
	ok(move(sp, NO_HINT + 1, 1, 20));
	KUNIT_EXPECT_EQ(test, charged(), 6LL);
	ok(unmap(sp, NO_HINT, 6));
	KUNIT_EXPECT_EQ(test, charged(), 3LL);
	mmap_min_addr = least;
}
