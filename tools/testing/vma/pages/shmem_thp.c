// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages of tmpfs: a PMD that maps one is never split, but dropped, and the
 * next fault maps what is left by single entries.
 */
#include <shim/files.h>

#include "test.h"

/* A file of one huge page, mapped at page 0. */
static struct space *with_huge(struct kunit *test, struct file **file)
{
	struct space *sp = space_new(test);

	*file = open_shmem(test, HUGE_NR);
	ok(map_file(sp, 0, HUGE_NR, RW, MAP_SHARED, *file, 0));
	ok(advise(sp, 0, HUGE_NR, MADV_HUGEPAGE));
	ok(write_page(sp, 0, 'a'));
	ok(write_page(sp, 300, 'b'));
	expect(sp, "{H}");
	return sp;
}

TEST(shmem_thp, fault_maps_it_in_each_space, NEEDS(CONFIG_SHMEM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct file *file;

	parent = with_huge(test, &file);
	child = space_fork(parent);
	KUNIT_EXPECT_EQ(test, byte_at(child, 300), 'b');
	expect(child, "{H}");
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 0));
	ok(write_page(child, 301, 'c'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 301), 'c');
	space_exit(parent);
	ok(look(child, 298, 4));
}

TEST(shmem_thp, unmap_of_a_part_drops_the_pmd, NEEDS(CONFIG_SHMEM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp;
	struct folio *folio;

	sp = with_huge(test, &file);
	folio = folio_of(sp, 0);
	ok(unmap(sp, 0, 256));
	expect(sp, ".*256{w*256}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 300), 'b');
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 300), folio);
}

TEST(shmem_thp, protect_of_a_part_drops_the_pmd, NEEDS(CONFIG_SHMEM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp;

	sp = with_huge(test, &file);
	ok(protect(sp, 0, 256, PROT_READ));
	expect(sp, "{r*256}{w*256}");
	fails(write_page(sp, 0, 'x'), -EFAULT);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'a');
	ok(write_page(sp, 300, 'y'));
	ok(look(sp, 299, 3));
}

TEST(shmem_thp, move_to_an_aligned_place_moves_the_pmd,
     NEEDS(CONFIG_SHMEM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp;

	sp = with_huge(test, &file);
	ok(move(sp, 0, HUGE_NR, 1024));
	expect(sp, ".*1024{H}");
	mapped_at(folio_of(sp, 1024), at(sp, 1024));
	ok(look(sp, 1024, 1));
	ok(look(sp, 1324, 1));
}

TEST(shmem_thp, truncate_splits_it, NEEDS(CONFIG_SHMEM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct file *file;

	parent = with_huge(test, &file);
	child = space_fork(parent);
	ok(read_page(child, 300));
	ok(truncate_file(child, file, 256));
	fails(read_page(parent, 300), -EIO);
	fails(read_page(child, 256), -EIO);
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'a');
	KUNIT_EXPECT_LE(test, folio_nr_pages(folio_of(parent, 0)), 256L);
	ok(truncate_file(child, file, HUGE_NR));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 300), 0);
}

TEST(shmem_thp, split_unmaps_it_everywhere, NEEDS(CONFIG_SHMEM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct file *file;

	parent = with_huge(test, &file);
	child = space_fork(parent);
	ok(read_page(child, 300));
	ok(split_huge(parent, 0));
	expect(parent, "{w*512}");
	expect(child, "{w*512}");
	KUNIT_EXPECT_EQ(test, byte_at(parent, 300), 'b');
	KUNIT_EXPECT_FALSE(test, folio_test_large(folio_of(parent, 300)));
	ok(look(child, 300, 1));
	mapped_at(folio_of(child, 300), at(parent, 300), at(child, 300));
}

/* In the tree of the file it is one entry, before and after. */
TEST(shmem_thp, migration_of_a_large_folio, NEEDS(CONFIG_SHMEM, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = space_new(test), *child;
	struct file *file = open_shmem(test, 16);
	struct folio *old;

	leave_out_of_sweeps();	/* without memory it is split, and its entries are gone */
	shim_shmem_huge("never", BIT(3), 0);
	ok(map_file(sp, 0, 16, RW, MAP_SHARED, file, 0));
	ok(touch_each(sp, 0, 16, 'a'));
	child = space_fork(sp);
	old = folio_of(sp, 9);
	ok(migrate(sp, 9, 1));
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 9), old);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 9)), 3);
	KUNIT_EXPECT_EQ(test, xa_get_order(&file->f_mapping->i_pages, 13), 3);
	ok(look(child, 0, 16));
	ok(truncate_file(sp, file, 10));
	ok(look(sp, 0, 10));
	fails(read_page(sp, 10), -EIO);
}
