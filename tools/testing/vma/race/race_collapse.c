// SPDX-License-Identifier: GPL-2.0
/*
 * MADV_COLLAPSE of a file, which takes the page tables of all who map it away, and what these do
 * with their tables meanwhile. Each schedule maps 512 pages, so there are few cases.
 */
#include "race.h"
#include "test.h"
#include "uffd.h"

#define COLLAPSES_FILE(sp_)	ADVISES(sp_, 0, HUGE_NR, MADV_COLLAPSE)
#define FILES	NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM)

/* Page 9 is 'j' in all of them. */
static struct space *filled(struct kunit *test, struct file *file)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, HUGE_NR, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 0, HUGE_NR, 'j'));
	return sp;
}

static struct space *another(struct space *sp, struct file *file)
{
	struct kunit *test = sp->test;
	struct space *other = space_new(test);

	ok(map_file(other, 0, HUGE_NR, RW, MAP_SHARED, file, 0));
	return other;
}

static void has_all(struct kunit *test, struct space *sp, long page)
{
	KUNIT_EXPECT_EQ(test, byte_at(sp, page + 9), 'j');
	KUNIT_EXPECT_EQ(test, byte_at(sp, page + 500), 'j');
	oracle(test);
}

RACE(race_collapse, of_a_file_that_another_moves, FILES)
{
	struct file *file = open_shmem(test, HUGE_NR);
	struct space *sp = filled(test, file), *other = another(sp, file);
	struct racer collapse = COLLAPSES_FILE(sp), move = MOVES(other, 0, HUGE_NR, 2 * HUGE_NR);

	KUNIT_EXPECT_EQ(test, byte_at(other, 0), 'j');
	preempt_before("ptes,ptl");
	race(test, &collapse, &move);
	has_all(test, sp, 0);
	has_all(test, other, 2 * HUGE_NR);
}

RACE(race_collapse, of_a_file_by_two, FILES)
{
	struct file *file = open_shmem(test, HUGE_NR);
	struct space *sp = filled(test, file), *other = another(sp, file);
	struct racer one = COLLAPSES_FILE(sp), two = COLLAPSES_FILE(other);

	KUNIT_EXPECT_EQ(test, byte_at(other, 0), 'j');
	preempt_before("ptes,ptl");
	race(test, &one, &two);
	has_all(test, sp, 0);
	has_all(test, other, 0);
}

RACE(race_collapse, of_a_file_that_another_reads, FILES)
{
	struct file *file = open_shmem(test, HUGE_NR);
	struct space *sp = filled(test, file), *other = another(sp, file);
	struct racer collapse = COLLAPSES_FILE(sp), read = READS(other, 9);

	KUNIT_EXPECT_EQ(test, byte_at(other, 0), 'j');
	preempt_before("ptes,ptl");
	race(test, &collapse, &read);
	fails(read.ret, 'j');
	has_all(test, other, 0);
}

static struct uffd *uffd;
static long args;

static void copy_in(struct racer *r)
{
	r->ret = uffd->file->f_op->unlocked_ioctl(uffd->file, UFFDIO_COPY, args);
}

/* The page is in the file already, and the table that is made for it may go at once. */
RACE(race_collapse, of_a_file_that_another_fills,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SHMEM, CONFIG_USERFAULTFD))
{
	const struct uffdio_copy arg = { page_addr(9), page_addr(2 * HUGE_NR), PAGE_SIZE };
	struct file *file = open_shmem(test, HUGE_NR);
	struct space *sp = filled(test, file), *other = another(sp, file);
	struct racer collapse = COLLAPSES_FILE(sp), copy = RACER("UFFDIO_COPY", copy_in, .sp = other);

	ok(map(other, 2 * HUGE_NR, 1, RW));
	ok(write_page(other, 2 * HUGE_NR, 'n'));
	uffd = uffd_open(other, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(uffd, 0, HUGE_NR, UFFD_MISSING));
	args = put_user_data(other, &arg, sizeof(arg));
	KUNIT_ASSERT_GT(test, args, 0L);
	preempt_before("ptes,ptl");
	race(test, &collapse, &copy);
	fails(copy.ret, -EEXIST);
	has_all(test, sp, 0);
}
