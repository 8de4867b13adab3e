// SPDX-License-Identifier: GPL-2.0
/*
 * The lock of a VMA and its reference count, by one thread: 0 is out of the tree,
 * 1 is in it, each reader adds one. What a writer did is told by the number of
 * the mmap_lock's write section, so no unlocking of each VMA is needed.
 */
#include "internal.h"
#include "test.h"

#ifdef SHIM_VMA_REFCNT

static struct vm_area_struct *reader_of(struct space *sp, long page)
{
	return lock_vma_under_rcu(sp->mm, page_addr(page));
}

static int count_of(struct vm_area_struct *vma)
{
	return refcount_read(&shim_vm_refcnt(vma));
}

TEST(vma_refcnt, counts_readers)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	KUNIT_EXPECT_EQ(test, count_of(vma), 1);
	KUNIT_EXPECT_PTR_EQ(test, reader_of(sp, 0), vma);
	KUNIT_EXPECT_EQ(test, count_of(vma), 2);
	KUNIT_EXPECT_PTR_EQ(test, reader_of(sp, 1), vma);
	KUNIT_EXPECT_EQ(test, count_of(vma), 3);
	vma_assert_locked(vma);
	vma_end_read(vma);
	vma_end_read(vma);
	KUNIT_EXPECT_EQ(test, count_of(vma), 1);
}

TEST(vma_refcnt, no_reader_where_nothing_is)
{
	struct space *sp = layout(test, "[WW].[WW]");

	KUNIT_EXPECT_NULL(test, reader_of(sp, 2));
	KUNIT_EXPECT_NULL(test, reader_of(sp, 100));
	ok(unmap(sp, 0, 2));
	KUNIT_EXPECT_NULL(test, reader_of(sp, 0));
}

/* Locked for writing until the mmap_lock is given up, without a word to the VMA. */
TEST(vma_refcnt, no_reader_beside_a_writer)
{
	struct space *sp = layout(test, "[WW].[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0), *other;

	mmap_write_lock(sp->mm);
	vma_start_write(vma);
	vma_assert_write_locked(vma);
	KUNIT_EXPECT_EQ(test, count_of(vma), 1);
	KUNIT_EXPECT_NULL(test, reader_of(sp, 0));
	KUNIT_EXPECT_EQ(test, count_of(vma), 1);
	/* those that the writer has not locked may be read */
	other = reader_of(sp, 3);
	KUNIT_ASSERT_NOT_NULL(test, other);
	vma_end_read(other);
	mmap_write_unlock(sp->mm);
	KUNIT_EXPECT_PTR_EQ(test, reader_of(sp, 0), vma);
	vma_end_read(vma);
}

TEST(vma_refcnt, readers_again_after_a_downgrade)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	mmap_write_lock(sp->mm);
	vma_start_write(vma);
	KUNIT_EXPECT_NULL(test, reader_of(sp, 0));
	mmap_write_downgrade(sp->mm);
	KUNIT_EXPECT_PTR_EQ(test, reader_of(sp, 0), vma);
	vma_end_read(vma);
	mmap_read_unlock(sp->mm);
}

TEST(vma_refcnt, writing_twice_is_writing_once)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	mmap_write_lock(sp->mm);
	vma_start_write(vma);
	vma_start_write(vma);
	KUNIT_EXPECT_EQ(test, count_of(vma), 1);
	KUNIT_EXPECT_EQ(test, shim_vm_lock_seq(vma), shim_mm_lock_seq(sp->mm));
	mmap_write_unlock(sp->mm);
	KUNIT_EXPECT_NE(test, shim_vm_lock_seq(vma), shim_mm_lock_seq(sp->mm));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
}

/* Each write section has a number of its own, and each end of one, too. */
TEST(vma_refcnt, number_of_the_write_section)
{
	struct space *sp = layout(test, "[WW]");
	unsigned int before = shim_mm_lock_seq(sp->mm);

	KUNIT_EXPECT_EQ(test, before & 1, 0U);
	mmap_write_lock(sp->mm);
	KUNIT_EXPECT_EQ(test, shim_mm_lock_seq(sp->mm), before + 1);
	mmap_write_downgrade(sp->mm);
	KUNIT_EXPECT_EQ(test, shim_mm_lock_seq(sp->mm), before + 2);
	mmap_read_unlock(sp->mm);
	mmap_read_lock(sp->mm);
	mmap_read_unlock(sp->mm);
	KUNIT_EXPECT_EQ(test, shim_mm_lock_seq(sp->mm), before + 2);
}

/* Under the mmap_lock for reading there is no writer, so it cannot fail. */
TEST(vma_refcnt, reader_from_the_mmap_lock)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	ok(protect(sp, 0, 2, PROT_READ));
	mmap_read_lock(sp->mm);
	KUNIT_EXPECT_TRUE(test, vma_start_read_locked(vma));
	mmap_read_unlock(sp->mm);
	KUNIT_EXPECT_EQ(test, count_of(vma), 2);
	vma_assert_locked(vma);
	vma_end_read(vma);
}

TEST(vma_refcnt, guess_without_a_lock)
{
	struct space *sp = layout(test, "[WW]");
	unsigned int seq;

	KUNIT_EXPECT_TRUE(test, mmap_lock_speculate_try_begin(sp->mm, &seq));
	KUNIT_EXPECT_FALSE(test, mmap_lock_speculate_retry(sp->mm, seq));
	ok(protect(sp, 0, 2, PROT_READ));
	KUNIT_EXPECT_TRUE(test, mmap_lock_speculate_retry(sp->mm, seq));
	mmap_write_lock(sp->mm);
	KUNIT_EXPECT_FALSE(test, mmap_lock_speculate_try_begin(sp->mm, &seq));
	mmap_write_unlock(sp->mm);
}

/* A copy is out of the tree until it is linked, whatever the original is. */
TEST(vma_refcnt, of_a_new_vma_is_none)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vm_area_alloc(sp->mm), *original, *copy;

	KUNIT_ASSERT_NOT_NULL(test, vma);
	original = vma_of(sp, 0);
	mmap_write_lock(sp->mm);
	KUNIT_EXPECT_EQ(test, count_of(vma), 0);
	vma_assert_detached(vma);
	copy = vm_area_dup(original);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, count_of(copy), 0);
	shim_anon_vma(copy) = NULL;
	vm_area_free(copy);
	vm_area_free(vma);
	mmap_write_unlock(sp->mm);
}

/*
 * The VMA that munmap() takes out, as a reader under RCU still sees it: the memory
 * of what is freed stays until the case asks for an rcu_barrier().
 */
TEST(vma_refcnt, unmapped_is_detached)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	oracle_pause(test);
	ok(unmap(sp, 0, 2));
	KUNIT_EXPECT_EQ(test, count_of(vma), 0);
	KUNIT_EXPECT_NULL(test, lock_vma_under_rcu(sp->mm, page_addr(0)));
	oracle_resume(test);
}

/* Of the three that become one, the two that go are detached. */
TEST(vma_refcnt, merged_away_is_detached)
{
	struct space *sp = layout(test, "[WW]..[WW]");
	struct vm_area_struct *middle, *last;

	ok(unmap(sp, 0, 6));
	ok(map(sp, 0, 6, RW));
	ok(touch(sp, 0, 6, 'x'));
	ok(protect(sp, 2, 2, PROT_READ));
	middle = vma_of(sp, 2);
	last = vma_of(sp, 4);
	oracle_pause(test);
	ok(protect(sp, 2, 2, RW));
	KUNIT_EXPECT_EQ(test, count_of(middle), 0);
	KUNIT_EXPECT_EQ(test, count_of(last), 0);
	KUNIT_EXPECT_EQ(test, count_of(vma_of(sp, 0)), 1);
	oracle_resume(test);
	expect(sp, "[WWWWWW]");
}

/* Taken out and put back by a munmap() that fails half way: readers may return. */
TEST(vma_refcnt, reattached_by_a_failed_munmap)
{
	unsigned long nth = 0, seen, failed = 0;
	struct vm_area_struct *vma;
	struct space *sp;
	int err;

	do {
		sp = layout(test, "[WW][RR][xx][WWWW]");
		shim_fail_nth(++nth, false);
		err = unmap(sp, 1, 7);
		seen = shim_fail_stop();
		if (err) {
			fails(err, -ENOMEM);
			failed++;
			vma = reader_of(sp, 2);
			KUNIT_ASSERT_NOT_NULL(test, vma);
			KUNIT_EXPECT_EQ(test, count_of(vma), 2);
			vma_end_read(vma);
			ok(look(sp, 0, 10));
		}
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 3UL);
}

/* Handed out again at once, as another VMA of the same mm: found as what it is. */
TEST(vma_refcnt, recycled_vma_is_found_as_the_new_one)
{
	struct vm_area_struct *vma, *found;
	struct space *sp;
	long i;

	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	sp = layout(test, "[WW].[RR]");
	for (i = 0; i < 10; i++) {
		vma = vma_of(sp, i * 5);
		ok(unmap(sp, i * 5, 2));
		KUNIT_EXPECT_NULL(test, reader_of(sp, i * 5));
		ok(map(sp, (i + 1) * 5, 2, RW));
		KUNIT_ASSERT_PTR_EQ(test, vma_of(sp, (i + 1) * 5), vma);
		found = reader_of(sp, (i + 1) * 5);
		KUNIT_ASSERT_PTR_EQ(test, found, vma);
		KUNIT_EXPECT_EQ(test, count_of(found), 2);
		vma_end_read(found);
	}
}

TEST(vma_refcnt, of_the_childs_vmas_is_their_own)
{
	struct space *parent = layout(test, "[WW]"), *child;
	struct vm_area_struct *own = vma_of(parent, 0), *vma = reader_of(parent, 0);

	KUNIT_ASSERT_NOT_NULL(test, vma);
	vma_end_read(vma);
	child = space_fork(parent);
	KUNIT_EXPECT_EQ(test, count_of(vma_of(child, 0)), 1);
	vma = reader_of(child, 0);
	KUNIT_ASSERT_NOT_NULL(test, vma);
	KUNIT_EXPECT_EQ(test, count_of(own), 1);
	vma_end_read(vma);
}

/* The kernel's own checks of who calls them with what. */
TEST(vma_refcnt, attaching_twice_is_noticed)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	mmap_write_lock(sp->mm);
	vma_start_write(vma);
	shim_expect_warnings(true);
	vma_assert_detached(vma);
	KUNIT_EXPECT_GT(test, shim_expect_warnings(false), 0U);
	mmap_write_unlock(sp->mm);
}

TEST(vma_refcnt, change_without_the_lock_is_noticed)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	if (IS_ENABLED(SHIM_LOCK_ASSERT_IS_BUG))
		kunit_skip(test, "this kernel's assertion is a BUG, which ends the case");
	mmap_write_lock(sp->mm);
	shim_expect_warnings(true);
	vma_assert_write_locked(vma);
	KUNIT_EXPECT_GT(test, shim_expect_warnings(false), 0U);
	mmap_write_unlock(sp->mm);
}

TEST(vma_refcnt, freeing_what_is_in_the_tree_is_noticed)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vm_area_alloc(sp->mm);

	KUNIT_ASSERT_NOT_NULL(test, vma);
	refcount_set(&shim_vm_refcnt(vma), 1);
	shim_expect_warnings(true);
	vm_area_free(vma);
	KUNIT_EXPECT_GT(test, shim_expect_warnings(false), 0U);
}

#else

#define WHY "VMAs of this tree have no reference count"

ABSENT(vma_refcnt, counts_readers, WHY)
ABSENT(vma_refcnt, no_reader_where_nothing_is, WHY)
ABSENT(vma_refcnt, no_reader_beside_a_writer, WHY)
ABSENT(vma_refcnt, readers_again_after_a_downgrade, WHY)
ABSENT(vma_refcnt, writing_twice_is_writing_once, WHY)
ABSENT(vma_refcnt, number_of_the_write_section, WHY)
ABSENT(vma_refcnt, reader_from_the_mmap_lock, WHY)
ABSENT(vma_refcnt, guess_without_a_lock, WHY)
ABSENT(vma_refcnt, of_a_new_vma_is_none, WHY)
ABSENT(vma_refcnt, unmapped_is_detached, WHY)
ABSENT(vma_refcnt, merged_away_is_detached, WHY)
ABSENT(vma_refcnt, reattached_by_a_failed_munmap, WHY)
ABSENT(vma_refcnt, recycled_vma_is_found_as_the_new_one, WHY)
ABSENT(vma_refcnt, of_the_childs_vmas_is_their_own, WHY)
ABSENT(vma_refcnt, attaching_twice_is_noticed, WHY)
ABSENT(vma_refcnt, change_without_the_lock_is_noticed, WHY)
ABSENT(vma_refcnt, freeing_what_is_in_the_tree_is_noticed, WHY)

#endif
