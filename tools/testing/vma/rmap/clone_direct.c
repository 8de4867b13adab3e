// SPDX-License-Identifier: GPL-2.0
/*
 * anon_vma_clone() and unlink_anon_vmas() called without a system call around
 * them: links and counts after a success, and after a failure half way.
 */
#include "internal.h"
#include "test.h"

#ifdef SHIM_VMA_OPERATION

/* A layout of the parent that child and grandchild have unchanged: chains of 3. */
static void three_generations(struct kunit *test, const char *text, struct space **gen)
{
	gen[0] = layout(test, text);
	gen[1] = space_fork(gen[0]);
	gen[2] = space_fork(gen[1]);
	KUNIT_ASSERT_EQ(test, nr_chains(vma_of(gen[2], 0)), 3U);
}

static unsigned long nr_avcs(void)
{
	rcu_barrier();
	return shim_slab_objects("anon_vma_chain");
}

/* A copy of a VMA that is in no tree, as a split makes one; vm_area_free() ends it. */
static struct vm_area_struct *copy_of(struct kunit *test, struct vm_area_struct *vma)
{
	struct vm_area_struct *copy = vm_area_dup(vma);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	return copy;
}

/* Half of the entries are made when one fails: none stays, no lock, no pointer. */
TEST(clone_direct, half_made_is_taken_back,
     NOT_LAZY(own_anon_vma, "lazy_walk.split_of_a_child_fails_whole"))
{
	struct vm_area_struct *vma, *copy;
	struct space *gen[3];
	unsigned long nth;
	int err;

	three_generations(test, "[WW]", gen);
	vma = vma_of(gen[2], 0);
	mmap_write_lock(gen[2]->mm);
	for (nth = 1; nth <= 3; nth++) {
		copy = copy_of(test, vma);
		shim_fail_nth(nth, true);
		err = anon_vma_clone(copy, vma, VMA_OP_SPLIT);
		shim_fail_stop();
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_NULL(test, shim_anon_vma(copy));
		KUNIT_EXPECT_TRUE(test, list_empty(&shim_anon_vma_chain(copy)));
		KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&shim_av_rwsem(shim_av_root(shim_anon_vma(vma)))));
		KUNIT_EXPECT_EQ(test, nr_avcs(), 6UL);
		vm_area_free(copy);
	}
	mmap_write_unlock(gen[2]->mm);
	oracle(test);
}

TEST(clone_direct, of_unfaulted_memory_is_nothing)
{
	struct space *sp = layout(test, "[ww]");
	struct vm_area_struct *vma = vma_of(sp, 0), *copy;

	mmap_write_lock(sp->mm);
	copy = copy_of(test, vma);
	KUNIT_EXPECT_EQ(test, anon_vma_clone(copy, vma, VMA_OP_SPLIT), 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&shim_anon_vma_chain(copy)));
	unlink_anon_vmas(copy);
	vm_area_free(copy);
	mmap_write_unlock(sp->mm);
}

/* A clone that is unlinked again has changed nothing. */
TEST(clone_direct, unlinked_again_leaves_no_trace,
     NOT_LAZY(own_anon_vma, "lazy_locks.clone_waits_for_walks"))
{
	struct vm_area_struct *vma, *copy;
	struct space *gen[3];

	three_generations(test, "[WW]", gen);
	vma = vma_of(gen[2], 0);
	mmap_write_lock(gen[2]->mm);
	copy = copy_of(test, vma);
	KUNIT_EXPECT_EQ(test, anon_vma_clone(copy, vma, VMA_OP_SPLIT), 0);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(copy), shim_anon_vma(vma));
	KUNIT_EXPECT_EQ(test, nr_chains(copy), 3U);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma)), 2UL);
	unlink_anon_vmas(copy);
	KUNIT_EXPECT_NULL(test, shim_anon_vma(copy));
	vm_area_free(copy);
	mmap_write_unlock(gen[2]->mm);
	KUNIT_EXPECT_EQ(test, nr_avcs(), 6UL);
	oracle(test);
}

#else

#define WHY "anon_vma_clone() of this tree is not told what it is for"

ABSENT(clone_direct, half_made_is_taken_back, WHY)
ABSENT(clone_direct, of_unfaulted_memory_is_nothing, WHY)
ABSENT(clone_direct, unlinked_again_leaves_no_trace, WHY)

#endif
