// SPDX-License-Identifier: GPL-2.0
/*
 * anon_vma_clone() and unlink_anon_vmas() called without a system call around
 * them: the assertions by which they check their callers.
 */
#include "internal.h"
#include "test.h"

#ifdef SHIM_VMA_OPERATION

/* A faulted VMA, locked for a change, and a copy of it in no tree. */
static struct vm_area_struct *faulted(struct kunit *test, const char *text,
				      struct vm_area_struct **copy)
{
	struct space *sp = layout(test, text);
	struct vm_area_struct *vma = vma_of(sp, 0);

	mmap_write_lock(sp->mm);
	*copy = vm_area_dup(vma);
	KUNIT_ASSERT_NOT_NULL(test, *copy);
	return vma;
}

/* A wrong call WARNs once at least; then all is as before. */
#define asserts(expr) do {						\
	shim_expect_warnings(true);					\
	expr;								\
	KUNIT_EXPECT_GT(test, shim_expect_warnings(false), 0U);		\
} while (0)

static void end(struct vm_area_struct *vma, struct vm_area_struct *copy)
{
	unlink_anon_vmas(copy);
	vm_area_free(copy);
	mmap_write_unlock(shim_vm_mm(vma));
}

TEST(clone_assert, destination_has_no_chain_yet,
     NOT_LAZY(own_anon_vma, "lazy_locks.clone_waits_for_walks"))
{
	struct vm_area_struct *copy, *vma;

	vma = faulted(test, "[WW].[ww]", &copy);
	ok(anon_vma_clone(copy, vma, VMA_OP_SPLIT));
	shim_anon_vma(copy) = NULL;
	/* from an unfaulted VMA, so that it asserts and does no more */
	asserts(anon_vma_clone(copy, vma_lookup(shim_vm_mm(vma), page_addr(3)), VMA_OP_SPLIT));
	shim_anon_vma(copy) = shim_anon_vma(vma);
	end(vma, copy);
}

TEST(clone_assert, mmap_lock_is_held_for_writing)
{
	struct vm_area_struct *copy, *vma;

	vma = faulted(test, "[WW]", &copy);
	mmap_write_unlock(shim_vm_mm(vma));
	shim_expect_warnings(true);
	ok(anon_vma_clone(copy, vma, VMA_OP_SPLIT));
	KUNIT_EXPECT_GT(test, shim_expect_warnings(false), 0U);
	mmap_write_lock(shim_vm_mm(vma));
	end(vma, copy);
}

TEST(clone_assert, destination_has_the_anon_vma_of_the_source,
     NOT_LAZY(own_anon_vma, "lazy_locks.clone_waits_for_walks"))
{
	struct vm_area_struct *copy, *vma;
	struct anon_vma *own;

	vma = faulted(test, "[WW]", &copy);
	own = shim_anon_vma(vma);
	shim_anon_vma(copy) = NULL;
	shim_expect_warnings(true);
	shim_fail_nth(1, true);		/* so that it goes no further */
	anon_vma_clone(copy, vma, VMA_OP_SPLIT);
	shim_fail_stop();
	KUNIT_EXPECT_GT(test, shim_expect_warnings(false), 0U);
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(own), 1UL);
	end(vma, copy);
}

TEST(clone_assert, only_a_fork_goes_to_another_mm)
{
	struct vm_area_struct *copy, *vma;
	struct space *other = space_new(test);

	vma = faulted(test, "[WW]", &copy);
	shim_vm_mm(copy) = other->mm;
	asserts(anon_vma_clone(copy, vma, VMA_OP_REMAP));
	shim_vm_mm(copy) = shim_vm_mm(vma);
	end(vma, copy);
}

/* A merge of the unfaulted takes one link: a forked VMA never merges so. */
TEST(clone_assert, merge_of_the_unfaulted_takes_one_link,
     NOT_LAZY(own_anon_vma, "lazy_count.merge_with_unfaulted_memory_takes_no_link"))
{
	struct vm_area_struct *copy, *vma;
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);

	vma = vma_of(child, 0);
	mmap_write_lock(child->mm);
	copy = vm_area_dup(vma);
	asserts(anon_vma_clone(copy, vma, VMA_OP_MERGE_UNFAULTED));
	end(vma, copy);
}

/* A VMA that faults may reach must not change hands, but for that merge. */
TEST(clone_assert, destination_is_not_in_the_tree)
{
	struct vm_area_struct *dst, *src;
	struct space *sp = layout(test, "[WW].[ww]");

	src = vma_of(sp, 0);
	dst = vma_of(sp, 3);
	mmap_write_lock(sp->mm);
	shim_anon_vma(dst) = shim_anon_vma(src);
	asserts(anon_vma_clone(dst, src, VMA_OP_SPLIT));
	unlink_anon_vmas(dst);
	mmap_write_unlock(sp->mm);
}

TEST(clone_assert, source_of_links_has_an_anon_vma,
     NOT_LAZY(own_anon_vma, "lazy_locks.clone_waits_for_walks"))
{
	struct vm_area_struct *copy, *vma;
	struct anon_vma *own;

	vma = faulted(test, "[WW]", &copy);
	own = shim_anon_vma(vma);
	shim_anon_vma(vma) = NULL;
	shim_anon_vma(copy) = NULL;
	asserts(anon_vma_clone(copy, vma, VMA_OP_FORK));
	shim_anon_vma(vma) = own;
	end(vma, copy);
}

TEST(clone_assert, unlinking_needs_an_anon_vma_for_its_links,
     NOT_LAZY(own_anon_vma, "lazy_locks.clone_waits_for_walks"))
{
	struct vm_area_struct *copy, *vma;
	struct anon_vma *own;

	vma = faulted(test, "[WW]", &copy);
	own = shim_anon_vma(vma);
	shim_anon_vma(vma) = NULL;
	asserts(unlink_anon_vmas(vma));
	shim_anon_vma(vma) = own;
	shim_anon_vma(copy) = NULL;
	end(vma, copy);
}

TEST(clone_assert, unlinking_needs_the_mmap_lock)
{
	struct vm_area_struct *copy, *vma;

	vma = faulted(test, "[WW]", &copy);
	ok(anon_vma_clone(copy, vma, VMA_OP_SPLIT));
	mmap_write_unlock(shim_vm_mm(vma));
	asserts(unlink_anon_vmas(copy));
	vm_area_free(copy);
}

#else

#define WHY "anon_vma_clone() of this tree is not told what it is for"

ABSENT(clone_assert, destination_has_no_chain_yet, WHY)
ABSENT(clone_assert, mmap_lock_is_held_for_writing, WHY)
ABSENT(clone_assert, destination_has_the_anon_vma_of_the_source, WHY)
ABSENT(clone_assert, only_a_fork_goes_to_another_mm, WHY)
ABSENT(clone_assert, merge_of_the_unfaulted_takes_one_link, WHY)
ABSENT(clone_assert, destination_is_not_in_the_tree, WHY)
ABSENT(clone_assert, source_of_links_has_an_anon_vma, WHY)
ABSENT(clone_assert, unlinking_needs_an_anon_vma_for_its_links, WHY)
ABSENT(clone_assert, unlinking_needs_the_mmap_lock, WHY)

#endif
