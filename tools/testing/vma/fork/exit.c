// SPDX-License-Identifier: GPL-2.0
/* The end of an address space, and fork() that fails half way. */
#include <linux/sched/mm.h>

#include "chardev.h"
#include "internal.h"
#include "test.h"

/* One of each kind: [WW] anonymous, locked, a stack, a heap, files, a driver. */
static struct space *one_of_each(struct kunit *test, struct chardev *drv)
{
	struct space *sp = space_with_brk(test, 100);
	struct file *file = shim_file_create(4);

	ok(map(sp, 0, 2, RW));
	ok(map(sp, 2, 2, PROT_NONE));
	ok(map(sp, 4, 2, PROT_READ | PROT_EXEC));
	ok(map(sp, 6, 2, RW));
	ok(lock(sp, 6, 2));
	ok(map_file(sp, 10, 2, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 12, 2, RW, MAP_PRIVATE, file, 2));
	shim_file_put(file);
	ok(chardev_map(sp, 20, 3, MAP_SHARED, drv));
	ok(map(sp, 30, 2, RW));
	ok(advise(sp, 30, 2, MADV_DONTFORK));
	ok(map(sp, 40, 2, RW));
	ok(advise(sp, 40, 2, MADV_WIPEONFORK));
	ok(set_brk(sp, page_addr(103)));
	ok(map_file(sp, 1500, 1, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	ok(touch(sp, 0, 2, 'x'));
	ok(touch(sp, 10, 4, 'f'));
	ok(touch(sp, 20, 3, 'd'));
	ok(touch(sp, 40, 2, 'w'));
	ok(touch(sp, 100, 2, 'h'));
	ok(write_page(sp, 1499, 's'));
	return sp;
}

static void sees_it_all(struct kunit *test, struct space *sp)
{
	ok(look(sp, 0, 2));
	ok(look(sp, 10, 4));
	ok(look(sp, 20, 3));
	ok(look(sp, 100, 3));
	ok(look(sp, 1499, 2));
}

TEST(exit, gives_everything_back)
{
	struct chardev *drv = chardev_new(test, 3);
	struct space *sp = one_of_each(test, drv);

	chardev_put(drv);
	ok(protect(sp, 21, 1, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 2UL);
	space_exit(sp);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	KUNIT_EXPECT_EQ(test, drv->closes, 3);
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	shim_quiesce();
	KUNIT_EXPECT_EQ(test, shim_slab_objects("vm_area_struct"), 0UL);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma"), 0UL);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma_chain"), 0UL);
}

TEST(exit, of_an_empty_space)
{
	struct space *sp = space_new(test);

	space_exit(sp);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("mm_struct"), 0UL);
}

/* VMAs and page tables by the dozen, in nodes of the maple tree of every level. */
TEST(exit, of_many_vmas)
{
	struct space *sp = space_new(test);
	long i;

	oracle_pause(test);
	for (i = 0; i < 2000; i += 2)
		ok(map(sp, i, 1, RW));
	for (i = 0; i < 2000; i += 100)
		ok(write_page(sp, i, 'x'));
	oracle_resume(test);
	oracle(test);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1000);
	space_exit(sp);
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
}

/* Only the last user ends it. */
TEST(exit, not_while_somebody_uses_the_mm)
{
	struct space *sp = layout(test, "[WW]");

	mmget(sp->mm);
	mmput(sp->mm);
	expect(sp, "[WW]");
	ok(look(sp, 0, 2));
}

/* Parent, child and grandchild exit in each of the six orders. */
TEST(exit, of_three_generations_in_any_order)
{
	static const int orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	struct space *gen[3];
	int i, o;

	for (o = 0; o < 6; o++) {
		gen[0] = layout(test, "[WWWW]");
		gen[1] = space_fork(gen[0]);
		ok(write_page(gen[1], 1, 'c'));
		gen[2] = space_fork(gen[1]);
		ok(write_page(gen[2], 2, 'g'));
		for (i = 0; i < 3; i++) {
			ok(look(gen[orders[o][i]], 0, 4));
			ok(write_page(gen[orders[o][i]], 3, 'x'));
			space_exit(gen[orders[o][i]]);
		}
		shim_quiesce();
		KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma"), 0UL);
	}
}

/*
 * Every allocation of a fork fails once: the parent is as it was, the driver's
 * books are balanced, and the child that there is, is whole.
 */
TEST(exit, of_a_child_that_was_half_made)
{
	struct chardev *drv = chardev_new(test, 3);
	struct space *parent = one_of_each(test, drv), *child;
	unsigned long nth = 0, seen, failed = 0;
	const char *before = layout_of(parent);
	s64 before_fork = charged();

	do {
		shim_fail_nth(++nth, false);
		child = space_fork(parent);
		seen = shim_fail_stop();
		if (child) {
			sees_it_all(test, child);
			KUNIT_EXPECT_EQ(test, shim_map_count(child->mm), shim_map_count(parent->mm) - 1);
			space_exit(child);
		} else {
			failed++;
		}
		oracle(test);
		expect(parent, before);
		chardev_balanced(drv);
		KUNIT_EXPECT_EQ(test, charged(), before_fork);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 20UL);
	sees_it_all(test, parent);
}

/* From the n-th on everything fails, so the undoing has no memory either. */
TEST(exit, of_a_child_that_was_half_made_without_any_memory)
{
	struct chardev *drv = chardev_new(test, 3);
	struct space *parent = one_of_each(test, drv), *child;
	const char *before = layout_of(parent);
	unsigned long nth = 0, seen;

	do {
		shim_fail_nth(++nth, true);
		child = space_fork(parent);
		seen = shim_fail_stop();
		if (child)
			space_exit(child);
		oracle(test);
		expect(parent, before);
		chardev_balanced(drv);
	} while (seen >= nth);
	sees_it_all(test, parent);
}

/* [WWWW].[WWWW].[WW]: the charge of the n-th VMA is one too many. */
TEST(exit, of_a_child_that_may_not_be_charged)
{
	struct space *parent = layout(test, "[WWWW].[WWWW].[WW]"), *child;
	long limit;

	for (limit = 10; limit < 20; limit++) {
		commit_limit(limit);
		KUNIT_EXPECT_NULL(test, space_fork(parent));
		KUNIT_EXPECT_EQ(test, charged(), 10LL);
		oracle(test);
	}
	commit_limit(20);
	child = space_fork(parent);
	KUNIT_ASSERT_NOT_NULL(test, child);
	expect(child, "[WWWW].[WWWW].[WW]");
	KUNIT_EXPECT_EQ(test, charged(), 20LL);
	space_exit(child);
	KUNIT_EXPECT_EQ(test, charged(), 10LL);
	ok(look(parent, 0, 4));
}

/* The page tables of the first VMA are there, those of the second are not. */
TEST(exit, of_a_child_without_its_last_page_tables)
{
	struct space *parent = space_new(test), *child;
	unsigned long nth = 0, seen, failed = 0;
	long i;

	for (i = 0; i < 2000; i += 600) {
		ok(map(parent, i, 2, RW));
		ok(touch(parent, i, 2, 'x'));
	}
	do {
		shim_fail_nth(++nth, false);
		child = space_fork(parent);
		seen = shim_fail_stop();
		failed += !child;
		if (child)
			space_exit(child);
		for (i = 0; i < 2000; i += 600)
			mapped_at(folio_of(parent, i), at(parent, i));
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 16UL);
	/* nobody else has them any more: they are written to in place */
	for (i = 0; i < 2000; i += 600) {
		struct folio *folio = folio_of(parent, i);

		ok(write_page(parent, i, 'y'));
		KUNIT_EXPECT_PTR_EQ(test, folio_of(parent, i), folio);
	}
}
