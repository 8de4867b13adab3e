// SPDX-License-Identifier: GPL-2.0
/* The machine's TLB: what is freed while it is cached, batches of flushes, and its size. */
#include <linux/mm.h>
#include <linux/pgtable.h>

#include <asm/tlbbatch.h>

#include "oracle_self.h"
#include "test.h"

TEST(machine, page_that_is_freed_while_it_is_cached)
{
	struct space *sp = layout(test, "[WW]");
	struct page *page = alloc_page(GFP_KERNEL);
	pte_t *ptep = entry(sp, 1), pte = *ptep;

	oracle_pause(test);
	set_pte(ptep, pfn_pte(page_to_pfn(page), PAGE_SHARED));
	byte_at(sp, 1);
	set_pte(ptep, pte);
	shim_expect_warnings(true);
	__free_page(page);
	KUNIT_EXPECT_EQ(test, shim_expect_warnings(false), 1U);
	flush(sp, 1);
	oracle_resume(test);
}

TEST(machine, page_that_is_freed_after_the_flush)
{
	struct space *sp = layout(test, "[WW]");
	struct page *page = alloc_page(GFP_KERNEL);
	pte_t *ptep = entry(sp, 1), pte = *ptep;

	oracle_pause(test);
	set_pte(ptep, pfn_pte(page_to_pfn(page), PAGE_SHARED));
	byte_at(sp, 1);
	set_pte(ptep, pte);
	flush(sp, 1);
	__free_page(page);
	oracle_resume(test);
}

/* A batch has what it was told of, and no more. */
TEST(machine, batch_of_flushes, NEEDS(CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH))
{
#ifdef CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH
	struct arch_tlbflush_unmap_batch batch = {};
	struct space *sp = layout(test, "[WWWW]");
	pte_t *ptep = entry(sp, 0), old[4];
	int i;

	oracle_pause(test);
	for (i = 0; i < 4; i++)
		old[i] = ptep_get_and_clear(sp->mm, page_addr(i), ptep + i);
	shim_tlb_batch(&batch, sp->mm, page_addr(1), page_addr(3));
	KUNIT_EXPECT_EQ(test, cached(sp, 1, true), 1U);
	shim_tlb_batch_flush(&batch);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, cached(sp, i, true), i == 0 || i == 3);
	for (i = 0; i < 4; i++)
		set_pte(ptep + i, old[i]);
	oracle_resume(test);
#endif
}

/* As a TLB it forgets what is old, and nothing breaks. */
TEST(machine, more_pages_than_the_tlb_has_room_for)
{
	struct space *sp = space_new(test);

	ok(map(sp, 0, 1500, RW));
	ok(touch(sp, 0, 1500, 'a'));
	KUNIT_EXPECT_EQ(test, cached(sp, 0, true), 0U);
	KUNIT_EXPECT_EQ(test, cached(sp, 1499, true), 1U);
	ok(unmap(sp, 700, 100));
	ok(look(sp, 0, 700));
}
