// SPDX-License-Identifier: GPL-2.0
/* A file's mmap() hook that fails, maps pages itself, or changes file and flags. */
#include "chardev.h"
#include "internal.h"
#include "test.h"

/* The hook says no: no VMA, no reference, no charge, no writer of the file. */
TEST(hook, mmap_that_fails_leaves_nothing)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 4);

	drv->mmap_error = -ENODEV;
	fails(chardev_map(sp, 0, 4, MAP_SHARED, drv), -ENODEV);
	fails(chardev_map(sp, 0, 4, MAP_PRIVATE, drv), -ENODEV);
	expect(sp, "");
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 0UL);
	KUNIT_EXPECT_EQ(test, atomic_read(&drv->file->f_mapping->i_mmap_writable), 0);
	chardev_balanced(drv);
	chardev_put(drv);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

/* Between two neighbours, where the tree has a node to be given back. */
TEST(hook, mmap_that_fails_between_neighbours)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 1);
	long i;

	for (i = 0; i < 60; i += 3)
		ok(map(sp, i, 1, i & 1 ? PROT_READ : PROT_NONE));
	drv->mmap_error = -ENODEV;
	for (i = 1; i < 60; i += 3)
		fails(chardev_map(sp, i, 1, MAP_SHARED, drv), -ENODEV);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 20);
	drv->mmap_error = 0;
	for (i = 1; i < 60; i += 3)
		ok(chardev_map(sp, i, 1, MAP_SHARED, drv));
	chardev_balanced(drv);
}

TEST(hook, without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct chardev *drv;
	struct space *sp;
	int err;

	do {
		sp = layout(test, "[WW]..[RR]");
		drv = chardev_new(test, 2);
		shim_fail_nth(++nth, false);
		err = chardev_map(sp, 2, 2, MAP_SHARED, drv);
		seen = shim_fail_stop();
		expect(sp, err ? "[WW]..[RR]" : "[WW]{ww}[RR]");
		failed += !!err;
		KUNIT_EXPECT_EQ(test, atomic_read(&drv->file->f_mapping->i_mmap_writable), !err);
		space_exit(sp);
		chardev_put(drv);
		KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
}

/* A mapping that continues its neighbour merges, and the driver is not asked. */
TEST(hook, not_called_for_a_merge)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 6);

	ok(map_file(sp, 0, 2, RW, MAP_SHARED, drv->file, 0));
	drv->vm_ops.close = NULL;
	drv->mmap_error = -EIO;
	fails(map_file(sp, 3, 2, RW, MAP_SHARED, drv->file, 2), -EIO);
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, drv->file, 2));
	expect(sp, "{wwww}");
	ok(touch(sp, 0, 4, 'x'));
	KUNIT_EXPECT_EQ(test, drv->mmaps, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&drv->file->f_mapping->i_mmap_writable), 1);
}

static struct page *inserted;

static int insert_and_fail(struct file *file, struct vm_area_struct *vma)
{
	int err = vm_insert_page(vma, shim_vm_start(vma), inserted);

	return err ?: -EIO;
}

/* At the end of the case, wherever a failure sweep makes that be. */
static void free_inserted(void *page)
{
	__free_page(page);
}

/* The page that the hook has mapped is unmapped again. */
TEST(hook, mmap_that_fails_after_it_mapped_a_page)
{
	struct space *sp = layout(test, "[WW]..[RR]");
	struct chardev *drv = chardev_new(test, 2);

	inserted = alloc_page(GFP_KERNEL | __GFP_ZERO);
	ok(kunit_add_action(test, free_inserted, inserted));
	drv->fops.mmap = insert_and_fail;
	fails(chardev_map(sp, 2, 2, MAP_SHARED, drv), -EIO);
	expect(sp, "[WW]..[RR]");
	shim_quiesce();
	KUNIT_EXPECT_EQ(test, page_count(inserted), 1);
	KUNIT_EXPECT_FALSE(test, folio_mapped(page_folio(inserted)));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_FILEPAGES), 0UL);
	ok(look(sp, 0, 2));
	ok(look(sp, 4, 2));
}

static struct file *other_file;

static int other_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma_set_file(vma, other_file);
	return other_file->f_op->mmap(other_file, vma);
}

/* The hook takes another file: the mapping holds that one, and not the first. */
TEST(hook, file_is_exchanged)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 4);

	other_file = shim_file_create(4);
	memset(shim_file_data(other_file, 1), 'o', PAGE_SIZE);
	drv->fops.mmap = other_file_mmap;
	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	chardev_put(drv);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 1UL);
	KUNIT_EXPECT_PTR_EQ(test, shim_vm_file(vma_of(sp, 0)), other_file);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'o');
	KUNIT_EXPECT_EQ(test, atomic_read(&other_file->f_mapping->i_mmap_writable), 1);
	ok(protect(sp, 0, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, atomic_read(&other_file->f_mapping->i_mmap_writable), 2);
	shim_file_put(other_file);
	ok(unmap(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

static int set_dontexpand(struct file *file, struct vm_area_struct *vma)
{
	struct chardev *drv = file->private_data;

	drv->mmaps++;
	shim_vm_ops(vma) = &drv->vm_ops;
	shim_vm_private_data(vma) = drv;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

/* Flags that the hook sets are the VMA's: such memory does not merge or grow. */
TEST(hook, flags_are_kept)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 8);

	drv->fops.mmap = set_dontexpand;
	drv->vm_ops.close = NULL;
	ok(map_file(sp, 0, 2, RW, MAP_SHARED, drv->file, 0));
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, drv->file, 2));
	expect(sp, "{ww}{ww}");
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_DONTEXPAND);
	fails(resize(sp, 2, 2, 3), -EFAULT);
	ok(unmap(sp, 1, 2));
	expect(sp, "{w}..{w}");
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 3)) & VM_DONTDUMP);
}

/* Memory of a device has no pages to be locked, whatever mmap() or mlockall() asked for. */
TEST(hook, device_memory_is_not_locked)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 4);

	drv->vm_flags = VM_IO | VM_PFNMAP;
	ok(chardev_map(sp, 0, 2, MAP_SHARED | MAP_LOCKED, drv));
	shim_def_flags(sp->mm) |= VM_LOCKED;
	ok(chardev_map(sp, 3, 1, MAP_SHARED, drv));
	shim_def_flags(sp->mm) &= ~VM_LOCKED;
	expect(sp, "{ww}.{w}");
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKED);
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 3)) & VM_LOCKED);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

/* No fault handler and no anonymous memory: the access is a SIGBUS. */
TEST(hook, shared_mapping_without_a_fault_handler)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 2);

	drv->vm_ops.fault = NULL;
	ok(chardev_map(sp, 0, 2, MAP_SHARED, drv));
	fails(read_page(sp, 0), -EIO);
	fails(write_page(sp, 1, 'x'), -EIO);
	expect(sp, "{ww}");
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
}

/* A private page of a file is found by its place in memory, not in the file. */
TEST(hook, private_pages_at_another_file_offset)
{
	struct space *sp = space_new(test), *child;
	struct chardev *drv = chardev_new(test, 40);

	ok(map_file(sp, 0, 4, RW, MAP_PRIVATE, drv->file, 30));
	ok(touch(sp, 0, 4, 'x'));
	ok(move(sp, 1, 2, 10));
	mapped_at(folio_of(sp, 11), at(sp, 11));
	child = space_fork(sp);
	mapped_at(folio_of(sp, 11), at(sp, 11), at(child, 11));
	mapped_at(folio_of(sp, 3), at(sp, 3), at(child, 3));
	ok(write_page(child, 11, 'c'));
	mapped_at(folio_of(sp, 11), at(sp, 11));
	chardev_balanced(drv);
}

static int refuse_mprotect(struct vm_area_struct *vma, unsigned long start,
			   unsigned long end, unsigned long flags)
{
	return -EPERM;
}

TEST(hook, mprotect_that_is_refused)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 4);

	drv->vm_ops.mprotect = refuse_mprotect;
	ok(map(sp, 2, 2, RW));
	ok(chardev_map(sp, 4, 4, MAP_SHARED, drv));
	ok(touch(sp, 4, 4, 'x'));
	fails(protect(sp, 4, 2, PROT_READ), -EPERM);
	/* what comes before it has been changed */
	fails(protect(sp, 2, 4, PROT_READ), -EPERM);
	expect(sp, "..[rr]{WWWW}");
	chardev_balanced(drv);
}
