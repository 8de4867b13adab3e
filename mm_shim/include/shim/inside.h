/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of the kernel's objects: all that tests, oracle and programs read of
 * mm_struct, vm_area_struct, anon_vma and folio without a function of the kernel.
 * A field that a tree has under another name, or as another type, is a change here and
 * nowhere else; scripts/check-tree finds what reads one directly.
 *
 * Each accessor is the field itself, so that the oracle's own tests can set it to a lie.
 * Where trees differ, a line "ask MACRO: snippet" stands beside the accessor.
 * scripts/build/snippets compiles the snippet, for which mm, vma, av, avc, folio and file
 * are pointers, and MACRO is defined if it compiles. The caller has the locks that the
 * kernel wants for the field, or nobody else runs.
 */
#ifndef SHIM_INSIDE_H
#define SHIM_INSIDE_H

#include <generated/shim_inside.h>

#include <asm/shim-if.h>

/* struct vm_area_struct */
#define shim_vm_start(vma)		((vma)->vm_start)
#define shim_vm_end(vma)		((vma)->vm_end)
#define shim_vm_mm(vma)			((vma)->vm_mm)
#define shim_vm_flags(vma)		((vma)->vm_flags)
#define shim_vma_flags(vma)		((vma)->flags)	/* as vma_flags_t */
#define shim_vm_page_prot(vma)		((vma)->vm_page_prot)
#define shim_vm_pgoff(vma)		((vma)->vm_pgoff)
#define shim_vm_file(vma)		((vma)->vm_file)
#define shim_vm_ops(vma)		((vma)->vm_ops)
#define shim_vm_private_data(vma)	((vma)->vm_private_data)
#define shim_anon_vma(vma)		((vma)->anon_vma)
#define shim_anon_vma_chain(vma)	((vma)->anon_vma_chain)
#define shim_anon_name(vma)		((vma)->anon_name)
#define shim_vm_userfaultfd_ctx(vma)	((vma)->vm_userfaultfd_ctx)
#define shim_vm_shared(vma)		((vma)->shared)
#define shim_vm_lock_seq(vma)		((vma)->vm_lock_seq)
#define shim_vm_refcnt(vma)		((vma)->vm_refcnt)

/* functions of vma_flags_t, which stands beside vm_flags */
/* ask SHIM_VMA_FLAGS: vma_flags_t f = legacy_to_vma_flags(0); vma_flags_same_pair(&f, &f); */

/* what a driver says of a VMA that is not there yet, and what more a tree lets it ask for */
/* ask SHIM_MMAP_PREPARE: struct vm_area_desc d = {}; file->f_op->mmap_prepare(&d); */
/* ask SHIM_DESC_VM_FILE: struct vm_area_desc d = {}; d.vm_file = d.file; */
/* ask SHIM_DESC_VMA_FLAGS: struct vm_area_desc d = {}; vma_flags_set_word(&d.vma_flags, VM_IO); */
/* ask SHIM_MAP_KERNEL_PAGES: struct vm_area_desc d = {}; d.action.map_kernel.nr_pages = 1; */
/* ask SHIM_OPS_MAPPED: vma->vm_ops->mapped(0, 0, 0, file, NULL); */
#define shim_desc_file(desc)	((desc)->SHIM_IF(SHIM_DESC_VM_FILE, vm_file, file))
#define shim_desc_set_flags(desc, bits)						\
	SHIM_IF(SHIM_DESC_VMA_FLAGS, vma_flags_set_word(&(desc)->vma_flags, (bits)), \
		((void)((desc)->vm_flags |= (bits))))

/* a driver maps 2 MB by a number */
/* ask SHIM_INSERT_PFN_PMD: vmf_insert_pfn_pmd((struct vm_fault *)NULL, 0UL, false); */

/* the VMA is attached, and no task has its lock or waits for it */
/* ask SHIM_VMA_REFCNT: refcount_read(&vma->vm_refcnt); */
#define shim_vma_is_quiet(vma)							\
	SHIM_IF(SHIM_VMA_REFCNT, (refcount_read(&(vma)->vm_refcnt) == 1),	\
		(!(vma)->detached && !rwsem_is_locked(&(vma)->vm_lock->lock)))
#define shim_vma_count(vma)							\
	SHIM_IF(SHIM_VMA_REFCNT, refcount_read(&(vma)->vm_refcnt), ((unsigned int)!(vma)->detached))

/* the anonymous page offset of a VMA; some trees have it apart from vm_pgoff */
/* ask SHIM_ANON_PGOFF: vma_start_anon_pgoff(vma); vma->__vm_anon_pgoff_lo += 1; */
#define SHIM_OWN_ANON_PGOFF	__is_defined(SHIM_ANON_PGOFF)
#define shim_anon_pgoff(vma)							\
	SHIM_IF(SHIM_ANON_PGOFF, vma_start_anon_pgoff(vma), ((vma)->vm_pgoff))
#define shim_move_anon_pgoff(vma, by)						\
	((vma)->SHIM_IF(SHIM_ANON_PGOFF, __vm_anon_pgoff_lo, vm_pgoff) += (by))

/* struct mm_struct */
#define shim_mm_mt(mm)			((mm)->mm_mt)
#define shim_map_count(mm)		((mm)->map_count)
#define shim_total_vm(mm)		((mm)->total_vm)
#define shim_data_vm(mm)		((mm)->data_vm)
#define shim_stack_vm(mm)		((mm)->stack_vm)
#define shim_exec_vm(mm)		((mm)->exec_vm)
#define shim_locked_vm(mm)		((mm)->locked_vm)
#define shim_pinned_vm(mm)		((mm)->pinned_vm)
#define shim_mm_users(mm)		((mm)->mm_users)
#define shim_mm_count(mm)		((mm)->mm_count)
#define shim_mmap_lock(mm)		((mm)->mmap_lock)
#define shim_page_table_lock(mm)	((mm)->page_table_lock)
#define shim_mmap_base(mm)		((mm)->mmap_base)
#define shim_task_size(mm)		((mm)->task_size)
#define shim_start_brk(mm)		((mm)->start_brk)
#define shim_brk(mm)			((mm)->brk)
#define shim_def_flags(mm)		((mm)->def_flags)
#define shim_ksm_rmap_items(mm)		((mm)->ksm_rmap_items)
#define shim_ksm_merging_pages(mm)	((mm)->ksm_merging_pages)
#define shim_anon_vma_lazy(mm)		((mm)->anon_vma_lazy)	/* of our series */

/* the number that mmap_lock's writers count up, at their begin too where it is odd meanwhile */
/* ask SHIM_MM_LOCK_SEQCOUNT: mm->mm_lock_seq.sequence++; */
#define SHIM_ODD_WHILE_LOCKED	__is_defined(SHIM_MM_LOCK_SEQCOUNT)
#define shim_mm_lock_seq(mm)							\
	((mm)->SHIM_IF(SHIM_MM_LOCK_SEQCOUNT, mm_lock_seq.sequence, mm_lock_seq))

/* a counter of resident pages with what the CPUs have not added yet */
/* ask SHIM_COUNTER_SUM: get_mm_counter_sum(mm, MM_ANONPAGES); */
#define shim_mm_counter(mm, which)						\
	SHIM_IF(SHIM_COUNTER_SUM, get_mm_counter_sum((mm), (which)),		\
		((unsigned long)percpu_counter_sum_positive(&(mm)->rss_stat[which])))

/* ask SHIM_MM_FLAGS: mm_flags_test(MMF_VM_MERGEABLE, mm); */
#define __shim_mm_flag(what, mm, flag)						\
	SHIM_IF(SHIM_MM_FLAGS, mm_flags_##what(flag, mm), what##_bit(flag, &(mm)->flags))
#define shim_mm_flag(mm, flag)		__shim_mm_flag(test, mm, flag)
#define shim_set_mm_flag(mm, flag)	__shim_mm_flag(set, mm, flag)

/* struct anon_vma */
#define shim_av_root(av)		((av)->root)
#define shim_av_parent(av)		((av)->parent)
#define shim_av_rwsem(av)		((av)->rwsem)
#define shim_av_refcount(av)		((av)->refcount)
#define shim_av_tree(av)		((av)->rb_root)
#define shim_num_children(av)		((av)->num_children)
#define shim_num_active_vmas(av)	((av)->num_active_vmas)
#define shim_lazy_mm(av)		((av)->lazy_mm)		/* of our series */
#define shim_lazy_walk(av)		((av)->lazy_walk)	/* of our series */

/* struct folio */
#define shim_folio_mapping(folio)	((folio)->mapping)
#define shim_folio_index(folio)		((folio)->index)
#define shim_folio_lru(folio)		((folio)->lru)
#define shim_folio_mapcount(folio)	((folio)->_mapcount)
#define shim_large_mapcount(folio)	((folio)->_large_mapcount)
#define shim_entire_mapcount(folio)	((folio)->_entire_mapcount)
#define shim_nr_pages_mapped(folio)	((folio)->_nr_pages_mapped)
#define shim_deferred_list(folio)	((folio)->_deferred_list)
#define shim_mm_id_mapcount(folio, i)	((folio)->_mm_id_mapcount[i])

/* the interval trees of the reverse map, which were renamed */
/* ask SHIM_RMAP_TREE: anon_rmap_tree_insert(avc, av); mapping_rmap_tree_insert(vma, file->f_mapping); */
#define __shim_anon_tree(op, avc, av)						\
	SHIM_IF(SHIM_RMAP_TREE, anon_rmap_tree_##op((avc), (av)),		\
		anon_vma_interval_tree_##op((avc), &(av)->rb_root))
#define __shim_file_tree(op, vma, m)						\
	SHIM_IF(SHIM_RMAP_TREE, mapping_rmap_tree_##op((vma), (m)),		\
		vma_interval_tree_##op((vma), &(m)->i_mmap))
#define shim_anon_tree_insert(avc, av)	__shim_anon_tree(insert, avc, av)
#define shim_anon_tree_remove(avc, av)	__shim_anon_tree(remove, avc, av)
#define shim_file_tree_insert(vma, m)	__shim_file_tree(insert, vma, m)
#define shim_file_tree_remove(vma, m)	__shim_file_tree(remove, vma, m)

#endif /* SHIM_INSIDE_H */
