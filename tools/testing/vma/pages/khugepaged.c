// SPDX-License-Identifier: GPL-2.0
/* Collapse: 512 single pages become a huge one, by khugepaged's own functions. */
#include <linux/mmu_notifier.h>

#include "pages.h"
#include "uffd.h"
#include "test.h"

static int collapse(struct space *sp)
{
	return advise(sp, 0, HUGE_NR, MADV_COLLAPSE);
}

TEST(khugepaged, single_pages_become_huge, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*512]");
	ok(collapse(sp));
	expect(sp, "[H]");
	mapped_at(folio_of(sp, 9), at(sp, 0));
	ok(look(sp, 0, 8));
	ok(look(sp, 504, 8));
	ok(write_page(sp, 9, 'x'));
	ok(look(sp, 0, 16));
}

TEST(khugepaged, holes_become_zero, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*100w*300W*112]");
	ok(collapse(sp));
	expect(sp, "[H]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 200), 0);
	ok(look(sp, 96, 8));
	ok(look(sp, 398, 8));
}

TEST(khugepaged, what_was_split_becomes_huge_again, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	ok(split_pmd(sp, 0));
	expect(sp, "[W*512]");
	ok(collapse(sp));
	expect(sp, "[H]");
	KUNIT_EXPECT_PTR_NE(test, folio_of(sp, 0), folio);
	ok(look(sp, 250, 10));
}

/* The child's copy is its own; the parent keeps what it had. */
TEST(khugepaged, pages_shared_by_fork, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[W*512]");
	child = space_fork(parent);
	ok(write_page(child, 5, 'w'));
	ok(collapse(child));
	expect(child, "[H]");
	expect(parent, "[W*512]");
	mapped_at(folio_of(parent, 3), at(parent, 3));
	mapped_at(folio_of(child, 3), at(child, 0));
	ok(write_page(child, 3, 'c'));
	ok(look(parent, 0, 8));
	ok(look(child, 0, 8));
}

/* Older kernels want one entry of the range at least to be writable. */
TEST(khugepaged, pages_that_nobody_can_write_to, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *child;

	parent = layout(test, "[W*512]");
	child = space_fork(parent);
	if (IS_ENABLED(SHIM_COLLAPSE_WRITABLE)) {
		fails(collapse(child), -EINVAL);
		expect(child, "[W*512]");
	} else {
		ok(collapse(child));
		expect(child, "[H]");
	}
	ok(look(parent, 0, 8));
	ok(look(child, 0, 8));
}

TEST(khugepaged, pages_in_swap_are_brought_in, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct space *sp;

	sp = layout(test, "[W*512]");
	ok(swap_on(test, 1024));
	ok(reclaim(sp, 10, 3));
	ok(collapse(sp));
	expect(sp, "[H]");
	ok(look(sp, 8, 8));
}

TEST(khugepaged, vma_without_room_stays, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*511]");
	fails(advise(sp, 0, 511, MADV_COLLAPSE), -EINVAL);
	expect(sp, "[W*511]");
	ok(look(sp, 0, 8));
}

TEST(khugepaged, rest_without_room_stays, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*1023]");
	ok(advise(sp, 0, 1023, MADV_COLLAPSE));
	expect(sp, "[HW*511]");
	ok(look(sp, 508, 8));
}

/* One of the pages has an extra reference, whose holder may still read it. */
TEST(khugepaged, pinned_page_stays, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[W*512]");
	folio = hold_folio(sp, 7);
	KUNIT_EXPECT_NE(test, collapse(sp), 0);
	expect(sp, "[W*512]");
	KUNIT_EXPECT_PTR_EQ(test, folio_of(sp, 7), folio);
	release_folio(test, folio);
	ok(collapse(sp));
	ok(look(sp, 0, 8));
}

TEST(khugepaged, moved_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, ".*600[W*512]");
	ok(move(sp, 600, HUGE_NR, 0));
	ok(collapse(sp));
	expect(sp, "[H]");
	mapped_at(folio_of(sp, 1), at(sp, 0));
	ok(look(sp, 0, 8));
}

/* A fault in the meantime would put an entry into the page table that is lost then. */
TEST(khugepaged, write_locks_the_vma, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_PER_VMA_LOCK))
{
	struct space *sp;

	sp = layout(test, "[W*512]");
	ok(collapse(sp));
	KUNIT_EXPECT_TRUE(test, was_write_locked(sp, 0));
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

TEST(khugepaged, reference_that_is_taken_meanwhile,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MMU_NOTIFIER))
{
	struct folio *folio;
	struct space *sp;
	struct racer *r;

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
TEST(khugepaged, page_that_userfaultfd_protects_stays,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

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
TEST(khugepaged, holes_of_userfaultfd_stay, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[W*500w*12]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, HUGE_NR, UFFD_MISSING));
	KUNIT_EXPECT_NE(test, advise(sp, 0, HUGE_NR, MADV_COLLAPSE), 0);
	expect(sp, "[W*500wwwwwwwwwwww]");
	fails(read_page(sp, 505), -EIO);
}

/* A hole in the VMA: two VMAs never share a PMD. */
TEST(khugepaged, range_of_two_vmas_stays, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[W*512]");
	ok(protect(sp, 0, 8, PROT_READ));
	KUNIT_EXPECT_NE(test, advise(sp, 0, HUGE_NR, MADV_COLLAPSE), 0);
	expect(sp, "[RRRRRRRR][W*504]");
}
