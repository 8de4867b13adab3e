// SPDX-License-Identifier: GPL-2.0
/* The mmap_prepare() hook: it sees no VMA yet, and says what one is to be like. */
#include "chardev.h"
#include "internal.h"
#include "test.h"

#ifdef SHIM_MMAP_PREPARE

static struct chardev *chardev_of(struct vm_area_desc *desc)
{
	return desc->file->private_data;
}

static struct chardev *prepared(struct kunit *test, unsigned long nr,
				int (*hook)(struct vm_area_desc *desc))
{
	struct chardev *drv = chardev_new(test, nr);

	chardev_use_prepare(drv);
	drv->fops.mmap_prepare = hook;
	return drv;
}

TEST(mmap_prepare, gives_the_vma_its_operations)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 4, chardev_prepare);

	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	KUNIT_EXPECT_PTR_EQ(test, shim_vm_ops(vma_of(sp, 0)),
			    (const struct vm_operations_struct *)&drv->vm_ops);
	ok(touch(sp, 0, 4, 'x'));
	ok(unmap(sp, 1, 2));
	chardev_balanced(drv);
	KUNIT_EXPECT_EQ(test, drv->opens, 2);
}

TEST(mmap_prepare, that_fails_leaves_nothing)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 4, chardev_prepare);

	drv->mmap_error = -ENODEV;
	fails(chardev_map(sp, 0, 4, MAP_SHARED, drv), -ENODEV);
	fails(chardev_map(sp, 0, 4, MAP_PRIVATE, drv), -ENODEV);
	expect(sp, "");
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	KUNIT_EXPECT_EQ(test, atomic_read(&drv->file->f_mapping->i_mmap_writable), 0);
	chardev_put(drv);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

TEST(mmap_prepare, that_fails_over_something_leaves_a_hole)
{
	struct space *sp = layout(test, "[WWWW]");
	struct chardev *drv = prepared(test, 2, chardev_prepare);
	s64 extra;

	drv->mmap_error = -ENODEV;
	forget(sp, 1, 2);
	oracle_pause(test);	/* it would report finding 8 */
	fails(chardev_map(sp, 1, 2, MAP_PRIVATE, drv), -ENODEV);
	extra = charged() - 2;
	vm_unacct_memory(extra);
	oracle_resume(test);
	expect(sp, "[W]..[W]");
	ok(look(sp, 0, 1));
	ok(look(sp, 3, 1));
	if (extra)
		known_bug(SHIM_BUG_REPLACED_CHARGE, 8);
	KUNIT_EXPECT_EQ(test, extra, 0LL);
}

static struct file *other_file;

/* As a stacked file system does, with a reference for the mapping where it takes none itself. */
static int take_other_file(struct vm_area_desc *desc)
{
	struct chardev *drv = chardev_of(desc);

	if (IS_ENABLED(SHIM_PREPARE_GIVES_FILE))
		get_file(other_file);
	shim_desc_file(desc) = other_file;
	desc->vm_ops = &drv->vm_ops;
	desc->private_data = drv;
	return 0;
}

static struct chardev *exchanging(struct kunit *test)
{
	struct chardev *drv = prepared(test, 8, take_other_file);

	other_file = shim_file_create(8);
	/* its VMAs are merged and faulted like those of any file */
	drv->vm_ops.close = NULL;
	return drv;
}

TEST(mmap_prepare, file_is_exchanged)
{
	struct space *sp = space_new(test);
	struct chardev *drv = exchanging(test);

	memset(shim_file_data(other_file, 1), 'o', PAGE_SIZE);
	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	KUNIT_EXPECT_PTR_EQ(test, shim_vm_file(vma_of(sp, 0)), other_file);
	chardev_put(drv);
	shim_file_put(other_file);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 1UL);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'o');
	ok(unmap(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

/* Both files are let go when a later step fails. */
TEST(mmap_prepare, file_is_exchanged_without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct chardev *drv;
	struct space *sp;
	int err;

	do {
		sp = layout(test, "[WW]..[RR]");
		drv = exchanging(test);
		shim_fail_nth(++nth, false);
		err = chardev_map(sp, 2, 2, MAP_SHARED, drv);
		seen = shim_fail_stop();
		expect(sp, err ? "[WW]..[RR]" : "[WW]{ww}[RR]");
		failed += !!err;
		space_exit(sp);
		chardev_put(drv);
		shim_file_put(other_file);
		KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
}

/* Merged with its neighbour, the mapping holds the file already. */
TEST(mmap_prepare, file_is_exchanged_for_a_merge)
{
	struct space *sp = space_new(test);
	struct chardev *drv = exchanging(test);

	ok(map_file(sp, 0, 2, RW, MAP_SHARED, drv->file, 0));
	/* the oracle would report finding 4, and end the case */
	oracle_pause(test);
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, drv->file, 2));
	expect(sp, "{wwww}");
	ok(unmap(sp, 0, 4));
	shim_file_put(other_file);
	chardev_put(drv);
	if (shim_files_open()) {
		shim_file_put(other_file);
		known_bug(SHIM_BUG_EXCHANGED_FILE_KEPT, 4);
	}
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

static int move_in_file(struct vm_area_desc *desc)
{
	desc->pgoff += 3;
	return chardev_prepare(desc);
}

TEST(mmap_prepare, offset_is_changed)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 8, move_in_file);

	memset(shim_file_data(drv->file, 4), 'o', PAGE_SIZE);
	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 0)), 3UL);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'o');
	ok(protect(sp, 0, 1, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 1)), 4UL);
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

/* Private pages are found by their place in memory, wherever the file's are. */
TEST(mmap_prepare, offset_of_a_private_mapping_is_changed)
{
	struct space *sp = space_new(test), *child;
	struct chardev *drv = prepared(test, 8, move_in_file);

	ok(chardev_map(sp, 0, 4, MAP_PRIVATE, drv));
	ok(touch(sp, 0, 4, 'x'));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	child = space_fork(sp);
	mapped_at(folio_of(sp, 2), at(sp, 2), at(child, 2));
}

static int no_operations(struct vm_area_desc *desc)
{
	desc->vm_ops = NULL;
	return 0;
}

/* Without operations a private mapping is anonymous, as that of /dev/zero is. */
TEST(mmap_prepare, private_without_operations_is_anonymous)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 4, no_operations);

	if (IS_ENABLED(SHIM_PREPARE_KEEPS_OPS))
		kunit_skip(test, "this kernel's mmap_prepare() cannot leave a mapping without operations");
	ok(chardev_map(sp, 0, 4, MAP_PRIVATE, drv));
	KUNIT_EXPECT_TRUE(test, vma_is_anonymous(vma_of(sp, 0)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	ok(write_page(sp, 2, 'x'));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	KUNIT_EXPECT_EQ(test, shim_file_data(drv->file, 2)[0], 0);
}

static int next_mark;

/* Another mark for each mapping, as a driver has that counts something by it. */
static int mark(struct vm_area_desc *desc)
{
	static const struct vm_operations_struct no_ops;
	static char marks[2];

	desc->vm_ops = &no_ops;
	desc->private_data = &marks[next_mark++];
	return 0;
}

/* What pages may have been faulted in by stays as it is. */
TEST(mmap_prepare, merged_vma_keeps_its_data)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 8, mark);
	void *first;

	next_mark = 0;
	ok(map_file(sp, 0, 2, RW, MAP_SHARED, drv->file, 0));
	first = shim_vm_private_data(vma_of(sp, 0));
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, drv->file, 2));
	expect(sp, "{wwww}");
	KUNIT_EXPECT_EQ(test, next_mark, 2);
	KUNIT_EXPECT_PTR_EQ(test, shim_vm_private_data(vma_of(sp, 3)), first);
	ok(unmap(sp, 0, 4));
	drv->mmaps = 0;
	chardev_put(drv);
}

#else

#define WHY "this kernel has no mmap_prepare()"

ABSENT(mmap_prepare, gives_the_vma_its_operations, WHY)
ABSENT(mmap_prepare, that_fails_leaves_nothing, WHY)
ABSENT(mmap_prepare, that_fails_over_something_leaves_a_hole, WHY)
ABSENT(mmap_prepare, file_is_exchanged, WHY)
ABSENT(mmap_prepare, file_is_exchanged_without_memory, WHY)
ABSENT(mmap_prepare, file_is_exchanged_for_a_merge, WHY)
ABSENT(mmap_prepare, offset_is_changed, WHY)
ABSENT(mmap_prepare, offset_of_a_private_mapping_is_changed, WHY)
ABSENT(mmap_prepare, private_without_operations_is_anonymous, WHY)
ABSENT(mmap_prepare, merged_vma_keeps_its_data, WHY)

#endif

#ifdef SHIM_MAP_KERNEL_PAGES

/* An action is asked for as well, and does not fit into the mapping. */
static int take_other_file_and_too_much(struct vm_area_desc *desc)
{
	desc->action.type = MMAP_MAP_KERNEL_PAGES;
	desc->action.map_kernel.start = desc->start;
	desc->action.map_kernel.pages = NULL;
	desc->action.map_kernel.nr_pages = 1000;
	desc->action.map_kernel.pgoff = desc->pgoff;
	return take_other_file(desc);
}

TEST(mmap_prepare, file_is_exchanged_and_the_action_refused)
{
	struct space *sp = space_new(test);
	struct chardev *drv = exchanging(test);

	drv->fops.mmap_prepare = take_other_file_and_too_much;
	oracle_pause(test);	/* as above */
	KUNIT_EXPECT_LT(test, chardev_map(sp, 0, 2, MAP_SHARED, drv), 0);
	expect(sp, "");
	shim_file_put(other_file);
	chardev_put(drv);
	if (shim_files_open()) {
		shim_file_put(other_file);
		known_bug(SHIM_BUG_EXCHANGED_FILE_KEPT, 4);
	}
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

static struct page *some_pages[2];
static unsigned long nr_some_pages;

static int map_some_pages(struct vm_area_desc *desc)
{
	int err = chardev_prepare(desc);

	desc->action.type = MMAP_MAP_KERNEL_PAGES;
	desc->action.map_kernel.start = desc->start;
	desc->action.map_kernel.pages = some_pages;
	desc->action.map_kernel.nr_pages = nr_some_pages;
	desc->action.map_kernel.pgoff = desc->pgoff;
	return err;
}

static void make_some_pages(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		some_pages[i] = alloc_page(GFP_KERNEL);
		memset(page_address(some_pages[i]), '0' + i, PAGE_SIZE);
	}
}

/* The pages that the hook names are there without a fault. */
TEST(mmap_prepare, action_maps_pages)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 2, map_some_pages);
	int i;

	make_some_pages();
	nr_some_pages = 2;
	/* a page that is no file's cannot be found by the reverse map */
	oracle_pause(test);
	ok(chardev_map(sp, 0, 2, MAP_SHARED, drv));
	expect(sp, "{WW}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), '0');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), '1');
	ok(unmap(sp, 0, 2));
	oracle_resume(test);
	chardev_balanced(drv);
	shim_quiesce();
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, page_count(some_pages[i]), 1);
		__free_page(some_pages[i]);
	}
}

/* Each allocation fails, also those of the action: no VMA and no page is left. */
TEST(mmap_prepare, action_without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct chardev *drv;
	struct space *sp;
	int err, i;

	make_some_pages();
	nr_some_pages = 2;
	oracle_pause(test);
	do {
		sp = space_new(test);
		drv = prepared(test, 2, map_some_pages);
		shim_fail_nth(++nth, false);
		err = chardev_map(sp, 0, 2, MAP_SHARED, drv);
		seen = shim_fail_stop();
		expect(sp, err ? "" : "{WW}");
		failed += !!err;
		space_exit(sp);
		KUNIT_EXPECT_EQ(test, drv->closes, err && !drv->closes ? 0 : 1);
		chardev_put(drv);
		KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 3UL);
	shim_quiesce();
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, page_count(some_pages[i]), 1);
		__free_page(some_pages[i]);
	}
}

/* More pages than the VMA has: refused before there is one. */
TEST(mmap_prepare, action_that_does_not_fit)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 2, map_some_pages);

	make_some_pages();
	nr_some_pages = 2;
	KUNIT_EXPECT_LT(test, chardev_map(sp, 0, 1, MAP_SHARED, drv), 0);
	expect(sp, "");
	__free_page(some_pages[0]);
	__free_page(some_pages[1]);
}

#else

#define WHY_NO_PAGES "no action of this kernel's mmap_prepare() maps pages of the kernel"

ABSENT(mmap_prepare, file_is_exchanged_and_the_action_refused, WHY_NO_PAGES)
ABSENT(mmap_prepare, action_maps_pages, WHY_NO_PAGES)
ABSENT(mmap_prepare, action_without_memory, WHY_NO_PAGES)
ABSENT(mmap_prepare, action_that_does_not_fit, WHY_NO_PAGES)

#endif

#ifdef SHIM_OPS_MAPPED

static int mapped_result;
static unsigned long mapped_start, mapped_end;

static int note_mapped(unsigned long start, unsigned long end, pgoff_t pgoff,
		       const struct file *file, void **private_data)
{
	mapped_start = start;
	mapped_end = end;
	return mapped_result;
}

/* Told of the VMA that was made, and not of one that was merged. */
TEST(mmap_prepare, mapped_is_called_for_a_new_vma)
{
	struct space *sp = space_new(test);
	struct chardev *drv = prepared(test, 8, chardev_prepare);

	drv->vm_ops.close = NULL;
	drv->vm_ops.mapped = note_mapped;
	mapped_result = 0;
	ok(map_file(sp, 0, 2, RW, MAP_SHARED, drv->file, 0));
	KUNIT_EXPECT_EQ(test, mapped_start, page_addr(0));
	KUNIT_EXPECT_EQ(test, mapped_end, page_addr(2));
	mapped_start = 0;
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, drv->file, 2));
	expect(sp, "{wwww}");
	KUNIT_EXPECT_EQ(test, mapped_start, 0UL);
}

TEST(mmap_prepare, mapped_that_fails_unmaps)
{
	struct space *sp = layout(test, "[WW]..[RR]");
	struct chardev *drv = prepared(test, 8, chardev_prepare);

	drv->vm_ops.mapped = note_mapped;
	mapped_result = -EIO;
	fails(chardev_map(sp, 2, 2, MAP_PRIVATE, drv), -EIO);
	expect(sp, "[WW]..[RR]");
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 4UL);
	chardev_put(drv);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

static struct chardev *lower;

/* As a file system that is stacked on another one: the mapping is that of the lower file. */
static int map_lower(struct file *file, struct vm_area_struct *vma)
{
	vma_set_file(vma, lower->file);
	return vfs_mmap(lower->file, vma);
}

/* The range is taken back once, by who has made it. */
TEST(mmap_prepare, mapped_that_fails_below_a_hook_unmaps_once)
{
	struct space *sp = layout(test, "[WW]..[RR]");
	struct chardev *upper = chardev_new(test, 8);

	lower = prepared(test, 8, chardev_prepare);
	lower->vm_ops.mapped = note_mapped;
	upper->fops.mmap = map_lower;
	mapped_result = -EIO;
	oracle_pause(test);
	fails(chardev_map(sp, 2, 2, MAP_SHARED, upper), -EIO);
	oracle_resume(test);
	expect(sp, "[WW]..[RR]");
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 2);
	/* what it was to replace is not there any more */
	oracle_pause(test);
	fails(map_file(sp, 1, 4, RW, MAP_SHARED, upper->file, 0), -EIO);
	oracle_resume(test);
	expect(sp, "[W]....[R]");
	chardev_put(upper);
	chardev_put(lower);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

#else

#define WHY_NO_MAPPED "this kernel has no mapped() among the operations of a VMA"

ABSENT(mmap_prepare, mapped_is_called_for_a_new_vma, WHY_NO_MAPPED)
ABSENT(mmap_prepare, mapped_that_fails_unmaps, WHY_NO_MAPPED)
ABSENT(mmap_prepare, mapped_that_fails_below_a_hook_unmaps_once, WHY_NO_MAPPED)

#endif
