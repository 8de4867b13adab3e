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
	if (is_exec_mapping(shim_vm_flags(vma)))
		r->exec += nr;
	else if (is_stack_mapping(shim_vm_flags(vma)))
		r->stack += nr;
	else if (is_data_mapping(shim_vm_flags(vma)))
		r->data += nr;
	if (shim_vm_flags(vma) & VM_LOCKED)
		r->locked += nr;
	if (shim_vm_flags(vma) & VM_ACCOUNT)
		r->account += nr;
}

/*
 * The anonymous page offset of a VMA that was never faulted is its address, or it could
 * not merge with its neighbours. A VMA that has lost its anon_vma after a move, by
 * MREMAP_DONTUNMAP or VM_WIPEONFORK, keeps its offset.
 */
static void check_offset(struct space *sp, struct vm_area_struct *vma)
{
	pgoff_t there = shim_anon_pgoff(vma), expected = shim_vm_start(vma) >> PAGE_SHIFT;

	if (sp->odd_offsets || shim_anon_vma(vma))
		return;
	/* older kernels have one offset, which is that of the file where there is one */
	if (!SHIM_OWN_ANON_PGOFF && (shim_vm_file(vma) || !vma_is_anonymous(vma)))
		return;
	if (there != expected)
		wrong(sp, "vma.anon_pgoff",
		      "anonymous page offset of the unfaulted VMA at %lx is %lx, expected %lx",
		      shim_vm_start(vma), there, expected);
}

static void check_vma(struct space *sp, struct vm_area_struct *vma)
{
	if (shim_vm_mm(vma) != sp->mm)
		wrong(sp, "vma.vm_mm",
		      "vm_mm of the VMA at %lx is %px, expected %px", shim_vm_start(vma),
		      shim_vm_mm(vma), sp->mm);
	if (shim_vm_start(vma) >= shim_vm_end(vma) || !PAGE_ALIGNED(shim_vm_start(vma) | shim_vm_end(vma)))
		wrong(sp, "vma.range", "VMA at %lx ends at %lx", shim_vm_start(vma), shim_vm_end(vma));
	if (!shim_vma_is_quiet(vma))
		wrong(sp, "vma.attached",
		      "VMA at %lx is not attached and unlocked, its count is %u",
		      shim_vm_start(vma), shim_vma_count(vma));
	if (shim_vm_lock_seq(vma) == shim_mm_lock_seq(sp->mm))
		wrong(sp, "vma.lock", "VMA at %lx is left locked for writing, vm_lock_seq is %u",
		      shim_vm_start(vma), shim_vm_lock_seq(vma));
	if (!is_lazy(vma) && (!shim_anon_vma(vma)) != list_empty(&shim_anon_vma_chain(vma)))
		wrong(sp, "vma.anon_vma", "VMA at %lx: anon_vma is %s and anon_vma_chain is %s",
		      shim_vm_start(vma), shim_anon_vma(vma) ? "set" : "NULL",
		      list_empty(&shim_anon_vma_chain(vma)) ? "empty" : "not");
	check_offset(sp, vma);
}

static void check_locks(struct space *sp)
{
	struct mm_struct *mm = sp->mm;

	if (rwsem_is_locked(&shim_mmap_lock(mm)))
		wrong(sp, "mmap_lock", "mmap_lock is left locked");
	if (SHIM_ODD_WHILE_LOCKED && (shim_mm_lock_seq(mm) & 1))
		wrong(sp, "mm_lock_seq", "mm_lock_seq is %u, as while the mm is locked for writing",
		      shim_mm_lock_seq(mm));
	if (spin_is_locked(&shim_page_table_lock(mm)))
		wrong(sp, "page_table_lock", "page_table_lock is left locked");
}

/* KSM, khugepaged and open userfaultfds have a reference each, by mmgrab(). */
static void check_mm_count(struct space *sp)
{
	struct mm_struct *mm = sp->mm;
	int there = atomic_read(&shim_mm_count(mm));
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
	same(sp, "map_count", shim_map_count(mm), sv->nr_vmas);
	same(sp, "total_vm", shim_total_vm(mm), r.total);
	same(sp, "data_vm", shim_data_vm(mm), r.data);
	same(sp, "stack_vm", shim_stack_vm(mm), r.stack);
	same(sp, "exec_vm", shim_exec_vm(mm), r.exec);
	same(sp, "locked_vm", shim_locked_vm(mm), r.locked);
	same(sp, "pinned_vm", atomic64_read(&shim_pinned_vm(mm)), 0);
	same(sp, "mm_users", atomic_read(&shim_mm_users(mm)), 1 + oracle_held(sp->test->priv, mm));
	check_mm_count(sp);
	same(sp, "pgtables_bytes", mm_pgtables_bytes(mm), sv->tables_bytes);
	for (i = 0; i < NR_MM_COUNTERS; i++)
		same_of(sp, "rss", rss[i], shim_mm_counter(mm, i), sv->rss[i]);
	sp->account = r.account;
}
