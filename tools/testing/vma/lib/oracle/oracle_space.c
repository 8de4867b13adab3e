// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's view of an mm: its counts are those of its VMAs and page tables, its
 * locks are free, and each VMA is in a state that it may have between operations.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>

#include "internal.h"
#include "vma.h"
#include "check.h"

struct recount {
	long total, data, stack, exec, locked, account;
};

static void count_vma(struct recount *r, struct vm_area_struct *vma)
{
	long nr = vma_pages(vma);

	r->total += nr;
	if (is_exec_mapping(vma->vm_flags))
		r->exec += nr;
	else if (is_stack_mapping(vma->vm_flags))
		r->stack += nr;
	else if (is_data_mapping(vma->vm_flags))
		r->data += nr;
	if (vma->vm_flags & VM_LOCKED)
		r->locked += nr;
	if (vma->vm_flags & VM_ACCOUNT)
		r->account += nr;
}

/*
 * The anonymous page offset of a VMA that was never faulted is its address, or it could
 * not merge with its neighbours. A VMA that has lost its anon_vma after a move, by
 * MREMAP_DONTUNMAP or VM_WIPEONFORK, keeps its offset.
 */
static void check_offset(struct space *sp, struct vm_area_struct *vma)
{
	pgoff_t there = shim_anon_pgoff(vma), expected = vma->vm_start >> PAGE_SHIFT;

	if (sp->odd_offsets || vma->anon_vma)
		return;
	/* older kernels have one offset, which is that of the file where there is one */
	if (!SHIM_OWN_ANON_PGOFF && (vma->vm_file || !vma_is_anonymous(vma)))
		return;
	if (there != expected)
		wrong(sp, "vma.anon_pgoff",
		      "anonymous page offset of the unfaulted VMA at %lx is %lx, expected %lx",
		      vma->vm_start, there, expected);
}

static void check_vma(struct space *sp, struct vm_area_struct *vma)
{
	if (vma->vm_mm != sp->mm)
		wrong(sp, "vma.vm_mm",
		      "vm_mm of the VMA at %lx is %px, expected %px", vma->vm_start,
		      vma->vm_mm, sp->mm);
	if (vma->vm_start >= vma->vm_end || !PAGE_ALIGNED(vma->vm_start | vma->vm_end))
		wrong(sp, "vma.range", "VMA at %lx ends at %lx", vma->vm_start, vma->vm_end);
	if (!shim_vma_is_quiet(vma))
		wrong(sp, "vma.attached",
		      "VMA at %lx is not attached and unlocked, its count is %u",
		      vma->vm_start, shim_vma_count(vma));
	if (vma->vm_lock_seq == sp->mm->mm_lock_seq.sequence)
		wrong(sp, "vma.lock", "VMA at %lx is left locked for writing, vm_lock_seq is %u",
		      vma->vm_start, vma->vm_lock_seq);
	if (!is_lazy(vma) && (!vma->anon_vma) != list_empty(&vma->anon_vma_chain))
		wrong(sp, "vma.anon_vma", "VMA at %lx: anon_vma is %s and anon_vma_chain is %s",
		      vma->vm_start, vma->anon_vma ? "set" : "NULL",
		      list_empty(&vma->anon_vma_chain) ? "empty" : "not");
	check_offset(sp, vma);
}

static void check_locks(struct space *sp)
{
	struct mm_struct *mm = sp->mm;

	if (rwsem_is_locked(&mm->mmap_lock))
		wrong(sp, "mmap_lock", "mmap_lock is left locked");
	if (mm->mm_lock_seq.sequence & 1)
		wrong(sp, "mm_lock_seq", "mm_lock_seq is %u, as while the mm is locked for writing",
		      mm->mm_lock_seq.sequence);
	if (spin_is_locked(&mm->page_table_lock))
		wrong(sp, "page_table_lock", "page_table_lock is left locked");
}

/* KSM, khugepaged and open userfaultfds have a reference each, by mmgrab(). */
static void check_mm_count(struct space *sp)
{
	struct mm_struct *mm = sp->mm;
	int there = atomic_read(&mm->mm_count);
	int expected = 1 + shim_mm_flag(mm, MMF_VM_MERGEABLE) + shim_mm_flag(mm, MMF_VM_HUGEPAGE) +
		       oracle_uffd_contexts(sp) + oracle_held(sp->test->priv, grabbed(mm));

	/* finding 18: the flag was set, and khugepaged had no memory for its slot */
	if (IS_ENABLED(SHIM_BUG_KHUGEPAGED_MARK) && shim_sweep_mode() == SHIM_SWEEP_FAIL &&
	    shim_mm_flag(mm, MMF_VM_HUGEPAGE) && there == expected - 1)
		return;
	same(sp, "mm_count", there, expected);
}

/**
 * oracle_space() - recount what an mm counts of its VMAs and page tables
 * @sv: the view of it
 */
void oracle_space(struct space_view *sv)
{
	static const char *const rss[NR_MM_COUNTERS] = {
		[MM_FILEPAGES] = "MM_FILEPAGES", [MM_ANONPAGES] = "MM_ANONPAGES",
		[MM_SWAPENTS] = "MM_SWAPENTS", [MM_SHMEMPAGES] = "MM_SHMEMPAGES",
	};
	struct space *sp = sv->sp;
	struct mm_struct *mm = sp->mm;
	struct recount r = {};
	int i;

	check_locks(sp);
	for (i = 0; i < sv->nr_vmas; i++) {
		check_vma(sp, sv->vmas[i]);
		count_vma(&r, sv->vmas[i]);
	}
	same(sp, "map_count", mm->map_count, sv->nr_vmas);
	same(sp, "total_vm", mm->total_vm, r.total);
	same(sp, "data_vm", mm->data_vm, r.data);
	same(sp, "stack_vm", mm->stack_vm, r.stack);
	same(sp, "exec_vm", mm->exec_vm, r.exec);
	same(sp, "locked_vm", mm->locked_vm, r.locked);
	same(sp, "pinned_vm", atomic64_read(&mm->pinned_vm), 0);
	same(sp, "mm_users", atomic_read(&mm->mm_users), 1 + oracle_held(sp->test->priv, mm));
	check_mm_count(sp);
	same(sp, "pgtables_bytes", mm_pgtables_bytes(mm), sv->tables_bytes);
	for (i = 0; i < NR_MM_COUNTERS; i++)
		same_of(sp, "rss", rss[i], get_mm_counter_sum(mm, i), sv->rss[i]);
	sp->account = r.account;
}
