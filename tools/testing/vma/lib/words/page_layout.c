// SPDX-License-Identifier: GPL-2.0
/* Layouts with pages in swap, under migration, merged by KSM or pinned. */
#include <linux/mm.h>

#include "words.h"

static void unpin(void *page)
{
	unpin_user_page(page);
}

/**
 * keep_pin() - unpin a page at the end of the case
 * @test: the case
 * @frame: the page, which the case has pinned; calls oracle_hold()
 *
 * Return: 0, or -ENOMEM with the page unpinned.
 */
int keep_pin(struct kunit *test, struct page *frame)
{
	if (kunit_add_action_or_reset(test, unpin, frame))
		return -ENOMEM;
	/* a large folio has a count of its own for pins */
	oracle_hold(test, page_folio(frame),
		    folio_test_large(page_folio(frame)) ? 1 : GUP_PIN_COUNTING_BIAS);
	return 0;
}

/**
 * pin_page() - pin a page for the rest of the case, as a DMA does
 * @sp: the space, made the current one
 * @page: the page
 *
 * Return: the page, which the end of the case unpins; NULL if it could not be pinned.
 */
struct page *pin_page(struct space *sp, long page)
{
	struct page *frame = NULL;

	shim_use_mm(sp->mm);
	if (pin_user_pages_fast(page_addr(page), 1, FOLL_WRITE | FOLL_LONGTERM, &frame) != 1)
		return NULL;
	return keep_pin(sp->test, frame) ? NULL : frame;
}

/**
 * split_pmd() - split a PMD into a page table, while its folio stays whole
 * @sp: the space
 * @page: the first page of a huge page in a writable VMA
 *
 * Return: 0 or a negative errno.
 */
int split_pmd(struct space *sp, long page)
{
	return protect(sp, page, HUGE_NR / 2, PROT_READ) ?: protect(sp, page, HUGE_NR / 2, RW);
}

/**
 * layout_advised() - layout() whose first pages, as many as a huge page has, may be huge
 * @test: the case
 * @text: as for layout(); those pages are mapped
 *
 * By MADV_HUGEPAGE, so what is there already stays as it is.
 */
struct space *layout_advised(struct kunit *test, const char *text)
{
	struct space *sp = layout(test, text);

	ok(advise(sp, 0, HUGE_NR, MADV_HUGEPAGE));
	return sp;
}

/**
 * layout_swapped() - layout() with a part in swap
 * @test: the case, skipped without CONFIG_SWAP
 * @text: as for layout()
 * @page: first page that is evicted
 * @nr: number of pages that are evicted
 */
struct space *layout_swapped(struct kunit *test, const char *text, long page, long nr)
{
	struct space *sp;

	needs(CONFIG_SWAP);
	sp = layout(test, text);
	ok(swap_on(test, 1024));
	ok(reclaim(sp, page, nr));
	return sp;
}

/**
 * layout_migrating() - layout() with a page after the first half of a migration
 * @test: the case, skipped without CONFIG_MIGRATION
 * @text: as for layout()
 * @page: the page
 * @m: for end_migration()
 */
struct space *layout_migrating(struct kunit *test, const char *text, long page,
			       struct migration *m)
{
	struct space *sp;

	needs(CONFIG_MIGRATION);
	sp = layout(test, text);
	ok(begin_migration(sp, page, m));
	return sp;
}

/**
 * equal_pages() - make a space with four equal pages that are MADV_MERGEABLE
 * @test: the case, skipped without CONFIG_KSM
 */
struct space *equal_pages(struct kunit *test)
{
	struct space *sp;

	needs(CONFIG_KSM);
	sp = layout(test, "[wwww]");
	ok(touch(sp, 0, 4, 'k'));
	ok(advise(sp, 0, 4, MADV_MERGEABLE));
	return sp;
}

/**
 * layout_merged() - make a space with four pages that KSM has merged
 * @test: the case, skipped without CONFIG_KSM
 */
struct space *layout_merged(struct kunit *test)
{
	struct space *sp = equal_pages(test);

	merge_ksm(test);
	return sp;
}
