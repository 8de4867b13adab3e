// SPDX-License-Identifier: GPL-2.0
/* The oracle's own tests: translations that the page tables no longer allow. */
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "oracle_self.h"
#include "test.h"

/* The zero page has no count that could be wrong, too. */
static struct space *zeros(struct kunit *test)
{
	struct space *sp = layout(test, "[ww]");

	ok(look(sp, 0, 2));
	return sp;
}

TEST(oracle, sees_a_cached_page_that_is_unmapped)
{
	struct space *sp = zeros(test);
	pte_t *ptep = entry(sp, 1), pte = *ptep;

	lie(set_pte(ptep, __pte(0)), set_pte(ptep, pte),
	    "the TLB has a page at 10001000");
	lie(set_pte(ptep, __pte(0)), set_pte(ptep, pte),
	    "and the page tables have none after access, which did not flush it");
}

TEST(oracle, sees_a_cached_page_in_place_of_which_another_is_mapped)
{
	struct space *sp = layout(test, "[WW]");
	pte_t *ptep = entry(sp, 1), pte = *ptep;

	flush(sp, 1);
	KUNIT_EXPECT_EQ(test, cached(sp, 1, true), 1U);
	forget(sp, 0, 2);
	oracle_pause(test);
	set_pte(ptep, pfn_pte(pte_pfn(*entry(sp, 0)), PAGE_SHARED));
	ok(byte_at(sp, 1) == 0);
	KUNIT_EXPECT_EQ_MSG(test, cached(sp, 1, false), 2U, "another CPU may have the old one");
	flush(sp, 1);
	KUNIT_EXPECT_EQ(test, cached(sp, 1, false), 1U);
	set_pte(ptep, pte);
	flush(sp, 1);
	KUNIT_EXPECT_EQ(test, cached(sp, 1, false), 0U);
	oracle_resume(test);
	content(test);
}

TEST(oracle, sees_a_cached_right_to_write)
{
	struct space *sp = layout(test, "[WW]");
	pte_t *ptep = entry(sp, 1), pte = *ptep;

	lie(set_pte(ptep, pte_wrprotect(pte)), set_pte(ptep, pte),
	    "a writable page at 10001000");
	lie(set_pte(ptep, pte_mkclean(pte)), set_pte(ptep, pte),
	    "the page tables have it clean");
}

TEST(oracle, allows_more_rights_and_an_old_page)
{
	struct space *sp = layout(test, "[WW]");
	pte_t *ptep = entry(sp, 1), pte = *ptep;

	set_pte(ptep, pte_mkold(pte));
	content(test);
	set_pte(ptep, pte_wrprotect(pte));
	flush(sp, 1);
	KUNIT_EXPECT_EQ(test, cached(sp, 1, true), 0U);
	KUNIT_EXPECT_EQ(test, cached(sp, 1, false), 1U);
	set_pte(ptep, pte);
	content(test);
}

/* Hardware may walk at any time, so the flush has to come behind the change. */
TEST(oracle, sees_a_flush_that_came_too_early)
{
	struct space *sp = layout(test, "[WW]");
	pte_t *ptep = entry(sp, 1), pte = *ptep;

	flush(sp, 1);
	lie(set_pte(ptep, pte_wrprotect(pte)), set_pte(ptep, pte), "have it read-only");
	set_pte(ptep, pte_wrprotect(pte));
	flush(sp, 1);
	content(test);
	set_pte(ptep, pte);
}

TEST(oracle, sees_a_page_of_a_huge_one_that_small_entries_map, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct shim_tlb_stale stale;
	struct space *sp = layout(test, "[H]");
	pmd_t *pmdp = shim_lookup_pmd(sp->mm, page_addr(0)), pmd = *pmdp;
	unsigned long pfn = pmd_pfn(pmd);
	struct page *table = alloc_page(GFP_KERNEL | __GFP_ZERO);

	set_pte((pte_t *)page_address(table), pfn_pte(pfn, PAGE_SHARED));
	oracle_pause(test);
	*pmdp = __pmd(page_to_phys(table) | _PAGE_TABLE);
	KUNIT_EXPECT_TRUE(test, shim_tlb_find_stale(sp->mm, &stale));
	*pmdp = pmd;
	__free_page(table);
	oracle_resume(test);
	content(test);
}
