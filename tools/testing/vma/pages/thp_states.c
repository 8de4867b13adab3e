// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages: the folio is split while it is mapped in every way that there is,
 * and a collapse meets what it must not swallow.
 */
#include "pages.h"
#include "uffd.h"

#include <linux/mmu_notifier.h>

/*
 *	parent      [H]             a PMD
 *	child       [R*256][W*256]  entries, of two VMAs
 *	grandchild  .*600[W*512]    entries, moved
 */
TEST(thp, split_of_one_that_is_mapped_in_every_way)
{
	struct space *parent, *child, *grandchild;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	parent = layout(test, "[H]");
	child = space_fork(parent);
	grandchild = space_fork(child);
	ok(protect(child, 0, 256, PROT_READ));
	ok(move(grandchild, 0, HUGE_NR, 600));
	ok(unmap(grandchild, 607, 1));
	ok(split_huge(parent, 0));
	expect(parent, "[W*512]");
	expect(child, "[R*256][W*256]");
	mapped_at(folio_of(parent, 7), at(parent, 7), at(child, 7));
	mapped_at(folio_of(parent, 8), at(parent, 8), at(child, 8), at(grandchild, 608));
	ok(look(parent, 0, 8));
	ok(look(child, 250, 8));
	ok(look(grandchild, 600, 6));
}

TEST(thp, split_of_one_that_is_read_only)
{
	struct space *sp;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	sp = layout(test, "[H]");
	ok(protect(sp, 0, HUGE_NR, PROT_READ));
	ok(split_huge(sp, 0));
	expect(sp, "[R*512]");
	fails(write_page(sp, 3, 'x'), -EFAULT);
	ok(look(sp, 0, 8));
}

/* Exclusive before, and each page after: a store needs no copy. */
TEST(thp, split_keeps_pages_exclusive)
{
	struct page *frame;
	struct space *sp;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	sp = layout(test, "[H]");
	frame = frame_of(sp, 9);
	ok(split_huge(sp, 0));
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(frame));
	ok(write_page(sp, 9, 'x'));
	KUNIT_EXPECT_PTR_EQ(test, frame_of(sp, 9), frame);
	ok(look(sp, 0, 16));
}

TEST(thp, split_of_a_locked_one)
{
	struct space *sp;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	sp = layout(test, "[H]");
	ok(lock(sp, 0, HUGE_NR));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 0)));
	ok(split_huge(sp, 0));
	expect(sp, "[W*512]");
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 0)));
	KUNIT_EXPECT_TRUE(test, folio_test_mlocked(folio_of(sp, 511)));
	ok(unlock(sp, 0, HUGE_NR));
	KUNIT_EXPECT_FALSE(test, folio_test_mlocked(folio_of(sp, 511)));
	ok(look(sp, 0, 8));
}

/* Pages of it are in swap already, by way of the program. */
TEST(thp, split_of_one_that_is_partly_in_swap)
{
	struct space *parent, *child;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	needs(CONFIG_SWAP);
	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(swap_on(test, 2048));
	ok(reclaim(parent, 0, HUGE_NR));
	expect(parent, "[S*512]");
	ok(look(parent, 0, 4));
	ok(write_page(child, 2, 'c'));
	ok(unmap(child, 8, 504));
	ok(look(child, 0, 8));
	ok(look(parent, 4, 8));
}

/* Memory is short: what nobody maps is given back. */
TEST(thp, partly_unmapped_one_is_split_by_the_shrinker)
{
	unsigned long used;
	struct space *sp;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	sp = layout(test, "[H]");
	drain_lru();
	used = shim_pages_used();
	ok(unmap(sp, 100, 300));
	drop_caches(test);
	/* a page table is in use since, which was put aside before */
	KUNIT_EXPECT_EQ(test, used - shim_pages_used(), 300UL);
	expect(sp, "[W*100].*300[W*112]");
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 511), at(sp, 511));
	ok(look(sp, 0, 8));
	ok(look(sp, 500, 8));
}

TEST(thp, whole_one_is_left_alone_by_the_shrinker)
{
	struct space *parent, *child;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	parent = layout(test, "[H]");
	child = space_fork(parent);
	ok(unmap(child, 100, 300));
	drain_lru();
	drop_caches(test);
	expect(parent, "[H]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(child, 0), folio_of(parent, 0));
	ok(look(parent, 0, 8));
}

TEST(thp, split_under_a_fork_of_its_parts)
{
	struct space *parent, *child;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	parent = layout(test, "[H]");
	ok(unmap(parent, 0, 100));
	child = space_fork(parent);
	ok(write_page(child, 100, 'c'));
	ok(write_page(parent, 101, 'p'));
	ok(split_huge(parent, 200));
	mapped_at(folio_of(parent, 100), at(parent, 100));
	mapped_at(folio_of(child, 101), at(child, 101));
	mapped_at(folio_of(child, 102), at(parent, 102), at(child, 102));
	ok(look(parent, 100, 8));
	ok(look(child, 100, 8));
}

/*
 * Somebody takes a reference while the collapse is between its look and its
 * decision: where the notifiers are told, the page table is still there.
 */
struct racer {
	struct mmu_notifier mn;
	struct mm_struct *mm;
	struct kunit *test;
	struct folio *folio;
	int calls;		/* one is enough */
};

#ifdef CONFIG_MMU_NOTIFIER
static int race(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct racer *r = container_of(mn, struct racer, mn);

	if (!r->calls) {
		r->calls = 1;
		folio_get(r->folio);
		oracle_hold(r->test, r->folio, 1);
	}
	return 0;
}

static const struct mmu_notifier_ops racer_ops = { .invalidate_range_start = race };

static void unregister(void *data)
{
	struct racer *r = data;

	mmu_notifier_unregister(&r->mn, r->mm);
	if (r->calls)
		folio_put(r->folio);
}

static struct racer *race_begins(struct space *sp, struct folio *folio)
{
	struct kunit *test = sp->test;
	struct racer *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL | __GFP_NOFAIL);

	r->mn.ops = &racer_ops;
	r->mm = sp->mm;
	r->test = test;
	r->folio = folio;
	KUNIT_ASSERT_EQ(test, mmu_notifier_register(&r->mn, sp->mm), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, unregister, r), 0);
	oracle_hold(test, grabbed(sp->mm), 1);
	return r;
}

static void race_ends(struct racer *r)
{
	oracle_hold(r->test, grabbed(r->mm), -1);
	oracle_hold(r->test, r->folio, -r->calls);
	kunit_release_action(r->test, unregister, r);
}
#else
static struct racer *race_begins(struct space *sp, struct folio *folio)
{
	return NULL;
}

static void race_ends(struct racer *r)
{
}
#endif

TEST(khugepaged, reference_that_is_taken_meanwhile)
{
	struct folio *folio;
	struct space *sp;
	struct racer *r;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	needs(CONFIG_MMU_NOTIFIER);
	sp = layout(test, "[W*512]");
	folio = folio_of(sp, 300);
	drain_lru();
	r = race_begins(sp, folio);
	KUNIT_EXPECT_NE(test, advise(sp, 0, HUGE_NR, MADV_COLLAPSE), 0);
	KUNIT_EXPECT_GT(test, r->calls, 0);
	expect(sp, "[W*512]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 300), folio);
	mapped_at(folio, at(sp, 300));
	ok(look(sp, 296, 8));
	race_ends(r);
	ok(advise(sp, 0, HUGE_NR, MADV_COLLAPSE));
	expect(sp, "[H]");
	ok(look(sp, 296, 8));
}

/* A monitor wants to hear of stores to a page: it must not vanish in a huge one. */
TEST(khugepaged, page_that_userfaultfd_protects_stays)
{
	struct space *sp;
	struct uffd *u;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	needs(CONFIG_USERFAULTFD);
	sp = layout(test, "[W*512]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, HUGE_NR, UFFD_WP));
	ok(uffd_protect(u, 7, 1, true));
	KUNIT_EXPECT_NE(test, advise(sp, 0, HUGE_NR, MADV_COLLAPSE), 0);
	expect(sp, "[W*512]");
	fails(write_page(sp, 7, 'x'), -EIO);
	ok(look(sp, 0, 8));
}

/* Holes that a monitor would be asked for are not filled without it. */
TEST(khugepaged, holes_of_userfaultfd_stay)
{
	struct space *sp;
	struct uffd *u;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	needs(CONFIG_USERFAULTFD);
	sp = layout(test, "[W*500w*12]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, HUGE_NR, UFFD_MISSING));
	KUNIT_EXPECT_NE(test, advise(sp, 0, HUGE_NR, MADV_COLLAPSE), 0);
	expect(sp, "[W*500wwwwwwwwwwww]");
	fails(read_page(sp, 505), -EIO);
}

/* A hole in the VMA: two VMAs never share a PMD. */
TEST(khugepaged, range_of_two_vmas_stays)
{
	struct space *sp;

	needs(CONFIG_TRANSPARENT_HUGEPAGE);
	sp = layout(test, "[W*512]");
	ok(protect(sp, 0, 8, PROT_READ));
	KUNIT_EXPECT_NE(test, advise(sp, 0, HUGE_NR, MADV_COLLAPSE), 0);
	expect(sp, "[RRRRRRRR][W*504]");
}
