// SPDX-License-Identifier: GPL-2.0
/*
 * Where large folios of lazy VMAs come from and go to: file mappings, the swap cache,
 * a move that leaves the old place mapped. Run in lazy mode only.
 */
#include <linux/mm.h>
#include <linux/swap.h>

#include "beside.h"
#include "chardev.h"
#include "internal.h"
#include "pages.h"
#include "test.h"

/* The parts of a folio in two VMAs have one anon_vma after a fork of the first. */
static void go_together(struct kunit *test, struct space *sp, long a, long b)
{
	KUNIT_ASSERT_PTR_EQ(test, folio_of(sp, a), folio_of(sp, b));
	expect_regular(sp, a, 1);
	expect_regular(sp, b, 1);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, a)), shim_anon_vma(vma_of(sp, b)));
	oracle(test);
}

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
static vm_fault_t no_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	return VM_FAULT_FALLBACK;
}

/* A private mapping that huge pages are allowed in, with eight pages of its own. */
static struct space *device_mapping(struct kunit *test)
{
	struct chardev *drv = chardev_new(test, HUGE_NR);
	struct space *sp = space_new(test);

	transparent_hugepage_flags |= BIT(TRANSPARENT_HUGEPAGE_FLAG);
	drv->vm_ops.huge_fault = no_huge_fault;
	ok(chardev_map(sp, 0, 8, MAP_PRIVATE, drv));
	chardev_put(drv);
	ok(touch_each(sp, 0, 8, 'a'));
	return sp;
}

/* Swap-in makes one where the mapping has huge_fault(): not all are in anonymous VMAs. */
TEST(lazy_large, in_a_private_file_mapping, NEEDS(CONFIG_SWAP))
{
	struct space *sp, *child;
	long page;

	lazy_only(test);
	sp = device_mapping(test);
	ok(swap_on_disk(test, 1024, true));
	/* The first slot is that of page 1, so that page 5 comes back with 4, 6 and 7 */
	for (page = 1; page < 8; page++)
		ok(reclaim(sp, page, 1));
	ok(read_page(sp, 5));
	KUNIT_ASSERT_TRUE(test, folio_test_large(folio_of(sp, 5)));
	ok(protect(sp, 6, 2, PROT_READ));
	ok(advise(sp, 6, 2, MADV_DONTFORK));
	child = space_fork(sp);
	KUNIT_ASSERT_NOT_NULL(test, child);
	go_together(test, sp, 4, 7);
	mapped_at(folio_of(sp, 5), at(sp, 4), at(sp, 5), at(sp, 6), at(sp, 7), at(child, 4),
		  at(child, 5));
	space_exit(child);
	ok(look(sp, 0, 8));
}
#else
ABSENT(lazy_large, in_a_private_file_mapping, "CONFIG_TRANSPARENT_HUGEPAGE is off; make CONFIG=full")
#endif

/* One page went away, and the VMA that it left has a hole there and no end. */
static struct space *page_moved_out(struct kunit *test)
{
	struct space *sp;

	sp = layout(test, "[H]");
	ok(remap(sp, 10, 1, 1, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, HUGE_NR + 10) < 0);
	return sp;
}

TEST(lazy_large, upgrade_of_what_a_page_was_moved_out_of, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = page_moved_out(test);
	ok(advise(sp, HUGE_NR + 10, 1, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	go_together(test, sp, 0, HUGE_NR + 10);
}

TEST(lazy_large, upgrade_of_a_page_that_was_moved_out, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = page_moved_out(test);
	ok(advise(sp, 0, HUGE_NR, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	go_together(test, sp, 0, HUGE_NR + 10);
}

/* A VMA of more pages than two folios is looked at near its ends, at both of them. */
TEST(lazy_large, upgrade_of_a_long_vma_with_a_part_below, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[HHHH]");
	ok(advise(sp, 0, 500, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	go_together(test, sp, 0, 505);
}

TEST(lazy_large, upgrade_of_a_long_vma_with_a_part_above, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[HHHH]");
	ok(advise(sp, 3 * HUGE_NR + 10, 502, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	go_together(test, sp, 3 * HUGE_NR, 3 * HUGE_NR + 20);
}

/* One folio leads to the next one, and a VMA between two of them is in both. */
TEST(lazy_large, upgrade_goes_from_folio_to_folio, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	lazy_only(test);
	sp = layout(test, "[HHHH]");
	ok(advise(sp, 256, HUGE_NR, MADV_DONTFORK));
	ok(advise(sp, 256 + HUGE_NR, 3 * HUGE_NR - 256, MADV_DONTFORK));
	ok(protect(sp, 256 + HUGE_NR, HUGE_NR, PROT_READ));
	ok(protect(sp, 256 + 2 * HUGE_NR, HUGE_NR, PROT_READ | PROT_EXEC));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	go_together(test, sp, 0, 300);
	go_together(test, sp, 256 + HUGE_NR - 1, 256 + HUGE_NR);
	go_together(test, sp, 256 + 2 * HUGE_NR - 1, 256 + 2 * HUGE_NR);
	go_together(test, sp, 256 + 3 * HUGE_NR - 1, 256 + 3 * HUGE_NR);
}

/* Its entries are in swap and the folio still in the swap cache, which has its anon_vma. */
TEST(lazy_large, in_the_swap_cache, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_SWAP))
{
	struct folio *folio;
	struct space *sp;

	lazy_only(test);
	large_folios(NULL, 2);
	sp = layout(test, "[WWWW]");
	ok(swap_on_disk(test, 1024, false));
	folio = folio_of(sp, 0);
	KUNIT_ASSERT_TRUE(test, folio_test_large(folio));
	shim_swap_break(true);
	reclaim(sp, 0, 4);
	shim_swap_break(false);
	expect(sp, "[SSSS]");
	KUNIT_ASSERT_TRUE(test, folio_test_swapcache(folio) && folio_test_large(folio));
	ok(advise(sp, 2, 2, MADV_DONTFORK));
	KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
	expect_regular(sp, 0, 1);
	expect_regular(sp, 2, 1);
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(folio), shim_anon_vma(vma_of(sp, 2)));
	ok(look(sp, 0, 4));
}

static void begin_walk(void *anon_vma)
{
	anon_vma_lock_read(anon_vma);
}

static void let_go(void *anon_vma)
{
	anon_vma_unlock_read(anon_vma);
}

/* A walk must not see a folio that is half split: two walks at once are no better. */
TEST(lazy_large, split_waits_for_walks, NOT_POSTED(reads_anon_vma),
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct beside b;

	lazy_only(test);
	sp = layout(test, "[H]");
	expect_lazy(sp, 0, 0);
	beside_holding(test, &b, begin_walk, let_go, shim_anon_vma(vma_of(sp, 0)));
	ok(split_huge(sp, 0));
	expect_waited(&b);
	expect(sp, "[W*512]");
	ok(look(sp, 100, 10));
}
