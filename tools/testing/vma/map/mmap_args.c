// SPDX-License-Identifier: GPL-2.0
/* mmap(): what it refuses of lengths, offsets, kinds and rights, and where it looks for room. */
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/security.h>
#include <linux/syscalls.h>

#include "chardev.h"
#include "internal.h"
#include "test.h"

static long raw(struct space *sp, unsigned long addr, unsigned long len, int flags,
		struct file *file, pgoff_t pgoff)
{
	shim_use_mm(sp->mm);
	return vm_mmap_pgoff(file, addr, len, RW, flags, pgoff);
}

TEST(mmap_args, length_that_wraps_or_is_larger_than_all)
{
	struct space *sp = space_new(test);

	fails(raw(sp, 0, -1UL, ANON, NULL, 0), -ENOMEM);
	fails(raw(sp, 0, TASK_SIZE + PAGE_SIZE, ANON, NULL, 0), -ENOMEM);
	fails(raw(sp, 0, TASK_SIZE, ANON, NULL, 0), -ENOMEM);
	fails(raw(sp, TASK_SIZE - PAGE_SIZE, 2 * PAGE_SIZE, ANON | MAP_FIXED, NULL, 0), -ENOMEM);
	fails(raw(sp, page_addr(0) + 1, PAGE_SIZE, ANON | MAP_FIXED, NULL, 0), -EINVAL);
	expect(sp, "");
}

TEST(mmap_args, offset_that_wraps_or_is_beyond_what_a_file_can_be)
{
	const pgoff_t most = (MAX_LFS_FILESIZE - PAGE_SIZE) >> PAGE_SHIFT;
	struct file *file = shim_file_create(2);
	struct space *sp = space_new(test);

	fails(raw(sp, 0, 2 * PAGE_SIZE, ANON, NULL, -1UL), -EOVERFLOW);
	fails(raw(sp, 0, PAGE_SIZE, MAP_SHARED, file, most + 1), -EOVERFLOW);
	fails(map_file(sp, 0, 2, RW, MAP_SHARED, file, most), -EOVERFLOW);
	ok(map_file(sp, 0, 1, RW, MAP_SHARED, file, most));
	fails(read_page(sp, 0), -EIO);
	shim_file_put(file);
}

TEST(mmap_args, kinds_there_are_not)
{
	struct file *file = shim_file_create(2);
	struct space *sp = space_new(test);

	fails(map_file(sp, 0, 1, RW, 0, file, 0), -EINVAL);
	fails(map_file(sp, 0, 1, RW, MAP_SHARED | MAP_GROWSDOWN, file, 0), -EINVAL);
	fails(map_file(sp, 0, 1, RW, MAP_PRIVATE | MAP_GROWSDOWN, file, 0), -EINVAL);
	if (IS_ENABLED(CONFIG_SHMEM))
		fails(map_file(sp, 0, 1, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, NULL, 0),
		      -EINVAL);
	/* of flags that it does not know only MAP_SHARED_VALIDATE complains */
	fails(map_file(sp, 0, 1, RW, MAP_SHARED_VALIDATE | MAP_SYNC, file, 0), -EOPNOTSUPP);
	ok(map_file(sp, 0, 1, RW, MAP_SHARED | MAP_SYNC, file, 0));
	ok(map_file(sp, 2, 1, RW, MAP_SHARED_VALIDATE, file, 0));
	expect(sp, "{w}.{w}");
	shim_file_put(file);
}

TEST(mmap_args, droppable_memory)
{
	struct space *sp = space_new(test), *child;

	fails(map_file(sp, 0, 1, RW, MAP_DROPPABLE | MAP_ANONYMOUS | MAP_LOCKED, NULL, 0), -EINVAL);
	fails(map_file(sp, 0, 1, RW, MAP_DROPPABLE | MAP_ANONYMOUS | MAP_GROWSDOWN, NULL, 0),
	      -EINVAL);
	ok(map_file(sp, 0, 2, RW, MAP_DROPPABLE | MAP_ANONYMOUS, NULL, 0));
	ok(touch(sp, 0, 2, 'x'));
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_DONTDUMP);
	child = space_fork(sp);
	KUNIT_EXPECT_NULL(test, folio_of(child, 0));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 0);
}

/* What is locked cannot be dropped, whoever asks for the lock and how. */
TEST(mmap_args, droppable_memory_is_not_locked)
{
	struct space *sp = space_new(test);

	/* where there is never memory for such a page, populating it does not end */
	leave_out_of_sweeps();
	shim_use_mm(sp->mm);
	ok(sys_mlockall(MCL_FUTURE));
	ok(map_file(sp, 0, 2, RW, MAP_DROPPABLE | MAP_ANONYMOUS, NULL, 0));
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKED_MASK);
	ok(sys_munlockall());
	ok(lock(sp, 0, 2));
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKED_MASK);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

TEST(mmap_args, rights_of_a_file)
{
	struct file *file = shim_file_create(2);
	struct inode *inode = file_inode(file);
	struct space *sp = space_new(test);

	inode->i_flags = S_SWAPFILE;
	if (IS_SWAPFILE(inode))
		fails(map_file(sp, 0, 1, RW, MAP_SHARED, file, 0), -ETXTBSY);
	ok(map_file(sp, 0, 1, PROT_READ, MAP_SHARED, file, 0));
	inode->i_flags = S_APPEND;
	fails(map_file(sp, 2, 1, PROT_READ, MAP_SHARED, file, 0), -EACCES);
	inode->i_flags = 0;
	file->f_mode &= ~FMODE_WRITE;
	fails(map_file(sp, 2, 1, RW, MAP_SHARED, file, 0), -EACCES);
	ok(map_file(sp, 2, 1, RW, MAP_PRIVATE, file, 0));
	file->f_mode &= ~FMODE_READ;
	fails(map_file(sp, 4, 1, PROT_READ, MAP_SHARED, file, 0), -EACCES);
	fails(map_file(sp, 4, 1, PROT_READ, MAP_PRIVATE, file, 0), -EACCES);
	file->f_mode |= FMODE_READ | FMODE_WRITE;
	expect(sp, "{r}.(w)");
	shim_file_put(file);
}

TEST(mmap_args, file_of_a_mount_without_programs)
{
	struct file *file = shim_file_create(2);
	struct space *sp = space_new(test);

	file->f_path.mnt->mnt_flags |= MNT_NOEXEC;
	fails(map_file(sp, 0, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0), -EPERM);
	ok(map_file(sp, 0, 1, PROT_READ, MAP_PRIVATE, file, 0));
	fails(protect(sp, 0, 1, PROT_READ | PROT_EXEC), -EACCES);
	/* nor does a program that takes reading for running get it */
	current->personality |= READ_IMPLIES_EXEC;
	ok(map_file(sp, 2, 1, PROT_READ, MAP_PRIVATE, file, 0));
	ok(map(sp, 4, 1, PROT_READ));
	current->personality &= ~READ_IMPLIES_EXEC;
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 2)) & VM_EXEC);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 4)) & VM_EXEC);
	shim_file_put(file);
}

TEST(mmap_args, hint_is_raised_to_the_lowest_address)
{
	struct space *sp = space_new(test);

	KUNIT_EXPECT_EQ(test, raw(sp, PAGE_SIZE, PAGE_SIZE, ANON, NULL, 0), (long)mmap_min_addr);
	ok(sys_munmap(mmap_min_addr, PAGE_SIZE));
}

/* Both searches take a hint where all of it is free, and no further. */
static void hints(struct kunit *test, unsigned long (*search)(struct file *, unsigned long,
		  unsigned long, unsigned long, unsigned long, vm_flags_t))
{
	struct space *sp = layout(test, "..[ww]");
	const unsigned long last = TASK_SIZE - PAGE_SIZE;

	shim_use_mm(sp->mm);
	mmap_write_lock(sp->mm);
	KUNIT_EXPECT_EQ(test, search(NULL, page_addr(0), 2 * PAGE_SIZE, 0, 0, 0), page_addr(0));
	KUNIT_EXPECT_EQ(test, search(NULL, page_addr(4), PAGE_SIZE, 0, 0, 0), page_addr(4));
	KUNIT_EXPECT_EQ(test, search(NULL, page_addr(3) + 1, PAGE_SIZE, 0, 0, 0), page_addr(4));
	KUNIT_EXPECT_NE(test, search(NULL, page_addr(0), 3 * PAGE_SIZE, 0, 0, 0), page_addr(0));
	KUNIT_EXPECT_NE(test, search(NULL, page_addr(3), PAGE_SIZE, 0, 0, 0), page_addr(3));
	KUNIT_EXPECT_EQ(test, search(NULL, last, PAGE_SIZE, 0, 0, 0), last);
	KUNIT_EXPECT_NE(test, search(NULL, last, 2 * PAGE_SIZE, 0, 0, 0), last);
	KUNIT_EXPECT_EQ(test, search(NULL, mmap_min_addr, PAGE_SIZE, 0, 0, 0), mmap_min_addr);
	KUNIT_EXPECT_NE(test, search(NULL, mmap_min_addr - PAGE_SIZE, PAGE_SIZE, 0, 0, 0),
			mmap_min_addr - PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, (long)search(NULL, 0, TASK_SIZE, 0, 0, 0), -ENOMEM);
	KUNIT_EXPECT_EQ(test, search(NULL, page_addr(2), PAGE_SIZE, 0, MAP_FIXED, 0), page_addr(2));
	mmap_write_unlock(sp->mm);
}

TEST(mmap_args, hints_from_the_top_down)
{
	hints(test, arch_get_unmapped_area_topdown);
}

TEST(mmap_args, hints_from_the_bottom_up)
{
	hints(test, arch_get_unmapped_area);
}

/* The first room above mmap_base is taken. */
TEST(mmap_args, from_the_bottom_up)
{
	struct space *sp = layout(test, "[ww].[ww]");
	const unsigned long base = shim_mmap_base(sp->mm);

	shim_mmap_base(sp->mm) = page_addr(0);
	shim_use_mm(sp->mm);
	mmap_write_lock(sp->mm);
	KUNIT_EXPECT_EQ(test, arch_get_unmapped_area(NULL, 0, PAGE_SIZE, 0, 0, 0), page_addr(2));
	KUNIT_EXPECT_EQ(test, arch_get_unmapped_area(NULL, 0, 2 * PAGE_SIZE, 0, 0, 0), page_addr(5));
	mmap_write_unlock(sp->mm);
	shim_mmap_base(sp->mm) = base;
}

/* The search goes on above mmap_base if there is no room below it. */
TEST(mmap_args, from_the_bottom_up_where_the_top_is_full)
{
	struct space *sp = space_new(test);
	const unsigned long base = shim_mmap_base(sp->mm);

	shim_mmap_base(sp->mm) = mmap_min_addr + PAGE_SIZE;
	shim_use_mm(sp->mm);
	mmap_write_lock(sp->mm);
	KUNIT_EXPECT_EQ(test, arch_get_unmapped_area_topdown(NULL, 0, PAGE_SIZE, 0, 0, 0),
			mmap_min_addr);
	KUNIT_EXPECT_EQ(test, arch_get_unmapped_area_topdown(NULL, 0, 2 * PAGE_SIZE, 0, 0, 0),
			(unsigned long)TASK_UNMAPPED_BASE);
	KUNIT_EXPECT_EQ(test, (long)arch_get_unmapped_area_topdown(NULL, 0,
			TASK_SIZE - mmap_min_addr, 0, 0, 0), -ENOMEM);
	mmap_write_unlock(sp->mm);
	shim_mmap_base(sp->mm) = base;
}

static long again(struct space *sp, long page, long nr, unsigned long pgoff)
{
	shim_use_mm(sp->mm);
	return sys_remap_file_pages(page_addr(page), nr * PAGE_SIZE, 0, pgoff, 0);
}

/* {ww}{ww}.{ww}{ww}{rr}, the fourth of another file: all of it must be of one kind. */
TEST(mmap_args, remap_file_pages_of_several)
{
	struct file *file = shim_file_create(8), *other = shim_file_create(2);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 2, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, file, 4));
	ok(map_file(sp, 5, 2, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 7, 2, RW, MAP_SHARED, other, 0));
	ok(map_file(sp, 9, 2, RW, MAP_SHARED, file, 4));
	ok(map_file(sp, 11, 2, PROT_READ, MAP_SHARED, file, 6));
	fails(again(sp, 2, 5, 0), -EINVAL);
	fails(again(sp, 5, 4, 0), -EINVAL);
	fails(again(sp, 9, 4, 0), -EINVAL);
	fails(again(sp, 2, 3, 0), -EINVAL);
	fails(again(sp, 0, 1, -1UL), -EINVAL);
	fails(again(sp, 0, 0, 0), -EINVAL);
	expect(sp, "{ww}{ww}.{ww}{ww}{ww}{rr}");
	ok(again(sp, 0, 4, 2));
	oracle(test);
	expect(sp, "{WWWW}.{ww}{ww}{ww}{rr}");
	shim_file_put(file);
	shim_file_put(other);
}

/* A start or a size within a page is rounded; locked memory stays so; a private file is refused. */
TEST(mmap_args, remap_file_pages_rounds_and_locks)
{
	struct file *file = shim_file_create(8);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 2, PROT_READ, MAP_SHARED, file, 0));
	ok(map_file(sp, 4, 2, RW, MAP_SHARED | MAP_LOCKED, file, 0));
	ok(map_file(sp, 8, 2, RW, MAP_PRIVATE, file, 0));
	fails(again(sp, 8, 1, 3), -EINVAL);
	shim_use_mm(sp->mm);
	ok(sys_remap_file_pages(page_addr(0) + 5, PAGE_SIZE + 7, 0, 4, 0));
	ok(again(sp, 4, 1, 6));
	oracle(test);
	expect(sp, "{R}{r}..{W}{W}..(ww)");
	KUNIT_EXPECT_EQ(test, linear_page_index(vma_of(sp, 0), page_addr(0)), 4UL);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 4)) & VM_LOCKED);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 2UL);
	shim_file_put(file);
}

static unsigned long place;

static unsigned long place_of_driver(struct file *file, unsigned long addr, unsigned long len,
				     unsigned long pgoff, unsigned long flags)
{
	return place;
}

/* A driver chooses, but not anything. */
TEST(mmap_args, driver_chooses_the_place)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 4);

	drv->fops.get_unmapped_area = place_of_driver;
	place = page_addr(20);
	KUNIT_EXPECT_EQ(test, map_at(sp, 3, 2, RW, MAP_SHARED, drv->file, 0), (long)place);
	expect(sp, "....................{ww}");
	place = -EBUSY;
	fails(map_at(sp, 3, 2, RW, MAP_SHARED, drv->file, 0), -EBUSY);
	place = page_addr(24) + 1;
	fails(map_at(sp, 3, 2, RW, MAP_SHARED, drv->file, 0), -EINVAL);
	place = TASK_SIZE - PAGE_SIZE;
	fails(map_at(sp, 3, 2, RW, MAP_SHARED, drv->file, 0), -ENOMEM);
	chardev_balanced(drv);
}

TEST(mmap_args, file_that_cannot_be_mapped)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 4);

	drv->fops.mmap = NULL;
	fails(chardev_map(sp, 0, 2, MAP_SHARED, drv), -ENODEV);
	fails(chardev_map(sp, 0, 2, MAP_PRIVATE, drv), -ENODEV);
	expect(sp, "");
}
