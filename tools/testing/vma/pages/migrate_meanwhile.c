// SPDX-License-Identifier: GPL-2.0
/*
 * Between the two halves of a migration the address space changes: the second half
 * has to find every entry, wherever it has gone, and none that is not its own.
 */
#include "attr.h"
#include "test.h"

/* A child of the meantime changes its VMA, its parent does not. */
TEST(migrate, forked_and_split_in_the_child_meanwhile,
     NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration"), NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[WWWW]");
	ok(begin_migration(parent, 1, &m));
	child = space_fork(parent);
	ok(protect(child, 1, 1, PROT_READ));
	ok(unmap(child, 3, 1));
	expect(child, "[W][M][W]");
	ok(end_migration(parent, &m, true));
	expect(child, "[W][R][W]");
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
	ok(write_page(parent, 1, 'p'));
	ok(look(child, 0, 3));
	fails(write_page(child, 1, 'c'), -EFAULT);
}

/* Three generations, of which the one in the middle goes before the end. */
TEST(migrate, forked_twice_and_the_middle_exits_meanwhile,
     NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration"), NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child, *grandchild;
	struct migration m;

	parent = layout(test, "[WWW]");
	ok(begin_migration(parent, 1, &m));
	child = space_fork(parent);
	grandchild = space_fork(child);
	space_exit(child);
	expect(grandchild, "[WMW]");
	ok(end_migration(parent, &m, true));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(grandchild, 1));
	ok(write_page(grandchild, 1, 'g'));
	ok(look(parent, 0, 3));
}

TEST(migrate, forked_and_moved_in_the_child_meanwhile,
     NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration"), NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[WWW]");
	ok(begin_migration(parent, 1, &m));
	child = space_fork(parent);
	ok(move(child, 1, 2, 8));
	expect(child, "[W].......[MW]");
	ok(end_migration(parent, &m, true));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 8));
	ok(look(child, 8, 2));
	ok(look(parent, 0, 3));
}

/* The VMA moves away and back, where it merges with both of its neighbours. */
TEST(migrate, moved_away_and_back_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(begin_migration(sp, 1, &m));
	ok(move(sp, 1, 1, 8));
	ok(move(sp, 8, 1, 1));
	expect(sp, "[WMW]");
	ok(end_migration(sp, &m, true));
	expect(sp, "[WWW]");
	mapped_at(folio_of(sp, 1), at(sp, 1));
	ok(look(sp, 0, 3));
}

/* Another page is there now, and none of the migration's. */
TEST(migrate, mapped_over_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(begin_migration(sp, 1, &m));
	ok(map(sp, 1, 1, RW));
	ok(write_page(sp, 1, 'n'));
	ok(end_migration(sp, &m, true));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'n');
	mapped_at(folio_of(sp, 1), at(sp, 1));
	ok(look(sp, 0, 3));
}

TEST(migrate, thrown_away_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	ok(begin_migration(parent, 1, &m));
	ok(advise(child, 0, 3, MADV_DONTNEED));
	expect(child, "[www]");
	ok(end_migration(parent, &m, true));
	expect(child, "[www]");
	mapped_at(folio_of(parent, 1), at(parent, 1));
	ok(write_page(child, 1, 'c'));
	ok(look(parent, 0, 3));
}

/* No access and access again: the entry may be read and written as before. */
TEST(migrate, protected_and_back_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct folio *folio;
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(begin_migration(sp, 1, &m));
	ok(protect(sp, 0, 3, PROT_NONE));
	ok(protect(sp, 0, 3, RW));
	expect(sp, "[WMW]");
	ok(end_migration(sp, &m, true));
	folio = folio_of(sp, 1);
	ok(write_page(sp, 1, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	ok(look(sp, 0, 3));
}

/* The VMA is locked by the time that its page comes back. */
TEST(migrate, locked_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(begin_migration(sp, 1, &m));
	ok(lock_on_fault(sp, 0, 3));
	ok(end_migration(sp, &m, true));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 1)));
	ok(unlock(sp, 0, 3));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, 1)));
	ok(look(sp, 0, 3));
}

TEST(migrate, unlocked_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(lock(sp, 0, 3));
	ok(begin_migration(sp, 1, &m));
	ok(unlock(sp, 0, 3));
	ok(end_migration(sp, &m, true));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, 1)));
	ok(look(sp, 0, 3));
}

TEST(migrate, two_at_a_time, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct migration one, other;

	parent = layout(test, "[WWWW]");
	child = space_fork(parent);
	ok(begin_migration(parent, 1, &one));
	ok(begin_migration(child, 2, &other));
	expect(child, "[WMMW]");
	ok(protect(child, 2, 2, PROT_READ));
	ok(end_migration(parent, &one, true));
	expect(parent, "[WWMW]");
	ok(end_migration(child, &other, false));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
	mapped_at(folio_of(parent, 2), at(parent, 2), at(child, 2));
	ok(look(parent, 0, 4));
	ok(look(child, 0, 4));
}

/* The emptied source keeps no entry, and is no place of the page any more. */
TEST(migrate, moved_by_dontunmap_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(begin_migration(sp, 1, &m));
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 3, 3, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP,
				    8), 8L);
	expect(sp, "[www].....[WMW]");
	ok(end_migration(sp, &m, true));
	expect(sp, "[www].....[WWW]");
	mapped_at(folio_of(sp, 9), at(sp, 9));
	ok(look(sp, 8, 3));
}

TEST(migrate, page_of_ksm_is_forked_and_unmapped_meanwhile, NEEDS(CONFIG_MIGRATION, CONFIG_KSM))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[wwww]");
	ok(touch(parent, 0, 4, 'k'));
	ok(advise(parent, 0, 4, MADV_MERGEABLE));
	merge_ksm(test);
	ok(begin_migration(parent, 0, &m));
	expect(parent, "[MMMM]");
	child = space_fork(parent);
	ok(unmap(parent, 1, 2));
	ok(end_migration(parent, &m, true));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(parent, 3), at(child, 0), at(child, 1),
		  at(child, 2), at(child, 3));
	ok(write_page(child, 1, 'c'));
	ok(look(parent, 3, 1));
	ok(look(child, 0, 4));
}

TEST(migrate, half_of_a_huge_page_is_unmapped_meanwhile,
     NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(begin_migration(parent, 0, &m));
	ok(unmap(child, 0, 256));
	expect(child, ".*256[M*256]");
	ok(end_migration(parent, &m, true));
	expect(child, ".*256[W*256]");
	expect(parent, "[H]");
	ok(write_page(child, 300, 'c'));
	ok(look(parent, 298, 4));
}

/* To where no PMD may map it. */
TEST(migrate, huge_page_is_moved_to_any_place_meanwhile,
     NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[H]");
	ok(begin_migration(sp, 0, &m));
	ok(move(sp, 0, HUGE_NR, 600));
	expect(sp, ".*600[M*512]");
	ok(end_migration(sp, &m, true));
	expect(sp, ".*600[W*512]");
	ok(look(sp, 600, 4));
	ok(look(sp, 1108, 4));
}

TEST(migrate, page_that_a_child_has_in_swap, NEEDS(CONFIG_MIGRATION, CONFIG_SWAP))
{
	struct space *parent, *child;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	ok(swap_on(test, 64));
	ok(reclaim(parent, 0, 3));
	ok(read_page(parent, 1));
	ok(migrate(parent, 1, 1));
	expect(child, "[SSS]");
	ok(look(child, 0, 3));
	ok(look(parent, 0, 3));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
}
