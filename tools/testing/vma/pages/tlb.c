// SPDX-License-Identifier: GPL-2.0
/*
 * TLB flushes: what a thread has used once it may go on using until the kernel flushes it. Each
 * case only changes entries that are cached: the oracle looks whether they were flushed.
 */
#include <linux/pagemap.h>
#include <linux/rmap.h>

#include <shim/files.h>
#include <shim/tlb.h>

#include "pages.h"
#include "test.h"
#include "uffd.h"

#define TABLE	PTRS_PER_PTE	/* pages that one page table maps */

/* What layout() has written to is cached. */
static struct space *cached(struct kunit *test, struct space *sp, long page)
{
	KUNIT_ASSERT_EQ(test, shim_tlb_holds(sp->mm, page_addr(page), true), 1U);
	return sp;
}

static void not_cached(struct space *sp, long page)
{
	struct kunit *test = sp->test;

	KUNIT_EXPECT_EQ_MSG(test, shim_tlb_holds(sp->mm, page_addr(page), false), 0U, "page %ld", page);
}

/* A huge page of which more than the first page was used. */
static struct space *huge(struct kunit *test)
{
	struct space *sp = layout(test, "[H]");

	ok(touch(sp, 300, 2, 'h'));
	return cached(test, sp, 301);
}

TEST(tlb, munmap)
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 2);

	ok(unmap(sp, 1, 2));
	not_cached(sp, 2);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), true), 1U);
}

TEST(tlb, munmap_of_two_at_once)
{
	struct space *sp = cached(test, layout(test, "[WW]..[WW]"), 5);

	ok(unmap(sp, 0, 6));
	not_cached(sp, 0);
	not_cached(sp, 5);
}

TEST(tlb, munmap_of_a_large_folio, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = cached(test, large_layout(test, "[WWWWWWWW]", 3), 7);

	ok(unmap(sp, 0, 8));
	not_cached(sp, 7);
}

TEST(tlb, munmap_of_the_zero_page)
{
	struct space *sp = layout(test, "[wwww]");

	ok(look(sp, 0, 4));
	KUNIT_ASSERT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), false), 1U);
	ok(unmap(sp, 2, 2));
	not_cached(sp, 3);
}

TEST(tlb, munmap_of_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = huge(test);

	ok(unmap(sp, 0, HUGE_NR));
	not_cached(sp, 301);
}

TEST(tlb, munmap_of_a_file)
{
	struct file *file = shim_file_create(4);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	shim_file_put(file);
	ok(touch(sp, 0, 4, 'x'));
	cached(test, sp, 3);
	ok(unmap(sp, 0, 4));
	not_cached(sp, 3);
}

TEST(tlb, dontneed)
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 3);

	ok(advise(sp, 0, 4, MADV_DONTNEED));
	not_cached(sp, 3);
}

/* The table goes, too. */
TEST(tlb, dontneed_of_a_table)
{
	struct space *sp = space_new(test);

	ok(map(sp, 0, TABLE, RW));
	ok(write_page(sp, 300, 'a'));
	ok(advise(sp, 0, TABLE, MADV_DONTNEED));
	not_cached(sp, 300);
}

/* A store must set the dirty bit again, or the page is dropped. */
TEST(tlb, free)
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 3);

	forget(sp, 0, 4);
	ok(advise(sp, 0, 4, MADV_FREE));
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), true), 0U);
}

TEST(tlb, mprotect)
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 2);

	ok(protect(sp, 1, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(2), true), 0U);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), true), 1U);
}

TEST(tlb, mprotect_of_a_large_folio, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = cached(test, large_layout(test, "[WWWWWWWW]", 3), 7);

	ok(protect(sp, 0, 8, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(7), true), 0U);
}

TEST(tlb, mprotect_of_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = huge(test);

	ok(protect(sp, 0, HUGE_NR, PROT_READ));
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(301), true), 0U);
}

/* More rights take no flush: a fault finds the entry. */
TEST(tlb, mprotect_that_allows_more)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(protect(sp, 0, 4, PROT_READ));
	ok(look(sp, 0, 4));
	ok(protect(sp, 0, 4, RW));
	ok(touch(sp, 0, 4, 'x'));
}

TEST(tlb, fork_makes_the_parent_read_only)
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 3);

	space_fork(sp);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), true), 0U);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), false), 1U);
}

TEST(tlb, copy_on_write)
{
	struct space *parent = cached(test, layout(test, "[WW]"), 1), *child;

	child = space_fork(parent);
	ok(look(child, 0, 2));
	ok(write_page(child, 1, 'c'));
	ok(write_page(parent, 1, 'p'));
	ok(look(child, 0, 2));
}

TEST(tlb, copy_on_write_of_the_zero_page)
{
	struct space *sp = layout(test, "[ww]");

	ok(look(sp, 0, 2));
	ok(touch(sp, 0, 2, 'x'));
}

TEST(tlb, copy_on_write_of_the_huge_zero_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout_advised(test, "[w*512]");

	ok(look(sp, 300, 2));
	ok(write_page(sp, 3, 'x'));
	ok(look(sp, 300, 2));
}

TEST(tlb, mremap)
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 3);

	ok(move(sp, 0, 4, 8));
	not_cached(sp, 0);
	not_cached(sp, 3);
}

TEST(tlb, mremap_of_a_table)
{
	struct space *sp = space_new(test);

	ok(map(sp, 0, TABLE, RW));
	ok(write_page(sp, 300, 'a'));
	ok(move(sp, 0, TABLE, 2 * TABLE));
	not_cached(sp, 300);
}

TEST(tlb, mremap_of_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = huge(test);

	ok(move(sp, 0, HUGE_NR, 2 * HUGE_NR));
	not_cached(sp, 301);
}

TEST(tlb, split_of_a_pmd, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = huge(test);

	ok(split_pmd(sp, 0));
	not_cached(sp, 301);
}

/* The file still has the page, so its entries are dropped. */
TEST(tlb, split_of_a_pmd_of_a_file, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = shim_file_create_cached(HUGE_NR, true);
	struct space *sp = space_new(test);

	ok(shim_file_cache(file, 0, HUGE_ORDER));
	ok(map_file(sp, 0, HUGE_NR, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 300, 2, 'x'));
	expect(sp, "{H}");
	cached(test, sp, 301);
	ok(split_pmd(sp, 0));
	not_cached(sp, 301);
	shim_file_put(file);
}

TEST(tlb, split_of_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = huge(test);

	ok(split_huge(sp, 0));
	ok(look(sp, 300, 2));
}

TEST(tlb, collapse, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = cached(test, layout(test, "[W*512]"), 300);

	ok(advise(sp, 0, HUGE_NR, MADV_COLLAPSE));
	expect(sp, "[H]");
	not_cached(sp, 300);
}

TEST(tlb, migration, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 2);

	ok(migrate(sp, 1, 2));
	not_cached(sp, 2);
}

TEST(tlb, migration_of_a_huge_page, NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = huge(test);

	ok(migrate(sp, 0, 1));
	not_cached(sp, 301);
}

/* Dirty pages are flushed before they are written out, and all before they are freed. */
TEST(tlb, reclaim, NEEDS(CONFIG_SWAP))
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 2);

	ok(swap_on(test, 64));
	ok(reclaim(sp, 1, 2));
	expect(sp, "[WSSW]");
	not_cached(sp, 2);
}

/* So many that some are written before the batch ends. */
TEST(tlb, reclaim_of_many, NEEDS(CONFIG_SWAP))
{
	struct space *sp = cached(test, layout(test, "[W*70]"), 69);

	ok(swap_on(test, 128));
	ok(reclaim(sp, 0, 70));
	not_cached(sp, 40);
}

TEST(tlb, reclaim_of_a_large_folio, NEEDS(CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = cached(test, large_layout(test, "[WWWWWWWW]", 3), 7);

	ok(swap_on_disk(test, 1024, true));
	ok(reclaim(sp, 0, 1));
	not_cached(sp, 7);
}

/* Both have it, and one of them has moved it. */
TEST(tlb, reclaim_from_two, NEEDS(CONFIG_SWAP))
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);

	ok(swap_on(test, 64));
	ok(move(child, 0, 2, 8));
	ok(look(parent, 0, 2));
	ok(look(child, 8, 2));
	ok(reclaim(parent, 0, 2));
	not_cached(parent, 1);
	not_cached(child, 9);
}

TEST(tlb, reclaim_of_freed_pages, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout(test, "[WWWW]");

	ok(swap_on(test, 64));
	forget(sp, 0, 4);
	ok(advise(sp, 0, 4, MADV_FREE));
	KUNIT_ASSERT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), false), 1U);
	ok(reclaim(sp, 0, 4));
	not_cached(sp, 3);
}

TEST(tlb, reclaim_of_a_freed_huge_page, NEEDS(CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = huge(test);

	ok(swap_on(test, 64));
	forget(sp, 0, HUGE_NR);
	ok(advise(sp, 0, HUGE_NR, MADV_FREE));
	KUNIT_EXPECT_GE(test, byte_at(sp, 301), 0);
	ok(reclaim(sp, 0, 1));
	not_cached(sp, 301);
}

TEST(tlb, poisoned, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *sp = cached(test, layout(test, "[WWW]"), 1);

	process_of(sp);
	ok(poison(sp, 1, 0));
	not_cached(sp, 1);
}

TEST(tlb, merged_by_ksm, NEEDS(CONFIG_KSM))
{
	struct space *sp = equal_pages(test);

	ok(look(sp, 0, 4));
	merge_ksm(test);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(1), true), 0U);
	ok(look(sp, 0, 4));
}

TEST(tlb, moved_by_userfaultfd, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = cached(test, layout(test, "[wwww]....[WWWW]"), 11);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);

	ok(uffd_register(u, 0, 4, UFFD_MISSING));
	ok(uffd_move(u, 0, 4, 8));
	not_cached(sp, 8);
	not_cached(sp, 11);
	uffd_close(u);
}

TEST(tlb, zeros_moved_by_userfaultfd, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[wwww]....[wwww]");
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);

	ok(look(sp, 8, 4));
	ok(uffd_register(u, 0, 4, UFFD_MISSING));
	ok(uffd_move(u, 0, 4, 8));
	not_cached(sp, 11);
	uffd_close(u);
}

TEST(tlb, protected_by_userfaultfd, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = cached(test, layout(test, "[WWWW]"), 3);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);

	ok(uffd_register(u, 0, 4, UFFD_WP));
	ok(uffd_protect(u, 0, 4, true));
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(3), true), 0U);
	uffd_close(u);
}

TEST(tlb, truncate)
{
	struct file *file = shim_file_create_cached(4, true);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 0, 4, 'x'));
	forget(sp, 2, 2);
	truncate_setsize(file_inode(file), 2 * PAGE_SIZE);
	oracle(test);
	not_cached(sp, 2);
	not_cached(sp, 3);
	shim_file_put(file);
}

/* A store must set the dirty bit again, or it is not written back. */
TEST(tlb, write_back)
{
	struct file *file = shim_file_create_cached(4, true);
	struct space *sp = space_new(test);
	struct folio *folio;

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(touch(sp, 0, 4, 'x'));
	folio = folio_of(sp, 2);
	folio_lock(folio);
	KUNIT_EXPECT_EQ(test, folio_mkclean(folio), 1);
	folio_unlock(folio);
	KUNIT_EXPECT_EQ(test, shim_tlb_holds(sp->mm, page_addr(2), true), 0U);
	oracle(test);
	shim_file_put(file);
}

TEST(tlb, exit)
{
	struct space *parent = layout(test, "[WWWW]"), *child = space_fork(parent);

	ok(touch(child, 0, 4, 'c'));
	cached(test, child, 3);
	space_exit(child);
	ok(look(parent, 0, 4));
}
