// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory in swap, as small and as large entries of the file: what comes back, by whom it
 * was brought in, and what is left of an entry when a part of its range is cut off or punched.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/vmstat.h>

#include <shim/files.h>

#include "internal.h"
#include "pages.h"
#include "test.h"

#define ORDER	3
#define NR	(1L << ORDER)

/* A file of so many pages a, b, c, ... in folios of that order, all of them in swap. */
static struct space *swapped(struct kunit *test, long nr, int order, struct file **file)
{
	struct space *sp = space_new(test);

	shim_shmem_huge("never", order ? BIT(order) : 0, 0);
	/* a fault on a large entry tries again and again where there is never memory to split it */
	if (order)
		leave_out_of_sweeps();
	*file = open_shmem(test, nr);
	ok(map_file(sp, 0, nr, RW, MAP_SHARED, *file, 0));
	ok(touch_each(sp, 0, nr, 'a'));
	KUNIT_ASSERT_EQ(test, folio_order(folio_of(sp, 0)), order);
	ok(swap_on_disk(test, 1024, false));
	ok(reclaim(sp, 0, nr));
	return sp;
}

static void *slot(struct file *file, long index)
{
	return xa_load(&file->f_mapping->i_pages, index);
}

/* Everything but these pages, which are zero. */
static void all_but(struct kunit *test, struct space *sp, long page, long nr)
{
	long i;

	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, byte_at(sp, i), i >= page && i < page + nr ? 0 : 'a' + (int)i);
}

#define LARGE	NEEDS(CONFIG_SHMEM, CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE)

TEST(shmem_swap, small_pages_come_back, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp, *child;
	struct file *file;

	sp = swapped(test, NR, 0, &file);
	KUNIT_ASSERT_TRUE(test, xa_is_value(slot(file, 1)));
	child = space_fork(sp);
	all_but(test, child, NR, 0);
	ok(write_page(child, 3, 'x'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'x');
}

TEST(shmem_swap, large_folio_comes_back, LARGE)
{
	struct space *sp, *child;
	struct file *file;

	sp = swapped(test, NR, ORDER, &file);
	KUNIT_ASSERT_TRUE(test, xa_is_value(slot(file, 5)));
	child = space_fork(sp);
	KUNIT_EXPECT_EQ(test, byte_at(child, 5), 'f');
	all_but(test, sp, NR, 0);
	ok(write_page(sp, 6, 'x'));
	KUNIT_EXPECT_EQ(test, byte_at(child, 6), 'x');
}

TEST(shmem_swap, all_of_a_large_entry_is_cut_off, LARGE)
{
	struct file *file;
	struct space *sp = swapped(test, NR, ORDER, &file);

	ok(truncate_file(sp, file, 0));
	KUNIT_EXPECT_NULL(test, slot(file, 5));
	ok(truncate_file(sp, file, NR));
	all_but(test, sp, 0, NR);
}

/* ...##... and the like: the begin, the middle and the end */
TEST(shmem_swap, holes_in_a_large_entry, LARGE)
{
	static const long at[][2] = { { 0, 2 }, { 3, 2 }, { NR - 2, 2 }, { 0, NR } };
	struct space *sp;
	struct file *file;
	int i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		sp = swapped(test, NR, ORDER, &file);
		punch_hole(sp, file, at[i][0], at[i][1]);
		all_but(test, sp, at[i][0], at[i][1]);
		ok(swap_off(test));
		space_exit(sp);
	}
}

/* The other pages of the file that is beside it in swap stay as they are. */
TEST(shmem_swap, hole_over_two_large_entries, LARGE)
{
	struct file *file;
	struct space *sp = swapped(test, 2 * NR, ORDER, &file);

	punch_hole(sp, file, NR - 2, 4);
	KUNIT_EXPECT_EQ(test, byte_at(sp, NR - 3), 'a' + NR - 3);
	KUNIT_EXPECT_EQ(test, byte_at(sp, NR - 1), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, NR + 1), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, NR + 2), 'a' + NR + 2);
}

/* What swapoff() brings in is found as what a fault does. */
TEST(shmem_swap, swapoff_brings_in_large_entries, LARGE)
{
	struct file *file;
	struct space *sp = swapped(test, 2 * NR, ORDER, &file);

	ok(swap_off(test));
	KUNIT_EXPECT_FALSE(test, xa_is_value(slot(file, 5)));
	ok(look(sp, 0, 2 * NR));
}

/* The pages that read-ahead brings in for a neighbour in swap are single ones. */
TEST(shmem_swap, large_entry_of_which_pages_are_cached, LARGE)
{
	struct space *sp;
	struct file *file;

	sp = swapped(test, NR, ORDER, &file);
	ok(map(sp, 20, 8, RW));
	ok(touch(sp, 20, 8, 'n'));
	ok(reclaim(sp, 20, 8));
	ok(look(sp, 20, 8));
	all_but(test, sp, NR, 0);
	ok(write_page(sp, 2, 'x'));
	ok(look(sp, 0, NR));
}

static unsigned long nr_huge(void)
{
	return global_node_page_state(NR_SHMEM_THPS);
}

TEST(shmem_swap, huge_page_is_counted_while_it_is_there, LARGE)
{
	struct space *sp = space_new(test);
	struct file *file = open_shmem(test, HUGE_NR);

	ok(map_file(sp, 0, HUGE_NR, RW, MAP_SHARED, file, 0));
	ok(advise(sp, 0, HUGE_NR, MADV_HUGEPAGE));
	ok(touch_each(sp, 0, HUGE_NR, 'a'));
	expect(sp, "{H}");
	KUNIT_EXPECT_EQ(test, nr_huge(), (unsigned long)HUGE_NR);
	ok(swap_on_disk(test, 1024, false));
	ok(reclaim(sp, 0, HUGE_NR));
	KUNIT_EXPECT_EQ(test, nr_huge(), 0UL);
	ok(look(sp, 0, HUGE_NR));
	ok(truncate_file(sp, file, 0));
	KUNIT_EXPECT_EQ(test, nr_huge(), 0UL);
}

static unsigned long major_faults(void)
{
	static unsigned long events[NR_VM_EVENT_ITEMS];

	all_vm_events(events);
	return events[PGMAJFAULT];
}

/* A page that cannot be read is none, for this fault and the next. */
TEST(shmem_swap, read_that_fails, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	unsigned long major;
	struct space *sp;
	struct file *file;

	sp = swapped(test, NR, 0, &file);
	major = major_faults();
	shim_swap_break(true);
	fails(read_page(sp, 2), -EIO);
	shim_swap_break(false);
	KUNIT_EXPECT_EQ(test, major_faults(), major + 1);
	fails(read_page(sp, 2), -EIO);
}

/* Only a fault that reads is a major one. */
TEST(shmem_swap, fault_without_memory, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp;
	struct file *file;

	sp = swapped(test, NR, 0, &file);
	shim_fail_nth(1, true);
	fails(read_page(sp, 2), -ENOMEM);
	shim_fail_stop();
	KUNIT_EXPECT_EQ(test, major_faults(), 0UL);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'c');
	KUNIT_EXPECT_EQ(test, major_faults(), 1UL);
}

static struct space *unreadable(struct kunit *test, struct file **file)
{
	struct space *sp = swapped(test, NR, 0, file);

	shim_swap_break(true);
	fails(read_page(sp, 2), -EIO);
	shim_swap_break(false);
	return sp;
}

/* Its marker goes, and has no slot that could be freed. */
TEST(shmem_swap, page_that_could_not_be_read_is_cut_off, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp;
	struct file *file;
	unsigned long swapped;

	sp = unreadable(test, &file);
	oracle_pause(test);
	swapped = SHMEM_I(file_inode(file))->swapped;
	punch_hole(sp, file, 2, 1);
	if (IS_ENABLED(SHIM_BUG_MARKER_COUNTED))
		SHMEM_I(file_inode(file))->swapped = swapped;
	oracle_resume(test);
	oracle(test);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 0);
}

TEST(shmem_swap, page_that_could_not_be_read_is_counted_off_once, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct file *file;

	known_bug(SHIM_BUG_MARKER_COUNTED, 27);
	ok(truncate_file(unreadable(test, &file), file, 0));
	KUNIT_EXPECT_EQ(test, SHMEM_I(file_inode(file))->swapped, 0UL);
}

/* A device without asynchronous I/O, of which a large entry is read at once. */
static struct space *swapped_sync(struct kunit *test, long nr, int order, struct file **file)
{
	struct space *sp = space_new(test);

	shim_shmem_huge("never", BIT(order), 0);
	leave_out_of_sweeps();	/* as in swapped() */
	*file = open_shmem(test, nr);
	ok(map_file(sp, 0, nr, RW, MAP_SHARED, *file, 0));
	ok(touch_each(sp, 0, nr, 'a'));
	ok(swap_on_disk(test, 1024, true));
	return sp;
}

TEST(shmem_swap, large_folio_comes_back_by_a_fault_of_any_page, LARGE)
{
	struct space *sp;
	struct file *file;
	long page;

	for (page = 0; page < NR; page += 3) {
		sp = swapped_sync(test, NR, ORDER, &file);
		ok(reclaim(sp, 0, NR));
		KUNIT_EXPECT_EQ(test, byte_at(sp, page), 'a' + (int)page);
		all_but(test, sp, NR, 0);
		ok(swap_off(test));
		space_exit(sp);
	}
}

/*
 * The split of an entry of this size takes memory. The first three pages of it are in the swap
 * cache, as they were read one by one while the entry could not be split.
 */
#define UNSPLIT	6

/* A fault for which there is no memory after so many allocations. */
static int fault_with(struct space *sp, long page, unsigned long nr)
{
	int err;

	forget(sp, page, 1);
	shim_fail_nth(nr + 1, true);
	err = read_page(sp, page);
	shim_fail_stop();
	return err;
}

static struct space *not_split(struct kunit *test, struct file **file)
{
	struct space *sp = swapped(test, 1L << UNSPLIT, UNSPLIT, file);
	unsigned long nr = 0;
	int err;

	do {
		err = fault_with(sp, 0, nr++);
		if (!err)
			kunit_skip(test, "the fault of this kernel needs no more memory after the folio");
		fails(err, -ENOMEM);
	} while (!nr_swap_cached() && nr < 100);
	fails(fault_with(sp, 1, nr), -ENOMEM);
	fails(fault_with(sp, 2, nr), -ENOMEM);
	KUNIT_ASSERT_GE(test, nr_swap_cached(), 3UL);
	KUNIT_ASSERT_EQ(test, xa_get_order(&(*file)->f_mapping->i_pages, 0), UNSPLIT);
	return sp;
}

static void is_letter(struct kunit *test, struct space *sp, long page)
{
	KUNIT_EXPECT_EQ(test, byte_at(sp, page), (int)(u8)('a' + page));
}

TEST(shmem_swap, fault_of_a_large_entry_that_cannot_be_split, LARGE)
{
	struct file *file;
	struct space *sp = not_split(test, &file);

	is_letter(test, sp, 0);
	is_letter(test, sp, 1);
	is_letter(test, sp, 50);
}

/* A hole in it is no hole then, and what lies around it stays. */
TEST(shmem_swap, hole_in_a_large_entry_that_cannot_be_split, LARGE)
{
	struct file *file;
	struct space *sp = not_split(test, &file);

	forget(sp, 1, 2);
	shim_fail_nth(1, true);
	drop_range(file, 1, 2);
	shim_fail_stop();
	oracle(test);
	is_letter(test, sp, 0);
	is_letter(test, sp, 3);
	is_letter(test, sp, 50);
}
