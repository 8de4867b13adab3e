// SPDX-License-Identifier: GPL-2.0
/*
 * Upgrades: everything that makes a lazy VMA regular, with its pages in each state
 * that a page table entry can be in. Run in lazy mode only.
 */
#include <linux/ksm.h>
#include <linux/pagemap.h>
#include <linux/swap.h>

#include "beside.h"
#include "internal.h"
#include "test.h"

/* Each makes the VMAs of [....].[....] regular: fork, KSM, a merge with a regular one. */
static void by_fork(struct kunit *test, struct space *sp)
{
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
}

static void by_ksm(struct kunit *test, struct space *sp)
{
	ok(advise(sp, 0, 4, MADV_MERGEABLE));
	ok(advise(sp, 5, 4, MADV_MERGEABLE));
}

static void by_merge(struct kunit *test, struct space *sp)
{
	ok(advise(sp, 5, 4, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	expect_regular(sp, 0, 1);
	expect_lazy(sp, 5, 0);
	ok(advise(sp, 5, 4, MADV_DOFORK));
	ok(map(sp, 4, 1, RW));
	KUNIT_EXPECT_PTR_EQ(test, vma_of(sp, 0), vma_of(sp, 5));
}

typedef void trigger(struct kunit *test, struct space *sp);
static trigger *const triggers[] = {
	by_fork, by_merge,
#ifdef CONFIG_KSM
	by_ksm,
#endif
};

/* All that was mapped is there, found, and not on the anon_vma that was shared. */
static void is_upgraded(struct kunit *test, struct space *sp, struct anon_vma *shared)
{
	static const long pages[] = { 0, 1, 2, 3, 5, 6, 7, 8 };
	struct folio *folio;
	int i;

	expect_regular(sp, 0, 1);
	expect_regular(sp, 5, 1);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		ok(look(sp, pages[i], 1));
		folio = folio_of(sp, pages[i]);
		if (folio && folio_test_anon(folio) && !folio_test_ksm(folio))
			KUNIT_EXPECT_PTR_NE(test, folio_anon_vma(folio), shared);
	}
}

static struct space *two_vmas(struct kunit *test)
{
	struct space *sp = layout(test, "[WWWW].[WWWW]");

	expect_lazy(sp, 0, 0);
	expect_lazy(sp, 5, 0);
	return sp;
}

TEST(lazy_upgrade, of_present_pages, NOT_POSTED(begins_with_a_merge))
{
	struct anon_vma *shared;
	struct space *sp;
	int i;

	lazy_only(test);
	for (i = 0; i < ARRAY_SIZE(triggers); i++) {
		sp = two_vmas(test);
		shared = shim_anon_vma(vma_of(sp, 0));
		triggers[i](test, sp);
		is_upgraded(test, sp, shared);
	}
}

TEST(lazy_upgrade, of_pages_in_swap, NOT_POSTED(begins_with_a_merge), NEEDS(CONFIG_SWAP))
{
	struct anon_vma *shared;
	struct space *sp;
	int i;

	lazy_only(test);
	ok(swap_on(test, 64));
	for (i = 0; i < ARRAY_SIZE(triggers); i++) {
		sp = two_vmas(test);
		shared = shim_anon_vma(vma_of(sp, 0));
		ok(reclaim(sp, 1, 2));
		ok(reclaim(sp, 6, 2));
		triggers[i](test, sp);
		is_upgraded(test, sp, shared);
	}
}

/* The folio has an extra reference, so it stays, and gets the anon_vma that it is mapped with again. */
static struct folio *page_out_held(struct kunit *test, struct space *sp, long page)
{
	struct folio *folio = hold_folio(sp, page);

	reclaim(sp, page, 1);
	KUNIT_EXPECT_NULL(test, folio_of(sp, page));
	KUNIT_EXPECT_TRUE(test, folio_test_swapcache(folio));
	release_folio(test, folio);
	return folio;
}

TEST(lazy_upgrade, of_pages_in_the_swap_cache, NOT_POSTED(begins_with_a_merge),
     NEEDS(CONFIG_SWAP))
{
	struct folio *first, *second;
	struct anon_vma *shared;
	struct space *sp;
	int i;

	lazy_only(test);
	ok(swap_on(test, 64));
	for (i = 0; i < ARRAY_SIZE(triggers); i++) {
		sp = two_vmas(test);
		shared = shim_anon_vma(vma_of(sp, 0));
		first = page_out_held(test, sp, 2);
		second = page_out_held(test, sp, 6);
		triggers[i](test, sp);
		is_upgraded(test, sp, shared);
		/* of another family it would have been copied, see ksm_might_need_to_copy() */
		KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 2), first);
		KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 6), second);
	}
}

TEST(lazy_upgrade, of_the_zero_page_and_holes, NOT_POSTED(begins_with_a_merge))
{
	struct anon_vma *shared;
	struct space *sp;
	int i;

	lazy_only(test);
	for (i = 0; i < ARRAY_SIZE(triggers); i++) {
		sp = two_vmas(test);
		shared = shim_anon_vma(vma_of(sp, 0));
		ok(advise(sp, 1, 2, MADV_DONTNEED));
		ok(read_page(sp, 1));
		triggers[i](test, sp);
		is_upgraded(test, sp, shared);
		ok(write_page(sp, 1, 'z'));
	}
}

/* Pages of the file stay the file's, copies of them are moved. */
TEST(lazy_upgrade, of_file_pages)
{
	struct folio *of_file;
	struct space *sp;
	struct file *file;

	lazy_only(test);
	sp = space_new(test);
	file = shim_file_create(4);
	ok(map_file(sp, 0, 4, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(read_page(sp, 0));
	ok(write_page(sp, 1, 'c'));
	of_file = folio_of(sp, 0);
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	expect_regular(sp, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, shim_folio_mapping(of_file), file->f_mapping);
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(folio_of(sp, 1)), shim_anon_vma(vma_of(sp, 0)));
	ok(look(sp, 0, 4));
}

/* A page that KSM has merged has no anon_vma, and its VMA was regular before. */
TEST(lazy_upgrade, before_ksm_and_not_after, NOT_POSTED(is_lazy_elsewhere), NEEDS(CONFIG_KSM))
{
	struct space *sp;

	lazy_only(test);
	sp = two_vmas(test);
	ok(touch(sp, 0, 4, 'k'));
	by_ksm(test, sp);
	expect_regular(sp, 0, 1);
	merge_ksm(test);
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	ok(advise(sp, 0, 4, MADV_UNMERGEABLE));
	expect_regular(sp, 0, 1);
	ok(look(sp, 0, 4));
}

/* Memory that is faulted with the flag set is not lazy, and need not become regular. */
TEST(lazy_upgrade, not_needed_where_ksm_was_asked_for_first, NOT_POSTED(is_lazy_elsewhere),
     NEEDS(CONFIG_KSM))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[wwww]");
	ok(advise(sp, 0, 4, MADV_MERGEABLE));
	ok(touch(sp, 0, 4, 'k'));
	expect_regular(sp, 0, 1);
}

struct migration_of {
	struct migration m;
	struct space *sp;
};

static void end_it(void *data)
{
	struct migration_of *of = data;

	end_migration(of->sp, &of->m, true);
}

/* The entry names a folio that is locked: who wants to move it waits. */
TEST(lazy_upgrade, waits_for_a_migration, NEEDS(CONFIG_MIGRATION))
{
	struct migration_of of;
	struct space *sp, *child;
	struct beside b;

	lazy_only(test);
	sp = two_vmas(test);
	ok(begin_migration(sp, 1, &of.m));
	of.sp = sp;
	beside(test, &b, end_it, &of);
	child = space_fork(sp);
	expect_waited(&b);
	expect(child, "[WWWW].[WWWW]");
	mapped_at(folio_of(sp, 1), at(sp, 1), at(child, 1));
	ok(look(child, 0, 4));
}

TEST(lazy_upgrade, waits_for_a_migration_of_a_huge_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct migration_of of;
	struct space *sp, *child;
	struct beside b;

	lazy_only(test);
	sp = layout(test, "[H]");
	ok(begin_migration(sp, 1, &of.m));
	of.sp = sp;
	beside(test, &b, end_it, &of);
	child = space_fork(sp);
	expect_waited(&b);
	expect(child, "[H]");
	mapped_at(folio_of(sp, 1), at(sp, 0), at(child, 0));
	ok(look(child, 0, 4));
}

/* fork() of what is regular copies the entry, as it always did. */
TEST(lazy_upgrade, done_once_later_forks_do_not_wait, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp, *first, *second;
	struct migration m;

	lazy_only(test);
	sp = two_vmas(test);
	first = space_fork(sp);
	ok(begin_migration(sp, 1, &m));
	second = space_fork(sp);
	expect(second, "[WMWW].[WWWW]");
	ok(end_migration(sp, &m, true));
	mapped_at(folio_of(sp, 1), at(sp, 1), at(first, 1), at(second, 1));
	ok(look(second, 0, 4));
}

static void see_and_unlock(void *data)
{
	struct folio *folio = data;

	/* the child has no copy of the entry yet, so a walk may still be under way */
	WARN_ON(folio_mapcount(folio) != 1);
	folio_unlock(folio);
}

/* A walk holds the folio lock from its start on, and so misses no child. */
TEST(lazy_upgrade, waits_for_a_walk_that_has_begun)
{
	struct space *sp, *child;
	struct folio *folio;
	struct beside b;

	lazy_only(test);
	sp = two_vmas(test);
	folio = folio_of(sp, 2);
	folio_lock(folio);
	beside(test, &b, see_and_unlock, folio);
	child = space_fork(sp);
	expect_waited(&b);
	mapped_at(folio, at(sp, 2), at(child, 2));
}

/* It has all the memory that it takes before anything is changed. */
TEST(lazy_upgrade, fails_whole_at_every_allocation)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp, *child;

	lazy_only(test);
	do {
		sp = layout(test, "[WWWW].[WWWW]");
		ok(move(sp, 2, 2, 100));
		shim_fail_nth(++nth, false);
		child = space_fork(sp);
		seen = shim_fail_stop();
		failed += !child;
		expect(sp, "[WW]...[WWWW].*91[WW]");
		ok(look(sp, 100, 2));
		if (child) {
			ok(look(child, 100, 2));
			space_exit(child);
		}
		/* it goes on as if nothing had been */
		child = space_fork(sp);
		KUNIT_ASSERT_NOT_NULL(test, child);
		expect_regular(sp, 0, 1);
		expect_regular(sp, 100, 1);
		mapped_at(folio_of(sp, 101), at(sp, 101), at(child, 101));
		space_exit(child);
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 20UL);
}

/* The flag is not set on any VMA of the mm when one cannot be upgraded. */
TEST(lazy_upgrade, for_ksm_fails_whole_at_every_allocation, NOT_POSTED(is_lazy_elsewhere),
     NEEDS(CONFIG_KSM))
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	lazy_only(test);
	do {
		sp = two_vmas(test);
		shim_fail_nth(++nth, false);
		err = advise(sp, 0, 4, MADV_MERGEABLE);
		seen = shim_fail_stop();
		if (err) {
			failed++;
			fails(err, -EAGAIN);
			KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_MERGEABLE);
		}
		ok(look(sp, 0, 4));
		by_ksm(test, sp);
		expect_regular(sp, 0, 1);
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 3UL);
}

/* A merge that cannot be had does without it, and nothing has changed. */
TEST(lazy_upgrade, for_a_merge_fails_whole_at_every_allocation, NOT_POSTED(begins_with_a_merge))
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;

	lazy_only(test);
	do {
		sp = layout(test, "[WWWW]");
		ok(advise(sp, 2, 2, MADV_DONTFORK));
		KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
		expect_lazy(sp, 2, 0);
		shim_fail_nth(++nth, false);
		advise(sp, 2, 2, MADV_DOFORK);
		seen = shim_fail_stop();
		failed += vma_of(sp, 0) != vma_of(sp, 2);
		mapped_at(folio_of(sp, 3), at(sp, 3));
		ok(look(sp, 0, 4));
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 1UL);
}

#ifdef CONFIG_KSM
TEST(lazy_upgrade, by_prctl_of_the_whole_mm, NOT_POSTED(is_lazy_elsewhere))
{
	struct space *sp;

	lazy_only(test);
	sp = two_vmas(test);
	ok(touch(sp, 0, 4, 'k'));
	mmap_write_lock(sp->mm);
	ok(ksm_enable_merge_any(sp->mm));
	mmap_write_unlock(sp->mm);
	expect_regular(sp, 0, 1);
	expect_regular(sp, 5, 1);
	merge_ksm(test);
	mapped_at(folio_of(sp, 0), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
}

/* The steps that may fail come first, so no VMA has the flag after a failure. */
TEST(lazy_upgrade, by_prctl_fails_whole_at_every_allocation, NOT_POSTED(is_lazy_elsewhere))
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	lazy_only(test);
	do {
		sp = two_vmas(test);
		mmap_write_lock(sp->mm);
		shim_fail_nth(++nth, false);
		err = ksm_enable_merge_any(sp->mm);
		seen = shim_fail_stop();
		mmap_write_unlock(sp->mm);
		oracle(test);
		if (err) {
			failed++;
			KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_MERGEABLE);
			KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 5)) & VM_MERGEABLE);
		}
		ok(look(sp, 0, 4));
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 4UL);
}
#else
ABSENT(lazy_upgrade, by_prctl_of_the_whole_mm, "CONFIG_KSM is off; make CONFIG=full")
ABSENT(lazy_upgrade, by_prctl_fails_whole_at_every_allocation,
       "CONFIG_KSM is off; make CONFIG=full")
#endif
