// SPDX-License-Identifier: GPL-2.0
/*
* The oracle's own tests. Each case changes one thing behind the
 * kernel's back, wants the oracle to complain of exactly that, and puts it right
 * again, so that no check of the oracle can be one that never fails.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pagemap.h>
#include <linux/percpu_counter.h>

#include "internal.h"
#include "oracle_self.h"
#include "test.h"

/* counts of the mm */

#define MM_COUNT(field)							\
TEST(oracle, sees_##field)						\
{									\
	struct space *sp = layout(test, "[WW][rr]");			\
									\
	lie(shim_##field(sp->mm)++, shim_##field(sp->mm)--, "parent: " #field " is ");	\
	lie(shim_##field(sp->mm)--, shim_##field(sp->mm)++, #field " is ");	\
}

MM_COUNT(map_count)
MM_COUNT(total_vm)
MM_COUNT(data_vm)
MM_COUNT(stack_vm)
MM_COUNT(exec_vm)
MM_COUNT(locked_vm)

TEST(oracle, says_what_is_there_and_what_it_expected)
{
	struct space *sp = layout(test, "[WW][rr]");

	lie(shim_map_count(sp->mm) += 5, shim_map_count(sp->mm) -= 5, "map_count is 7, expected 2");
}

TEST(oracle, sees_pinned_vm)
{
	struct space *sp = layout(test, "[WW]");

	lie(atomic64_inc(&shim_pinned_vm(sp->mm)), atomic64_dec(&shim_pinned_vm(sp->mm)),
	    "pinned_vm is 1, expected 0");
}

TEST(oracle, sees_committed_memory)
{
	layout(test, "[WW]");
	lie(vm_acct_memory(1), vm_unacct_memory(1), "vm_committed_as is 3, expected 2");
	lie(vm_unacct_memory(1), vm_acct_memory(1), "vm_committed_as is 1, expected 2");
}

TEST(oracle, sees_references_to_the_mm)
{
	struct space *sp = layout(test, "[WW]");

	lie(mmget(sp->mm), mmput(sp->mm), "mm_users is 2, expected 1");
	lie(mmgrab(sp->mm), mmdrop(sp->mm), "mm_count is 2, expected 1");
}

TEST(oracle, knows_of_references_that_a_case_has)
{
	struct space *sp = layout(test, "[WW]");
	struct folio *folio = folio_of(sp, 0);

	mmget(sp->mm);
	oracle_hold(test, sp->mm, 1);
	folio_get(folio);
	oracle_hold(test, folio, 1);
	lie(oracle_hold(test, folio, -1), oracle_hold(test, folio, 1), "refcount of the folio");
	folio_put(folio);
	oracle_hold(test, folio, -1);
	mmput(sp->mm);
	oracle_hold(test, sp->mm, -1);
	content(test);
}

TEST(oracle, sees_resident_pages)
{
	struct mm_struct *mm = layout(test, "[WWr]")->mm;

	lie(inc_mm_counter(mm, MM_ANONPAGES), dec_mm_counter(mm, MM_ANONPAGES),
	    "MM_ANONPAGES is 3, expected 2");
	lie(inc_mm_counter(mm, MM_FILEPAGES), dec_mm_counter(mm, MM_FILEPAGES),
	    "MM_FILEPAGES is 1, expected 0");
	lie(inc_mm_counter(mm, MM_SHMEMPAGES), dec_mm_counter(mm, MM_SHMEMPAGES),
	    "MM_SHMEMPAGES is 1, expected 0");
	lie(inc_mm_counter(mm, MM_SWAPENTS), dec_mm_counter(mm, MM_SWAPENTS),
	    "MM_SWAPENTS is 1, expected 0");
}

TEST(oracle, sees_page_table_bytes)
{
	struct mm_struct *mm = layout(test, "[W]")->mm;

	lie(mm_inc_nr_ptes(mm), mm_dec_nr_ptes(mm), "pgtables_bytes is 16384, expected 12288");
}

/* VMAs */

TEST(oracle, sees_vm_mm)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	lie(shim_vm_mm(vma) = NULL, shim_vm_mm(vma) = sp->mm, "vm_mm of the VMA at 10000000 is ");
}

TEST(oracle, sees_vm_end)
{
	struct space *sp = layout(test, "[ww]");
	struct vm_area_struct *vma = vma_of(sp, 0);
	unsigned long end = shim_vm_end(vma);

	lie(shim_vm_end(vma)--, shim_vm_end(vma) = end, "VMA at 10000000 ends at 10001fff");
}

TEST(oracle, sees_a_vma_twice)
{
	struct space *sp = layout(test, "[ww]");
	struct vm_area_struct *vma = vma_of(sp, 0);
	VMA_ITERATOR(vmi, sp->mm, page_addr(8));
	unsigned long total = shim_total_vm(sp->mm), data = shim_data_vm(sp->mm);

	content(test);
	mmap_write_lock(sp->mm);
	mas_set_range(&vmi.mas, page_addr(8), page_addr(9) - 1);
	ok(mas_store_gfp(&vmi.mas, vma, GFP_KERNEL));
	mmap_write_unlock(sp->mm);
	shim_map_count(sp->mm)++;
	shim_total_vm(sp->mm) += 2;
	shim_data_vm(sp->mm) += 2;
	vm_acct_memory(2);
	complains(test, "VMA at 10000000 is in the tree twice");
	vm_unacct_memory(2);
	shim_map_count(sp->mm)--;
	shim_total_vm(sp->mm) = total;
	shim_data_vm(sp->mm) = data;
	mmap_write_lock(sp->mm);
	mas_set_range(&vmi.mas, page_addr(8), page_addr(9) - 1);
	ok(mas_store_gfp(&vmi.mas, NULL, GFP_KERNEL));
	mmap_write_unlock(sp->mm);
	content(test);
}

TEST(oracle, sees_the_offset_of_an_unfaulted_vma)
{
	struct space *sp = layout(test, "[ww][RR]");
	struct vm_area_struct *vma = vma_of(sp, 0);

	lie(shim_move_anon_pgoff(vma, 1), shim_move_anon_pgoff(vma, -1),
	    "anonymous page offset of the unfaulted VMA at 10000000 is 10001, expected 10000");
}

TEST(oracle, sees_an_anon_vma_without_chain,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_moved_vma_without_its_link"))
{
	struct space *sp = layout(test, "[WW].[ww]");
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(sp, 0));

	lie(shim_anon_vma(vma_of(sp, 0)) = NULL, shim_anon_vma(vma_of(sp, 0)) = anon_vma,
	    "anon_vma is NULL and anon_vma_chain is not");
	lie(shim_anon_vma(vma_of(sp, 3)) = anon_vma, shim_anon_vma(vma_of(sp, 3)) = NULL,
	    "VMA at 10003000: anon_vma is set and anon_vma_chain is empty");
}

/* locks */

TEST(oracle, sees_a_vma_lock)
{
	struct space *sp = layout(test, "[WW]");
	struct vm_area_struct *vma = vma_of(sp, 0);
	unsigned int seq = shim_vm_lock_seq(vma);

	lie(vma = lock_vma_under_rcu(sp->mm, page_addr(0)), vma_end_read(vma),
	    "VMA at 10000000 is not attached and unlocked");
	lie(shim_vm_lock_seq(vma) = shim_mm_lock_seq(sp->mm), shim_vm_lock_seq(vma) = seq,
	    "VMA at 10000000 is left locked for writing");
}

TEST(oracle, sees_locks_of_the_mm)
{
	struct mm_struct *mm = layout(test, "[WW]")->mm;

	lie(mmap_read_lock(mm), mmap_read_unlock(mm), "mmap_lock is left locked");
	lie(mmap_write_lock(mm), mmap_write_unlock(mm), "mmap_lock is left locked");
	if (SHIM_ODD_WHILE_LOCKED)
		lie(shim_mm_lock_seq(mm)++, shim_mm_lock_seq(mm)--, "mm_lock_seq is ");
	lie(spin_lock(&shim_page_table_lock(mm)), spin_unlock(&shim_page_table_lock(mm)),
	    "page_table_lock is left locked");
}

TEST(oracle, sees_a_page_table_lock)
{
	struct space *sp = layout(test, "[WW]");
	pmd_t *pmd = mm_find_pmd(sp->mm, page_addr(0));

	lie(spin_lock(pte_lockptr(sp->mm, pmd)), spin_unlock(pte_lockptr(sp->mm, pmd)),
	    "page table at 10000000 is left locked");
}

TEST(oracle, sees_an_anon_vma_lock, NOT_LAZY(lie, "lazy_fork.both_kinds_in_one_mm"))
{
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(layout(test, "[WW]"), 0));

	lie(anon_vma_lock_read(anon_vma), anon_vma_unlock_read(anon_vma),
	    "rwsem of the anon_vma of 10000000 is left locked");
	lie(anon_vma_lock_write(anon_vma), anon_vma_unlock_write(anon_vma),
	    "rwsem of the anon_vma of 10000000 is left locked");
}

TEST(oracle, sees_a_folio_lock)
{
	struct folio *folio = folio_of(layout(test, "[WW]"), 1);

	lie(folio_lock(folio), folio_unlock(folio), "folio at 10001000 is left locked");
}

/* contents */

TEST(oracle, sees_a_changed_model)
{
	struct space *sp = layout(test, "[WW]");

	lie(sp->model[1]++, sp->model[1]--, "page 1 at 10001000 holds 0x42, expected 0x43");
}

TEST(oracle, sees_a_changed_byte)
{
	struct space *sp = layout(test, "[WW]");
	u8 *bytes = folio_address(folio_of(sp, 0));

	lie(bytes[0] ^= 1, bytes[0] ^= 1, "page 0 at 10000000 holds 0x40, expected 0x41");
	lie(bytes[PAGE_SIZE - 1] ^= 1, bytes[PAGE_SIZE - 1] ^= 1,
	    "page 0 at 10000000 holds 0x40, expected 0x41");
}

#ifdef MADV_GUARD_INSTALL
TEST(oracle, sees_a_guard_that_is_gone)
{
	struct space *sp = layout(test, "[Ww]");

	lie(sp->model[1] = 0xfffe, sp->model[1] = 0,
	    "page 1 at 10001000 is no guard, expected one");
}

TEST(oracle, sees_a_guard_too_many)
{
	struct space *sp = layout(test, "[WW]");

	ok(advise(sp, 1, 1, MADV_GUARD_INSTALL));
	lie(sp->model[1] = 0, sp->model[1] = 0xfffe,
	    "page 1 at 10001000 is a guard, expected contents 0");
}
#else
ABSENT(oracle, sees_a_guard_that_is_gone, "this kernel has no guard regions")
ABSENT(oracle, sees_a_guard_too_many, "this kernel has no guard regions")
#endif

TEST(oracle, sees_a_page_that_is_gone)
{
	struct space *sp = layout(test, "[Ww]");

	lie(sp->model[1] = 7, sp->model[1] = 0,
	    "page 1 at 10001000 is not mapped, expected contents 0x7");
}
