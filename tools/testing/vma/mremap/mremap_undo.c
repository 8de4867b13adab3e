// SPDX-License-Identifier: GPL-2.0
/* mremap() that fails half way: the pages, the charge and the driver get it all back. */
#include "chardev.h"
#include "internal.h"
#include "mremap.h"
#include "uffd.h"

/* {WWWW} or (WWWW), written to, of a driver that refuses to move. */
static struct space *stubborn(struct kunit *test, struct chardev *drv, int flags)
{
	struct space *sp = space_new(test);

	ok(chardev_map(sp, 0, 4, flags, drv));
	ok(touch(sp, 0, 4, 'x'));
	drv->move_error = -EBUSY;
	return sp;
}

TEST(mremap_undo, driver_refuses)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = stubborn(test, drv, MAP_SHARED);
	struct folio *folio = folio_of(sp, 1);

	fails(move(sp, 0, 4, 10), -EBUSY);
	expect(sp, "{WWWW}");
	mapped_at(folio, at(sp, 1));
	chardev_balanced(drv);
	KUNIT_EXPECT_EQ(test, drv->moves, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&drv->file->f_mapping->i_mmap_writable), 1);
	drv->move_error = 0;
	ok(move(sp, 0, 4, 10));
	expect(sp, "..........{WWWW}");
	chardev_balanced(drv);
}

/* (WWWW) is charged, and its pages are anonymous: they come back with their links. */
TEST(mremap_undo, driver_refuses_private_pages)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = stubborn(test, drv, MAP_PRIVATE);
	struct folio *folio = folio_of(sp, 3);

	fails(move(sp, 0, 4, 10), -EBUSY);
	expect(sp, "(WWWW)");
	mapped_at(folio, at(sp, 3));
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 1UL);
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	ok(look(sp, 0, 4));
}

TEST(mremap_undo, driver_refuses_a_part)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = stubborn(test, drv, MAP_PRIVATE);

	fails(move(sp, 1, 2, 10), -EBUSY);
	expect(sp, "(WWWW)");
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_ACCOUNT);
	chardev_balanced(drv);
	ok(look(sp, 0, 4));
}

/* The growth was charged before the driver was asked. */
TEST(mremap_undo, driver_refuses_to_grow)
{
	struct chardev *drv = chardev_new(test, 8);
	struct space *sp = stubborn(test, drv, MAP_PRIVATE);
	s64 extra;

	oracle_pause(test);	/* the oracle would report the finding, and end the case */
	fails(remap(sp, 0, 4, 7, TO, 10), -EBUSY);
	extra = charged() - 4;
	vm_unacct_memory(extra);
	oracle_resume(test);
	expect(sp, "(WWWW)");
	chardev_balanced(drv);
	ok(look(sp, 0, 4));
	if (extra)
		known_bug(SHIM_BUG_MREMAP_GROWTH_CHARGE, 7);
	KUNIT_EXPECT_EQ(test, extra, 0LL);
}

TEST(mremap_undo, driver_refuses_a_copy)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = stubborn(test, drv, MAP_PRIVATE);

	fails(remap(sp, 0, 4, 4, COPY_TO, 10), -EBUSY);
	expect(sp, "(WWWW)");
	KUNIT_EXPECT_EQ(test, charged(), 4LL);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 4UL);
	chardev_balanced(drv);
	ok(look(sp, 0, 4));
}

TEST(mremap_undo, driver_refuses_locked_memory)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = stubborn(test, drv, MAP_SHARED);

	ok(lock(sp, 0, 4));
	fails(move(sp, 0, 4, 10), -EBUSY);
	expect(sp, "{WWWW}");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKED);
}

/* A child shares the pages: its view of them has not changed. */
TEST(mremap_undo, driver_refuses_and_the_child_sees_nothing)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *parent = stubborn(test, drv, MAP_PRIVATE), *child;
	struct folio *folio = folio_of(parent, 2);

	child = space_fork(parent);
	fails(move(parent, 0, 4, 600), -EBUSY);
	mapped_at(folio, at(parent, 2), at(child, 2));
	fails(move(child, 0, 4, 600), -EBUSY);
	mapped_at(folio, at(parent, 2), at(child, 2));
	chardev_balanced(drv);
}

/* The mapping that was at the new place is gone by then, as mremap(2) says. */
TEST(mremap_undo, what_was_replaced_stays_away)
{
	struct chardev *drv = chardev_new(test, 4);
	struct space *sp = stubborn(test, drv, MAP_SHARED);

	ok(map(sp, 10, 6, RW));
	ok(touch(sp, 10, 6, 'y'));
	forget(sp, 11, 4);
	fails(move(sp, 0, 4, 11), -EBUSY);
	expect(sp, "{WWWW}......[W]....[W]");
	KUNIT_EXPECT_EQ(test, charged(), 2LL);
}

/* A mapping that must not be split is asked before anything is done. */
TEST(mremap_undo, split_is_refused_before_the_move)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 6);

	ok(chardev_map(sp, 0, 6, MAP_SHARED, drv));
	ok(touch(sp, 0, 6, 'x'));
	drv->split_error = -EINVAL;
	fails(move(sp, 0, 2, 10), -EINVAL);
	fails(move(sp, 4, 2, 10), -EINVAL);
	fails(move(sp, 2, 2, 10), -EINVAL);
	fails(resize(sp, 0, 6, 3), -EINVAL);
	expect(sp, "{WWWWWW}");
	KUNIT_EXPECT_EQ(test, drv->moves, 0);
	KUNIT_EXPECT_EQ(test, drv->opens, 0);
	ok(move(sp, 0, 6, 10));
	expect(sp, "..........{WWWWWW}");
	chardev_balanced(drv);
}

/* open() of the copy and close() of the source, or both of the copy. */
TEST(mremap_undo, without_memory_the_driver_is_told_both)
{
	unsigned long nth = 0, seen, failed = 0;
	struct chardev *drv;
	struct space *sp;
	int err;

	do {
		sp = space_new(test);
		drv = chardev_new(test, 4);
		ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
		ok(touch(sp, 0, 4, 'x'));
		shim_fail_nth(++nth, false);
		err = move(sp, 0, 4, 600);
		seen = shim_fail_stop();
		failed += !!err;
		if (err)
			expect(sp, "{WWWW}");
		chardev_balanced(drv);
		KUNIT_EXPECT_EQ(test, atomic_read(&drv->file->f_mapping->i_mmap_writable), 1);
		space_exit(sp);
		KUNIT_EXPECT_EQ(test, drv->mmaps + drv->opens, drv->closes);
		chardev_put(drv);
		KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 2UL);
}

/* Grown and moved, each allocation failing: back to the size and charge it had. */
TEST(mremap_undo, without_memory_the_growth_is_not_charged)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	long page;
	s64 extra = 0;

	oracle_pause(test);
	do {
		sp = layout(test, "[WW]");
		shim_fail_nth(++nth, false);
		page = remap(sp, 0, 2, 5, TO, 600);
		seen = shim_fail_stop();
		if (page < 0) {
			fails(page, -ENOMEM);
			expect(sp, "[WW]");
			extra += charged() - 2;
			vm_unacct_memory(charged() - 2);
			failed++;
		} else {
			KUNIT_EXPECT_EQ(test, charged(), 5LL);
		}
		oracle_resume(test);
		oracle(test);
		oracle_pause(test);
		space_exit(sp);
	} while (seen >= nth);
	oracle_resume(test);
	KUNIT_EXPECT_GT(test, failed, 3UL);
	if (extra)
		known_bug(SHIM_BUG_MREMAP_GROWTH_CHARGE, 7);
	KUNIT_EXPECT_EQ(test, extra, 0LL);
}

TEST(mremap_undo, without_memory_in_place)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	do {
		sp = layout(test, "[WW]..[RR]");
		shim_fail_nth(++nth, false);
		err = resize(sp, 0, 2, 4);
		seen = shim_fail_stop();
		expect(sp, err ? "[WW]..[RR]" : "[WWww][RR]");
		KUNIT_EXPECT_EQ(test, charged(), err ? 2LL : 4LL);
		failed += !!err;
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
}

TEST(mremap_undo, without_memory_for_a_copy)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	long page;

	do {
		sp = layout(test, "[WWWW]");
		ok(lock(sp, 0, 4));
		shim_fail_nth(++nth, false);
		page = remap(sp, 1, 2, 2, COPY_TO, 600);
		seen = shim_fail_stop();
		KUNIT_EXPECT_EQ(test, charged(), page < 0 ? 4LL : 6LL);
		failed += page < 0;
		if (page < 0)
			KUNIT_EXPECT_NULL(test, vma_of(sp, 600));
		ok(look(sp, 0, 1));
		ok(look(sp, 3, 1));
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 3UL);
}

/* The pages of registered memory move one by one, not with their tables: so they come back. */
TEST(mremap_undo, without_memory_registered_pages_come_back, NEEDS(CONFIG_USERFAULTFD))
{
	static const char two_tables[] = "[WWw*510W].*1024[WW]";
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	struct uffd *u;
	int err;

	do {
		sp = layout(test, "[WWw*510WWW]");
		ok(move(sp, HUGE_NR + 1, 2, 3 * HUGE_NR + 1));
		u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
		ok(uffd_register(u, 0, HUGE_NR + 1, UFFD_MISSING));
		shim_fail_nth(++nth, false);
		err = move(sp, 0, HUGE_NR + 1, 2 * HUGE_NR);
		seen = shim_fail_stop();
		expect(sp, err ? two_tables : ".*1024[WWw*510W][WW]");
		ok(look(sp, err ? 0 : 2 * HUGE_NR, 2));
		ok(look(sp, err ? HUGE_NR : 3 * HUGE_NR, 1));
		failed += !!err;
		uffd_close(u);
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 3UL);
}

/*
 * A mapping that was never charged, of which a part has moved and which cannot be
 * split any more: nothing is to be charged for it now (docs/results/findings.md, 1).
 */
TEST(mremap_undo, source_that_was_not_charged_is_not_charged_now)
{
	unsigned long nth = 0, seen;
	struct space *sp;
	s64 extra = 0;

	oracle_pause(test);
	do {
		sp = layout(test, "[RRRRRR]");
		shim_fail_nth(++nth, false);
		move(sp, 2, 2, 600);
		seen = shim_fail_stop();
		space_exit(sp);
		extra += charged();
		vm_unacct_memory(charged());
	} while (seen >= nth);
	if (extra)
		known_bug(SHIM_BUG_MREMAP_SPLIT_CHARGE, 1);
	KUNIT_EXPECT_EQ(test, extra, 0LL);
}
