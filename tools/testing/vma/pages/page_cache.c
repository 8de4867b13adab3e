// SPDX-License-Identifier: GPL-2.0
/*
 * Look-ups in the page cache of a file with large folios and holes, and what is read from it:
 *
 *	page    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
 *	folio  [       ] [ ] . . [       ]  .  .  [ ]
 */
#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/syscalls.h>
#include <linux/uio.h>
#include <uapi/linux/mman.h>

#include <shim/machine.h>

#include "pages.h"
#include "test.h"

#define PAGES	16

static struct file *with_holes(struct kunit *test)
{
	struct file *file = shim_file_create_cached(PAGES, true);

	ok(shim_file_cache(file, 0, 2));
	ok(shim_file_cache(file, 4, 0));
	ok(shim_file_cache(file, 8, 2));
	ok(shim_file_cache(file, 15, 0));
	return file;
}

/* The pages that filemap_get_folios_contig() finds from one on, and where it would go on. */
static void contiguous(struct kunit *test, struct file *file, pgoff_t from, pgoff_t end,
		       unsigned long pages, unsigned int folios, pgoff_t next)
{
	struct folio_batch batch;
	unsigned long found = 0;
	unsigned int i;

	folio_batch_init(&batch);
	KUNIT_EXPECT_EQ(test, filemap_get_folios_contig(file->f_mapping, &from, end, &batch), folios);
	for (i = 0; i < folio_batch_count(&batch); i++)
		found += folio_nr_pages(batch.folios[i]);
	KUNIT_EXPECT_EQ(test, found, pages);
	KUNIT_EXPECT_EQ(test, from, next);
	folio_batch_release(&batch);
}

TEST(page_cache, folios_that_follow_each_other, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = with_holes(test);

	contiguous(test, file, 0, 15, 5, 2, 5);
	contiguous(test, file, 2, 15, 5, 2, 5);
	contiguous(test, file, 0, 3, 4, 1, 4);
	contiguous(test, file, 4, 15, 1, 1, 5);
	contiguous(test, file, 5, 15, 0, 0, 5);
	contiguous(test, file, 9, 15, 4, 1, 12);
	contiguous(test, file, 15, 15, 1, 1, 16);
	shim_file_put(file);
}

static void folios(struct kunit *test, struct file *file, pgoff_t from, pgoff_t end,
		   unsigned int nr, pgoff_t next)
{
	struct folio_batch batch;

	folio_batch_init(&batch);
	KUNIT_EXPECT_EQ(test, filemap_get_folios(file->f_mapping, &from, end, &batch), nr);
	KUNIT_EXPECT_EQ(test, from, next);
	folio_batch_release(&batch);
}

TEST(page_cache, folios_of_a_range, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = with_holes(test);

	folios(test, file, 0, 15, 4, 16);
	folios(test, file, 1, 8, 3, 9);
	folios(test, file, 5, 7, 0, 8);
	folios(test, file, 11, 14, 1, 15);
	KUNIT_EXPECT_TRUE(test, filemap_range_has_page(file->f_mapping, 0, PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, filemap_range_has_page(file->f_mapping, 5 * PAGE_SIZE,
							8 * PAGE_SIZE - 1));
	KUNIT_EXPECT_TRUE(test, filemap_range_has_page(file->f_mapping, 11 * PAGE_SIZE,
						       13 * PAGE_SIZE));
	shim_file_put(file);
}

/* Without a page that is missing, the answer is outside of what was searched. */
TEST(page_cache, pages_that_are_missing, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = with_holes(test);
	struct address_space *mapping = file->f_mapping;

	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, page_cache_next_miss(mapping, 4, 16), 5UL);
	KUNIT_EXPECT_EQ(test, page_cache_next_miss(mapping, 6, 16), 6UL);
	KUNIT_EXPECT_EQ(test, page_cache_next_miss(mapping, 8, 16), 12UL);
	KUNIT_EXPECT_EQ(test, page_cache_next_miss(mapping, 8, 2), 10UL);
	KUNIT_EXPECT_EQ(test, page_cache_prev_miss(mapping, 15, 16), 14UL);
	KUNIT_EXPECT_EQ(test, page_cache_prev_miss(mapping, 8, 16), 7UL);
	KUNIT_EXPECT_EQ(test, page_cache_prev_miss(mapping, 7, 16), 7UL);
	KUNIT_EXPECT_EQ(test, page_cache_prev_miss(mapping, 15, 1), 14UL);
	rcu_read_unlock();
	shim_file_put(file);
}

/* The first page of the search may be any page of a folio. */
TEST(page_cache, pages_that_are_missing_behind_the_middle_of_a_folio,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct address_space *mapping;
	struct file *file;

	known_bug(SHIM_BUG_MISS_INSIDE_FOLIO, 24);
	file = with_holes(test);
	mapping = file->f_mapping;
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, page_cache_next_miss(mapping, 9, 16), 12UL);
	KUNIT_EXPECT_EQ(test, page_cache_next_miss(mapping, 11, 16), 12UL);
	KUNIT_EXPECT_EQ(test, page_cache_prev_miss(mapping, 11, 16), 7UL);
	KUNIT_EXPECT_EQ(test, page_cache_prev_miss(mapping, 9, 16), 7UL);
	rcu_read_unlock();
	shim_file_put(file);
}

/* lseek() for data and holes, whose offsets have 64 bits */
TEST(page_cache, data_and_holes, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	const loff_t far = (1LL << 33) / PAGE_SIZE, size = (far + PAGES) * PAGE_SIZE;
	struct file *file = shim_file_create_cached(far + PAGES, true);
	struct address_space *mapping = file->f_mapping;

	ok(shim_file_cache(file, 0, 2));
	ok(shim_file_cache(file, far + 4, 2));
	KUNIT_EXPECT_EQ(test, mapping_seek_hole_data(mapping, 0, size, SEEK_DATA), 0LL);
	KUNIT_EXPECT_EQ(test, mapping_seek_hole_data(mapping, 0, size, SEEK_HOLE), 4LL * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, mapping_seek_hole_data(mapping, 5 * PAGE_SIZE, size, SEEK_DATA),
			(far + 4) * (loff_t)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, mapping_seek_hole_data(mapping, (far + 5) * PAGE_SIZE + 7, size, SEEK_DATA),
			(far + 5) * (loff_t)PAGE_SIZE + 7);
	KUNIT_EXPECT_EQ(test, mapping_seek_hole_data(mapping, (far + 5) * PAGE_SIZE + 7, size, SEEK_HOLE),
			(far + 8) * (loff_t)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, mapping_seek_hole_data(mapping, (far + 9) * PAGE_SIZE, size, SEEK_DATA),
			(loff_t)-ENXIO);
	shim_file_put(file);
}

static loff_t seek(struct file *file, loff_t from, int whence)
{
	return mapping_seek_hole_data(file->f_mapping, from, i_size_read(file_inode(file)), whence);
}

/* A page of which only some blocks are there begins or ends with a hole, wherever it is. */
static void blocks_of_a_page(struct kunit *test, pgoff_t index)
{
	const loff_t at = (loff_t)index << PAGE_SHIFT;
	struct file *file = shim_file_create_cached(index + 1, true);

	ok(shim_file_cache_blocks(file, index, 2, 3));
	KUNIT_EXPECT_EQ(test, seek(file, at, SEEK_HOLE), at);
	KUNIT_EXPECT_EQ(test, seek(file, at, SEEK_DATA), at + 2 * 512);
	KUNIT_EXPECT_EQ(test, seek(file, at + 2 * 512 + 5, SEEK_DATA), at + 2 * 512 + 5);
	KUNIT_EXPECT_EQ(test, seek(file, at + 2 * 512 + 5, SEEK_HOLE), at + 5 * 512);
	KUNIT_EXPECT_EQ(test, seek(file, at + 5 * 512, SEEK_DATA), (loff_t)-ENXIO);
	shim_file_put(file);
}

TEST(page_cache, data_and_holes_in_a_page)
{
	blocks_of_a_page(test, 0);
	blocks_of_a_page(test, 3);
}

TEST(page_cache, data_and_holes_in_a_page_far_away)
{
	blocks_of_a_page(test, (1UL << 33) / PAGE_SIZE + 3);
}

/* read() of a part of the file: how much there is, and its first byte */
static void reads(struct kunit *test, struct file *file, loff_t from, size_t len, long got, char first)
{
	char *buf = kunit_kzalloc(test, len, GFP_KERNEL);
	struct kvec vec = { buf, len };
	struct kiocb iocb = { .ki_filp = file, .ki_pos = from };
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, len);
	KUNIT_EXPECT_EQ(test, filemap_read(&iocb, &iter, 0), got);
	KUNIT_EXPECT_EQ(test, iocb.ki_pos, from + got);
	if (got > 0)
		KUNIT_EXPECT_EQ(test, buf[0], first);
	if (got > (long)PAGE_SIZE)
		KUNIT_EXPECT_EQ(test, buf[PAGE_SIZE], first + 1);
}

TEST(page_cache, read_across_folios, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = with_holes(test);

	reads(test, file, 0, 5 * PAGE_SIZE, 5 * PAGE_SIZE, 'A');
	reads(test, file, 3 * PAGE_SIZE + 5, PAGE_SIZE, PAGE_SIZE, 'D');
	reads(test, file, 9 * PAGE_SIZE - 1, 2, 2, 'I');
	reads(test, file, 15 * PAGE_SIZE, 3 * PAGE_SIZE, PAGE_SIZE, 'P');
	reads(test, file, 16 * PAGE_SIZE, PAGE_SIZE, 0, 0);
	shim_file_put(file);
}

/* The file system has a limit of its own, in the middle of a page here. */
TEST(page_cache, read_to_the_largest_offset, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = with_holes(test);

	file_inode(file)->i_sb->s_maxbytes = 2 * PAGE_SIZE + 100;
	reads(test, file, PAGE_SIZE + 50, 2 * PAGE_SIZE, PAGE_SIZE + 50, 'B');
	reads(test, file, 2 * PAGE_SIZE + 100, PAGE_SIZE, 0, 0);
	shim_file_put(file);
}

/* What one reads or writes with RWF_DONTCACHE goes afterwards, but from nobody who maps it. */
TEST(page_cache, read_of_what_is_dropped_behind,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, SHIM_DROPBEHIND))
{
	struct space *sp = space_new(test);
	struct file *file = with_holes(test);

	shim_set_dropbehind(folio_in_cache(file, 0));
	reads(test, file, 0, PAGE_SIZE, PAGE_SIZE, 'A');
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 0));

	ok(map_file(sp, 0, PAGES, PROT_READ, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'J');
	shim_set_dropbehind(folio_in_cache(file, 8));
	reads(test, file, 8 * PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, 'I');
	KUNIT_EXPECT_NOT_NULL(test, folio_in_cache(file, 8));
	KUNIT_EXPECT_NOT_NULL(test, frame_of(sp, 9));
	shim_file_put(file);
}

/* cachestat() of a range, which a descriptor is for */
static struct cachestat stat_of(struct space *sp, struct file *file, u64 from, u64 nr)
{
	struct {
		struct cachestat_range range;
		struct cachestat stat;
	} both = { .range = { from * PAGE_SIZE, nr * PAGE_SIZE } };
	long at = put_user_data(sp, &both, sizeof(both));
	void __user *to = (void __user *)at + sizeof(both.range);
	struct kunit *test = sp->test;
	int fd = get_unused_fd_flags(0);

	if (!IS_ENABLED(CONFIG_CACHESTAT_SYSCALL))
		return both.stat;
	fd_install(fd, get_file(file));
	ok(sys_cachestat(fd, (void __user *)at, to, 0));
	ok(copy_from_user(&both.stat, to, sizeof(both.stat)));
	fails(sys_cachestat(fd, (void __user *)at, to, 1), -EINVAL);
	fput(file_close_fd(fd));
	fails(sys_cachestat(fd, (void __user *)at, to, 0), -EBADF);
	return both.stat;
}

TEST(page_cache, cachestat_counts_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_CACHESTAT_SYSCALL))
{
	struct space *sp = space_new(test);
	struct file *file = with_holes(test);

	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 16).nr_cache, 10ULL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 2, 7).nr_cache, 4ULL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 5, 3).nr_cache, 0ULL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 0).nr_cache, 10ULL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 16).nr_dirty, 0ULL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 16).nr_evicted, 0ULL);
	shim_file_put(file);
}

/* Pages of tmpfs in swap are evicted ones, whether the swap cache remembers them or not. */
TEST(page_cache, cachestat_of_what_is_in_swap,
     NEEDS(CONFIG_SHMEM, CONFIG_SWAP, CONFIG_CACHESTAT_SYSCALL))
{
	struct space *sp = space_new(test);
	struct file *file = open_shmem(test, 8);

	ok(map_file(sp, 0, 8, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 0, 6, 'a'));
	ok(swap_on(test, 64));
	ok(reclaim(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 8).nr_cache, 2ULL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 8).nr_evicted, 4ULL);
	/* one that cannot be read has no slot to be asked */
	shim_swap_break(true);
	fails(read_page(sp, 1), -EIO);
	shim_swap_break(false);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 8).nr_cache, 2ULL);
}

/* What read-ahead has brought to the swap cache has no record any more of when it went. */
TEST(page_cache, cachestat_of_what_is_in_the_swap_cache,
     NEEDS(CONFIG_SHMEM, CONFIG_SWAP, CONFIG_CACHESTAT_SYSCALL))
{
	struct space *sp = space_new(test);
	struct file *file = open_shmem(test, 8);

	ok(map_file(sp, 0, 8, RW, MAP_SHARED, file, 0));
	ok(map(sp, 10, 64, RW));
	ok(touch(sp, 10, 64, 'b'));
	ok(touch(sp, 0, 8, 'a'));
	ok(swap_on(test, 64));
	ok(reclaim(sp, 0, 8));
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 8).nr_recently_evicted, 8ULL);
	ok(read_page(sp, 3) < 0);
	KUNIT_ASSERT_GT(test, nr_swap_cached(), 0UL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 8).nr_evicted, 7ULL);
	KUNIT_EXPECT_EQ(test, stat_of(sp, file, 0, 8).nr_recently_evicted,
			7ULL - nr_swap_cached());
}

/* What cachestat() says to a caller without capabilities who has opened a file to read it. */
static long asked_by_a_reader(struct space *sp, kuid_t owner, umode_t mode)
{
	const struct cachestat_range range = { 0, PAGES * PAGE_SIZE };
	struct file *file = shim_file_create_cached(PAGES, true);
	char room[sizeof(range) + sizeof(struct cachestat)] = {};
	int fd = get_unused_fd_flags(0);
	long at, ret;

	if (!IS_ENABLED(CONFIG_CACHESTAT_SYSCALL))
		return 0;
	memcpy(room, &range, sizeof(range));
	at = put_user_data(sp, room, sizeof(room));
	file->f_mode &= ~FMODE_WRITE;
	file_inode(file)->i_uid = owner;
	file_inode(file)->i_mode = S_IFREG | mode;
	fd_install(fd, get_file(file));
	ret = sys_cachestat(fd, (void __user *)at, (void __user *)at + sizeof(range), 0);
	fput(file_close_fd(fd));
	shim_file_put(file);
	return ret;
}

/* Which pages are in memory tells what others read, so one must be able to write to the file. */
TEST(page_cache, cachestat_of_a_file_of_somebody_else, NEEDS(CONFIG_CACHESTAT_SYSCALL))
{
	const kuid_t other = KUIDT_INIT(1000);
	struct space *sp = space_new(test);

	shim_drop_rights();
	fails(asked_by_a_reader(sp, other, 0644), -EPERM);
	fails(asked_by_a_reader(sp, other, 0600), -EPERM);
	ok(asked_by_a_reader(sp, other, 0646));
	ok(asked_by_a_reader(sp, current_fsuid(), 0444));
}

/* A caller that may not wait is told to come again. */
TEST(page_cache, look_up_that_may_not_wait)
{
	struct file *file = shim_file_create_cached(4, true);
	struct folio *folio;
	unsigned long nth = 0;

	do {
		shim_fail_nth(++nth, false);
		folio = __filemap_get_folio(file->f_mapping, 1, FGP_CREAT | FGP_NOWAIT | FGP_LOCK,
					    mapping_gfp_mask(file->f_mapping));
		shim_fail_stop();
		if (IS_ERR(folio))
			KUNIT_EXPECT_EQ(test, PTR_ERR(folio), (long)-EAGAIN);
	} while (IS_ERR(folio) && nth < 20);
	KUNIT_ASSERT_FALSE(test, IS_ERR(folio));
	folio_unlock(folio);
	folio_put(folio);
	KUNIT_EXPECT_GT(test, nth, 1UL);
	shim_file_put(file);
}
