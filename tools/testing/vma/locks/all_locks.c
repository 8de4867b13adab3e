// SPDX-License-Identifier: GPL-2.0
/* mm_take_all_locks(): every lock that a change of the reverse map could take. */
#include "internal.h"
#include "test.h"

static bool anon_locked(struct vm_area_struct *vma)
{
	return rwsem_is_locked(&shim_av_rwsem(shim_av_root(shim_anon_vma(vma))));
}

/* [WW](WW){ww}[WW]: two roots, two files; one of each is met more than once. */
TEST(all_locks, taken_once_each_and_dropped, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[WWWW]........[WW]");
	struct file *one = shim_file_create(4), *two = shim_file_create(4);
	struct vm_area_struct *first, *last, *private;

	ok(protect(sp, 2, 2, PROT_READ));
	ok(map_file(sp, 4, 2, RW, MAP_PRIVATE, one, 0));
	ok(touch(sp, 4, 2, 'x'));
	ok(map_file(sp, 6, 2, RW, MAP_SHARED, one, 0));
	ok(map_file(sp, 8, 2, RW, MAP_SHARED, two, 0));
	first = vma_of(sp, 0);
	last = vma_of(sp, 12);
	private = vma_of(sp, 4);
	mmap_write_lock(sp->mm);
	ok(mm_take_all_locks(sp->mm));
	KUNIT_EXPECT_TRUE(test, anon_locked(first));
	KUNIT_EXPECT_TRUE(test, anon_locked(last));
	KUNIT_EXPECT_TRUE(test, anon_locked(private));
	KUNIT_EXPECT_TRUE(test, rwsem_is_locked(&one->f_mapping->i_mmap_rwsem));
	KUNIT_EXPECT_TRUE(test, rwsem_is_locked(&two->f_mapping->i_mmap_rwsem));
	mm_drop_all_locks(sp->mm);
	KUNIT_EXPECT_FALSE(test, anon_locked(first));
	KUNIT_EXPECT_FALSE(test, anon_locked(last));
	KUNIT_EXPECT_FALSE(test, anon_locked(private));
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&one->f_mapping->i_mmap_rwsem));
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&two->f_mapping->i_mmap_rwsem));
	/* and all are free for the next */
	ok(mm_take_all_locks(sp->mm));
	mm_drop_all_locks(sp->mm);
	mmap_write_unlock(sp->mm);
	shim_file_put(one);
	shim_file_put(two);
	oracle(test);
}

/* No fault gets in by a VMA's own lock meanwhile. */
TEST(all_locks, with_every_vma_locked_for_writing)
{
	struct space *sp = layout(test, "[WW].[rr]");

	mmap_write_lock(sp->mm);
	ok(mm_take_all_locks(sp->mm));
	KUNIT_EXPECT_NULL(test, lock_vma_under_rcu(sp->mm, page_addr(0)));
	KUNIT_EXPECT_NULL(test, lock_vma_under_rcu(sp->mm, page_addr(3)));
	mm_drop_all_locks(sp->mm);
	mmap_write_unlock(sp->mm);
	ok(look(sp, 0, 2));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 3));
}

/* A fork's relatives have one root, and one lock. */
TEST(all_locks, of_a_child_lock_out_the_parent)
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct vm_area_struct *vma = vma_of(parent, 0);

	mmap_write_lock(child->mm);
	ok(mm_take_all_locks(child->mm));
	KUNIT_EXPECT_TRUE(test, anon_locked(vma));
	mm_drop_all_locks(child->mm);
	mmap_write_unlock(child->mm);
	KUNIT_EXPECT_FALSE(test, anon_locked(vma));
	ok(write_page(parent, 0, 'p'));
	ok(look(child, 0, 2));
}
