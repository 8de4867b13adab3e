// SPDX-License-Identifier: GPL-2.0
/* Mappings of files, private and shared. */
#include <linux/pagemap.h>

#include "test.h"

/* A file whose pages are filled with '0', '1', ...; the caller holds it. */
static struct file *numbered_file(long nr)
{
	struct file *file = shim_file_create(nr);
	long i;

	for (i = 0; i < nr; i++)
		memset(shim_file_data(file, i), '0' + i, PAGE_SIZE);
	return file;
}

/* The same, mapped at page 0 and held by its mappings alone. */
static struct space *with_file(struct kunit *test, long nr, int prot, int flags,
			       struct file **filep)
{
	struct space *sp = space_new(test);
	struct file *file = numbered_file(nr);

	ok(map_file(sp, 0, nr, prot, flags, file, 0));
	shim_file_put(file);
	*filep = file;
	return sp;
}

static struct folio *cached(struct file *file, pgoff_t index)
{
	return virt_to_folio(shim_file_data(file, index));
}

TEST(file, private_read_shares_the_page_cache)
{
	struct file *file;
	struct space *sp = with_file(test, 3, RW, MAP_PRIVATE, &file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), '1');
	expect(sp, "(wWw)");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), cached(file, 1));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_FILEPAGES), 1UL);
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
	mapped_at(cached(file, 1), at(sp, 1));
}

TEST(file, private_write_copies)
{
	struct file *file;
	struct space *sp = with_file(test, 3, RW, MAP_PRIVATE, &file);

	u8 next = 0;

	ok(write_page(sp, 1, 'x'));
	ok(shim_user_read(sp->mm, page_addr(1) + 1, &next, 1));
	KUNIT_EXPECT_EQ(test, next, '1');
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 1)[0], '1');
	KUNIT_EXPECT_TRUE(test, folio_test_anon(folio_of(sp, 1)));
	KUNIT_EXPECT_EQ(test, folio_mapcount(cached(file, 1)), 0);
	mapped_at(folio_of(sp, 1), at(sp, 1));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 1UL);
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_FILEPAGES), 0UL);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), '0');
}

TEST(file, private_write_after_read_copies)
{
	struct file *file;
	struct space *sp = with_file(test, 2, RW, MAP_PRIVATE, &file);
	u8 value = 'x', next = 0;

	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), '1');
	ok(shim_user_write(sp->mm, page_addr(1), &value, 1));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	/* the rest of the page is the file's */
	ok(shim_user_read(sp->mm, page_addr(1) + 1, &next, 1));
	KUNIT_EXPECT_EQ(test, next, '1');
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 1)[0], '1');
	KUNIT_EXPECT_EQ(test, folio_mapcount(cached(file, 1)), 0);
}

TEST(file, private_dontneed_brings_the_file_back)
{
	struct file *file;
	struct space *sp = with_file(test, 2, RW, MAP_PRIVATE, &file);

	ok(touch(sp, 0, 2, 'x'));
	ok(advise(sp, 0, 1, MADV_DONTNEED));
	expect(sp, "(wW)");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), '0');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
}

TEST(file, private_forked_copies_once_for_each)
{
	struct file *file;
	struct space *parent = with_file(test, 2, RW, MAP_PRIVATE, &file), *child;
	struct folio *folio;

	ok(write_page(parent, 0, 'p'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), '1');
	child = space_fork(parent);
	folio = folio_of(parent, 0);
	mapped_at(folio, at(parent, 0), at(child, 0));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), '1');
	mapped_at(cached(file, 1), at(parent, 1), at(child, 1));
	ok(write_page(child, 0, 'c'));
	ok(write_page(child, 1, 'd'));
	mapped_at(folio, at(parent, 0));
	mapped_at(cached(file, 1), at(parent, 1));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'p');
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), '1');
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 0)[0], '0');
}

TEST(file, shared_write_is_in_the_file)
{
	struct file *file;
	struct space *sp = with_file(test, 3, RW, MAP_SHARED, &file);

	ok(write_page(sp, 1, 'x'));
	expect(sp, "{wWw}");
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 1)[0], 'x');
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 1)[PAGE_SIZE - 1], 'x');
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 1)[1], '1');
	KUNIT_EXPECT_TRUE(test, folio_test_dirty(cached(file, 1)));
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
	mapped_at(cached(file, 1), at(sp, 1));
}

TEST(file, shared_write_is_seen_by_all_mappings)
{
	struct file *file;
	struct space *sp = with_file(test, 2, RW, MAP_SHARED, &file);

	ok(map_file(sp, 4, 2, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 8, 2, RW, MAP_PRIVATE, file, 0));
	ok(look(sp, 8, 2));
	ok(write_page(sp, 8, 'p'));
	ok(touch(sp, 0, 2, 'x'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 8), 'p');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'x');
	mapped_at(cached(file, 0), at(sp, 0), at(sp, 4));
	mapped_at(cached(file, 1), at(sp, 1), at(sp, 9));
}

TEST(file, shared_write_is_seen_by_the_child)
{
	struct file *file;
	struct space *parent = with_file(test, 2, RW, MAP_SHARED, &file), *child;

	ok(write_page(parent, 0, 'p'));
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), 'p');
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'c');
	ok(write_page(parent, 1, 'q'));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'q');
	mapped_at(cached(file, 1), at(parent, 1), at(child, 1));
}

TEST(file, beyond_its_end_is_a_bus_error)
{
	struct space *sp = space_new(test);
	struct file *file = numbered_file(2);

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 4, 4, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(read_page(sp, 1));
	fails(read_page(sp, 2), -EIO);
	fails(write_page(sp, 3, 'x'), -EIO);
	fails(read_page(sp, 6), -EIO);
	fails(write_page(sp, 7, 'x'), -EIO);
	expect(sp, "{wWww}(wwww)");
}

TEST(file, split_parts_keep_their_place_in_it)
{
	struct file *file;
	struct space *sp = with_file(test, 8, RW, MAP_SHARED, &file);
	long i;

	ok(protect(sp, 2, 3, PROT_READ));
	expect(sp, "{ww}{rrr}{www}");
	ok(unmap(sp, 6, 1));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 2)), 2UL);
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 7)), 7UL);
	for (i = 0; i < 8; i++) {
		if (i == 6)
			continue;
		KUNIT_EXPECT_EQ(test, byte_at(sp, i), '0' + (int)i);
		mapped_at(cached(file, i), at(sp, i));
	}
}

TEST(file, contiguous_parts_merge_others_do_not)
{
	struct space *sp = space_new(test);
	struct file *file = numbered_file(8);

	ok(map_file(sp, 0, 2, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, file, 2));
	expect(sp, "{wwww}");
	ok(map_file(sp, 4, 2, RW, MAP_SHARED, file, 6));
	ok(map_file(sp, 6, 2, RW, MAP_PRIVATE, file, 6));
	shim_file_put(file);
	expect(sp, "{wwww}{ww}(ww)");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), '3');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), '6');
	mapped_at(cached(file, 3), at(sp, 3));
	mapped_at(cached(file, 6), at(sp, 4));
}

TEST(file, moved_mapping_is_found)
{
	struct file *file;
	struct space *sp = with_file(test, 4, RW, MAP_SHARED, &file);

	ok(touch(sp, 0, 4, 'x'));
	ok(move(sp, 1, 2, 9));
	expect(sp, "{W}..{W}.....{WW}");
	mapped_at(cached(file, 2), at(sp, 10));
	ok(move(sp, 9, 2, 1));
	expect(sp, "{WWWW}");
	mapped_at(cached(file, 2), at(sp, 2));
	ok(look(sp, 0, 4));
}

TEST(file, truncation_unmaps_what_is_beyond)
{
	struct file *file;
	struct space *sp = with_file(test, 4, RW, MAP_SHARED, &file);

	ok(look(sp, 0, 4));
	truncate_setsize(file_inode(file), 2 * PAGE_SIZE);
	expect(sp, "{WWww}");
	fails(read_page(sp, 2), -EIO);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), '1');
}
