// SPDX-License-Identifier: GPL-2.0
/*
 * What userfaultfd's ioctls tell of themselves, what they refuse, and what is left when a
 * registration ends or changes.
 */
#include <linux/kthread.h>
#include <linux/security.h>

#include "beside.h"
#include "chardev.h"
#include "test.h"
#include "uffd.h"

static struct uffd *registered(struct kunit *test, const char *text, long nr, u64 mode)
{
	struct space *sp = layout(test, text);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_WP_UNPOPULATED);

	ok(uffd_register(u, 0, nr, mode));
	return u;
}

#define output_is(u, want)	KUNIT_EXPECT_EQ(test, (u)->done, (s64)(want))

/* -EAGAIN says that it is done in part, and the output how far; then why it goes no further. */
TEST(uffd, copy_tells_how_far_it_came, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[wwWw].[WWWW]", 4, UFFD_MISSING);

	fails(uffd_copy(u, 0, 4, 5, 0), -EAGAIN);
	output_is(u, 2 * PAGE_SIZE);
	expect(u->sp, "[WWWw].[WWWW]");
	fails(uffd_copy(u, 2, 2, 7, 0), -EEXIST);
	output_is(u, -EEXIST);
	ok(uffd_copy(u, 3, 1, 8, 0));
	output_is(u, PAGE_SIZE);
}

TEST(uffd, zeropage_tells_how_far_it_came, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[wwWw]", 4, UFFD_MISSING);

	fails(uffd_zeropage(u, 0, 4), -EAGAIN);
	output_is(u, 2 * PAGE_SIZE);
	fails(uffd_zeropage(u, 2, 2), -EEXIST);
	output_is(u, -EEXIST);
	ok(uffd_zeropage(u, 3, 1));
	output_is(u, PAGE_SIZE);
}

TEST(uffd, poison_tells_how_far_it_came, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[wwWw]", 4, UFFD_MISSING);

	fails(uffd_poison(u, 0, 4), -EAGAIN);
	output_is(u, 2 * PAGE_SIZE);
	expect(u->sp, "[UUWw]");
	fails(uffd_poison(u, 2, 2), -EEXIST);
	output_is(u, -EEXIST);
}

TEST(uffd, move_tells_how_far_it_came, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[wwww].[WWwW]", 4, UFFD_MISSING);

	fails(uffd_move(u, 0, 4, 5), -EAGAIN);
	output_is(u, 2 * PAGE_SIZE);
	expect(u->sp, "[WWww].[wwwW]");
	fails(uffd_move(u, 2, 2, 7), -ENOENT);
	output_is(u, -ENOENT);
	fails(uffd_move(u, 1, 1, 8), -EEXIST);
	output_is(u, -EEXIST);
}

/* A monitor that has not read an event yet has to do that first. */
TEST(uffd, nothing_is_done_while_the_space_changes, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[ww].[WW]", 2, UFFD_MISSING);

	oracle_pause(test);
	uffd_add(u, 0, 1);
	fails(uffd_copy(u, 0, 1, 3, 0), -EAGAIN);
	output_is(u, -EAGAIN);
	fails(uffd_zeropage(u, 0, 1), -EAGAIN);
	output_is(u, -EAGAIN);
	fails(uffd_poison(u, 0, 1), -EAGAIN);
	output_is(u, -EAGAIN);
	fails(uffd_move(u, 0, 1, 3), -EAGAIN);
	output_is(u, -EAGAIN);
	fails(uffd_protect(u, 0, 1, true), -EAGAIN);
	uffd_add(u, 0, -1);
	oracle_resume(test);
	expect(u->sp, "[ww].[WW]");
}

TEST(uffd, end_of_all_takes_the_protection_away, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[WWw]", 3, UFFD_WP);
	struct space *sp = u->sp;

	ok(uffd_protect(u, 0, 3, true));
	expect(sp, "[WWU]");
	uffd_close(u);
	expect(sp, "[WWw]");
	KUNIT_EXPECT_FALSE(test, uffd_protected_at(sp, 0));
	ok(write_page(sp, 1, 'x'));
	ok(write_page(sp, 2, 'x'));
}

/* Either it is refused, as newer kernels do, or nothing stays protected. */
TEST(uffd, mode_without_protection_leaves_none, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[WWW]", 3, UFFD_WP);
	struct space *sp = u->sp;
	int err;

	ok(uffd_protect(u, 1, 1, true));
	err = uffd_register(u, 0, 3, UFFD_MISSING);
	if (err)
		fails(err, -EBUSY);
	KUNIT_EXPECT_EQ(test, uffd_protected_at(sp, 1), err != 0);
	KUNIT_EXPECT_EQ(test, write_page(sp, 1, 'x'), err ? -EIO : 0);
	KUNIT_EXPECT_EQ(test, !!(shim_vm_flags(vma_of(sp, 1)) & VM_UFFD_WP), err != 0);
}

TEST(uffd, mode_with_more_keeps_the_protection, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[WWw]", 3, UFFD_WP);
	struct space *sp = u->sp;

	ok(uffd_protect(u, 1, 1, true));
	ok(uffd_register(u, 0, 3, UFFD_MISSING | UFFD_WP));
	fails(write_page(sp, 1, 'x'), -EIO);
	fails(write_page(sp, 2, 'x'), -EIO);
	ok(write_page(sp, 0, 'x'));
}

/* [ww].{ww}, of which pages 3 and 4 are the frames of a driver */
static struct space *beside_a_driver(struct kunit *test)
{
	struct chardev *drv = chardev_new(test, 2);
	struct space *sp = layout(test, "[ww]");

	drv->vm_flags = VM_IO | VM_PFNMAP | VM_DONTEXPAND;
	ok(chardev_map(sp, 3, 2, MAP_SHARED, drv));
	chardev_put(drv);
	return sp;
}

/* Memory of a driver has no pages that a monitor could fill in. */
TEST(uffd, memory_of_a_driver_is_refused, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = beside_a_driver(test);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);

	fails(uffd_register(u, 3, 2, UFFD_MISSING), -EINVAL);
	fails(uffd_register(u, 3, 2, UFFD_WP), -EINVAL);
	/* and no part of a range that has some is registered */
	ok(map(sp, 2, 1, RW));
	fails(uffd_register(u, 0, 5, UFFD_MISSING), -EINVAL);
	KUNIT_EXPECT_NULL(test, uffd_at(sp, 0));
}

/* Nobody has to be asked there, so other memory is taken; that of a driver is not. */
TEST(uffd, memory_of_a_driver_is_refused_where_nobody_is_asked, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = beside_a_driver(test);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_WP_ASYNC);

	ok(uffd_register(u, 0, 2, UFFD_WP));
	fails(uffd_register(u, 3, 2, UFFD_WP), -EINVAL);
}

TEST(uffd, droppable_memory_is_refused, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = space_new(test);
	struct uffd *u;

	ok(map_file(sp, 0, 2, RW, MAP_DROPPABLE | MAP_ANONYMOUS, NULL, 0));
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	fails(uffd_register(u, 0, 2, UFFD_MISSING), -EINVAL);
}

/* vm.mmap_min_addr is for new mappings: the range of one that is there is as good as any. */
TEST(uffd, memory_below_the_lowest_address, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[WW]");
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	const unsigned long least = mmap_min_addr;

	mmap_min_addr = page_addr(2);
	ok(uffd_register(u, 0, 1, UFFD_WP));
	ok(uffd_protect(u, 0, 1, true));
	fails(write_page(sp, 0, 'x'), -EIO);
	ok(uffd_unregister(u, 0, 1));
	mmap_min_addr = least;
}

/* Nobody can split a huge page that somebody holds, so there is no use in trying again. */
TEST(uffd, move_of_a_part_of_what_is_held_is_busy,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct uffd *u = registered(test, "[w*512].*512[H]", HUGE_NR, UFFD_MISSING);
	struct folio *folio = hold_folio(u->sp, 2 * HUGE_NR);

	fails(uffd_move(u, 4, 4, 2 * HUGE_NR + 4), -EBUSY);
	output_is(u, -EBUSY);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), HUGE_NR);
	release_folio(test, folio);
	ok(uffd_move(u, 4, 4, 2 * HUGE_NR + 4));
	ok(look(u->sp, 4, 4));
}

static int move_all(void *data)
{
	struct uffd *u = data;

	return uffd_move(u, 0, HUGE_NR, 2 * HUGE_NR);
}

/* It waits for the migration of its source, and moves the new folio. */
TEST(uffd, move_of_a_huge_page_that_migrates,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct uffd *u = registered(test, "[w*512].*512[H]", HUGE_NR, UFFD_MISSING);
	struct task_struct *thread;
	struct migration m;

	ok(begin_migration(u->sp, 2 * HUGE_NR, &m));
	oracle_pause(test);
	thread = run_until_it_sleeps(move_all, u, "move");
	ok(end_migration(u->sp, &m, true));
	ok(kthread_stop(thread));
	oracle_resume(test);
	expect(u->sp, "[H].*512[w*512]");
	ok(look(u->sp, 0, 4));
}

/* Its pages are found by the next fault, so there is nothing to copy for a child that nobody asks. */
TEST(uffd, fork_copies_no_entries_of_a_file_for_who_is_not_registered,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_SHMEM))
{
	struct space *sp = space_new(test), *child;
	struct uffd *u;

	ok(map_file(sp, 0, 3, RW, MAP_SHARED, open_shmem(test, 3), 0));
	ok(touch(sp, 0, 3, 'a'));
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	ok(uffd_register(u, 0, 3, UFFD_WP));
	ok(uffd_protect(u, 1, 1, true));
	child = space_fork(sp);
	expect(child, "{www}");
	ok(write_page(child, 1, 'c'));
	fails(write_page(sp, 1, 'p'), -EIO);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'c');
}

/*
 * [ww][rr][ww] and more with one context. The end of it lets each VMA merge with the one before, and
 * does without where there is no memory for that: no VMA keeps the context.
 */
TEST(uffd, end_without_memory, NEEDS(CONFIG_USERFAULTFD))
{
	unsigned long nth = 0, seen;
	struct space *sp;
	struct uffd *u;
	long i;

	do {
		sp = layout(test, "[WWWWWWWWWW]");
		u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
		ok(uffd_register(u, 2, 2, UFFD_MISSING));
		ok(uffd_register(u, 4, 2, UFFD_WP));
		ok(uffd_register(u, 6, 2, UFFD_MISSING));
		expect(sp, "[WW][WW][WW][WW][WW]");
		shim_fail_nth(++nth, false);
		uffd_close(u);
		seen = shim_fail_stop();
		for (i = 0; i < 10; i++)
			KUNIT_EXPECT_NULL(test, uffd_at(sp, i));
		oracle(test);
		ok(look(sp, 0, 10));
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, nth, 3UL);
}
