// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers and merging. A VMA with a ->close() hook is not removed by a merge, or
 * its driver would keep what it has for the VMA; special mappings do not merge at
 * all. In the drawings close() is called for a VMA under a c.
 */
#include "chardev.h"
#include "test.h"

#define COUNTING (HOOK_OPEN | HOOK_CLOSE)

static int map_shared(struct space *sp, struct chardev *drv, long page, long nr)
{
	return map_file(sp, page, nr, RW, MAP_SHARED, drv->file, page);
}

/* {www}{www} of the file, or of page counts that are given, with hooks for each */
static void map_hooked(struct space *sp, struct chardev *drv, long page, long nr, int prot,
		       int hooks)
{
	struct kunit *test = sp->test;

	chardev_hooks(drv, hooks);
	ok(map_file(sp, page, nr, prot, MAP_SHARED, drv->file, page));
}

/*
 *	{www}   {www}
 *	 c  +++  c		prev grows; next cannot go
 */
TEST(merge_close, new_between_joins_prev_only)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 9);
	struct vm_area_struct *next;

	ok(map_shared(sp, drv, 0, 3));
	ok(map_shared(sp, drv, 6, 3));
	next = vma_of(sp, 6);
	ok(map_shared(sp, drv, 3, 3));
	expect(sp, "{wwwwww}{www}");
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 6), next);
	chardev_balanced(drv);
	ok(touch(sp, 0, 9, 'x'));
	ok(unmap(sp, 0, 9));
	chardev_balanced(drv);
	chardev_put(drv);
}

/* Old and new become one VMA, of which the driver hears once. */
static void joins(struct kunit *test, long old, long new)
{
	struct chardev *drv = chardev_new(test, 9);
	struct space *sp = space_new(test);

	ok(map_shared(sp, drv, old, 3));
	ok(map_shared(sp, drv, new, 3));
	expect(sp, "{wwwwww}");
	chardev_balanced(drv);
	ok(touch(sp, 0, 6, 'x'));
	chardev_put(drv);
}

/*
 *	{www}
 *	 c  +++
 */
TEST(merge_close, new_after_joins)
{
	joins(test, 0, 3);
}

/*
 *	   {www}
 *	+++ c
 */
TEST(merge_close, new_before_joins)
{
	joins(test, 3, 0);
}

/*
 *	{www}   {www}		close() of prev is of no matter
 *	 c  +++
 */
TEST(merge_close, new_between_with_close_of_prev)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 9);

	map_hooked(sp, drv, 0, 3, RW, COUNTING);
	map_hooked(sp, drv, 6, 3, RW, 0);
	map_hooked(sp, drv, 3, 3, RW, 0);
	expect(sp, "{wwwwwwwww}");
	ok(touch(sp, 0, 9, 'x'));
	chardev_put(drv);
}

/*
 *	{www}   {www}
 *	    +++  c
 */
TEST(merge_close, new_between_with_close_of_next)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 9);

	map_hooked(sp, drv, 0, 3, RW, 0);
	map_hooked(sp, drv, 6, 3, RW, COUNTING);
	map_hooked(sp, drv, 3, 3, RW, 0);
	expect(sp, "{wwwwww}{www}");
	ok(touch(sp, 0, 9, 'x'));
	chardev_put(drv);
}

/* The neighbours of three that have close(), the part that changes, and the outcome. */
struct closing {
	bool prev, middle, next;
	long page, nr;
	const char *after;
};

static void close_of_existing(struct kunit *test, const struct closing *c)
{
	struct chardev *drv = chardev_new(test, 9);
	struct space *sp = space_new(test);
	const char *now;

	map_hooked(sp, drv, 0, 3, RW, c->prev ? COUNTING : HOOK_OPEN);
	map_hooked(sp, drv, 3, 3, PROT_READ, c->middle ? COUNTING : HOOK_OPEN);
	map_hooked(sp, drv, 6, 3, RW, c->next ? COUNTING : HOOK_OPEN);
	expect(sp, "{www}{rrr}{www}");
	ok(protect(sp, c->page, c->nr, RW));
	now = layout_of(sp);
	KUNIT_EXPECT_TRUE_MSG(test, !strcmp(now, c->after),
			      "close %d%d%d, %ld pages at %ld: %s must be %s", c->prev, c->middle,
			      c->next, c->nr, c->page, now, c->after);
	if (c->prev && c->middle && c->next)
		chardev_balanced(drv);
	ok(look(sp, 0, 9));
	space_exit(sp);
	chardev_put(drv);
}

static const struct closing whole[] = {
	{ 0, 0, 0, 3, 3, "{wwwwwwwww}" },
	{ 1, 0, 0, 3, 3, "{wwwwwwwww}" },
	{ 0, 1, 0, 3, 3, "{www}{www}{www}" },
	{ 1, 1, 0, 3, 3, "{www}{www}{www}" },
	{ 0, 0, 1, 3, 3, "{wwwwww}{www}" },
	{ 1, 0, 1, 3, 3, "{wwwwww}{www}" },
	{ 0, 1, 1, 3, 3, "{www}{www}{www}" },
	{ 1, 1, 1, 3, 3, "{www}{www}{www}" },
};

static const struct closing part[] = {
	{ 0, 0, 0, 3, 2, "{wwwww}{r}{www}" },
	{ 1, 1, 1, 3, 2, "{wwwww}{r}{www}" },
	{ 0, 1, 0, 3, 2, "{wwwww}{r}{www}" },
	{ 0, 0, 0, 4, 2, "{www}{r}{wwwww}" },
	{ 1, 1, 1, 4, 2, "{www}{r}{wwwww}" },
	{ 0, 1, 0, 4, 2, "{www}{r}{wwwww}" },
	{ 1, 1, 1, 4, 1, "{www}{r}{w}{r}{www}" },
};

/*
 *	{www}{rrr}{www}
 *	      ===		the middle would go, and next if both fit
 */
TEST(merge_close, all_of_the_middle)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(whole); i++)
		close_of_existing(test, &whole[i]);
}

/*
 *	{www}{rrr}{www}
 *	      ==  or  ==	nothing goes, so that it does not matter
 */
TEST(merge_close, part_of_the_middle)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(part); i++)
		close_of_existing(test, &part[i]);
}

/* Next alone: the middle would go into it. */
TEST(merge_close, all_of_the_middle_into_next)
{
	struct chardev *drv = chardev_new(test, 9);
	struct space *sp = space_new(test);

	map_hooked(sp, drv, 3, 3, PROT_READ, COUNTING);
	map_hooked(sp, drv, 6, 3, RW, COUNTING);
	ok(protect(sp, 3, 3, RW));
	expect(sp, "...{www}{www}");
	chardev_balanced(drv);
	chardev_put(drv);
}

/*
 *	{www}  {www}		mremap(): a part of what it was goes back to it
 *	 c   <--- c
 */
TEST(merge_close, mremap_back)
{
	struct chardev *drv = chardev_new(test, 9);
	struct space *sp = space_new(test);

	ok(map_shared(sp, drv, 0, 9));
	ok(move(sp, 3, 3, 20));
	expect(sp, "{www}...{www}...........{www}");
	chardev_balanced(drv);
	ok(move(sp, 20, 3, 3));
	expect(sp, "{wwwwww}{www}");
	chardev_balanced(drv);
	ok(touch(sp, 0, 9, 'x'));
	chardev_put(drv);
}

/* Growth in place is new memory: up to next, and not into it. */
TEST(merge_close, growth_to_the_next)
{
	struct chardev *drv = chardev_new(test, 9);
	struct space *sp = space_new(test);

	ok(map_shared(sp, drv, 0, 9));
	ok(unmap(sp, 3, 3));
	ok(resize(sp, 0, 3, 6));
	expect(sp, "{wwwwww}{www}");
	chardev_balanced(drv);
	chardev_put(drv);
}

/* The flags of VM_SPECIAL, each in a mapping of its own. */
static const struct { const char *name; vm_flags_t flag; int growth; } special[] = {
	{ "VM_IO", VM_IO, -ENOMEM },
	{ "VM_DONTEXPAND", VM_DONTEXPAND, -EFAULT },
	{ "VM_PFNMAP", VM_PFNMAP, -EFAULT },
	{ "VM_MIXEDMAP", VM_MIXEDMAP, -ENOMEM },
};

TEST(merge_close, there_are_no_other_special_flags)
{
	vm_flags_t all = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(special); i++)
		all |= special[i].flag;
	KUNIT_EXPECT_EQ(test, all, (vm_flags_t)VM_SPECIAL);
}

static void stays(struct kunit *test, struct space *sp, const char *name, const char *text)
{
	const char *now = layout_of(sp);

	KUNIT_EXPECT_TRUE_MSG(test, !strcmp(now, text), "%s: %s must be %s", name, now, text);
}

static struct chardev *special_driver(struct kunit *test, int i)
{
	struct chardev *drv = chardev_new(test, 9);

	drv->vm_flags = special[i].flag;
	chardev_hooks(drv, 0);
	return drv;
}

static void special_new(struct kunit *test, struct chardev *drv, int i)
{
	struct space *sp = space_new(test);

	ok(map_shared(sp, drv, 0, 3));
	ok(map_shared(sp, drv, 6, 3));
	ok(map_shared(sp, drv, 3, 2));
	stays(test, sp, special[i].name, "{www}{ww}.{www}");
	ok(map_shared(sp, drv, 5, 1));
	stays(test, sp, special[i].name, "{www}{ww}{w}{www}");
	space_exit(sp);
	chardev_put(drv);
}

/*
 *	{www}   {www}
 *	    ++ +		nothing of a special mapping meets anything
 */
TEST(merge_close, special_new)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(special); i++)
		special_new(test, special_driver(test, i), i);
}

/* The flags are there before the merge is tried. */
TEST(merge_close, special_new_by_mmap_prepare)
{
	struct chardev *drv;
	int i;

	for (i = 0; i < ARRAY_SIZE(special); i++) {
		drv = special_driver(test, i);
		if (!chardev_use_prepare(drv))
			kunit_skip(test, "this kernel has no mmap_prepare()");
		special_new(test, drv, i);
	}
}

/*
 *	{wwwwwwwww}  ->  {www}{rrr}{www}  ->  {www}{www}{www}
 */
TEST(merge_close, special_existing)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(special); i++) {
		struct chardev *drv = special_driver(test, i);
		struct space *sp = space_new(test);

		ok(map_shared(sp, drv, 0, 9));
		ok(protect(sp, 3, 3, PROT_READ));
		stays(test, sp, special[i].name, "{www}{rrr}{www}");
		ok(protect(sp, 3, 3, RW));
		stays(test, sp, special[i].name, "{www}{www}{www}");
		space_exit(sp);
		chardev_put(drv);
	}
}

/* A part that was moved away and back is of the same file, and stays apart. */
TEST(merge_close, special_mremap_back)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(special); i++) {
		struct chardev *drv = special_driver(test, i);
		struct space *sp = space_new(test);

		ok(map_shared(sp, drv, 0, 9));
		ok(move(sp, 3, 3, 20));
		ok(move(sp, 20, 3, 3));
		stays(test, sp, special[i].name, "{www}{www}{www}");
		space_exit(sp);
		chardev_put(drv);
	}
}

TEST(merge_close, special_growth)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(special); i++) {
		struct chardev *drv = special_driver(test, i);
		struct space *sp = space_new(test);

		ok(map_shared(sp, drv, 0, 3));
		fails(resize(sp, 0, 3, 6), special[i].growth);
		stays(test, sp, special[i].name, "{www}");
		space_exit(sp);
		chardev_put(drv);
	}
}
