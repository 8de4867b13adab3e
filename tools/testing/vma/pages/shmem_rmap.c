// SPDX-License-Identifier: GPL-2.0
/*
* Pages of tmpfs and the kernel's own work on them: it migrates
 * them, writes them to swap, and maps huge ones, in all mappings of the file.
 */
#include <linux/fs.h>
#include <linux/rmap.h>
#include <linux/swap.h>

#include "test.h"

#define DEVICE	1024	/* pages */

/*
 *	parent {WWWW}		the file from its first page on
 *	child  {WWWW}....{WW}	and its pages 1 and 2 once more
 */
static struct file *three_mappings(struct kunit *test, struct space **parent,
				   struct space **child)
{
	struct file *file = open_shmem(test, 4);

	*parent = space_new(test);
	ok(map_file(*parent, 0, 4, RW, MAP_SHARED, file, 0));
	ok(touch_each(*parent, 0, 4, 'a'));
	*child = space_fork(*parent);
	ok(map_file(*child, 8, 2, RW, MAP_SHARED, file, 1));
	ok(look(*child, 0, 4));
	ok(look(*child, 8, 2));
	return file;
}

TEST(shmem_rmap, unmap_finds_every_mapping, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;
	struct folio *folio;

	three_mappings(test, &parent, &child);
	folio = folio_of(parent, 1);
	mapped_at(folio, at(parent, 1), at(child, 1), at(child, 8));
	folio_get(folio);
	folio_lock(folio);
	try_to_unmap(folio, 0);
	folio_unlock(folio);
	folio_put(folio);
	oracle(test);
	expect(parent, "{WwWW}");
	expect(child, "{WwWW}....{wW}");
	KUNIT_EXPECT_EQ(test, byte_at(child, 8), 'b');
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 8), folio);
	mapped_at(folio, at(child, 8));
}

/* After a split each part is found by its own offset. */
TEST(shmem_rmap, unmap_finds_the_parts_of_a_split, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;
	struct folio *folio;

	three_mappings(test, &parent, &child);
	ok(unmap(child, 0, 1));
	ok(protect(child, 2, 1, PROT_READ));
	ok(move(child, 3, 1, 12));
	expect(child, ".{W}{R}.....{WW}..{W}");
	folio = folio_of(parent, 3);
	mapped_at(folio, at(parent, 3), at(child, 12));
	mapped_at(folio_of(parent, 2), at(parent, 2), at(child, 2), at(child, 9));
	folio_lock(folio);
	try_to_unmap(folio, 0);
	folio_unlock(folio);
	oracle(test);
	expect(parent, "{WWWw}");
	expect(child, ".{W}{R}.....{WW}..{w}");
}

static int mkclean(struct folio *folio)
{
	int nr;

	folio_lock(folio);
	nr = folio_mkclean(folio);
	folio_unlock(folio);
	return nr;
}

/* As writeback does, so that the next store of each is noticed. */
TEST(shmem_rmap, write_protection_finds_every_mapping, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;

	three_mappings(test, &parent, &child);
	KUNIT_EXPECT_EQ(test, mkclean(folio_of(parent, 2)), 3);
	KUNIT_EXPECT_EQ(test, mkclean(folio_of(parent, 2)), 0);
	ok(write_page(child, 9, 'x'));
	KUNIT_EXPECT_EQ(test, mkclean(folio_of(parent, 2)), 1);
	KUNIT_EXPECT_EQ(test, byte_at(parent, 2), 'x');
}

TEST(shmem_rmap, migration_of_all_mappings, NEEDS(CONFIG_SHMEM))
{
	struct space *parent, *child;
	struct folio *folio;

	three_mappings(test, &parent, &child);
	folio = folio_of(parent, 1);
	ok(migrate(child, 8, 1));
	expect(parent, "{WWWW}");
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'b');
	KUNIT_EXPECT_PTR_NE(test, folio_of(parent, 1), folio);
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1), at(child, 8));
	ok(write_page(child, 8, 'n'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'n');
}

TEST(shmem_rmap, swap_out_of_all_mappings, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *parent, *child;

	three_mappings(test, &parent, &child);
	ok(swap_on(test, DEVICE));
	ok(reclaim(parent, 1, 2));
	expect(parent, "{WwwW}");
	expect(child, "{WwwW}....{ww}");
	KUNIT_EXPECT_EQ(test, shim_mm_counter(parent->mm, MM_SWAPENTS), 0UL);
	KUNIT_EXPECT_EQ(test, byte_at(child, 8), 'b');
	ok(write_page(child, 9, 'z'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 2), 'z');
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'b');
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 8));
}

/* A page that no one maps is written and read too. */
TEST(shmem_rmap, page_in_swap_without_a_mapping, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp, *other;
	struct file *file;

	sp = space_new(test);
	file = open_shmem(test, 4);
	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(touch_each(sp, 0, 4, 'a'));
	ok(swap_on(test, DEVICE));
	ok(reclaim(sp, 0, 4));
	space_exit(sp);
	other = space_new(test);
	ok(map_file(other, 4, 2, RW, MAP_PRIVATE, file, 1));
	ok(write_page(other, 4, 'p'));
	KUNIT_EXPECT_EQ(test, byte_at(other, 5), 'c');
	ok(map_file(other, 0, 4, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(other, 1), 'b');
	KUNIT_EXPECT_EQ(test, byte_at(other, 4), 'p');
}

TEST(shmem_rmap, truncate_frees_what_is_in_swap, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *parent, *child;
	struct file *file;

	file = three_mappings(test, &parent, &child);
	ok(swap_on(test, DEVICE));
	ok(reclaim(parent, 0, 4));
	ok(truncate_file(parent, file, 2));
	ok(truncate_file(parent, file, 4));
	KUNIT_EXPECT_EQ(test, byte_at(child, 9), 0);
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'b');
	KUNIT_EXPECT_EQ(test, byte_at(parent, 3), 0);
}

TEST(shmem_rmap, swapoff_brings_all_back, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *parent, *child;

	three_mappings(test, &parent, &child);
	ok(swap_on(test, DEVICE));
	ok(reclaim(parent, 0, 3));
	ok(swap_off(test));
	KUNIT_EXPECT_EQ(test, byte_at(child, 8), 'b');
	KUNIT_EXPECT_EQ(test, byte_at(child, 9), 'c');
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'a');
}

TEST(shmem_rmap, device_that_fails_to_write_loses_nothing, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *parent, *child;

	three_mappings(test, &parent, &child);
	ok(swap_on(test, DEVICE));
	shim_swap_break(true);
	reclaim(parent, 0, 4);
	shim_swap_break(false);
	KUNIT_EXPECT_EQ(test, byte_at(parent, 0), 'a');
	KUNIT_EXPECT_EQ(test, byte_at(child, 8), 'b');
	KUNIT_EXPECT_EQ(test, byte_at(child, 3), 'd');
}

TEST(shmem_rmap, locked_page_stays, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *parent, *child;

	three_mappings(test, &parent, &child);
	ok(swap_on(test, DEVICE));
	ok(lock(child, 8, 1));
	fails(reclaim(parent, 0, 4), -EAGAIN);
	expect(child, "{wWww}....{W}{w}");
	ok(look(parent, 0, 4));
}

/* Its swap slot is free by then, so a clean page has to be written again. */
TEST(shmem_rmap, page_that_came_back_is_written_again, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *parent, *child;

	three_mappings(test, &parent, &child);
	ok(swap_on(test, DEVICE));
	ok(reclaim(parent, 1, 1));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'b');
	ok(reclaim(parent, 1, 1));
	KUNIT_EXPECT_EQ(test, byte_at(child, 8), 'b');
}

/* The device has room for one round of them only. */
TEST(shmem_rmap, last_unmap_frees_the_slots, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct space *sp;
	int round;

	sp = space_new(test);
	ok(swap_on(test, 12));
	for (round = 0; round < 3; round++) {
		ok(map_file(sp, 0, 8, RW, MAP_SHARED | MAP_ANONYMOUS, NULL, 0));
		ok(touch_each(sp, 0, 8, 'a'));
		ok(reclaim(sp, 0, 8));
		KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 'h');
		ok(unmap(sp, 0, 8));
	}
}
