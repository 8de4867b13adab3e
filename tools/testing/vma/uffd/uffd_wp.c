// SPDX-License-Identifier: GPL-2.0
/*
 * Write protection by userfaultfd: a bit of the entry that says who is asked
 * before a store. It goes where the entry goes, and not where nobody has asked
 * for it.
 */
#include "uffd.h"
#include "test.h"

/* A space all of which is registered for that. */
static struct uffd *protected(struct kunit *test, const char *text, long nr, u64 features)
{
	struct space *sp = layout(test, text);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS | features);

	ok(uffd_register(u, 0, nr, UFFD_WP));
	return u;
}

#define protected_are(sp, p0, p1, p2) do {				\
	KUNIT_EXPECT_EQ(test, uffd_protected_at(sp, 0), p0);		\
	KUNIT_EXPECT_EQ(test, uffd_protected_at(sp, 1), p1);		\
	KUNIT_EXPECT_EQ(test, uffd_protected_at(sp, 2), p2);		\
} while (0)

TEST(uffd, store_is_told_until_it_is_allowed, NEEDS(CONFIG_USERFAULTFD))
{
	struct folio *folio;
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[WWW]", 3, 0);
	sp = u->sp;
	folio = folio_of(sp, 1);
	ok(uffd_protect(u, 1, 1, true));
	protected_are(sp, false, true, false);
	fails(write_page(sp, 1, 'x'), -EIO);
	ok(write_page(sp, 0, 'x'));
	ok(look(sp, 0, 3));
	ok(uffd_protect(u, 1, 1, false));
	ok(write_page(sp, 1, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
}

/* mprotect() back and forth is no way around it. */
TEST(uffd, mprotect_keeps_the_protection, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[WWW]", 3, 0);
	sp = u->sp;
	ok(uffd_protect(u, 1, 1, true));
	ok(protect(sp, 0, 2, PROT_READ));
	expect(sp, "[RR][W]");
	ok(protect(sp, 0, 2, RW));
	expect(sp, "[WWW]");
	protected_are(sp, false, true, false);
	fails(write_page(sp, 1, 'x'), -EIO);
	ok(write_page(sp, 0, 'x'));
}

TEST(uffd, unregistering_takes_the_protection_away, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[WWw]", 3, UFFD_FEATURE_WP_UNPOPULATED);
	sp = u->sp;
	ok(uffd_protect(u, 1, 2, true));
	expect(sp, "[WWU]");
	ok(uffd_unregister(u, 1, 2));
	expect(sp, "[W][Ww]");
	protected_are(sp, false, false, false);
	ok(write_page(sp, 1, 'x'));
}

/* The child is not registered, so nobody is asked there. */
TEST(uffd, fork_leaves_the_protection_with_the_parent, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u;

	u = protected(test, "[WWw]", 3, UFFD_FEATURE_WP_UNPOPULATED);
	parent = u->sp;
	ok(uffd_protect(u, 1, 2, true));
	child = space_fork(parent);
	protected_are(child, false, false, false);
	protected_are(parent, false, true, true);
	expect(child, "[WWw]");
	ok(write_page(child, 1, 'c'));
	fails(write_page(parent, 1, 'p'), -EIO);
	ok(look(parent, 0, 2));
}

TEST(uffd, fork_with_events_copies_the_protection, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u, *of_child;

	u = protected(test, "[WWw]", 3, UFFD_FEATURE_EVENT_FORK | UFFD_FEATURE_WP_UNPOPULATED);
	parent = u->sp;
	ok(uffd_protect(u, 1, 2, true));
	uffd_watch(u);
	child = space_fork(parent);
	KUNIT_ASSERT_EQ(test, uffd_seen(u), UFFD_EVENT_FORK);
	of_child = uffd_of_child(u, child);
	oracle(test);
	protected_are(child, false, true, true);
	expect(child, "[WWU]");
	fails(write_page(child, 1, 'c'), -EIO);
	ok(uffd_protect(of_child, 1, 2, false));
	ok(write_page(child, 1, 'c'));
	fails(write_page(parent, 1, 'p'), -EIO);
	ok(look(parent, 0, 2));
}

/* A moved range is not registered any more, so no protection may be left on it. */
TEST(uffd, move_takes_the_protection_away, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[WWw]", 3, UFFD_FEATURE_WP_UNPOPULATED);
	sp = u->sp;
	ok(uffd_protect(u, 1, 2, true));
	ok(move(sp, 0, 3, 8));
	expect(sp, "........[WWw]");
	KUNIT_EXPECT_FALSE(test, uffd_protected_at(sp, 9));
	ok(write_page(sp, 9, 'x'));
	ok(look(sp, 8, 3));
}

TEST(uffd, move_with_events_keeps_the_protection, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[WWw]", 3, UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_WP_UNPOPULATED);
	sp = u->sp;
	ok(uffd_protect(u, 1, 2, true));
	uffd_watch(u);
	ok(move(sp, 0, 3, 8));
	KUNIT_ASSERT_EQ(test, uffd_seen(u), UFFD_EVENT_REMAP);
	oracle(test);
	expect(sp, "........[WWU]");
	fails(write_page(sp, 9, 'x'), -EIO);
	fails(write_page(sp, 10, 'x'), -EIO);
	ok(uffd_protect(u, 9, 1, false));
	ok(write_page(sp, 9, 'x'));
}

/* A page that is in swap is protected in its entry, and so it comes back. */
TEST(uffd, protection_survives_swap, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[WWW]", 3, 0);
	sp = u->sp;
	ok(swap_on(test, 64));
	ok(uffd_protect(u, 1, 1, true));
	ok(reclaim(sp, 0, 3));
	expect(sp, "[SSS]");
	protected_are(sp, false, true, false);
	ok(uffd_protect(u, 2, 1, true));
	protected_are(sp, false, true, true);
	ok(look(sp, 0, 3));
	fails(write_page(sp, 1, 'x'), -EIO);
	fails(write_page(sp, 2, 'x'), -EIO);
	ok(write_page(sp, 0, 'x'));
}

TEST(uffd, protection_in_swap_is_not_inherited, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct space *parent, *child;
	struct uffd *u;

	u = protected(test, "[WWW]", 3, 0);
	parent = u->sp;
	ok(swap_on(test, 64));
	ok(uffd_protect(u, 1, 1, true));
	ok(reclaim(parent, 0, 3));
	child = space_fork(parent);
	protected_are(child, false, false, false);
	protected_are(parent, false, true, false);
	ok(write_page(child, 1, 'c'));
	ok(look(parent, 0, 3));
	fails(write_page(parent, 1, 'p'), -EIO);
}

TEST(uffd, protection_survives_migration, NEEDS(CONFIG_USERFAULTFD))
{
	struct migration m;
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[WWW]", 3, 0);
	sp = u->sp;
	ok(uffd_protect(u, 1, 1, true));
	ok(begin_migration(sp, 1, &m));
	protected_are(sp, false, true, false);
	ok(end_migration(sp, &m, true));
	protected_are(sp, false, true, false);
	fails(write_page(sp, 1, 'x'), -EIO);
	ok(begin_migration(sp, 2, &m));
	ok(uffd_protect(u, 2, 1, true));
	ok(end_migration(sp, &m, false));
	fails(write_page(sp, 2, 'x'), -EIO);
	ok(look(sp, 0, 3));
}

/* A marker stands for the page that is not there yet. */
TEST(uffd, marker_protects_what_is_not_there, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[wWw]", 3, UFFD_FEATURE_WP_UNPOPULATED);
	sp = u->sp;
	ok(uffd_protect(u, 0, 3, true));
	expect(sp, "[UWU]");
	ok(protect(sp, 0, 1, PROT_READ));
	expect(sp, "[U][WU]");
	ok(protect(sp, 0, 1, RW));
	expect(sp, "[UWU]");
	ok(uffd_protect(u, 0, 1, false));
	expect(sp, "[wWU]");
	ok(write_page(sp, 0, 'x'));
	/* the page that a store would go to comes first, protected */
	fails(write_page(sp, 2, 'x'), -EIO);
	expect(sp, "[WWW]");
	protected_are(sp, false, true, true);
	ok(uffd_protect(u, 2, 1, false));
	ok(write_page(sp, 2, 'x'));
}

TEST(uffd, part_of_a_huge_page_is_protected, NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[H]", HUGE_NR, 0);
	sp = u->sp;
	ok(uffd_protect(u, 0, HUGE_NR, true));
	expect(sp, "[H]");
	protected_are(sp, true, true, true);
	fails(write_page(sp, 7, 'x'), -EIO);
	ok(uffd_protect(u, 0, 2, false));
	expect(sp, "[W*512]");
	protected_are(sp, false, false, true);
	ok(write_page(sp, 1, 'x'));
	fails(write_page(sp, 2, 'x'), -EIO);
	ok(look(sp, 0, 8));
}

/* The split of a PMD hands it down to the entries. */
TEST(uffd, protection_of_a_huge_page_that_is_split,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct uffd *u;

	u = protected(test, "[H]", HUGE_NR, 0);
	sp = u->sp;
	ok(uffd_protect(u, 0, HUGE_NR, true));
	ok(split_huge(sp, 0));
	expect(sp, "[W*512]");
	fails(write_page(sp, 2, 'x'), -EIO);
	fails(write_page(sp, 511, 'x'), -EIO);
	ok(look(sp, 0, 8));
}

/* Unprotected, a page that a child shares is copied as ever. */
TEST(uffd, allowed_store_to_a_shared_page_copies_it, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u;

	u = protected(test, "[WWW]", 3, 0);
	parent = u->sp;
	ok(uffd_protect(u, 1, 1, true));
	child = space_fork(parent);
	ok(uffd_protect(u, 1, 1, false));
	ok(write_page(parent, 1, 'p'));
	mapped_at(folio_of(child, 1), at(child, 1));
	ok(look(child, 0, 3));
}

/* Whoever watches a page for stores is told of one, whatever page stands for its contents. */
TEST(uffd, protection_of_a_page_that_ksm_merges, NEEDS(CONFIG_KSM, CONFIG_USERFAULTFD))
{
	struct space *sp = equal_pages(test);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);

	ok(uffd_register(u, 0, 4, UFFD_WP));
	ok(uffd_protect(u, 0, 2, true));
	merge_ksm(test);
	if (!uffd_protected_at(sp, 0))
		known_bug(SHIM_BUG_KSM_LOSES_BITS, 29);
	KUNIT_EXPECT_TRUE(test, uffd_protected_at(sp, 0));
	fails(write_page(sp, 1, 'x'), -EIO);
	ok(write_page(sp, 2, 'x'));
}

/* {www} or (www) of a file of shared memory, registered for missing pages and for protection. */
static struct uffd *of_a_file(struct kunit *test, int flags)
{
	struct space *sp = space_new(test);
	struct uffd *u;

	ok(map_file(sp, 0, 3, RW, flags, open_shmem(test, 3), 0));
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	ok(uffd_register(u, 0, 3, UFFD_MISSING | UFFD_WP));
	return u;
}

/* What is thrown away can be had from the file again, so its protection stays as a marker. */
static void stays_protected(struct uffd *u)
{
	struct kunit *test = u->sp->test;

	ok(uffd_protect(u, 1, 1, true));
	fails(write_page(u->sp, 1, 'x'), -EIO);
	forget(u->sp, 0, 3);
	ok(advise(u->sp, 0, 3, MADV_DONTNEED));
	protected_are(u->sp, false, true, false);
	fails(write_page(u->sp, 1, 'x'), -EIO);
	ok(uffd_protect(u, 1, 1, false));
	protected_are(u->sp, false, false, false);
}

TEST(uffd, protection_of_a_page_of_a_file_that_is_thrown_away,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_SHMEM))
{
	struct uffd *u = of_a_file(test, MAP_SHARED);

	ok(uffd_zeropage(u, 0, 3));
	stays_protected(u);
}

/* The zero page has no folio. */
TEST(uffd, protection_of_a_zero_page_of_a_private_file,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_SHMEM))
{
	struct uffd *u = of_a_file(test, MAP_PRIVATE);

	ok(uffd_zeropage(u, 0, 3));
	stays_protected(u);
}
