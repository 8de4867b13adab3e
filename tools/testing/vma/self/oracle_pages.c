// SPDX-License-Identifier: GPL-2.0
/*
* The oracle's own tests: huge PMDs, large folios, migration and swap
* entries, and pages that KSM has merged.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pgtable.h>
#include <linux/shmem_fs.h>
#include <linux/swap.h>
#include <asm/pgalloc.h>

#include "internal.h"
#include "oracle_self.h"
#include "test.h"
#include SHIM_LEAF_HEADER

/* huge PMDs */

TEST(oracle, sees_a_writable_pmd_of_a_read_only_vma, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	pmd_t *pmdp, pmd;

	sp = layout(test, "[H]");
	ok(protect(sp, 0, HUGE_NR, PROT_READ));
	pmdp = shim_lookup_pmd(sp->mm, page_addr(0));
	pmd = *pmdp;
	lie(*pmdp = __pmd(pmd_val(pmd) | _PAGE_RW), *pmdp = pmd,
	    "PMD at 10000000 is writable, its VMA is not");
}

TEST(oracle, sees_a_pmd_that_reaches_out_of_its_vma, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct vm_area_struct *vma;
	unsigned long end;

	sp = layout(test, "[H]");
	vma = vma_of(sp, 0);
	end = shim_vm_end(vma);
	lie(shim_vm_end(vma) -= PAGE_SIZE, shim_vm_end(vma) = end, "PMD at 10000000 reaches out of its VMA");
}

/* The page table that is deposited for the split is there, and no other PMD has it. */
TEST(oracle, sees_a_page_table_put_aside_too_much, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	struct space *sp = layout(test, "[HH]");
	pmd_t *pmdp = shim_lookup_pmd(sp->mm, page_addr(0));
	spinlock_t *ptl;
	pgtable_t table;

	content(test);
	ptl = pmd_lock(sp->mm, pmdp);
	table = pgtable_trans_huge_withdraw(sp->mm, pmdp);
	spin_unlock(ptl);
	complains(test, "page tables put aside for the PMDs at 0 are 1, expected 2");
	ptl = pmd_lock(sp->mm, pmdp);
	pgtable_trans_huge_deposit(sp->mm, pmdp, table);
	spin_unlock(ptl);
	content(test);
#else
#endif
}

/* large folios */

TEST(oracle, sees_an_entire_mapcount, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;

	folio = folio_of(layout(test, "[H]"), 0);
	lie(atomic_inc(&shim_entire_mapcount(folio)), atomic_dec(&shim_entire_mapcount(folio)),
	    "entire mapcount of the folio at 10000000 is 2, expected 1");
}

TEST(oracle, sees_a_large_mapcount, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct folio *folio;

	folio = folio_of(layout(test, "[H]"), 0);
	lie(atomic_inc(&shim_large_mapcount(folio)), atomic_dec(&shim_large_mapcount(folio)),
	    "mapcount of the folio at 10000000 is 2, expected 1");
}

TEST(oracle, sees_how_many_pages_are_mapped, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_PAGE_MAPCOUNT))
{
	struct folio *folio;
	struct space *sp;

	sp = layout(test, "[H]");
	folio = folio_of(sp, 0);
	lie(atomic_inc(&shim_nr_pages_mapped(folio)), atomic_dec(&shim_nr_pages_mapped(folio)),
	    "_nr_pages_mapped of the folio at 10000000 is 0x800001, expected 0x800000");
	ok(unmap(sp, 0, 500));
	lie(atomic_dec(&shim_nr_pages_mapped(folio)), atomic_inc(&shim_nr_pages_mapped(folio)),
	    "_nr_pages_mapped of the folio at 101f4000 is 0xb, expected 0xc");
}

TEST(oracle, sees_the_mapcount_of_a_page_of_a_large_folio,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_PAGE_MAPCOUNT))
{
	struct space *sp;
	struct page *page;

	sp = layout(test, "[H]");
	ok(unmap(sp, 0, 500));
	page = frame_of(sp, 505);
	lie(atomic_inc(&page->_mapcount), atomic_dec(&page->_mapcount),
	    "mapcount of page 505 of the folio at 101f4000 is 2, expected 1");
}

TEST(oracle, sees_which_process_maps_a_large_folio, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
#ifdef FOLIO_MM_IDS_SHARED_BITNUM
	struct space *parent, *child;
	struct folio *folio;

	parent = layout(test, "[H]");
	folio = folio_of(parent, 0);
	lie(shim_mm_id_mapcount(folio, 0)++, shim_mm_id_mapcount(folio, 0)--,
	    "process 0 of the folio at 10000000 counts 2 entries, expected 1");
	child = space_fork(parent);
	lie(shim_mm_id_mapcount(folio, 1)++, shim_mm_id_mapcount(folio, 1)--,
	    "process 1 of the folio at 10000000 counts 2 entries, expected 1");
	lie(__clear_bit(FOLIO_MM_IDS_SHARED_BITNUM, &folio->_mm_ids),
	    __set_bit(FOLIO_MM_IDS_SHARED_BITNUM, &folio->_mm_ids),
	    "is not marked as shared, expected so with 1 of 2 entries");
	space_exit(child);
	content(test);
#else
	kunit_skip(test, "this kernel does not count processes");
#endif
}

TEST(oracle, sees_a_shared_pmd_that_is_exclusive, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct page *page;

	sp = layout(test, "[H]");
	page = frame_of(sp, 0);
	lie(ClearPageAnonExclusive(page), SetPageAnonExclusive(page),
	    "AnonExclusive of the page at 10000000 is clear, expected set as it is writable");
	space_fork(sp);
	lie(SetPageAnonExclusive(page), ClearPageAnonExclusive(page),
	    "AnonExclusive of the page at 10000000 is set, expected clear with 2 entries");
}

TEST(oracle, sees_a_shared_page_of_a_large_folio_that_is_exclusive,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;
	struct page *page;

	sp = layout(test, "[H]");
	ok(unmap(sp, 0, 500));
	space_fork(sp);
	page = frame_of(sp, 505);
	lie(SetPageAnonExclusive(page), ClearPageAnonExclusive(page),
	    "AnonExclusive of the page at 101f9000 is set, expected clear with 2 entries");
}

/* migration entries */

TEST(oracle, sees_a_writable_migration_entry_of_a_read_only_vma, NEEDS(CONFIG_MIGRATION))
{
#ifdef CONFIG_MIGRATION
	struct space *sp = layout(test, "[WW]");
	struct migration m;
	pte_t *ptep, pte;
	swp_entry_t leaf;

	ok(begin_migration(sp, 1, &m));
	ok(protect(sp, 0, 2, PROT_READ));
	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	leaf = make_writable_migration_entry(swp_offset(shim_leaf_of_pte(pte)));
	lie(set_pte(ptep, swp_entry_to_pte(leaf)), set_pte(ptep, pte),
	    "migration entry at 10001000 is writable, its VMA is not");
	ok(end_migration(sp, &m, true));
#else
#endif
}

TEST(oracle, sees_a_migration_entry_that_is_left, NEEDS(CONFIG_MIGRATION))
{
#ifdef CONFIG_MIGRATION
	struct space *sp = layout(test, "[WW]");
	struct migration m;

	ok(begin_migration(sp, 1, &m));
	lie(folio_unlock(m.folio), folio_lock(m.folio),
	    "migration entry at 10001000 is left, its folio is not locked for a migration");
	ok(end_migration(sp, &m, true));
#else
#endif
}

TEST(oracle, sees_a_shared_migration_entry_that_is_exclusive, NEEDS(CONFIG_MIGRATION))
{
#ifdef CONFIG_MIGRATION
	struct space *sp = layout(test, "[WW]");
	struct migration m;
	pte_t *ptep, pte;
	swp_entry_t leaf;

	space_fork(sp);
	ok(begin_migration(sp, 1, &m));
	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	leaf = make_readable_exclusive_migration_entry(swp_offset(shim_leaf_of_pte(pte)));
	lie(set_pte(ptep, swp_entry_to_pte(leaf)), set_pte(ptep, pte),
	    "migration entry at 10001000 is exclusive, expected shared with 2 entries");
	ok(end_migration(sp, &m, true));
#else
#endif
}

TEST(oracle, sees_a_migration_entry_that_is_gone, NEEDS(CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp = layout_migrating(test, "[WW]", 1, &m);
	pte_t *ptep, pte;

	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	lie(set_pte(ptep, __pte(0)), set_pte(ptep, pte), "MM_ANONPAGES is 2, expected 1");
	ok(end_migration(sp, &m, true));
}

/* swap entries */

TEST(oracle, sees_a_swap_entry_that_is_gone, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WW]", 1, 1);
	pte_t *ptep, pte;

	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	forget(sp, 1, 1);
	lie(set_pte(ptep, __pte(0)), set_pte(ptep, pte), "MM_SWAPENTS is 1, expected 0");
	content(test);
	dec_mm_counter(sp->mm, MM_SWAPENTS);
	set_pte(ptep, __pte(0));
	complains(test, "slots of the swap device are counted 1 times, expected 0");
	inc_mm_counter(sp->mm, MM_SWAPENTS);
	set_pte(ptep, pte);
	content(test);
}

TEST(oracle, sees_a_swap_count, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WW]", 1, 1), *child;
	pte_t *ptep, pte;

	child = space_fork(sp);
	ptep = entry(child, 1);
	pte = ptep_get(ptep);
	content(test);
	forget(child, 1, 1);
	dec_mm_counter(child->mm, MM_SWAPENTS);
	set_pte(ptep, __pte(0));
	complains(test, "swap count of the entry at 10001000 is 2, expected 1");
	inc_mm_counter(child->mm, MM_SWAPENTS);
	set_pte(ptep, pte);
	content(test);
}

/* A page of tmpfs that is in swap has its entry in the file. */
TEST(oracle, sees_a_swap_entry_of_a_file_that_is_gone, NEEDS(CONFIG_SHMEM, CONFIG_SWAP))
{
	struct shmem_inode_info *info;
	struct address_space *mapping;
	struct space *sp;
	void *item;

	sp = layout(test, "[WW]");
	ok(map_file(sp, 4, 2, RW, MAP_SHARED | MAP_ANONYMOUS, NULL, 0));
	ok(touch(sp, 4, 2, 'f'));
	ok(swap_on(test, 64));
	ok(reclaim(sp, 4, 2));
	mapping = shim_vm_file(vma_of(sp, 4))->f_mapping;
	item = xa_load(&mapping->i_pages, 1);
	KUNIT_ASSERT_TRUE(test, xa_is_value(item));
	info = SHMEM_I(mapping->host);
	lie(info->swapped++, info->swapped--,
	    "swapped of a file is 3, expected 2");
	info->swapped--;
	xa_store(&mapping->i_pages, 1, NULL, GFP_KERNEL);
	complains(test, "slots of the swap device are counted 2 times, expected 1");
	xa_store(&mapping->i_pages, 1, item, GFP_KERNEL);
	info->swapped++;
	content(test);
}

TEST(oracle, sees_a_shared_swap_entry_that_is_exclusive, NEEDS(CONFIG_SWAP))
{
	struct space *sp = layout_swapped(test, "[WW]", 1, 1);
	pte_t *ptep, pte;

	space_fork(sp);
	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	lie(set_pte(ptep, pte_swp_mkexclusive(pte)), set_pte(ptep, pte),
	    "swap entry at 10001000 is exclusive, expected shared with 2 entries");
}

/* KSM */

TEST(oracle, sees_what_ksm_counts_of_a_process, NEEDS(CONFIG_KSM))
{
	struct mm_struct *mm = layout_merged(test)->mm;
	unsigned long *items = oracle_ksm_items(mm), *merging = oracle_ksm_merging(mm);

	lie(++*items, --*items, "ksm_rmap_items is 5, expected 4");
	lie(--*merging, ++*merging, "ksm_merging_pages is 3, expected 4");
}

TEST(oracle, sees_a_frame_that_ksm_does_not_know, NEEDS(CONFIG_KSM))
{
	unsigned long *frame = oracle_ksm_frame(folio_of(layout_merged(test), 0));

	KUNIT_ASSERT_NOT_NULL(test, frame);
	lie(++*frame, --*frame, "frame of the KSM folio at 10000000 is ");
}

TEST(oracle, sees_the_length_of_a_list_of_ksm, NEEDS(CONFIG_KSM))
{
	int *length = oracle_ksm_length(folio_of(layout_merged(test), 0));

	lie(++*length, --*length, "rmap_hlist_len is 5, expected 4");
}

TEST(oracle, sees_a_ksm_page_that_is_exclusive, NEEDS(CONFIG_KSM))
{
	struct page *page = frame_of(layout_merged(test), 0);

	lie(SetPageAnonExclusive(page), ClearPageAnonExclusive(page), "AnonExclusive of the ");
}

/* An rmap_item has a reference to the anon_vma, and so have a VMA's children. */
TEST(oracle, sees_a_reference_to_the_anon_vma_of_ksm_pages, NEEDS(CONFIG_KSM))
{
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(layout_merged(test), 0));

	lie(get_anon_vma(anon_vma), put_anon_vma(anon_vma),
	    "refcount of the anon_vma of 10000000 is 6, expected 5");
}
