// SPDX-License-Identifier: GPL-2.0
/*
 * A migration that must not wait, as compaction makes it: it leaves alone what is locked, and
 * whoever has the lock may wait for another folio of the same batch.
 */
#include <linux/migrate.h>
#include <linux/mm.h>

#include "internal.h"
#include "pages.h"
#include "test.h"

/* The number of folios that stay where they are. */
static int migrate_async(struct space *sp, long page)
{
#ifdef CONFIG_MIGRATION
	struct folio *folio = folio_of(sp, page);
	struct kunit *test = sp->test;
	LIST_HEAD(list);
	int left;

	lru_add_drain();
	work_begin(test, "migration", "%ld, asynchronous", page);
	KUNIT_ASSERT_TRUE(test, folio_isolate_lru(folio));
	node_stat_mod_folio(folio, NR_ISOLATED_ANON, folio_nr_pages(folio));
	list_add(&shim_folio_lru(folio), &list);
	left = migrate_pages(&list, migration_target, NULL, 0, MIGRATE_ASYNC, MR_COMPACTION, NULL);
	putback_movable_pages(&list);
	op_end(left);
	work_done(test, 0);
	return left;
#else
	return 0;
#endif
}

static void leaves_locked(struct kunit *test, struct space *sp, const char *after)
{
	struct folio *folio = folio_of(sp, 0);

	oracle_pause(test);
	folio_lock(folio);
	KUNIT_EXPECT_GT(test, migrate_async(sp, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 0), folio);
	folio_unlock(folio);
	oracle_resume(test);
	KUNIT_EXPECT_EQ(test, migrate_async(sp, 0), 0);
	expect(sp, after);
	ok(look(sp, 0, 1));
}

TEST(migrate, page_that_is_locked_without_waiting, NEEDS(CONFIG_MIGRATION))
{
	leaves_locked(test, layout(test, "[WW]"), "[WW]");
}

TEST(migrate, huge_page_that_is_locked_without_waiting,
     NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	leaves_locked(test, layout(test, "[H]"), "[H]");
}

/* It would be split first, as a part of it is not mapped. */
TEST(migrate, rest_of_a_huge_page_that_is_locked_without_waiting,
     NEEDS(CONFIG_MIGRATION, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = layout(test, "[H]");

	ok(unmap(sp, 256, 256));
	leaves_locked(test, sp, "[W*256]");
}
