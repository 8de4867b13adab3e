// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory of tmpfs: its pages belong to the file, so they are found through
 * i_mmap, and outlive every mapping of them.
 */
#include <linux/fs.h>

#include "attr.h"
#include "test.h"

#define SHARED_ANON	(MAP_SHARED | MAP_ANONYMOUS)

/* A file of @nr pages, shared from page 0 on. */
static struct space *with_shmem(struct kunit *test, long nr, struct file **file)
{
	struct space *sp = space_new(test);

	*file = open_shmem(test, nr);
	ok(map_file(sp, 0, nr, RW, MAP_SHARED, *file, 0));
	return sp;
}

static unsigned long nr_shmem(struct space *sp)
{
	return shim_mm_counter(sp->mm, MM_SHMEMPAGES);
}

TEST(shmem, fault_of_a_hole_is_zero, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp;

	sp = with_shmem(test, 3, &file);
	expect(sp, "{www}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 0);
	expect(sp, "{wWw}");
	KUNIT_EXPECT_EQ(test, nr_shmem(sp), 1UL);
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 1)));
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

/* One page, wherever and with whatever rights it is mapped. */
TEST(shmem, shared_write_is_seen_by_all_mappings, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp, *other;

	sp = with_shmem(test, 3, &file);
	ok(map_file(sp, 4, 2, PROT_READ, MAP_SHARED, file, 1));
	other = space_new(test);
	ok(map_file(other, 7, 3, RW, MAP_SHARED, file, 0));
	ok(touch_each(sp, 0, 3, 'a'));
	ok(look(sp, 4, 2));
	ok(look(other, 7, 3));
	mapped_at(folio_of(sp, 0), at(sp, 0), at(other, 7));
	mapped_at(folio_of(sp, 1), at(sp, 1), at(sp, 4), at(other, 8));
	ok(write_page(other, 8, 'z'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'z');
	fails(write_page(sp, 4, 'x'), -EFAULT);
}

TEST(shmem, fork_shares_the_pages, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;
	struct file *file;

	parent = with_shmem(test, 3, &file);
	ok(touch_each(parent, 0, 2, 'a'));
	child = space_fork(parent);
	ok(write_page(child, 0, 'c'));
	ok(write_page(child, 2, 'd'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'c');
	KUNIT_EXPECT_EQ(test, byte_at(parent, 2), 'd');
	mapped_at(folio_of(parent, 2), at(parent, 2), at(child, 2));
	space_exit(parent);
	mapped_at(folio_of(child, 2), at(child, 2));
	ok(look(child, 0, 3));
}

/* The copy is found through the anon_vma, the original through the file. */
TEST(shmem, private_write_copies, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp;

	sp = with_shmem(test, 2, &file);
	ok(touch_each(sp, 0, 2, 'a'));
	ok(map_file(sp, 4, 2, RW, MAP_PRIVATE, file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'a');
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 4));
	ok(write_page(sp, 4, 'p'));
	ok(write_page(sp, 0, 's'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'p');
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 4), at(sp, 4));
	KUNIT_EXPECT_TRUE(test, folio_test_anon(folio_of(sp, 4)));
	/* the fault of the first has mapped the second too */
	KUNIT_EXPECT_EQ(test, nr_shmem(sp), 3UL);
}

TEST(shmem, dontneed_drops_the_entries_alone, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp;
	struct folio *folio;

	sp = with_shmem(test, 2, &file);
	ok(touch_each(sp, 0, 2, 'a'));
	folio = folio_of(sp, 0);
	ok(advise(sp, 0, 2, MADV_DONTNEED));
	expect(sp, "{ww}");
	KUNIT_EXPECT_EQ(test, nr_shmem(sp), 0UL);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'a');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'b');
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
}

/* {WWWWW} with the middle taken out, and put in again. */
TEST(shmem, unmap_splits_and_the_file_keeps_the_pages, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp;

	sp = with_shmem(test, 5, &file);
	ok(touch_each(sp, 0, 5, 'a'));
	ok(unmap(sp, 1, 3));
	expect(sp, "{W}...{W}");
	mapped_at(folio_of(sp, 4), at(sp, 4));
	ok(map_file(sp, 1, 3, RW, MAP_SHARED, file, 1));
	expect(sp, "{WwwwW}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'b');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'd');
	KUNIT_EXPECT_EQ(test, nr_shmem(sp), 5UL);
}

TEST(shmem, outlives_every_mapping, NEEDS(CONFIG_SHMEM))
{
	struct space *sp, *other;
	struct file *file;

	sp = with_shmem(test, 2, &file);
	ok(touch_each(sp, 0, 2, 'a'));
	space_exit(sp);
	other = space_new(test);
	ok(map_file(other, 3, 1, RW, MAP_SHARED, file, 1));
	KUNIT_EXPECT_EQ(test, byte_at(other, 3), 'b');
}

TEST(shmem, protect_of_a_part_splits_and_merges_back, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp;

	sp = with_shmem(test, 4, &file);
	ok(touch_each(sp, 0, 4, 'a'));
	ok(protect(sp, 1, 2, PROT_READ));
	expect(sp, "{W}{RR}{W}");
	fails(write_page(sp, 2, 'x'), -EFAULT);
	mapped_at(folio_of(sp, 2), at(sp, 2));
	ok(protect(sp, 1, 2, RW));
	expect(sp, "{WWWW}");
	ok(write_page(sp, 2, 'y'));
	ok(look(sp, 0, 4));
}

/* Only what goes on in the file is one VMA. */
TEST(shmem, merge_wants_the_next_page_of_the_same_file, NEEDS(CONFIG_SHMEM))
{
	struct file *file, *second;
	struct space *sp;

	sp = space_new(test);
	file = open_shmem(test, 8);
	second = open_shmem(test, 8);
	ok(map_file(sp, 0, 2, RW, MAP_SHARED, file, 0));
	ok(touch_each(sp, 0, 2, 'a'));
	ok(map_file(sp, 2, 2, RW, MAP_SHARED, file, 2));
	expect(sp, "{WWww}");
	ok(map_file(sp, 4, 2, RW, MAP_SHARED, file, 5));
	ok(map_file(sp, 6, 2, RW, MAP_SHARED, second, 7));
	ok(map_file(sp, 8, 2, RW, MAP_PRIVATE, second, 1));
	expect(sp, "{WWww}{ww}{ww}(ww)");
	ok(touch_each(sp, 2, 3, 'k'));
	mapped_at(folio_of(sp, 3), at(sp, 3));
	mapped_at(folio_of(sp, 4), at(sp, 4));
	fails(read_page(sp, 7), -EIO);
}

TEST(shmem, move_takes_the_entries_along, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;
	struct file *file;

	parent = with_shmem(test, 4, &file);
	ok(touch_each(parent, 0, 4, 'a'));
	child = space_fork(parent);
	ok(look(child, 0, 4));
	ok(move(child, 1, 2, 8));
	expect(child, "{W}..{W}....{WW}");
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 8));
	ok(write_page(child, 9, 'm'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 2), 'm');
	ok(move(child, 8, 2, 1));
	expect(child, "{WWWW}");
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
}

TEST(shmem, grown_beyond_the_end_is_a_bus_error, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp;

	sp = with_shmem(test, 2, &file);
	ok(touch_each(sp, 0, 2, 'a'));
	ok(resize(sp, 0, 2, 4));
	expect(sp, "{WWww}");
	fails(read_page(sp, 2), -EIO);
	ok(truncate_file(sp, file, 3));
	ok(write_page(sp, 2, 'c'));
	fails(read_page(sp, 3), -EIO);
	ok(look(sp, 0, 3));
}

/* All entries beyond the end go, copies of private mappings too. */
TEST(shmem, truncate_unmaps_everywhere, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;
	struct file *file;

	parent = with_shmem(test, 4, &file);
	ok(touch_each(parent, 0, 4, 'a'));
	ok(map_file(parent, 6, 3, RW, MAP_PRIVATE, file, 1));
	ok(look(parent, 6, 3));
	ok(write_page(parent, 7, 'p'));
	child = space_fork(parent);
	ok(look(child, 0, 4));
	ok(truncate_file(parent, file, 2));
	expect(parent, "{WWww}..(Www)");
	expect(child, "{WWww}..(Www)");
	fails(read_page(parent, 2), -EIO);
	fails(read_page(child, 7), -EIO);
	ok(look(parent, 0, 2));
	ok(truncate_file(child, file, 4));
	KUNIT_EXPECT_EQ(test, byte_at(child, 2), 0);
	KUNIT_EXPECT_EQ(test, byte_at(parent, 7), 0);
}

TEST(shmem, file_is_charged_once_and_by_its_size, NEEDS(CONFIG_SHMEM))
{
	struct file *file;
	struct space *sp;
	long before;

	sp = space_new(test);
	before = charged();
	file = open_shmem(test, 8);
	KUNIT_EXPECT_EQ(test, charged(), before + 8);
	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 8, 8, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, charged(), before + 8);
	ok(truncate_file(sp, file, 5));
	KUNIT_EXPECT_EQ(test, charged(), before + 5);
}

/* mmap() without a file makes one, and no two have the same. */
TEST(shmem, anonymous_and_shared, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;

	parent = space_new(test);
	ok(map_file(parent, 0, 2, RW, SHARED_ANON, NULL, 0));
	ok(map_file(parent, 2, 2, RW, SHARED_ANON, NULL, 0));
	expect(parent, "{ww}{ww}");
	KUNIT_EXPECT_EQ(test, byte_at(parent, 3), 0);
	child = space_fork(parent);
	ok(touch_each(child, 0, 4, 'a'));
	ok(look(parent, 0, 4));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 3), 'd');
	mapped_at(folio_of(parent, 3), at(parent, 3), at(child, 3));
	ok(resize(parent, 2, 2, 3));
	fails(read_page(parent, 4), -EIO);
	space_exit(parent);
	ok(look(child, 0, 4));
}

TEST(shmem, anonymous_and_shared_over_the_limit, NEEDS(CONFIG_SHMEM))
{
	struct space *sp;

	sp = layout(test, "[WW]");
	commit_limit(6);
	fails(map_file(sp, 4, 8, RW, SHARED_ANON, NULL, 0), -ENOMEM);
	expect(sp, "[WW]");
	ok(map_file(sp, 4, 2, RW, SHARED_ANON, NULL, 0));
	expect(sp, "[WW]..{ww}");
}

/*
 * What counts as anonymous is decided at mmap(): a file of tmpfs without a name in a directory,
 * as memfd_create() makes them, counts like shared memory that has no file.
 */
TEST(shmem, prctl_names_what_counts_as_anonymous, NEEDS(CONFIG_SHMEM))
{
	struct file *file, *other = shim_file_create(3);
	struct space *sp;

	sp = with_shmem(test, 3, &file);
	ok(map_file(sp, 6, 3, RW, MAP_PRIVATE, file, 0));
	ok(map_file(sp, 12, 3, RW, SHARED_ANON, NULL, 0));
	ok(map_file(sp, 18, 3, RW, MAP_PRIVATE, other, 0));
	ok(write_page(sp, 18, 'x'));
	ok(name_range(sp, 1, 1, "heap"));
	ok(name_range(sp, 7, 2, "heap"));
	ok(name_range(sp, 12, 1, "heap"));
	fails(name_range(sp, 18, 1, "heap"), -EBADF);
	expect(sp, "{w}{w}{w}...(w)(ww)...{w}{ww}...(Www)");
	KUNIT_EXPECT_STREQ(test, shim_anon_name(vma_of(sp, 1))->name, "heap");
	KUNIT_EXPECT_NULL(test, shim_anon_name(vma_of(sp, 18)));
	/* the first ones have changed when the walk comes to a file */
	fails(name_range(sp, 12, 9, NULL), -EBADF);
	expect(sp, "{w}{w}{w}...(w)(ww)...{www}...(Www)");
	shim_file_put(other);
}
