// SPDX-License-Identifier: GPL-2.0
/*
* Memory failure: all entries of the page are replaced by hwpoison entries, which raise a
* SIGBUS, and each process that maps it gets a signal, and no other process.
 */
#include "pages.h"
#include "test.h"

#include <linux/sched/signal.h>

#include <shim/machine.h>

/* The process of a space was told that a page of it broke. */
#define told(sp, page) do {						\
	const struct shim_signal *s = signal_to(sp);			\
									\
	KUNIT_ASSERT_NOT_NULL(test, s);					\
	KUNIT_EXPECT_EQ(test, s->sig, SIGBUS);				\
	KUNIT_EXPECT_EQ(test, s->addr, page_addr(page));		\
	KUNIT_EXPECT_EQ(test, s->lsb, PAGE_SHIFT);			\
} while (0)

TEST(hwpoison, anonymous_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	process_of(sp);
	ok(poison(sp, 1, 0));
	expect(sp, "[WPW]");
	told(sp, 1);
	KUNIT_EXPECT_EQ(test, signal_to(sp)->code, BUS_MCEERR_AO);
	fails(read_page(sp, 1), -EIO);
	fails(write_page(sp, 1, 'x'), -EIO);
	ok(look(sp, 0, 1));
	ok(write_page(sp, 2, 'x'));
}

TEST(hwpoison, page_of_a_fork_tree, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(move(grandchild, 0, 3, 8));
	process_of(parent);
	process_of(child);
	process_of(grandchild);
	ok(poison(parent, 1, 0));
	expect(parent, "[WPW]");
	expect(child, "[WPW]");
	expect(grandchild, "........[WPW]");
	KUNIT_EXPECT_EQ(test, nr_signals(), 3);
	told(parent, 1);
	told(child, 1);
	told(grandchild, 9);
	fails(read_page(grandchild, 9), -EIO);
	ok(look(child, 0, 1));
}

/* A process that made a copy before keeps it, and gets no signal. */
TEST(hwpoison, copies_are_spared, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *parent, *child;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	process_of(parent);
	process_of(child);
	ok(poison(parent, 1, 0));
	expect(parent, "[WPW]");
	expect(child, "[WWW]");
	KUNIT_EXPECT_EQ(test, nr_signals(), 1);
	told(parent, 1);
	ok(look(child, 0, 3));
}

TEST(hwpoison, fork_split_and_move_keep_the_entry, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *parent, *child;

	parent = layout(test, "[WWWW]");
	ok(poison(parent, 1, 0));
	child = space_fork(parent);
	expect(child, "[WPWW]");
	ok(protect(child, 1, 1, PROT_READ));
	expect(child, "[W][P][WW]");
	ok(protect(child, 1, 1, RW));
	ok(move(child, 0, 4, 8));
	expect(child, "........[WPWW]");
	fails(read_page(child, 9), -EIO);
	ok(unmap(parent, 1, 1));
	fails(read_page(child, 9), -EIO);
	ok(look(child, 10, 2));
}

/* Memory at the same place, mapped anew or thrown away, is good. */
TEST(hwpoison, dontneed_gives_a_good_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(poison(sp, 1, 0));
	ok(advise(sp, 1, 1, MADV_DONTNEED));
	expect(sp, "[WwW]");
	ok(write_page(sp, 1, 'x'));
	ok(look(sp, 0, 3));
}

TEST(hwpoison, locked_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	process_of(sp);
	ok(lock(sp, 0, 3));
	ok(poison(sp, 1, 0));
	expect(sp, "[WPW]");
	told(sp, 1);
	ok(unlock(sp, 0, 3));
	ok(look(sp, 0, 1));
}

/* The running task has touched it, and cannot go on. */
TEST(hwpoison, access_that_needs_the_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	process_of(sp);
	ok(poison(sp, 1, MF_ACTION_REQUIRED));
	KUNIT_ASSERT_EQ(test, nr_signals(), 1);
	KUNIT_EXPECT_PTR_EQ(test, signal_to(sp)->task, current);
	KUNIT_EXPECT_EQ(test, signal_to(sp)->code, BUS_MCEERR_AR);
}

static struct space *file_pages(struct kunit *test, int prot, int flags)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(4);

	ok(map_file(sp, 0, 4, prot, flags, file, 0));
	shim_file_put(file);
	return sp;
}

/* A clean page: no process gets a signal, and the next access reads the file again. */
TEST(hwpoison, clean_file_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *parent, *child;

	parent = file_pages(test, PROT_READ, MAP_SHARED);
	ok(look(parent, 0, 3));
	child = space_fork(parent);
	ok(read_page(child, 1));
	process_of(child);
	ok(poison(parent, 1, 0));
	expect(parent, "{RPRr}");
	expect(child, "{rPrr}");
	KUNIT_EXPECT_EQ(test, nr_signals(), 0);
	fails(read_page(child, 1), -EIO);
	ok(read_page(parent, 2));
}

/* A dirty page of a file is lost: every process that maps it gets a signal. */
TEST(hwpoison, dirty_file_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *parent, *child;

	parent = file_pages(test, RW, MAP_SHARED);
	ok(write_page(parent, 1, 'f'));
	child = space_fork(parent);
	process_of(parent);
	process_of(child);
	poison(parent, 1, 0);
	KUNIT_EXPECT_EQ(test, nr_signals(), 2);
	told(parent, 1);
	told(child, 1);
	KUNIT_EXPECT_NULL(test, folio_of(parent, 1));
	KUNIT_EXPECT_NULL(test, folio_of(child, 1));
}

TEST(hwpoison, copy_of_a_file_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *sp;

	sp = file_pages(test, RW, MAP_PRIVATE);
	ok(write_page(sp, 1, 'f'));
	process_of(sp);
	ok(poison(sp, 1, 0));
	expect(sp, "(wPww)");
	told(sp, 1);
	fails(read_page(sp, 1), -EIO);
}

/* All that ksmd has merged lose it together. */
TEST(hwpoison, page_of_ksm, NEEDS(CONFIG_MEMORY_FAILURE, CONFIG_KSM))
{
	struct space *one, *other;

	one = layout(test, "[wwww]");
	ok(touch(one, 0, 2, 'k'));
	ok(advise(one, 0, 4, MADV_MERGEABLE));
	other = layout(test, "[wwww]");
	ok(touch(other, 2, 2, 'k'));
	ok(write_page(other, 0, 'o'));
	ok(advise(other, 0, 4, MADV_MERGEABLE));
	merge_ksm(test);
	process_of(one);
	process_of(other);
	ok(poison(one, 0, 0));
	expect(one, "[PPww]");
	expect(other, "[WwPP]");
	KUNIT_EXPECT_NOT_NULL(test, signal_to(one));
	KUNIT_EXPECT_NOT_NULL(test, signal_to(other));
	ok(look(other, 0, 1));
}

/* A huge page is split, and one page of it is lost. */
TEST(hwpoison, page_of_a_huge_page, NEEDS(CONFIG_MEMORY_FAILURE, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	process_of(parent);
	process_of(child);
	ok(poison(parent, 3, 0));
	expect(parent, "[WWWPW*508]");
	expect(child, "[WWWPW*508]");
	KUNIT_EXPECT_EQ(test, nr_signals(), 2);
	told(parent, 3);
	told(child, 3);
	mapped_at(folio_of(parent, 4), at(parent, 4), at(child, 4));
	ok(look(parent, 4, 4));
}

TEST(hwpoison, page_of_a_large_folio, NEEDS(CONFIG_MEMORY_FAILURE, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = large_layout(test, "[WWWW]", 2);
	child = space_fork(parent);
	ok(unmap(child, 2, 2));
	process_of(parent);
	process_of(child);
	ok(poison(parent, 2, 0));
	expect(parent, "[WWPW]");
	expect(child, "[WW]");
	ok(look(child, 0, 2));
	if (!nr_signals())
		known_bug(SHIM_BUG_POISON_BEFORE_SPLIT, 11);
	KUNIT_EXPECT_EQ(test, nr_signals(), 1);
	told(parent, 2);
}

/* It cannot be split, so it stays as it is, and who has it is told at once. */
TEST(hwpoison, page_of_a_pinned_huge_page,
     NEEDS(CONFIG_MEMORY_FAILURE, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	process_of(sp);
	folio = hold_folio(sp, 0);
	KUNIT_EXPECT_LT(test, poison(sp, 3, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
	KUNIT_EXPECT_NOT_NULL(test, signal_to(sp));
	release_folio(test, folio);
}

TEST(hwpoison, second_failure_of_a_page, NEEDS(CONFIG_MEMORY_FAILURE))
{
	unsigned long pfn;
	struct space *sp;

	sp = layout(test, "[WWW]");
	process_of(sp);
	pfn = page_to_pfn(frame_of(sp, 1));
	ok(poison(sp, 1, 0));
	fails(poison_again(sp, pfn, 0), -EHWPOISON);
	KUNIT_EXPECT_EQ(test, nr_signals(), 1);
	/* now because of an access: the task is found by its page table */
	fails(poison_again(sp, pfn, MF_ACTION_REQUIRED), -EHWPOISON);
	KUNIT_EXPECT_EQ(test, nr_signals(), 2);
}

/* The page has a copy on the device, which is as good. */
TEST(hwpoison, page_in_the_swap_cache, NEEDS(CONFIG_MEMORY_FAILURE, CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	ok(swap_on(test, 64));
	ok(reclaim(parent, 0, 3));
	ok(read_page(parent, 1));
	ok(poison(parent, 1, 0));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'B');
	ok(look(child, 0, 3));
}

/* Reclaim must not read it: it is unmapped, and stays. */
TEST(hwpoison, broken_page_is_not_written_to_swap, NEEDS(CONFIG_MEMORY_FAILURE, CONFIG_SWAP))
{
	struct space *sp = layout(test, "[WWW]");
	struct folio *folio = folio_of(sp, 1);

	ok(swap_on(test, 64));
	break_page(&folio->page);
	ok(reclaim(sp, 0, 3));
	expect(sp, "[SPS]");
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), 0);
	ok(unmap(sp, 1, 1));
}

TEST(hwpoison, large_folio_with_a_broken_page_is_kept,
     NEEDS(CONFIG_MEMORY_FAILURE, CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = large_layout(test, "[WWWW]", 2);
	struct folio *folio = folio_of(sp, 1);

	ok(swap_on_disk(test, 64, false));
	break_page(folio_page(folio, 1));
	fails(reclaim(sp, 0, 4), -EAGAIN);
	expect(sp, "[WWWW]");
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), 4);
	ClearPageHWPoison(folio_page(folio, 1));
	ok(look(sp, 0, 4));
}
