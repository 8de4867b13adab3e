// SPDX-License-Identifier: GPL-2.0
/*
* Attributes that VMAs must have in common to merge, beside their anon_vmas:
 * each attribute on every selection of the neighbours.
 *
 *	[prev][middle][next]	with and without it, then the middle's rights become
 *	[www] [rrr]   [www]	those of the others
 */
#include "attr.h"
#include "scene.h"
#include "test.h"

/* An attribute that a system call gives. */
struct trait {
	const char *name;
	int (*set)(struct space *sp, long page, long nr);
	int advice;
};

static int named(struct space *sp, long page, long nr)
{
	return name_range(sp, page, nr, "heap");
}

/* Not mlock(): that faults, and the sides would get anon_vmas of their own. */
static const struct trait attributes[] = {
	{ "name", named },
	{ "lock", lock_on_fault },
	{ "MADV_DONTDUMP", NULL, MADV_DONTDUMP },
	{ "MADV_DONTFORK", NULL, MADV_DONTFORK },
	{ "MADV_WIPEONFORK", NULL, MADV_WIPEONFORK },
	{ "MADV_RANDOM", NULL, MADV_RANDOM },
	{ "MADV_SEQUENTIAL", NULL, MADV_SEQUENTIAL },
#ifdef CONFIG_KSM
	{ "MADV_MERGEABLE", NULL, MADV_MERGEABLE },
#endif
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	{ "MADV_HUGEPAGE", NULL, MADV_HUGEPAGE },
	{ "MADV_NOHUGEPAGE", NULL, MADV_NOHUGEPAGE },
#endif
};

static int set_attribute(struct space *sp, const struct trait *a, int side)
{
	if (a->set)
		return a->set(sp, side_page(side), SIDE_PAGES);
	return advise(sp, side_page(side), SIDE_PAGES, a->advice);
}

/* "pMn": which of prev, middle and next have it. */
static const char *selection(char *text, unsigned long mask)
{
	int side;

	strscpy(text, "pmn", SIDES + 1);
	for (side = 0; side < SIDES; side++)
		if (HAS_SIDE(mask, side))
			text[side] &= ~0x20;
	return text;
}

static const char *drawing(bool cut_left, bool cut_right)
{
	if (cut_left)
		return cut_right ? "[www][www][www]" : "[www][wwwwww]";
	return cut_right ? "[wwwwww][www]" : "[wwwwwwwww]";
}

#define expect_drawing(sp, what, mask, cut_left, cut_right) do {	\
	char __text[SIDES + 1];						\
	const char *__now = layout_of(sp), *__want = drawing(cut_left, cut_right); \
									\
	KUNIT_EXPECT_TRUE_MSG(test, !strcmp(__now, __want), "%s on %s: %s must be %s", \
			      what, selection(__text, mask), __now, __want); \
} while (0)

static void changed_middle(struct kunit *test, const struct trait *a, unsigned long mask)
{
	struct space *sp = layout(test, "[www][rrr][www]");
	int side;

	for (side = 0; side < SIDES; side++)
		if (HAS_SIDE(mask, side))
			ok(set_attribute(sp, a, side));
	expect(sp, "[www][rrr][www]");
	ok(protect(sp, side_page(MIDDLE), SIDE_PAGES, RW));
	expect_drawing(sp, a->name, mask, HAS_SIDE(mask, PREV) != HAS_SIDE(mask, MIDDLE),
		       HAS_SIDE(mask, MIDDLE) != HAS_SIDE(mask, NEXT));
	space_exit(sp);
}

TEST(merge_attr, of_a_changed_middle_and_its_sides)
{
	unsigned long mask, i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		for (mask = 0; mask < BIT(SIDES); mask++)
			changed_middle(test, &attributes[i], mask);
}

/* The attribute comes or goes, and with it the difference. */
static void given_to_middle(struct kunit *test, const struct trait *a, unsigned long mask)
{
	struct space *sp = layout(test, "[wwwwwwwww]");
	int side;

	for (side = 0; side < SIDES; side += 2)
		if (HAS_SIDE(mask, side))
			ok(set_attribute(sp, a, side));
	ok(set_attribute(sp, a, MIDDLE));
	expect_drawing(sp, a->name, mask, !HAS_SIDE(mask, PREV), !HAS_SIDE(mask, NEXT));
	space_exit(sp);
}

TEST(merge_attr, given_to_the_middle)
{
	unsigned long mask, i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		for (mask = 0; mask < BIT(SIDES); mask++)
			if (!HAS_SIDE(mask, MIDDLE))
				given_to_middle(test, &attributes[i], mask);
}

/*
 *	[prev]......[next]	new memory has no attribute
 */
static void new_middle(struct kunit *test, const struct trait *a, unsigned long mask)
{
	struct space *sp = layout(test, "[www]...[www]");
	int side;

	for (side = 0; side < SIDES; side += 2)
		if (HAS_SIDE(mask, side))
			ok(set_attribute(sp, a, side));
	ok(map(sp, side_page(MIDDLE), SIDE_PAGES, RW));
	expect_drawing(sp, a->name, mask, HAS_SIDE(mask, PREV), HAS_SIDE(mask, NEXT));
	space_exit(sp);
}

TEST(merge_attr, of_the_sides_of_new_memory)
{
	unsigned long mask, i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		for (mask = 0; mask < BIT(SIDES); mask++)
			if (!HAS_SIDE(mask, MIDDLE))
				new_middle(test, &attributes[i], mask);
}

/* Flags that mmap() itself gives, of prev, next and then what is between. */
static const struct { const char *name; int flag; } mmap_flags[] = {
	{ "MAP_NORESERVE", MAP_NORESERVE },
	{ "MAP_GROWSDOWN", MAP_GROWSDOWN },
};

static void new_with_flag(struct kunit *test, const char *name, int flag, unsigned long mask)
{
	struct space *sp = space_new(test);
	static const int order[] = { PREV, NEXT, MIDDLE };
	int i;

	for (i = 0; i < SIDES; i++)
		ok(map_file(sp, side_page(order[i]), SIDE_PAGES, RW,
			    ANON | (HAS_SIDE(mask, order[i]) ? flag : 0), NULL, 0));
	expect_drawing(sp, name, mask, HAS_SIDE(mask, PREV) != HAS_SIDE(mask, MIDDLE),
		       HAS_SIDE(mask, MIDDLE) != HAS_SIDE(mask, NEXT));
	space_exit(sp);
}

TEST(merge_attr, of_new_memory_and_its_sides)
{
	unsigned long mask, i;

	for (i = 0; i < ARRAY_SIZE(mmap_flags); i++)
		for (mask = 0; mask < BIT(SIDES); mask++)
			new_with_flag(test, mmap_flags[i].name, mmap_flags[i].flag, mask);
}

/* Names are compared as text, not as objects. */
TEST(merge_attr, names_that_are_the_same_text)
{
	struct space *sp = layout(test, "[www]...[www]");

	ok(name_range(sp, 0, 3, "heap"));
	ok(name_range(sp, 6, 3, "heap"));
	ok(map(sp, 3, 3, PROT_READ));
	ok(name_range(sp, 3, 3, "heap"));
	expect(sp, "[www][rrr][www]");
	KUNIT_EXPECT_PTR_NE(test, shim_anon_name(vma_of(sp, 0)), shim_anon_name(vma_of(sp, 3)));
	ok(protect(sp, 3, 3, RW));
	expect(sp, "[wwwwwwwww]");
}

TEST(merge_attr, names_that_differ)
{
	struct space *sp = layout(test, "[wwwwwwwww]");

	ok(name_range(sp, 0, 3, "stack"));
	ok(name_range(sp, 3, 3, "heap"));
	expect(sp, "[www][www][www]");
	ok(name_range(sp, 3, 3, "stack"));
	expect(sp, "[wwwwww][www]");
	ok(name_range(sp, 0, 9, "heap"));
	expect(sp, "[wwwwwwwww]");
	KUNIT_EXPECT_STREQ(test, shim_anon_name(vma_of(sp, 8))->name, "heap");
}

/* Part of a named VMA changes and merges: the rest keeps its own reference. */
TEST(merge_attr, name_of_a_part_that_was_merged)
{
	struct space *sp = layout(test, "[wwwwww]");

	ok(name_range(sp, 2, 4, "heap"));
	ok(name_range(sp, 2, 2, NULL));
	expect(sp, "[wwww][ww]");
	KUNIT_EXPECT_NULL(test, shim_anon_name(vma_of(sp, 0)));
	KUNIT_EXPECT_STREQ(test, shim_anon_name(vma_of(sp, 4))->name, "heap");
	ok(unmap(sp, 0, 4));
	KUNIT_EXPECT_STREQ(test, shim_anon_name(vma_of(sp, 4))->name, "heap");
}

/* A seal on one side; the middle cannot have one and change yet. */
TEST(merge_attr, sealed_neighbours_of_a_changed_middle)
{
	struct space *sp = layout(test, "[www][rrr][www]");

	ok(seal(sp, 0, 3));
	ok(protect(sp, 3, 3, RW));
	expect(sp, "[www][wwwwww]");
	ok(seal(sp, 3, 6));
	expect(sp, "[wwwwwwwww]");
	fails(protect(sp, 3, 3, PROT_READ), -EPERM);
	fails(unmap(sp, 0, 1), -EPERM);
}

TEST(merge_attr, sealed_neighbours_of_new_memory)
{
	struct space *sp = layout(test, "[www]...[www]");

	ok(seal(sp, 0, 3));
	ok(map(sp, 3, 3, RW));
	expect(sp, "[www][wwwwww]");
}

/* mlock() faults: here the same anon_vma lets all of them meet again. */
TEST(merge_attr, locked_neighbours)
{
	struct space *sp = layout(test, "[WWWWWWWWW]");

	ok(lock(sp, 3, 3));
	expect(sp, "[WWW][WWW][WWW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 3UL);
	ok(lock(sp, 0, 3));
	expect(sp, "[WWWWWW][WWW]");
	ok(unlock(sp, 2, 4));
	expect(sp, "[WW][WWWWWWW]");
	ok(unlock(sp, 0, 2));
	expect(sp, "[WWWWWWWWW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
}

/* mlockall(MCL_FUTURE): new memory is locked, and joins what is. */
TEST(merge_attr, new_memory_that_is_locked_at_once)
{
	struct space *sp = layout(test, "[WWW]...[WWW]");

	ok(lock(sp, 6, 3));
	ok(map_file(sp, 3, 3, RW, ANON | MAP_LOCKED, NULL, 0));
	expect(sp, "[WWW][WWWWWW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 6UL);
}
