// SPDX-License-Identifier: GPL-2.0
/*
 * userfaultfd: its context is a property of the VMA that decides merges, and that
 * fork, mremap and munmap have to hand on or to drop. Without a monitor, a fault
 * that would be told to it is a SIGBUS: -EIO.
 */
#include "uffd.h"
#include "test.h"

/* VMAs that differ in nothing but the context are two. */
TEST(uffd, different_contexts_do_not_merge, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *one, *other;
	struct space *sp;

	sp = layout(test, "[wwww]");
	one = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	other = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(one, 0, 2, UFFD_MISSING));
	ok(uffd_register(other, 2, 2, UFFD_MISSING));
	expect(sp, "[ww][ww]");
	KUNIT_EXPECT_PTR_EQ(test, uffd_at(sp, 0), uffd_context(one));
	KUNIT_EXPECT_PTR_EQ(test, uffd_at(sp, 2), uffd_context(other));
	ok(uffd_unregister(one, 0, 2));
	expect(sp, "[ww][ww]");
	ok(uffd_unregister(other, 2, 2));
	expect(sp, "[wwww]");
}

TEST(uffd, one_context_merges, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[wwwwww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 2, UFFD_MISSING));
	ok(uffd_register(u, 4, 2, UFFD_MISSING));
	expect(sp, "[ww][ww][ww]");
	ok(uffd_register(u, 2, 2, UFFD_MISSING));
	expect(sp, "[wwwwww]");
}

TEST(uffd, part_is_registered_and_unregistered, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[wwwwww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 2, 2, UFFD_MISSING));
	expect(sp, "[ww][ww][ww]");
	fails(read_page(sp, 2), -EIO);	/* a store would make an anon_vma first */
	ok(write_page(sp, 1, 'a'));
	ok(uffd_unregister(u, 3, 1));
	expect(sp, "[wW][w][www]");
	ok(uffd_unregister(u, 2, 1));
	expect(sp, "[wWwwww]");
	ok(write_page(sp, 2, 'b'));
}

/* Another mode is another VMA, of the same context. */
TEST(uffd, modes_do_not_merge, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[wwww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 2, UFFD_MISSING));
	ok(uffd_register(u, 2, 2, UFFD_WP));
	expect(sp, "[ww][ww]");
	ok(uffd_register(u, 0, 2, UFFD_MISSING | UFFD_WP));
	ok(uffd_register(u, 2, 2, UFFD_MISSING | UFFD_WP));
	expect(sp, "[wwww]");
}

TEST(uffd, registered_with_another_context_is_busy, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *one, *other;
	struct space *sp;

	sp = layout(test, "[wwww]");
	one = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	other = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(one, 1, 2, UFFD_MISSING));
	fails(uffd_register(other, 0, 4, UFFD_MISSING), -EBUSY);
	expect(sp, "[w][ww][w]");
}

TEST(uffd, close_unregisters_and_merges, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[WWww][ww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 1, 2, UFFD_MISSING));
	expect(sp, "[W][Ww][www]");
	fails(write_page(sp, 2, 'a'), -EIO);
	uffd_close(u);
	expect(sp, "[WWwwww]");
	ok(write_page(sp, 2, 'a'));
	ok(look(sp, 0, 2));
}

TEST(uffd, mprotect_splits_and_merges_back, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[wwwwww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 6, UFFD_MISSING));
	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "[ww][rr][ww]");
	KUNIT_EXPECT_PTR_EQ(test, uffd_at(sp, 2), uffd_context(u));
	KUNIT_EXPECT_PTR_EQ(test, uffd_at(sp, 4), uffd_context(u));
	fails(read_page(sp, 2), -EIO);
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[wwwwww]");
}

TEST(uffd, unmap_of_the_middle, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[wwwwww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 6, UFFD_MISSING));
	ok(unmap(sp, 2, 2));
	expect(sp, "[ww]..[ww]");
	fails(write_page(sp, 5, 'a'), -EIO);
	/* what is mapped there now is nobody's, and no part of its neighbours */
	ok(map(sp, 2, 2, RW));
	expect(sp, "[ww][ww][ww]");
	ok(write_page(sp, 2, 'a'));
}

/*
 *	[ww]......[ww]     one context, which is not told of moves
 *	..........[ww][ww] what has moved is registered no more, the other still is
 */
TEST(uffd, move_unregisters_and_does_not_merge, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[ww]........[ww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 2, UFFD_MISSING));
	ok(uffd_register(u, 10, 2, UFFD_MISSING));
	ok(move(sp, 0, 2, 12));
	if (vma_of(sp, 12) == vma_of(sp, 10))
		known_bug(SHIM_BUG_UFFD_COPIED, 15);
	expect(sp, "..........[ww][ww]");
	KUNIT_EXPECT_NULL(test, uffd_at(sp, 12));
	ok(write_page(sp, 12, 'a'));
	fails(write_page(sp, 11, 'a'), -EIO);
}

/* The same to both sides: the other ones keep their context. */
TEST(uffd, move_between_two_does_not_merge, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[ww]........[ww]..[ww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 16, UFFD_MISSING));
	ok(move(sp, 0, 2, 12));
	if (vma_of(sp, 12) == vma_of(sp, 10))
		known_bug(SHIM_BUG_UFFD_COPIED, 15);
	expect(sp, "..........[ww][ww][ww]");
	fails(write_page(sp, 10, 'a'), -EIO);
	ok(write_page(sp, 12, 'a'));
	fails(write_page(sp, 14, 'a'), -EIO);
}

/* A monitor that is told of moves follows them. */
TEST(uffd, move_with_events_stays_registered, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[ww]........[ww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_EVENT_REMAP);
	ok(uffd_register(u, 0, 2, UFFD_MISSING));
	ok(uffd_register(u, 10, 2, UFFD_MISSING));
	uffd_watch(u);
	ok(move(sp, 0, 2, 12));
	KUNIT_EXPECT_EQ(test, uffd_seen(u), UFFD_EVENT_REMAP);
	KUNIT_EXPECT_EQ(test, u->msg.arg.remap.from, page_addr(0));
	KUNIT_EXPECT_EQ(test, u->msg.arg.remap.to, page_addr(12));
	KUNIT_EXPECT_EQ(test, u->msg.arg.remap.len, 2 * PAGE_SIZE);
	oracle(test);
	expect(sp, "..........[wwww]");
	fails(write_page(sp, 12, 'a'), -EIO);
}

TEST(uffd, unmap_is_told, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[wwww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_EVENT_UNMAP);
	ok(uffd_register(u, 0, 4, UFFD_MISSING));
	uffd_watch(u);
	ok(unmap(sp, 1, 2));
	KUNIT_EXPECT_EQ(test, uffd_seen(u), UFFD_EVENT_UNMAP);
	KUNIT_EXPECT_EQ(test, u->msg.arg.remove.start, page_addr(1));
	KUNIT_EXPECT_EQ(test, u->msg.arg.remove.end, page_addr(3));
	oracle(test);
	expect(sp, "[w]..[w]");
}

/* Without fork events no monitor reads for the child, so it is not registered. */
TEST(uffd, fork_leaves_the_child_unregistered, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u;

	parent = layout(test, "[Wwww]");
	u = uffd_open(parent, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 4, UFFD_MISSING));
	child = space_fork(parent);
	KUNIT_EXPECT_NULL(test, uffd_at(child, 0));
	ok(write_page(child, 2, 'c'));
	fails(write_page(parent, 2, 'p'), -EIO);
	ok(look(child, 0, 4));
}

/* The child gets a context of its own, which the monitor reads from its parent's. */
TEST(uffd, fork_with_events_registers_the_child, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u, *of_child;

	parent = layout(test, "[Wwww].[ww]");
	u = uffd_open(parent, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_EVENT_FORK);
	ok(uffd_register(u, 0, 7, UFFD_MISSING));
	uffd_watch(u);
	child = space_fork(parent);
	KUNIT_ASSERT_EQ(test, uffd_seen(u), UFFD_EVENT_FORK);
	of_child = uffd_of_child(u, child);
	oracle(test);
	KUNIT_EXPECT_PTR_EQ(test, uffd_at(child, 0), uffd_context(of_child));
	KUNIT_EXPECT_PTR_EQ(test, uffd_at(child, 5), uffd_context(of_child));
	fails(write_page(child, 2, 'c'), -EIO);
	ok(uffd_zeropage(of_child, 2, 1));
	ok(write_page(child, 2, 'c'));
	space_exit(parent);
	fails(write_page(child, 5, 'c'), -EIO);
}

/* There is no memory to merge what was registered with its neighbours. */
TEST(uffd, close_without_memory_unregisters_all_the_same, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[wwww]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 1, 2, UFFD_MISSING));
	shim_fail_nth(1, true);
	uffd_close(u);
	shim_fail_stop();
	expect(sp, "[w][ww][w]");
	KUNIT_EXPECT_NULL(test, uffd_at(sp, 1));
	ok(write_page(sp, 1, 'a'));
}

/*
 *	[ww][w*64]       the second mapping is too much for the commit limit: when
 *	                 the fork fails, the context of the child exists already
 */
TEST(uffd, fork_that_fails_is_not_told, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[ww].[w*64]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_EVENT_FORK);
	ok(uffd_register(u, 0, 2, UFFD_MISSING));
	commit_limit(2 + 64 + 1 + 8);
	KUNIT_ASSERT_NULL(test, space_fork(sp));
	fails(read_page(sp, 0), -EIO);
	ok(uffd_zeropage(u, 0, 1));
	ok(read_page(sp, 0));
}
