// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that fail half way, at each of their allocations in turn: what was done
 * is undone, or is whole. The oracle recounts charges, links and locks after each
 * attempt, and at the end nothing may be left.
 */
#include <linux/percpu_counter.h>

#include "attr.h"
#include "chardev.h"
#include "internal.h"
#include "vma.h"
#include "test.h"

typedef int call_fn(struct space *sp);

/* One attempt, with the n-th allocation failing, and maybe all that follow. */
static unsigned long attempt(struct kunit *test, const char *text, call_fn *call,
			     unsigned long nth, bool persistent, bool *failed)
{
	struct space *sp = layout(test, text);
	unsigned long seen;
	long page;
	int err;

	shim_fail_nth(nth, persistent);
	err = call(sp);
	seen = shim_fail_stop();
	*failed = err;
	if (err) {
		fails(err, -ENOMEM);
		for (page = 0; text[page]; page++)
			if (vma_of(sp, page) && sp->model[page] != MODEL_UNKNOWN)
				ok(read_page(sp, page));
		/* the failure was the memory's, and nothing else's */
		ok(call(sp));
	}
	space_exit(sp);
	return seen;
}

/*
 * Once more with the next allocation failing, until none is left to fail. The
 * pages must hold what they held when the call fails, split VMAs or not.
 */
static void one_allocation_fails(struct kunit *test, const char *text, call_fn *call,
				 bool persistent, unsigned long least)
{
	unsigned long nth = 0, seen, failures = 0;
	bool failed;

	do {
		seen = attempt(test, text, call, ++nth, persistent, &failed);
		failures += failed;
	} while (seen >= nth);
	KUNIT_EXPECT_GE(test, failures, least);
}

/* An operation that tries again fails only if memory stays short. */
static void each_allocation_fails(struct kunit *test, const char *text, call_fn *call,
				  unsigned long least)
{
	one_allocation_fails(test, text, call, false, 1);
	one_allocation_fails(test, text, call, true, least);
}

static void merges_with_unfaulted(struct kunit *test)
{
	if (unfaulted_alone())
		kunit_skip(test, "this kernel merges no faulted memory with unfaulted");
}

static int unmap_middle(struct space *sp)
{
	return unmap(sp, 2, 2);
}

/* [WWWWWW]	a split, and the hole in the tree */
TEST(undo, munmap_of_the_middle)
{
	each_allocation_fails(test, "[WWWWWW]", unmap_middle, 3);
}

static int unmap_across(struct space *sp)
{
	return unmap(sp, 1, 6);
}

/* The first VMAs are detached already when the last cannot be split. */
TEST(undo, munmap_across_several)
{
	each_allocation_fails(test, "[WW][rr][WW][rr]", unmap_across, 4);
}

/* The old pages are gone when it fails late: a hole is left on purpose. */
static int map_over(struct space *sp)
{
	long page;
	int err;

	oracle_pause(sp->test);
	err = map(sp, 1, 6, PROT_READ | PROT_EXEC);
	oracle_resume(sp->test);
	for (page = 1; page < 7; page++)
		if (!vma_of(sp, page))
			sp->model[page] = MODEL_UNKNOWN;
	oracle(sp->test);
	return err;
}

/* MAP_FIXED: what it was to replace is there or a hole is, but no ruin. */
TEST(undo, mmap_over_several)
{
	each_allocation_fails(test, "[WW][rr][WW][rr]", map_over, 4);
}

static int make_writable(struct space *sp)
{
	return protect(sp, 1, 2, RW);
}

/* The charge comes first, then the split. */
TEST(undo, mprotect_to_writable)
{
	each_allocation_fails(test, "[rrrr]", make_writable, 3);
}

/*
 *	[ww][RR]	the unfaulted left one takes over the anon_vma, and grows
 *	     ^^
 */
TEST(undo, mprotect_that_merges_with_unfaulted_memory,
     NOT_LAZY(fewer_allocations, "lazy_count.merge_with_unfaulted_memory_takes_no_link"))
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	merges_with_unfaulted(test);
	do {
		sp = layout(test, "[ww]");
		ok(map(sp, 2, 2, RW | PROT_EXEC));
		ok(touch(sp, 2, 2, 'x'));
		ok(protect(sp, 2, 2, PROT_READ));
		/* where an entry of a chain is tried again, that fails too */
		shim_fail_nth(++nth, IS_ENABLED(SHIM_CLONE_TRIES_AGAIN));
		err = protect(sp, 2, 2, RW);
		seen = shim_fail_stop();
		if (err) {
			fails(err, -ENOMEM);
			failed++;
			expect(sp, "[ww][RR]");
			KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
			ok(protect(sp, 2, 2, RW));
		}
		expect(sp, "[wwWW]");
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GE(test, failed, 2UL);
}

static int grow_heap(struct space *sp)
{
	sp->mm->start_data = sp->mm->end_data = page_addr(8);
	shim_start_brk(sp->mm) = shim_brk(sp->mm) = page_addr(8);
	return set_brk(sp, page_addr(12));
}

TEST(undo, brk)
{
	each_allocation_fails(test, "[WW]", grow_heap, 1);
}

static int grow_in_place(struct space *sp)
{
	return resize(sp, 0, 2, 4);
}

/* Several VMAs behind, so that the tree needs a node or is given one. */
TEST(undo, mremap_that_grows_in_place)
{
	each_allocation_fails(test, "[WW]...[rr]", grow_in_place, 1);
}

static int grow_and_move(struct space *sp)
{
	long page = remap(sp, 0, 2, 4, MREMAP_MAYMOVE | MREMAP_FIXED, 600);

	return page < 0 ? page : 0;
}

/* Charged pages that nobody gives back, over all attempts. */
static s64 lost_by_moves(struct kunit *test, bool persistent)
{
	unsigned long nth = 0, seen;
	struct space *sp;
	s64 lost = 0;

	oracle_pause(test);	/* it would report the same, and end the case */
	do {
		sp = layout(test, "[WW]");
		shim_fail_nth(++nth, persistent);
		grow_and_move(sp);
		seen = shim_fail_stop();
		space_exit(sp);
		lost += charged();
		vm_unacct_memory(charged());
	} while (seen >= nth);
	return lost;
}

TEST(undo, mremap_that_grows_and_moves)
{
	s64 lost = lost_by_moves(test, false);

	if (lost)
		known_bug(SHIM_BUG_MREMAP_GROWTH_CHARGE, 7);
	KUNIT_EXPECT_EQ(test, lost, 0LL);
	oracle_resume(test);
	one_allocation_fails(test, "[WW]", grow_and_move, false, 4);
}

/*
 * No memory for the page tables of the new place, nor for unmapping it again: it
 * stays mapped, and the charge of what is mapped must be what is charged.
 */
TEST(undo, mremap_that_grows_and_cannot_be_taken_back)
{
	s64 lost = lost_by_moves(test, true);

	if (lost)
		known_bug(SHIM_BUG_MREMAP_SPLIT_CHARGE, 1);
	KUNIT_EXPECT_EQ(test, lost, 0LL);
}

/*
 *	[WW]....[ww]	the moved one is to merge with the unfaulted: the clone of
 *	^^    ^^	its anon_vma is taken back, or it is mapped beside it
 */
TEST(undo, mremap_that_merges_with_unfaulted_memory)
{
	unsigned long nth = 0, seen, merged = 0;
	struct space *sp;
	int err;

	merges_with_unfaulted(test);
	do {
		sp = layout(test, "......[ww]");
		ok(map(sp, 4, 2, RW | PROT_EXEC));
		ok(touch(sp, 4, 2, 'x'));
		ok(move(sp, 4, 2, 0));
		ok(protect(sp, 0, 2, RW));
		shim_fail_nth(++nth, false);
		err = move(sp, 0, 2, 4);
		seen = shim_fail_stop();
		if (err)
			fails(err, -ENOMEM);
		else
			merged += shim_map_count(sp->mm) == 1;
		if (shim_map_count(sp->mm) == 2)
			KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 6)));
		ok(look(sp, err ? 0 : 4, 2));
		ok(look(sp, 6, 2));
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, merged, 0UL);
}

/* The driver hears of every VMA that came, and of each that went again. */
TEST(undo, mremap_of_a_driver)
{
	struct chardev *drv = chardev_new(test, 8);
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	do {
		sp = space_new(test);
		ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
		shim_fail_nth(++nth, false);
		err = move(sp, 0, 4, 600);
		seen = shim_fail_stop();
		failed += err == -ENOMEM;
		chardev_balanced(drv);
		space_exit(sp);
		chardev_balanced(drv);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 1UL);
}

static int insert(struct space *sp)
{
	struct vm_area_struct *vma;
	int err = -ENOMEM;

	mmap_write_lock(sp->mm);
	vma = vm_area_alloc(sp->mm);
	if (vma) {
		vma_set_anonymous(vma);
		shim_vm_start(vma) = page_addr(600);
		shim_vm_end(vma) = page_addr(603);
		vm_flags_init(vma, VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_ACCOUNT);
		err = insert_vm_struct(sp->mm, vma);
		if (err)
			vm_area_free(vma);
		else
			vm_stat_account(sp->mm, shim_vm_flags(vma), 3);
	}
	mmap_write_unlock(sp->mm);
	oracle(sp->test);
	return err;
}

/* As exec makes the stack of a new program: charged, then put into the tree. */
TEST(undo, insert_vm_struct)
{
	each_allocation_fails(test, "[WW].[rr]", insert, 2);
}
