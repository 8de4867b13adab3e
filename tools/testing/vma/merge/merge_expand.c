// SPDX-License-Identifier: GPL-2.0
/*
 * vma_expand() and copy_vma() beyond the scenes of merge_new.c: the heap, exec's
 * stack, memory that moves beside itself, and what a merge leaves behind when an
 * allocation of it fails.
 */
#include <linux/slab.h>

#include "attr.h"
#include "scene.h"
#include "test.h"

/* in linux/mm.h or in mm/vma.h */
int relocate_vma_down(struct vm_area_struct *vma, unsigned long shift);

/*
 *	[www]...[www]		exec's brk() for a bss that ends at another mapping
 *	     +++
 *
 * It only expands: the next VMA is left alone even where it would fit. brk(2) itself
 * keeps a page free below it.
 */
TEST(merge_expand, brk_does_not_take_the_next)
{
	struct space *sp = space_with_brk(test, 0);
	struct vm_area_struct *heap, *next;

	ok(set_brk(sp, page_addr(3)));
	ok(map(sp, 6, 3, RW));
	heap = vma_of(sp, 0);
	next = vma_of(sp, 6);
	fails(set_brk(sp, page_addr(6)), -ENOMEM);
	ok(vm_brk_flags(page_addr(3), 3 * PAGE_SIZE, 0));
	expect(sp, "[wwwwww][www]");
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 0), heap);
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 6), next);
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
	KUNIT_EXPECT_FALSE(test, was_write_locked(sp, 6));
	ok(touch(sp, 0, 9, 'x'));
}

/* Nor does the first page of the heap go to a VMA before it. */
TEST(merge_expand, brk_after_a_mapping)
{
	struct space *sp = space_with_brk(test, 3);

	ok(map(sp, 0, 3, RW));
	ok(set_brk(sp, page_addr(5)));
	ok(set_brk(sp, page_addr(8)));
	expect(sp, "[www][wwwww]");
	ok(touch(sp, 0, 8, 'x'));
}

/*
 *	parent [WWW]		child [WWW][ww]
 */
TEST(merge_expand, brk_of_a_forked_heap)
{
	struct space *parent = space_with_brk(test, 0), *child;

	ok(set_brk(parent, page_addr(3)));
	ok(touch(parent, 0, 3, 'p'));
	child = space_fork(parent);
	ok(set_brk(child, page_addr(5)));
	expect(child, "[WWW][ww]");
	ok(set_brk(parent, page_addr(5)));
	expect(parent, "[WWWww]");
	ok(touch(child, 0, 5, 'c'));
	ok(look(parent, 0, 5));
}

/*
 *	......[wWW]		exec puts its stack where it belongs
 *	...[wWW]		it expands downwards, its pages move, it shrinks
 */
static void stack_moves_down(struct kunit *test, long by, const char *after)
{
	struct space *sp = layout(test, "......[wWW]");
	struct vm_area_struct *vma = vma_of(sp, 6);
	struct folio *folio = folio_of(sp, 8);
	long i;

	oracle_pause(test);	/* the model does not know of this move */
	mmap_write_lock(sp->mm);
	ok(relocate_vma_down(vma, by * PAGE_SIZE));
	mmap_write_unlock(sp->mm);
	expect(sp, after);
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 6 - by), vma);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 8 - by), folio);
	mapped_at(folio, at(sp, 8 - by));
	for (i = 0; i < SPACE_PAGES; i++)
		sp->model[i] = MODEL_UNKNOWN;
	oracle_resume(test);
	oracle(test);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 8 - by), 'I');
	ok(write_page(sp, 6 - by, 'x'));
}

TEST(merge_expand, exec_stack_moves_down)
{
	stack_moves_down(test, 4, "..[wWW]");
}

TEST(merge_expand, exec_stack_moves_down_over_itself)
{
	stack_moves_down(test, 1, ".....[wWW]");
}

/* mmap(): four that become two, one grown upwards and one downwards. */
TEST(merge_expand, mmap_region_basic)
{
	struct space *sp = space_new(test);

	ok(map(sp, 100, 3, RW));
	ok(map(sp, 50, 3, RW));
	ok(map(sp, 103, 3, RW));
	ok(map(sp, 47, 3, RW));
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 2);
	KUNIT_EXPECT_EQ(test, shim_vm_end(vma_of(sp, 100)), page_addr(106));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 100)), page_addr(100) >> PAGE_SHIFT);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, 52)), page_addr(47));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 52)), page_addr(47) >> PAGE_SHIFT);
}

/*
 *	[www]    ->  ...[www]	through [wwwwww], of which the first half goes
 */
TEST(merge_expand, moved_up_beside_itself)
{
	struct space *sp = layout(test, "[www]");

	ok(move(sp, 0, 3, 3));
	expect(sp, "...[www]");
	ok(touch(sp, 3, 3, 'x'));
}

TEST(merge_expand, moved_down_beside_itself)
{
	struct space *sp = layout(test, "...[www]");

	ok(move(sp, 3, 3, 0));
	expect(sp, "[www]");
	ok(touch(sp, 0, 3, 'x'));
}

/* Prev takes both: the VMA that moves is freed in the middle of the move. */
TEST(merge_expand, moved_down_between_prev_and_itself)
{
	struct space *sp = layout(test, "[www]...[www]");

	ok(move(sp, 6, 3, 3));
	expect(sp, "[wwwwww]");
	ok(touch(sp, 0, 6, 'x'));
}

TEST(merge_expand, moved_up_between_itself_and_next)
{
	struct space *sp = layout(test, "[www]...[www]");

	ok(move(sp, 0, 3, 3));
	expect(sp, "...[wwwwww]");
	ok(touch(sp, 3, 6, 'x'));
}

/* Pages keep their offset, so that faulted memory does not meet itself. */
TEST(merge_expand, moved_faulted_beside_itself)
{
	struct space *sp = layout(test, "[WwW]");
	struct folio *folio = folio_of(sp, 2);

	ok(move(sp, 0, 3, 3));
	expect(sp, "...[WwW]");
	mapped_at(folio, at(sp, 5));
	ok(move(sp, 3, 3, 0));
	expect(sp, "[WwW]");
	mapped_at(folio, at(sp, 2));
	ok(look(sp, 0, 3));
}

/*
 *	[www] -> [www]+++	the source stays, and the two are one piece of memory
 *
 * Before the source was kept out of the merge, they were one VMA; either way both
 * must be there, and can be used.
 */
TEST(merge_expand, copied_beside_itself)
{
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	struct space *sp = layout(test, "[www]");

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 3, 3, flags, 3), 3L);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 6UL);
	ok(touch(sp, 0, 6, 'x'));
	ok(look(sp, 0, 6));
}

/* A failing call leaves nothing changed, or all done. */
static void fail_each(struct kunit *test, const char *sides, const struct change *how, long page,
		      long nr)
{
	unsigned long nth = 0, seen, failed = 0;
	struct outcome o = scene_outcome(sides, sides[MIDDLE], page, nr);
	struct scene s;
	int err, i;

	do {
		scene_build(&s, test, sides, NULL);
		if (how->begin)
			ok(how->begin(s.sp));
		o.anon_vma = s.anon_vma[MIDDLE];
		shim_fail_nth(++nth, false);
		err = how->end(s.sp, page, nr);
		seen = shim_fail_stop();
		if (!err) {
			scene_became(&s, &o, how->name);
		} else {
			failed++;
			KUNIT_EXPECT_EQ(test, err, -ENOMEM);
			scene_is(&s, BIT(side_page(MIDDLE)) | BIT(side_page(NEXT)), "failure");
			for (i = 0; i < SIDES; i++)
				if (s.vma[i])
					KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(s.vma[i]), s.anon_vma[i]);
		}
		scene_use(&s);
		scene_end(&s);
	} while (seen >= nth);
	/* without a merge or a split there is nothing to allocate */
	if (o.left || o.right || nr < SIDE_PAGES)
		KUNIT_EXPECT_GT(test, failed, 0UL);
}

/*
 *	[uuu][fff][uuu]		prev or next has been given the middle's anon_vma by
 *				the time that the tree's nodes are allocated
 */
TEST(merge_expand, failing_allocations_of_mprotect)
{
	static const char * const scenes[] = { "uf.", ".fu", "ufu", "uss", "ssu", "fuu" };
	int i;

	for (i = 0; i < ARRAY_SIZE(scenes); i++) {
		fail_each(test, scenes[i], &by_mprotect, side_page(MIDDLE), 3);
		fail_each(test, scenes[i], &by_mprotect, side_page(MIDDLE), 2);
		fail_each(test, scenes[i], &by_mprotect, side_page(MIDDLE) + 1, 2);
	}
}

/*
 *	[uuu]   [fff]		here a merge that fails is only not done
 *	     +++
 */
TEST(merge_expand, failing_allocations_of_mmap)
{
	unsigned long nth = 0, seen;
	struct scene s;
	int err;

	do {
		scene_build(&s, test, "u.f", NULL);
		shim_fail_nth(++nth, false);
		err = map(s.sp, side_page(MIDDLE), SIDE_PAGES, RW);
		seen = shim_fail_stop();
		if (vma_of(s.sp, 0) != vma_of(s.sp, side_page(NEXT))) {
			KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(s.sp, 0)));
			KUNIT_EXPECT_EQ(test, vma_pages(vma_of(s.sp, 6)), SIDE_PAGES);
		}
		if (err)
			KUNIT_EXPECT_NULL(test, vma_of(s.sp, side_page(MIDDLE)));
		scene_use(&s);
		scene_end(&s);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, nth, 1UL);
}

/*
 *	[w][w][w][w]		each faulted, from one end or the other, while rights
 *	[wwww]			or a name keep them apart
 */
static void fault_apart(struct kunit *test, long first, long step)
{
	struct space *sp = layout(test, "[wwwwwwww]");
	unsigned long before = shim_slab_objects("anon_vma");
	long i;

	for (i = 1; i < 8; i += 2)
		ok(protect(sp, i, 1, RW | PROT_EXEC));
	expect(sp, "[w][w][w][w][w][w][w][w]");
	for (i = 0; i < 8; i++)
		ok(write_page(sp, first + i * step, 'x'));
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma") - before, 1UL);
	ok(protect(sp, 0, 8, RW));
	expect(sp, "[WWWWWWWW]");
	ok(look(sp, 0, 8));
}

TEST(merge_expand, neighbours_faulted_low_to_high_have_one_anon_vma, NOT_POSTED(reads_anon_vma))
{
	fault_apart(test, 0, 1);
}

TEST(merge_expand, neighbours_faulted_high_to_low_have_one_anon_vma, NOT_POSTED(reads_anon_vma))
{
	fault_apart(test, 7, -1);
}
