// SPDX-License-Identifier: GPL-2.0
/*
 * What a fault reads of a file beside the page that it is for, how advice changes that, and when
 * it is given up as it was for nothing.
 */
#include <linux/pagemap.h>
#include <linux/uio.h>

#include "pages.h"
#include "test.h"

#define WINDOW	8

/* A file whose faults read 8 pages at once. */
static struct space *with_window(struct kunit *test, long nr, bool around, struct file **file)
{
	struct space *sp = space_new(test);

	leave_out_of_sweeps();	/* without memory less is read ahead, which is no error */
	*file = shim_file_create_cached(nr, around);
	(*file)->f_ra.ra_pages = WINDOW;
	(*file)->f_ra.prev_pos = -1;
	ok(map_file(sp, 0, nr, PROT_READ, MAP_SHARED, *file, 0));
	shim_file_put(*file);
	return sp;
}

static void reads(struct kunit *test, struct space *sp, long page)
{
	KUNIT_EXPECT_EQ(test, byte_at(sp, page), 'A' + (int)(page % 26));
}

/* Of all pages of the file, these are cached. */
static void cached(struct kunit *test, struct file *file, long nr, long from, long to)
{
	long i;

	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ_MSG(test, !!folio_in_cache(file, i), i >= from && i < to,
				    "page %ld", i);
}

TEST(readahead, fault_reads_what_is_around)
{
	struct file *file;
	struct space *sp = with_window(test, 32, true, &file);

	reads(test, sp, 16);
	cached(test, file, 32, 12, 20);
	reads(test, sp, 13);
	cached(test, file, 32, 12, 20);
}

TEST(readahead, not_beyond_the_ends_of_the_file)
{
	struct file *file;
	struct space *sp = with_window(test, 6, true, &file);

	reads(test, sp, 2);
	cached(test, file, 8, 0, 6);
}

/* A page near the end of what was read is marked: its fault reads what follows. */
TEST(readahead, goes_on_where_it_has_ended)
{
	struct file *file;
	struct space *sp = with_window(test, 64, true, &file);

	/* a large folio that holds the page is marked as a whole */
	mapping_set_folio_order_range(file->f_mapping, 0, 0);
	reads(test, sp, 16);
	KUNIT_EXPECT_TRUE(test, folio_test_readahead(folio_in_cache(file, 18)));
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 20));
	reads(test, sp, 18);
	KUNIT_EXPECT_FALSE(test, folio_test_readahead(folio_in_cache(file, 18)));
	KUNIT_EXPECT_NOT_NULL(test, folio_in_cache(file, 20));
	KUNIT_EXPECT_NOT_NULL(test, folio_in_cache(file, 23));
	reads(test, sp, 23);
}

TEST(readahead, in_sequence_reads_what_follows)
{
	struct file *file;
	struct space *sp = with_window(test, 32, true, &file);

	ok(advise(sp, 0, 32, MADV_SEQUENTIAL));
	reads(test, sp, 0);
	cached(test, file, 32, 0, WINDOW);
}

TEST(readahead, at_random_reads_one_page)
{
	struct file *file;
	struct space *sp = with_window(test, 32, true, &file);

	ok(advise(sp, 0, 32, MADV_RANDOM));
	reads(test, sp, 16);
	cached(test, file, 32, 16, 17);
}

TEST(readahead, huge_pages_are_read_whole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = with_window(test, 3 * HUGE_NR, true, &file);

	ok(advise(sp, 0, 3 * HUGE_NR, MADV_HUGEPAGE));
	reads(test, sp, HUGE_NR + 7);
	KUNIT_EXPECT_EQ(test, folio_order(folio_in_cache(file, HUGE_NR)), HUGE_ORDER);
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, HUGE_NR - 1));
}

#define MISSES	100	/* as many more than hits, and it is given up */

/* Each fault is far from the others: none finds what was read for another one. */
TEST(readahead, is_given_up_after_misses)
{
	const long nr = (MISSES + 4) * 2L * WINDOW;
	struct file *file;
	struct space *sp = with_window(test, nr, true, &file);
	long i, page;

	for (i = 0; i < MISSES + 4; i++) {
		page = i * 2 * WINDOW + WINDOW;
		reads(test, sp, page);
		KUNIT_EXPECT_EQ_MSG(test, !!folio_in_cache(file, page + 1), i < MISSES, "fault %ld", i);
	}
}

/* A fault that finds its page there, alone or with what is around. */
static void hit_counts(struct kunit *test, bool around)
{
	struct file *file;
	struct space *sp = with_window(test, 32, around, &file);

	ok(shim_file_cache(file, 2, 0));
	ok(shim_file_cache(file, 3, 0));
	file->f_ra.mmap_miss = 5;
	reads(test, sp, 2);
	KUNIT_EXPECT_EQ(test, (long)file->f_ra.mmap_miss, 4L);
	reads(test, sp, 20);
	KUNIT_EXPECT_EQ(test, (long)file->f_ra.mmap_miss, 5L);
}

TEST(readahead, hit_makes_up_for_a_miss)
{
	hit_counts(test, true);
	hit_counts(test, false);
}

/* read() of what is not cached: it reads more than it was asked for, and that is there then. */
TEST(readahead, read_of_a_hole)
{
	struct file *file = shim_file_create_cached(32, true);
	char *buf = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct kvec vec = { buf, PAGE_SIZE };
	struct kiocb iocb = { .ki_filp = file };
	struct iov_iter iter;

	file->f_ra.ra_pages = WINDOW;
	file->f_ra.prev_pos = -1;
	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, filemap_read(&iocb, &iter, 0), (long)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, buf[9], 'A');
	KUNIT_EXPECT_NOT_NULL(test, folio_in_cache(file, 1));
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, WINDOW));
	shim_file_put(file);
}
