// SPDX-License-Identifier: GPL-2.0
/*
 * Migration: all entries of a folio become migration entries, and then map
 * another folio. Between the two halves the address space may change.
 */
#include "test.h"

TEST(migrate, mapped_once, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;
	struct folio *folio;

	sp = layout(test, "[WWW]");
	folio = folio_of(sp, 1);
	ok(migrate(sp, 1, 1));
	expect(sp, "[WWW]");
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 1), folio);
	mapped_at(folio_of(sp, 1), at(sp, 1));
	ok(look(sp, 0, 3));
}

TEST(migrate, several_at_once, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;

	sp = layout(test, "[WWW].[WWW]");
	ok(migrate(sp, 0, 7));
	expect(sp, "[WWW].[WWW]");
	ok(look(sp, 0, 3));
	ok(look(sp, 4, 3));
}

TEST(migrate, halves_show_migration_entries, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWW]", 1, &m);

	expect(sp, "[WMW]");
	ok(end_migration(sp, &m, true));
	expect(sp, "[WWW]");
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 1), m.folio);
	mapped_at(folio_of(sp, 1), at(sp, 1));
	/* exclusive before and after: the store needs no copy */
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(frame_of(sp, 1)));
	m.folio = folio_of(sp, 1);
	ok(write_page(sp, 1, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), m.folio);
}

TEST(migrate, failure_maps_the_old_folio_again, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWW]", 1, &m);

	ok(end_migration(sp, &m, false));
	expect(sp, "[WWW]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), m.folio);
	mapped_at(m.folio, at(sp, 1));
	ok(look(sp, 0, 3));
}

/* A reference that the rmap does not explain keeps the folio where it is. */
TEST(migrate, pinned_folio_stays, NEEDS(CONFIG_MIGRATION))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[WWW]");
	folio = hold_folio(sp, 1);
	fails(migrate(sp, 1, 1), -EAGAIN);
	expect(sp, "[WWW]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 1), folio);
	release_folio(test, folio);
	ok(migrate(sp, 1, 1));
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 1), folio);
	ok(look(sp, 0, 3));
}

TEST(migrate, fork_tree_of_three_generations, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(write_page(child, 0, 'c'));
	ok(migrate(grandchild, 0, 3));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(grandchild, 0));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1), at(grandchild, 1));
	ok(look(parent, 0, 3));
	ok(look(child, 0, 3));
	ok(look(grandchild, 0, 3));
}

/* Entries of the child that the middle generation no longer has a VMA for. */
TEST(migrate, fork_tree_whose_middle_is_gone, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child, *grandchild;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	grandchild = space_fork(child);
	space_exit(child);
	ok(migrate(parent, 0, 3));
	ok(migrate(grandchild, 0, 3));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(grandchild, 0));
	mapped_at(folio_of(grandchild, 1), at(grandchild, 1));
	ok(look(parent, 0, 3));
	ok(look(grandchild, 0, 3));
}

/* The index of a moved page is that of where it was faulted. */
TEST(migrate, moved_vma, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;

	sp = layout(test, "[WWWW]");
	ok(move(sp, 1, 2, 10));
	expect(sp, "[W]..[W]......[WW]");
	ok(migrate(sp, 10, 2));
	mapped_at(folio_of(sp, 10), at(sp, 10));
	mapped_at(folio_of(sp, 11), at(sp, 11));
	ok(look(sp, 10, 2));
}

TEST(migrate, moved_in_the_child_only, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;

	parent = layout(test, "[WWWW]");
	child = space_fork(parent);
	ok(move(child, 0, 4, 20));
	ok(migrate(parent, 0, 4));
	mapped_at(folio_of(parent, 2), at(parent, 2), at(child, 22));
	ok(look(parent, 0, 4));
	ok(look(child, 20, 4));
}

TEST(migrate, vma_is_split_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWWWWW]", 3, &m);

	ok(protect(sp, 2, 2, PROT_READ));
	expect(sp, "[WW][RM][WW]");
	ok(end_migration(sp, &m, true));
	expect(sp, "[WW][RR][WW]");
	mapped_at(folio_of(sp, 3), at(sp, 3));
	ok(look(sp, 0, 6));
	fails(write_page(sp, 3, 'x'), -EFAULT);
}

TEST(migrate, vmas_are_merged_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWWWWW]");
	ok(protect(sp, 2, 2, PROT_READ));
	ok(begin_migration(sp, 3, &m));
	ok(protect(sp, 2, 2, RW));
	expect(sp, "[WWWMWW]");
	ok(end_migration(sp, &m, true));
	expect(sp, "[WWWWWW]");
	mapped_at(folio_of(sp, 3), at(sp, 3));
	ok(write_page(sp, 3, 'x'));
	ok(look(sp, 0, 6));
}

TEST(migrate, vma_is_moved_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWW]", 1, &m);

	ok(move(sp, 0, 3, 5));
	expect(sp, ".....[WMW]");
	ok(end_migration(sp, &m, true));
	expect(sp, ".....[WWW]");
	mapped_at(folio_of(sp, 6), at(sp, 6));
	ok(look(sp, 5, 3));
}

TEST(migrate, part_of_the_vma_is_moved_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWWW]", 1, &m);

	ok(move(sp, 1, 1, 8));
	expect(sp, "[W].[WW]....[M]");
	ok(end_migration(sp, &m, true));
	mapped_at(folio_of(sp, 8), at(sp, 8));
	ok(look(sp, 8, 1));
}

TEST(migrate, page_is_unmapped_meanwhile, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WWW]", 1, &m);

	ok(unmap(sp, 1, 1));
	expect(sp, "[W].[W]");
	ok(end_migration(sp, &m, true));
	expect(sp, "[W].[W]");
	ok(look(sp, 0, 1));
	ok(look(sp, 2, 1));
}

/* fork() copies the entry, and both lose the right to write. */
TEST(migrate, fork_copies_migration_entries,
     NOT_LAZY(migration_held, "lazy_upgrade.done_once_later_forks_do_not_wait"),
     NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *parent = layout_migrating(test, "[WWW]", 1, &m), *child;

	child = space_fork(parent);
	expect(parent, "[WMW]");
	expect(child, "[WMW]");
	ok(end_migration(parent, &m, true));
	expect(child, "[WWW]");
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
	ok(write_page(parent, 1, 'p'));
	ok(look(child, 0, 3));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'B');
}

TEST(migrate, child_of_a_forked_entry_exits_meanwhile,
     NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration"), NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *parent = layout_migrating(test, "[WWW]", 1, &m), *child;

	child = space_fork(parent);
	space_exit(child);
	ok(end_migration(parent, &m, false));
	mapped_at(folio_of(parent, 1), at(parent, 1));
	ok(look(parent, 0, 3));
}

TEST(migrate, owner_exits_and_the_child_keeps_the_entry, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct migration m;

	parent = layout(test, "[WWW]");
	child = space_fork(parent);
	ok(begin_migration(parent, 1, &m));
	space_exit(parent);
	expect(child, "[WMW]");
	ok(end_migration(child, &m, true));
	mapped_at(folio_of(child, 1), at(child, 1));
	ok(look(child, 0, 3));
}

TEST(migrate, locked_memory_stays_locked, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp;

	sp = layout(test, "[WWW]");
	ok(lock(sp, 0, 3));
	ok(migrate(sp, 1, 1));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 1)));
	ok(look(sp, 0, 3));
	ok(unlock(sp, 0, 3));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, 1)));
}

/* The same file page in two spaces, at two addresses of one, and private. */
TEST(migrate, file_page_of_several_mappings, NEEDS(CONFIG_MIGRATION))
{
	struct space *parent, *child;
	struct file *file;

	parent = space_new(test);
	file = shim_file_create(4);
	ok(map_file(parent, 0, 4, RW, MAP_SHARED, file, 0));
	ok(map_file(parent, 8, 4, PROT_READ, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(write_page(parent, 1, 'f'));
	ok(read_page(parent, 9));
	child = space_fork(parent);
	ok(read_page(child, 1));
	ok(migrate(parent, 1, 1));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(parent, 9), at(child, 1));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'f');
}
