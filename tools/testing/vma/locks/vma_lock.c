// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever changes a VMA locks it for writing, or a fault under the VMA's own
 * lock would see the change half done. Faults come and go unseen here, but the
 * lock leaves its number behind. Where nothing is split or merged only the lock
 * in question is taken.
 */
#include <linux/ksm.h>
#include <linux/pagewalk.h>
#include <linux/syscalls.h>

#include "attr.h"
#include "uffd.h"
#include "test.h"

TEST(vma_lock, not_taken_by_a_change_elsewhere)
{
	struct space *sp = layout(test, "[WW].[WW]");

	ok(protect(sp, 3, 2, PROT_READ));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 0));
	ok(unmap(sp, 3, 2));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 0));
}

TEST(vma_lock, taken_by_mprotect)
{
	struct space *sp = layout(test, "[WW].[WW]");

	ok(protect(sp, 0, 2, PROT_READ));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 3));
}

TEST(vma_lock, taken_by_mprotect_of_several)
{
	struct space *sp = layout(test, "[WW][rr][xx]");

	ok(protect(sp, 0, 6, PROT_NONE));
	expect(sp, "[NN][nnnn]");	/* only the first was accounted */
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 2));
}

TEST(vma_lock, taken_by_mprotect_of_both_parts)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "[WW][RR]");
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 2));
}

TEST(vma_lock, taken_by_mlock_and_munlock)
{
	struct space *sp = layout(test, "[WW]");

	ok(lock(sp, 0, 2));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	ok(map(sp, 5, 1, PROT_READ));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 0));
	ok(unlock(sp, 0, 2));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

/* Locked before and after, so only the flags change. */
TEST(vma_lock, taken_by_mlock_on_fault_of_what_is_locked)
{
	struct space *sp = layout(test, "[WW]");

	ok(lock(sp, 0, 2));
	ok(map(sp, 5, 1, PROT_READ));
	ok(sys_mlock2(page_addr(0), 2 * PAGE_SIZE, MLOCK_ONFAULT));
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKONFAULT);
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

TEST(vma_lock, taken_by_madvise_of_flags)
{
	struct space *sp = layout(test, "[WW]");

	ok(advise(sp, 0, 2, MADV_DONTFORK));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

TEST(vma_lock, taken_by_fork)
{
	struct space *parent = layout(test, "[WW].[RR]");

	space_fork(parent);
	KUNIT_EXPECT_TRUE(test, was_write_locked(parent, 0));
	KUNIT_EXPECT_TRUE(test, was_write_locked(parent, 3));
}

TEST(vma_lock, taken_by_growth_of_a_stack)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 1000, 1, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	ok(map(sp, 1100, 1, RW));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 1000));
	ok(write_page(sp, 999, 'x'));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 999));
}

TEST(vma_lock, taken_by_expansion)
{
	struct space *sp = layout(test, "[WW]");

	ok(map(sp, 2, 2, RW));
	expect(sp, "[WWww]");
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

TEST(vma_lock, taken_by_a_cut)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(unmap(sp, 1, 1));
	expect(sp, "[W].[WW]");
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 2));
}

TEST(vma_lock, taken_by_shrinking_mremap)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(resize(sp, 0, 4, 2));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

/* The source stays, and its pages go: faults must wait. */
TEST(vma_lock, taken_by_move_that_leaves_the_source)
{
	struct space *sp = layout(test, "[WW]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 2, flags, 5), 5L);
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

/* All of it, so that nothing is split. */
TEST(vma_lock, taken_by_mseal)
{
	struct space *sp = layout(test, "[WW]");

	ok(map(sp, 5, 1, PROT_READ));
	ok(seal(sp, 0, 2));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

/* Of [WW][RR].[WW] the first two. */
TEST(vma_lock, taken_by_a_walk_that_asks_for_it)
{
	const struct mm_walk_ops ops = { .walk_lock = PGWALK_WRLOCK };
	struct space *sp = layout(test, "[WW][RR].[WW]");

	mmap_write_lock(sp->mm);
	ok(walk_page_range(sp->mm, page_addr(1), page_addr(4), &ops, NULL));
	mmap_write_unlock(sp->mm);
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 2));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 5));
}

TEST(vma_lock, taken_by_collapse, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*512]");
	ok(advise(sp, 0, HUGE_NR, MADV_COLLAPSE));
	expect(sp, "[H]");
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

/* [ww] has no page to unmerge, so only its flag changes. */
TEST(vma_lock, taken_by_merging_of_all_pages_on_and_off, NEEDS(CONFIG_KSM))
{
	struct space *sp;

	sp = layout(test, "[ww]");
	ok(merge_any(sp));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	ok(protect(sp, 1, 1, PROT_READ));
	ok(map(sp, 5, 1, PROT_READ));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 0));
	ok(merge_none(sp));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 1));
}

/* Nothing in it changes, but a fault that is under way has seen the old mode. */
TEST(vma_lock, taken_by_a_change_of_the_mode_of_userfaultfd, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[ww].[ww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 2, UFFD_MISSING));
	ok(map(sp, 8, 1, PROT_READ));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 0));
	ok(uffd_set_no_mode(u));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 3));
}
