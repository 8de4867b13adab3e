// SPDX-License-Identifier: GPL-2.0
/*
 * What fork() and others tell of a copy, and when: its driver before anybody can find it, and the
 * daemons when it is whole.
 */
#include <linux/fs.h>
#include <linux/sched/coredump.h>

#include "attr.h"
#include "chardev.h"
#include "internal.h"
#include "test.h"

static int too_early, hooks;

/* Would a walk of the file's mappings find it? */
static bool can_be_found(struct vm_area_struct *vma)
{
	struct rb_node *node = rb_first_cached(&shim_vm_file(vma)->f_mapping->i_mmap);

	while (node && rb_entry(node, struct vm_area_struct, shared.rb) != vma)
		node = rb_next(node);
	return node;
}

static void note_open(struct vm_area_struct *vma)
{
	hooks++;
	too_early += can_be_found(vma);
}

/* {WWWW} of a driver that looks where its new VMAs are. */
static struct space *watched(struct kunit *test)
{
	struct chardev *drv = chardev_new(test, 8);
	struct space *sp = space_new(test);

	drv->vm_ops.open = note_open;
	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	ok(touch(sp, 0, 4, 'x'));
	chardev_put(drv);
	hooks = too_early = 0;
	return sp;
}

static void found_after_open(struct kunit *test, struct space *sp, long page)
{
	KUNIT_EXPECT_GE(test, hooks, 1);
	KUNIT_EXPECT_EQ(test, too_early, 0);
	KUNIT_EXPECT_TRUE(test, can_be_found(vma_of(sp, page)));
}

TEST(fork, copy_is_found_when_its_driver_has_opened_it)
{
	found_after_open(test, space_fork(watched(test)), 0);
}

TEST(fork, part_is_found_when_its_driver_has_opened_it)
{
	struct space *sp = watched(test);

	ok(protect(sp, 1, 2, PROT_READ));
	found_after_open(test, sp, 1);
}

TEST(fork, moved_memory_is_found_when_its_driver_has_opened_it)
{
	struct space *sp = watched(test);

	ok(move(sp, 0, 4, 10));
	found_after_open(test, sp, 10);
}

static int told;

static bool is_known(struct mm_struct *mm)
{
	return shim_mm_flag(mm, MMF_VM_HUGEPAGE) || shim_mm_flag(mm, MMF_VM_MERGEABLE);
}

static void note_close(struct vm_area_struct *vma)
{
	hooks++;
	told += is_known(shim_vm_mm(vma));
}

/* A space that ksmd and khugepaged know of, and the mapping of a driver below the rest of it. */
static struct space *known(struct kunit *test)
{
	struct chardev *drv = chardev_new(test, 1);
	struct space *sp = layout(test, ".*512[W*512]");

	drv->vm_ops.close = note_close;
	ok(chardev_map(sp, 0, 1, MAP_SHARED, drv));
	chardev_put(drv);
	ok(advise(sp, HUGE_NR, HUGE_NR, MADV_HUGEPAGE));
	ok(advise(sp, HUGE_NR, HUGE_NR, MADV_MERGEABLE));
	KUNIT_ASSERT_TRUE(test, shim_mm_flag(sp->mm, MMF_VM_HUGEPAGE));
	KUNIT_ASSERT_TRUE(test, shim_mm_flag(sp->mm, MMF_VM_MERGEABLE));
	hooks = told = 0;
	return sp;
}

TEST(fork, daemons_are_told_of_the_child, NEEDS(CONFIG_KSM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *child = space_fork(known(test));

	KUNIT_EXPECT_TRUE(test, shim_mm_flag(child->mm, MMF_VM_HUGEPAGE));
	KUNIT_EXPECT_TRUE(test, shim_mm_flag(child->mm, MMF_VM_MERGEABLE));
}

/* The child is taken apart again: there is nothing to scan, and soon no mm. */
TEST(fork, daemons_are_not_told_of_a_child_that_fails,
     NEEDS(CONFIG_KSM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = known(test);

	leave_out_of_sweeps();	/* the fork is meant to fail */
	commit_limit(HUGE_NR);
	KUNIT_EXPECT_NULL(test, space_fork(sp));
	commit_no_limit();
	KUNIT_EXPECT_EQ(test, hooks, 1);
	KUNIT_EXPECT_EQ(test, told, 0);
	expect(sp, "{w}.*511[W*512]");
}
