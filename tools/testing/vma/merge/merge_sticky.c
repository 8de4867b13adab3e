// SPDX-License-Identifier: GPL-2.0
/*
 * Sticky flags: those that may differ between VMAs that merge, and that what is
 * merged has if any part of it had them. Without VM_SOFTDIRTY a checkpoint misses
 * changes; without VM_MAYBE_GUARD a fork loses guard regions.
 */
#include "attr.h"
#include "scene.h"
#include "test.h"

#define need_sticky_flags() do {					\
	if (!IS_ENABLED(SHIM_STICKY_FLAGS))				\
		kunit_skip(test, "this kernel has no sticky flags");	\
} while (0)

/* Sides out of the mask are clean, because clear_refs came after them. */
static struct space *partly_dirty(struct kunit *test, unsigned long mask)
{
	struct space *sp = space_new(test);
	int side;

	for (side = 0; side < SIDES; side++)
		if (!HAS_SIDE(mask, side))
			ok(map(sp, side_page(side), SIDE_PAGES,
			       side == MIDDLE ? PROT_READ : RW));
	clear_refs(sp);
	for (side = 0; side < SIDES; side++)
		if (HAS_SIDE(mask, side))
			ok(map(sp, side_page(side), SIDE_PAGES,
			       side == MIDDLE ? PROT_READ : RW));
	expect(sp, "[www][rrr][www]");
	for (side = 0; side < SIDES; side++)
		KUNIT_ASSERT_EQ(test, !!(shim_vm_flags(vma_of(sp, side_page(side))) & VM_SOFTDIRTY),
				HAS_SIDE(mask, side));
	return sp;
}

static bool is_dirty(struct space *sp, long page)
{
	return shim_vm_flags(vma_of(sp, page)) & VM_SOFTDIRTY;
}

/* From rights to the difference that @how ends. */
static void begin(struct kunit *test, struct space *sp, const struct change *how)
{
	ok(advise(sp, side_page(MIDDLE), SIDE_PAGES, MADV_DONTDUMP));
	ok(protect(sp, side_page(MIDDLE), SIDE_PAGES, RW));
	if (how->begin)
		ok(how->begin(sp));
}

static void soft_dirty(struct kunit *test, const struct change *how, unsigned long mask, long page,
		       long nr)
{
	struct space *sp = partly_dirty(test, mask);
	bool whole = nr == SIDE_PAGES, left = page == side_page(MIDDLE);
	unsigned long joined = BIT(MIDDLE) | (whole || left ? BIT(PREV) : 0) |
			       (whole || !left ? BIT(NEXT) : 0);

	begin(test, sp, how);
	ok(how->end(sp, page, nr));
	KUNIT_EXPECT_EQ_MSG(test, vma_pages(vma_of(sp, page)),
			    whole ? SCENE_PAGES : SIDE_PAGES + nr, "dirty mask %lx", mask);
	if (how == &by_name && is_dirty(sp, page) != !!(mask & joined))
		known_bug(SHIM_BUG_NAME_LOSES_STICKY, 3);
	KUNIT_EXPECT_EQ_MSG(test, is_dirty(sp, page), !!(mask & joined),
			    "%s of %ld at %ld, dirty mask %lx", how->name, nr, page, mask);
	space_exit(sp);
}

static void all_soft_dirty(struct kunit *test, const struct change *how)
{
	const long start = side_page(MIDDLE);
	unsigned long mask;

	need_sticky_flags();
	for (mask = 0; mask < BIT(SIDES); mask++) {
		soft_dirty(test, how, mask, start, SIDE_PAGES);
		soft_dirty(test, how, mask, start, SIDE_PAGES - 1);
		soft_dirty(test, how, mask, start + 1, SIDE_PAGES - 1);
	}
}

TEST(merge_sticky, soft_dirty_by_mprotect)
{
	all_soft_dirty(test, &by_mprotect);
}

TEST(merge_sticky, soft_dirty_by_madvise)
{
	all_soft_dirty(test, &by_madvise);
}

TEST(merge_sticky, soft_dirty_by_munlock)
{
	all_soft_dirty(test, &by_munlock);
}

TEST(merge_sticky, soft_dirty_by_mseal)
{
	all_soft_dirty(test, &by_mseal);
}

TEST(merge_sticky, soft_dirty_by_name)
{
	all_soft_dirty(test, &by_name);
}

/* New memory is dirty, and so is what it becomes part of. */
TEST(merge_sticky, soft_dirty_by_new_memory)
{
	struct space *sp = layout(test, "[www]...[www].[www]");

	clear_refs(sp);
	ok(map(sp, 3, 3, RW));
	expect(sp, "[wwwwwwwww].[www]");
	KUNIT_EXPECT_TRUE(test, is_dirty(sp, 0));
	KUNIT_EXPECT_FALSE(test, is_dirty(sp, 10));
}

/* The part that goes into prev was dirty; the new mapping would be clean but for that. */
TEST(merge_sticky, soft_dirty_by_growth_to_the_next)
{
	struct space *sp = layout(test, "[www]");

	need_sticky_flags();
	clear_refs(sp);
	ok(map(sp, 6, 3, RW));
	KUNIT_ASSERT_FALSE(test, is_dirty(sp, 0));
	ok(resize(sp, 0, 3, 6));
	expect(sp, "[wwwwwwwww]");
	KUNIT_EXPECT_TRUE(test, is_dirty(sp, 0));
}

/* Dirty memory is moved to beside clean memory. */
TEST(merge_sticky, soft_dirty_by_mremap)
{
	struct space *sp = layout(test, "[www]");

	need_sticky_flags();
	clear_refs(sp);
	ok(map(sp, 10, 3, RW));
	ok(move(sp, 10, 3, 3));
	expect(sp, "[wwwwww]");
	KUNIT_EXPECT_TRUE(test, is_dirty(sp, 0));
}

TEST(merge_sticky, soft_dirty_by_brk)
{
	struct space *sp = space_with_brk(test, 0);

	ok(set_brk(sp, page_addr(3)));
	clear_refs(sp);
	ok(set_brk(sp, page_addr(5)));
	expect(sp, "[wwwww]");
	KUNIT_EXPECT_TRUE(test, is_dirty(sp, 0));
}

#ifdef MADV_GUARD_INSTALL
/*
 * Page tables of a file that nobody has written to are not copied by fork, for
 * they can be made again: but not if one of them holds a guard.
 *
 *	(www)(www)(www)		one of them with a guard in the middle, then one VMA
 *	      g
 */
static void guard_survives(struct kunit *test, const struct change *how, int side, long page,
			   long nr)
{
	long guard = side_page(side) + 1;
	struct file *file = shim_file_create(SCENE_PAGES);
	struct space *sp = space_new(test), *child;

	ok(map_file(sp, 0, SCENE_PAGES, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(advise(sp, side_page(MIDDLE), SIDE_PAGES, MADV_DONTDUMP));
	ok(advise(sp, guard, 1, MADV_GUARD_INSTALL));
	if (how->begin)
		ok(how->begin(sp));
	ok(how->end(sp, page, nr));
	fails(read_page(sp, guard), -EFAULT);
	child = space_fork(sp);
	KUNIT_EXPECT_EQ_MSG(test, read_page(child, guard), -EFAULT,
			    "%s of %ld at %ld, guard at %ld", how->name, nr, page, guard);
	ok(read_page(child, 0));
	space_exit(child);
	space_exit(sp);
}

static void all_guards_survive(struct kunit *test, const struct change *how)
{
	const long start = side_page(MIDDLE);
	int side;

	need_sticky_flags();
	for (side = 0; side < SIDES; side++) {
		guard_survives(test, how, side, start, SIDE_PAGES);
		guard_survives(test, how, side, start, SIDE_PAGES - 1);
		guard_survives(test, how, side, start + 1, SIDE_PAGES - 1);
	}
}
#else
#define all_guards_survive(test, how)					\
	kunit_skip(test, "this kernel has no guard regions")
#endif

TEST(merge_sticky, guard_survives_mprotect_and_fork)
{
	all_guards_survive(test, &by_mprotect);
}

TEST(merge_sticky, guard_survives_madvise_and_fork)
{
	all_guards_survive(test, &by_madvise);
}

TEST(merge_sticky, guard_survives_mseal_and_fork)
{
	all_guards_survive(test, &by_mseal);
}
