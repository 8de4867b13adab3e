// SPDX-License-Identifier: GPL-2.0
/* mmap(MAP_FIXED) over what is there: put back when it fails, or gone and no worse. */
#include <linux/syscalls.h>

#include "chardev.h"
#include "internal.h"
#include "test.h"

TEST(fixed, over_the_limit_leaves_all_as_it_was)
{
	struct space *sp = layout(test, "[WWWW].[RR]");
	struct rlimit *limit = &current->signal->rlim[RLIMIT_AS];

	limit->rlim_cur = 7 * PAGE_SIZE;
	fails(map(sp, 1, 8, PROT_READ), -ENOMEM);
	limit->rlim_cur = RLIM_INFINITY;
	/* split, which is not undone and need not be */
	ok(look(sp, 0, 4));
	ok(look(sp, 5, 2));
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	ok(protect(sp, 0, 4, PROT_NONE));
	ok(protect(sp, 0, 4, RW));
	expect(sp, "[WWWW].[RR]");
	mapped_at(folio_of(sp, 3), at(sp, 3));
}

TEST(fixed, refused_by_a_driver_that_is_in_the_way)
{
	struct space *sp = layout(test, "[WWW]");
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 3, 6, MAP_SHARED, drv));
	drv->split_error = -EINVAL;
	fails(map(sp, 1, 5, RW), -EINVAL);
	ok(look(sp, 0, 3));
	chardev_balanced(drv);
	KUNIT_EXPECT_EQ(test, drv->closes, 0);
	drv->split_error = 0;
	ok(map(sp, 1, 5, PROT_READ));
	expect(sp, "[W][rrrrr]{www}");
	chardev_balanced(drv);
	KUNIT_EXPECT_EQ(test, drv->closes, 1);
}

TEST(fixed, over_sealed_memory_fails)
{
	struct space *sp = layout(test, "[WW][RR][WW]");

	shim_use_mm(sp->mm);
	ok(sys_mseal(page_addr(2), 2 * PAGE_SIZE, 0));
	fails(map(sp, 0, 6, RW), -EPERM);
	fails(map(sp, 3, 1, RW), -EPERM);
	expect(sp, "[WW][RR][WW]");
	ok(look(sp, 0, 6));
	ok(map(sp, 0, 2, PROT_NONE));
	expect(sp, "[nn][RR][WW]");
}

/*
 * [WW][RR](ww): the hook of the new file fails when the old pages are gone. What is
 * left is a hole, with every count as after munmap().
 */
TEST(fixed, new_mapping_that_fails_leaves_a_hole)
{
	struct space *sp = layout(test, "[WWWW][RRRR]");
	struct chardev *drv = chardev_new(test, 4);

	drv->mmap_error = -ENXIO;
	forget(sp, 2, 4);
	fails(chardev_map(sp, 2, 4, MAP_SHARED, drv), -ENXIO);
	expect(sp, "[WW]....[RR]");
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 4UL);
	ok(look(sp, 0, 2));
	ok(look(sp, 6, 2));
	drv->mmap_error = 0;
	ok(chardev_map(sp, 2, 4, MAP_SHARED, drv));
	expect(sp, "[WW]{wwww}[RR]");
	chardev_balanced(drv);
}

/* The old mapping is closed once, and held by nobody, though the new one failed. */
TEST(fixed, closes_the_old_driver_once)
{
	struct space *sp = space_new(test);
	struct chardev *old = chardev_new(test, 4), *new = chardev_new(test, 4);

	ok(chardev_map(sp, 0, 4, MAP_SHARED, old));
	ok(touch(sp, 0, 4, 'x'));
	new->mmap_error = -ENXIO;
	forget(sp, 0, 4);
	fails(chardev_map(sp, 0, 4, MAP_SHARED, new), -ENXIO);
	expect(sp, "");
	chardev_balanced(old);
	chardev_balanced(new);
	KUNIT_EXPECT_EQ(test, old->closes, 1);
	chardev_put(old);
	chardev_put(new);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

static struct chardev *replaced;
static int closed_before;

/* Maps a page where one of the old mapping was. */
static int note_and_insert(struct file *file, struct vm_area_struct *vma)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int err;

	if (!page)
		return -ENOMEM;
	closed_before = replaced->closes;
	err = vm_insert_page(vma, shim_vm_start(vma), page);
	put_page(page);
	return err;
}

/* {W  W} of an old one is left: its pages are gone, and its driver told, when the new driver is asked. */
TEST(fixed, closes_the_old_driver_before_the_new_one_is_asked)
{
	struct space *sp = space_new(test);
	struct chardev *old = chardev_new(test, 4), *new = chardev_new(test, 2);

	ok(chardev_map(sp, 0, 4, MAP_SHARED, old));
	ok(touch(sp, 0, 4, 'x'));
	replaced = old;
	new->fops.mmap = note_and_insert;
	forget(sp, 1, 2);
	ok(chardev_map(sp, 1, 2, MAP_SHARED, new));
	KUNIT_EXPECT_EQ(test, closed_before, 1);
	expect(sp, "{W}{Ww}{W}");
	chardev_balanced(old);
}

TEST(fixed, over_locked_memory_counts_what_stays)
{
	struct space *sp = layout(test, "[WWWWWW]");

	ok(lock(sp, 0, 6));
	ok(map(sp, 2, 2, RW));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	expect(sp, "[WW][ww][WW]");
	ok(map_file(sp, 2, 2, RW, ANON | MAP_LOCKED, NULL, 0));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 6UL);
}

/* Stack, code and data under one new mapping: each count goes down by its own. */
TEST(fixed, over_every_kind_of_memory)
{
	struct space *sp = layout(test, "[WW][xx][rr]");

	ok(map_file(sp, 6, 2, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 2UL);
	KUNIT_EXPECT_EQ(test, shim_exec_vm(sp->mm), 2UL);
	ok(map(sp, 1, 6, PROT_READ));
	expect(sp, "[W][rrrrrr][w]");
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 1UL);
	KUNIT_EXPECT_EQ(test, shim_exec_vm(sp->mm), 0UL);
	KUNIT_EXPECT_EQ(test, shim_data_vm(sp->mm), 1UL);
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
}

/* Each allocation fails: all as before but for splits, or a hole where it was. */
TEST(fixed, without_memory)
{
	unsigned long nth = 0, seen, failed = 0, holes = 0;
	struct space *sp;
	s64 extra = 0;
	int err;

	do {
		sp = layout(test, "[WWW][RRR]");
		shim_fail_nth(++nth, false);
		oracle_pause(test);
		err = map(sp, 2, 2, RW | PROT_EXEC);
		oracle_resume(test);
		seen = shim_fail_stop();
		if (err) {
			fails(err, -ENOMEM);
			failed++;
			if (!vma_of(sp, 2)) {
				KUNIT_EXPECT_NULL(test, vma_of(sp, 3));
				forget(sp, 2, 2);
				holes++;
			}
			extra += charged() - (vma_of(sp, 2) ? 3 : 2);
			vm_unacct_memory(charged() - (vma_of(sp, 2) ? 3 : 2));
		}
		oracle(test);
		ok(look(sp, 0, 2));
		ok(look(sp, 4, 2));
		if (vma_of(sp, 2))
			ok(look(sp, 2, 2));
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 4UL);
	KUNIT_EXPECT_GT(test, holes, 0UL);
	if (extra)
		known_bug(SHIM_BUG_REPLACED_CHARGE, 8);
	KUNIT_EXPECT_EQ(test, extra, 0LL);
}

/* The same with a shared file, whose tree and counts are to be right throughout. */
TEST(fixed, without_memory_over_a_driver)
{
	unsigned long nth = 0, seen, failed = 0;
	struct chardev *drv;
	struct file *file;
	struct space *sp;
	int err;

	do {
		sp = space_new(test);
		drv = chardev_new(test, 6);
		file = shim_file_create(4);
		ok(chardev_map(sp, 0, 6, MAP_SHARED, drv));
		ok(touch(sp, 0, 6, 'x'));
		shim_fail_nth(++nth, false);
		oracle_pause(test);
		err = map_file(sp, 2, 2, RW, MAP_SHARED, file, 0);
		oracle_resume(test);
		seen = shim_fail_stop();
		failed += !!err;
		if (err && !vma_of(sp, 2))
			forget(sp, 2, 2);
		oracle(test);
		chardev_balanced(drv);
		KUNIT_EXPECT_EQ(test, atomic_read(&drv->file->f_mapping->i_mmap_writable),
				chardev_vmas(test, drv));
		KUNIT_EXPECT_EQ(test, atomic_read(&file->f_mapping->i_mmap_writable), !err);
		shim_file_put(file);
		space_exit(sp);
		chardev_put(drv);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 4UL);
}

/* Two more VMAs than there were: not at the limit, though one is in its place. */
TEST(fixed, in_the_middle_at_the_limit_of_vmas)
{
	struct space *sp = layout(test, "[WWWW]");

	sysctl_max_map_count = 1;
	fails(map(sp, 1, 2, PROT_READ), -ENOMEM);
	expect(sp, "[WWWW]");
	sysctl_max_map_count = 2;
	ok(map(sp, 1, 2, PROT_READ));
	expect(sp, "[W][rr][W]");
}

/* remap_file_pages() is an mmap(MAP_FIXED) of the same file by now. */
TEST(fixed, remap_file_pages_in_another_order)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(4);
	long i;

	for (i = 0; i < 4; i++)
		memset(shim_file_data(file, i), '0' + i, PAGE_SIZE);
	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(look(sp, 0, 4));
	shim_use_mm(sp->mm);
	ok(sys_remap_file_pages(page_addr(0), PAGE_SIZE, 0, 3, 0));
	ok(sys_remap_file_pages(page_addr(3), PAGE_SIZE, 0, 0, 0));
	oracle(test);
	expect(sp, "{W}{WW}{W}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), '3');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), '1');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), '0');
	fails(sys_remap_file_pages(page_addr(9), PAGE_SIZE, 0, 0, 0), -EINVAL);
	fails(sys_remap_file_pages(page_addr(0), PAGE_SIZE, PROT_READ, 0, 0), -EINVAL);
	shim_file_put(file);
}
