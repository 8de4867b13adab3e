// SPDX-License-Identifier: GPL-2.0
/*
 * What a split of a large folio refuses, and what its parts have of the whole: into single
 * pages and into smaller large folios, of anonymous memory, of files and in the swap cache.
 */
#include <linux/mm.h>
#include <linux/pagemap.h>

#include "internal.h"
#include "pages.h"
#include "test.h"

/* A split of a folio that the caller holds. */
static int split_to(struct kunit *test, struct folio *folio, unsigned int order)
{
	int err;

	work_begin(test, "split", "order %u", order);
	folio_lock(folio);
	err = op_end(split_huge_page_to_list_to_order(&folio->page, NULL, order));
	folio_unlock(folio);
	return work_done(test, err);
}

/* A file of one folio, which is mapped by its mapping alone. */
static struct space *with_file(struct kunit *test, long nr, int order, struct file **file)
{
	struct space *sp = space_new(test);

	*file = shim_file_create_cached(nr, true);
	ok(shim_file_cache(*file, 0, order));
	ok(map_file(sp, 0, 1L << order, RW, MAP_SHARED, *file, 0));
	shim_file_put(*file);
	return sp;
}

TEST(split_folio, anonymous_to_smaller_ones, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	struct folio *folio = hold_folio(sp, 0);

	ok(split_to(test, folio, 4));
	expect(sp, "[W*512]");
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 0)), 4);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 511)), 4);
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 15), folio_of(sp, 16));
	release_folio(test, folio);
	ok(look(sp, 0, HUGE_NR));
}

TEST(split_folio, file_to_smaller_ones, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = with_file(test, 16, 4, &file);

	ok(write_page(sp, 9, 'x'));
	ok(split_to(test, hold_folio(sp, 9), 2));
	KUNIT_EXPECT_EQ(test, folio_order(folio_in_cache(file, 0)), 2);
	KUNIT_EXPECT_EQ(test, folio_order(folio_in_cache(file, 15)), 2);
	KUNIT_EXPECT_TRUE(test, folio_test_dirty(folio_in_cache(file, 9)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 9), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 15), 'P');
}

/* What lies behind the end leaves the file, with all of its references. */
TEST(split_folio, parts_behind_the_end_of_the_file, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = with_file(test, 3, 3, &file);
	struct folio *folio = folio_in_cache(file, 0);

	folio_get(folio);
	ok(split_to(test, folio, 1));
	KUNIT_EXPECT_NOT_NULL(test, folio_in_cache(file, 3));
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 4));
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 7));
	folio_put(folio);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'C');
	fails(read_page(sp, 4), -EIO);
}

/* A file system whose blocks are larger than a page. */
TEST(split_folio, to_less_than_the_file_can_have, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = with_file(test, 16, 4, &file);
	struct folio *folio;

	mapping_set_folio_min_order(file->f_mapping, 2);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	folio = hold_folio(sp, 0);
	/* older kernels warn of it */
	shim_expect_warnings(true);
	fails(split_to(test, folio, 0), -EINVAL);
	shim_expect_warnings(false);
	KUNIT_EXPECT_EQ(test, folio_order(folio), 4);
	ok(split_to(test, folio, 2));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
}

/* Which is asked for where only some pages are to go: it fails, too, and says so. */
TEST(split_folio, to_single_pages_of_a_file_that_has_none, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = with_file(test, 16, 4, &file);

	mapping_set_folio_min_order(file->f_mapping, 2);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	shim_expect_warnings(true);
	fails(split_huge(sp, 0), -EINVAL);
	shim_expect_warnings(false);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
}

TEST(split_folio, of_a_file_that_was_cut, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = with_file(test, 16, 4, &file);
	struct folio *folio;

	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	folio = hold_folio(sp, 0);
	ok(truncate_file(sp, file, 0));
	fails(split_to(test, folio, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, folio_order(folio), 4);
}

TEST(split_folio, of_what_somebody_holds, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	struct folio *folio = hold_folio(sp, 0);

	hold_folio(sp, 1);
	fails(split_to(test, folio, 0), -EAGAIN);
	expect(sp, "[H]");
	ok(look(sp, 0, 8));
}

/* The swap cache has single pages or the whole. */
TEST(split_folio, in_the_swap_cache, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_layout(test, "[WWWWWWWW]", 3);
	struct folio *folio;

	ok(swap_on_disk(test, 1024, true));
	ok(reclaim(sp, 0, 8));
	ok(look(sp, 0, 8));
	folio = hold_folio(sp, 0);
	if (!folio_test_swapcache(folio) || folio_order(folio) != 3)
		kunit_skip(test, "this kernel does not keep it there");
	fails(split_to(test, folio, 1), -EINVAL);
	ok(split_to(test, folio, 0));
	KUNIT_EXPECT_FALSE(test, folio_test_large(folio));
	ok(look(sp, 0, 8));
}

/* It stays there as long as the child has not read it. */
TEST(split_folio, in_the_swap_cache_beside_a_child,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp = large_layout(test, "[WWWWWWWW]", 3), *child;
	struct folio *folio;

	ok(swap_on_disk(test, 1024, true));
	ok(reclaim(sp, 0, 8));
	child = space_fork(sp);
	ok(look(sp, 0, 8));
	folio = hold_folio(sp, 0);
	if (!folio_test_swapcache(folio) || folio_order(folio) != 3)
		kunit_skip(test, "this kernel does not read it as a whole");
	shim_expect_warnings(true);	/* callers are to ask before */
	fails(split_to(test, folio, 2), -EINVAL);
	shim_expect_warnings(false);
	KUNIT_EXPECT_EQ(test, folio_order(folio), 3);
	ok(split_to(test, folio, 0));
	ok(look(sp, 0, 8));
	ok(look(child, 0, 8));
}

/* What is to be dropped after it was written is so in each of its parts. */
TEST(split_folio, of_what_is_dropped_behind, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, SHIM_DROPBEHIND))
{
	struct file *file;
	struct space *sp = with_file(test, 16, 4, &file);
	struct folio *folio = folio_in_cache(file, 0);
	struct page *page = folio_page(folio, 0);
	long i;

	shim_set_dropbehind(folio);
	folio_get(folio);
	ok(split_to(test, folio, 2));
	folio_put(folio);
	/* a look-up in the page cache would take it for used, and clear the flag */
	for (i = 0; i < 16; i += 4)
		KUNIT_EXPECT_TRUE(test, shim_dropbehind(page_folio(page + i)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
}

/* The part with the broken page knows of it, and no other does. */
TEST(split_folio, with_a_memory_error,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MEMORY_FAILURE))
{
	struct space *sp = layout(test, "[H]");
	struct folio *folio = hold_folio(sp, 0);
	struct page *broken = folio_page(folio, 300);

	break_page(broken);
	ok(split_to(test, folio, 4));
	KUNIT_EXPECT_FALSE(test, folio_test_has_hwpoisoned(folio_of(sp, 0)));
	KUNIT_EXPECT_TRUE(test, folio_test_has_hwpoisoned(folio_of(sp, 300)));
	KUNIT_EXPECT_FALSE(test, folio_test_has_hwpoisoned(folio_of(sp, 511)));
	ClearPageHWPoison(broken);
}

/* It is not read to see whether it is empty. */
TEST(split_folio, with_a_memory_error_in_an_empty_page,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MEMORY_FAILURE))
{
	struct space *sp = layout_advised(test, "[w*512]");
	struct folio *folio;

	ok(write_page(sp, 0, 'x'));
	folio = hold_folio(sp, 0);
	break_page(folio_page(folio, 300));
	ok(split_to(test, folio, 0));
	KUNIT_EXPECT_TRUE(test, is_zero_folio(folio_of(sp, 299)));
	KUNIT_EXPECT_FALSE(test, is_zero_folio(folio_of(sp, 300)));
	ClearPageHWPoison(&folio_of(sp, 300)->page);
}

/* Reclaim splits what is mostly empty, but does not look into a broken one. */
static void mostly_empty(struct kunit *test, bool broken, const char *after)
{
	struct space *sp = layout_advised(test, "[w*512]");
	struct page *page;

	allow_holes(100);
	ok(write_page(sp, 0, 'x'));
	page = folio_page(folio_of(sp, 0), 300);
	if (broken)
		break_page(page);
	drop_caches(test);
	expect(sp, after);
	ClearPageHWPoison(page);
}

TEST(split_folio, by_reclaim_of_what_is_mostly_empty, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	mostly_empty(test, false, "[W*512]");
}

TEST(split_folio, not_by_reclaim_of_what_has_a_memory_error,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MEMORY_FAILURE))
{
	mostly_empty(test, true, "[H]");
}

/* What somebody had locked is looked at in the next round. */
TEST(split_folio, by_reclaim_of_what_was_locked_before, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	struct folio *folio = folio_of(sp, 0);

	ok(unmap(sp, 256, 256));
	expect(sp, "[W*256]");
	oracle_pause(test);
	folio_lock(folio);
	drop_caches(test);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 0)), HUGE_ORDER);
	folio_unlock(folio);
	oracle_resume(test);
	drop_caches(test);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 0)), 0);
	ok(look(sp, 0, 8));
}

/* The same for what is mapped whole and has unused pages. */
TEST(split_folio, by_reclaim_of_what_is_mostly_empty_and_was_locked_before,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout_advised(test, "[w*512]");
	struct folio *folio;

	allow_holes(100);
	ok(write_page(sp, 0, 'x'));
	folio = folio_of(sp, 0);
	oracle_pause(test);
	folio_lock(folio);
	drop_caches(test);
	folio_unlock(folio);
	oracle_resume(test);
	expect(sp, "[H]");
	drop_caches(test);
	expect(sp, "[W*512]");
}

/* Who has frozen the references of a folio finds it as it was. */
TEST(split_folio, by_reclaim_of_what_was_frozen_before, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");
	struct folio *folio = folio_of(sp, 0);
	int refs;

	ok(unmap(sp, 256, 256));
	drain_lru();
	oracle_pause(test);
	refs = folio_ref_count(folio);
	KUNIT_ASSERT_TRUE(test, folio_ref_freeze(folio, refs));
	drop_caches(test);
	folio_ref_unfreeze(folio, refs);
	oracle_resume(test);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 0)), HUGE_ORDER);
	drop_caches(test);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 0)), 0);
	ok(look(sp, 0, 8));
}
