// SPDX-License-Identifier: GPL-2.0
/*
 * Pages under userfaultfd: it fills the missing ones, moves folios from one
 * VMA to another, and protects entries by a bit that has to go where they go.
 */
#include "uffd.h"
#include "test.h"

#include <linux/kthread.h>

/* A space whose first pages are registered, with a monitor that is never asked. */
static struct uffd *registered(struct kunit *test, const char *text, long nr, u64 mode)
{
	struct space *sp = layout(test, text);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_WP_UNPOPULATED);

	ok(uffd_register(u, 0, nr, mode));
	return u;
}

TEST(uffd, missing_pages_are_copied, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[wwww].[WW]", 4, UFFD_MISSING);
	sp = u->sp;
	fails(read_page(sp, 1), -EIO);
	ok(uffd_copy(u, 1, 2, 5, 0));
	expect(sp, "[wWWw].[WW]");
	mapped_at(folio_of(sp, 1), at(sp, 1));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'F');
	ok(write_page(sp, 2, 'x'));
	ok(look(sp, 5, 2));
	fails(uffd_copy(u, 1, 1, 5, 0), -EEXIST);
}

TEST(uffd, missing_page_of_a_forked_vma_is_copied, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u;

	parent = layout(test, "[Www].[W]");
	child = space_fork(parent);
	u = uffd_open(child, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 3, UFFD_MISSING));
	ok(uffd_copy(u, 1, 1, 4, 0));
	expect(child, "[WWw].[W]");
	expect(parent, "[Www].[W]");
	mapped_at(folio_of(child, 1), at(child, 1));
	ok(look(child, 0, 2));
}

TEST(uffd, missing_pages_are_zero, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[wwww]", 4, UFFD_MISSING);
	sp = u->sp;
	ok(uffd_zeropage(u, 0, 2));
	expect(sp, "[WWww]");
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 1UL);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 0);
	ok(write_page(sp, 0, 'x'));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	fails(read_page(sp, 2), -EIO);
}

static int store(void *data)
{
	struct space *sp = data;
	u8 byte = 'y';

	return shim_user_write(sp->mm, page_addr(1) + 8, &byte, 1);
}

/* The faulting thread sleeps until the page is there. */
TEST(uffd, fault_waits_for_the_monitor, NEEDS(CONFIG_USERFAULTFD))
{
	struct task_struct *thread;
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[www].[W]");
	u = uffd_open(sp, 0);
	ok(uffd_register(u, 0, 3, UFFD_MISSING));
	uffd_watch(u);
	thread = kthread_run(store, sp, "store");
	KUNIT_EXPECT_EQ(test, uffd_seen(u), UFFD_EVENT_PAGEFAULT);
	oracle_pause(test);
	KUNIT_EXPECT_EQ(test, u->msg.arg.pagefault.address, page_addr(1));
	ok(uffd_copy(u, 1, 1, 4, 0));
	ok(kthread_stop(thread));
	oracle_resume(test);
	expect(sp, "[wWw].[W]");
	ok(look(sp, 1, 1));
}

TEST(uffd, poisoned_page_stays_so_in_the_child, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *child;
	struct uffd *u;

	u = registered(test, "[www]", 3, UFFD_MISSING);
	ok(uffd_poison(u, 1, 1));
	expect(u->sp, "[wUw]");
	fails(read_page(u->sp, 1), -EIO);
	child = space_fork(u->sp);
	expect(child, "[wUw]");
	fails(write_page(child, 1, 'c'), -EIO);
	ok(write_page(child, 0, 'c'));
}

/*
 *	[www]...[WWW]      the folio of page 7 goes to page 1, to a VMA with an
 *	[wWw]...[WwW]      anon_vma of its own: the reverse map has to follow
 */
TEST(uffd, move_takes_the_folio_to_another_anon_vma, NEEDS(CONFIG_USERFAULTFD))
{
	struct folio *folio;
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[www]...[WWW]", 3, UFFD_MISSING);
	sp = u->sp;
	folio = folio_of(sp, 7);
	ok(uffd_move(u, 1, 1, 7));
	expect(sp, "[wWw]...[WwW]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	mapped_at(folio, at(sp, 1));
	ok(look(sp, 1, 1));
	/* whose VMA may go, with its anon_vma */
	ok(unmap(sp, 6, 3));
	mapped_at(folio, at(sp, 1));
	ok(migrate(sp, 1, 1));
	ok(look(sp, 1, 1));
}

/* Its index is that of the new place, whose VMA then moves with it. */
TEST(uffd, moved_page_moves_on, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[www]...[WWW]", 3, UFFD_MISSING);
	sp = u->sp;
	ok(uffd_move(u, 0, 3, 6));
	ok(move(sp, 0, 3, 20));
	mapped_at(folio_of(sp, 21), at(sp, 21));
	ok(write_page(sp, 21, 'x'));
	ok(look(sp, 20, 3));
}

/* The child would lose its page. */
TEST(uffd, move_of_a_shared_page_is_busy, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u;

	u = registered(test, "[www]...[WWW]", 3, UFFD_MISSING);
	parent = u->sp;
	child = space_fork(parent);
	fails(uffd_move(u, 1, 1, 7), -EBUSY);
	expect(parent, "[www]...[WWW]");
	ok(look(child, 6, 3));
	/* the parent's own copy may go */
	ok(write_page(parent, 7, 'p'));
	ok(uffd_move(u, 1, 1, 7));
	mapped_at(folio_of(parent, 1), at(parent, 1));
	ok(look(parent, 1, 1));
	ok(look(child, 6, 3));
}

TEST(uffd, move_of_a_pinned_page_is_busy, NEEDS(CONFIG_USERFAULTFD))
{
	struct folio *folio;
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[www]...[WWW]", 3, UFFD_MISSING);
	sp = u->sp;
	folio = folio_of(sp, 7);
	KUNIT_ASSERT_NOT_NULL(test, pin_page(sp, 7));
	fails(uffd_move(u, 1, 1, 7), -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 7), folio);
	ok(look(sp, 6, 3));
}

TEST(uffd, move_of_what_is_in_swap, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[www]...[WWW]", 3, UFFD_MISSING);
	sp = u->sp;
	ok(swap_on(test, 64));
	ok(reclaim(sp, 7, 1));
	ok(uffd_move(u, 1, 1, 7));
	expect(sp, "[wSw]...[WwW]");
	ok(look(sp, 1, 1));
	mapped_at(folio_of(sp, 1), at(sp, 1));
}

/*
 * An entry whose folio is in the swap cache still, as it was held when it should
 * have been evicted: the folio knows its old place, and has to change its anon_vma
 * and index too.
 */
TEST(uffd, move_of_what_is_in_the_swap_cache, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct folio *folio;
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[www]...[WWW]", 3, UFFD_MISSING);
	sp = u->sp;
	ok(swap_on(test, 64));
	folio = hold_folio(sp, 7);
	ok(reclaim(sp, 7, 1));
	KUNIT_ASSERT_TRUE(test, folio_test_anon(folio) && folio_test_swapcache(folio));
	ok(uffd_move(u, 1, 1, 7));
	expect(sp, "[wSw]...[WwW]");
	ok(unmap(sp, 6, 3));
	ok(read_page(sp, 1));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	mapped_at(folio, at(sp, 1));
	release_folio(test, folio);
	ok(look(sp, 1, 1));
}

TEST(uffd, move_of_a_huge_page, NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[w*512].*512[H]", HUGE_NR, UFFD_MISSING);
	sp = u->sp;
	folio = folio_of(sp, 2 * HUGE_NR);
	ok(uffd_move(u, 0, HUGE_NR, 2 * HUGE_NR));
	expect(sp, "[H].*512[w*512]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
	mapped_at(folio, at(sp, 0));
	ok(unmap(sp, 2 * HUGE_NR, HUGE_NR));
	mapped_at(folio, at(sp, 0));
	ok(look(sp, 0, 4));
}

/* A part has to be of folios of its own. */
TEST(uffd, move_of_a_part_splits_the_huge_page,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct uffd *u;

	u = registered(test, "[w*512].*512[H]", HUGE_NR, UFFD_MISSING);
	sp = u->sp;
	ok(uffd_move(u, 4, 4, 2 * HUGE_NR + 4));
	expect(sp, "[wwwwWWWWw*504].*512[WWWWwwwwW*504]");
	mapped_at(folio_of(sp, 4), at(sp, 4));
	mapped_at(folio_of(sp, 2 * HUGE_NR), at(sp, 2 * HUGE_NR));
	ok(look(sp, 4, 4));
	ok(look(sp, 2 * HUGE_NR, 4));
}

/* Without UFFD_FEATURE_EVENT_REMAP it is registered no more in its new place. */
TEST(uffd, move_of_memory_in_two_tables, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[WWw*510WWW]");
	struct uffd *u;

	ok(move(sp, HUGE_NR + 1, 2, 3 * HUGE_NR + 1));
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, HUGE_NR + 1, UFFD_MISSING));
	ok(move(sp, 0, HUGE_NR + 1, 2 * HUGE_NR));
	expect(sp, ".*1024[WWw*510W][WW]");
	KUNIT_EXPECT_NULL(test, uffd_at(sp, 2 * HUGE_NR));
	ok(write_page(sp, 2 * HUGE_NR + 3, 'x'));
	ok(look(sp, 2 * HUGE_NR, 2));
	ok(look(sp, 3 * HUGE_NR, 3));
}
