/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's half of what scripts/probes asks of the tree: each difference
 * between kernels that the machine itself must follow stands here once.
 */
#ifndef SHIM_COMPAT_H
#define SHIM_COMPAT_H

#ifdef SHIM_PAGE_FLAGS_STRUCT
#define shim_page_flags(page)	((page)->flags.f)
#else
#define shim_page_flags(page)	((page)->flags)
#endif

#ifdef SHIM_PREP_TAIL_BY_HEAD
#define shim_prep_compound_tail(head, i, order) \
	prep_compound_tail((head) + (i), (head), (order))
#else
#define shim_prep_compound_tail(head, i, order)	prep_compound_tail((head), (i))
#endif

#ifdef SHIM_ARCH_ZERO_PAGE
extern unsigned long zero_pfn;
#define shim_set_zero_page(page) \
	do { empty_zero_page = page_address(page); zero_pfn = page_to_pfn(page); } while (0)
#else
#define shim_set_zero_page(page) \
	do { __zero_page = (page); zero_page_pfn = page_to_pfn(page); } while (0)
#endif

#ifdef SHIM_KMALLOC_TOKEN
#define SHIM_KMALLOC_PARAMS(size, b)	DECL_KMALLOC_PARAMS(size, b, token)
#define SHIM_TOKEN_PARAMS(size)		DECL_TOKEN_PARAMS(size, token)
#else
#define SHIM_KMALLOC_PARAMS(size, b)	DECL_BUCKET_PARAMS(size, b)
#define SHIM_TOKEN_PARAMS(size)		size_t size
#endif

#ifdef SHIM_BULK_ALLOC_BOOL
#define shim_bulk_t	bool
#else
#define shim_bulk_t	int
#endif

#ifdef SHIM_KVFREE_RCU_HEAD
#define shim_kvfree_head	kvfree_rcu_head
#else
#define shim_kvfree_head	rcu_head
#endif

#ifdef SHIM_FILE_REF
#define shim_file_ref_init(file)	file_ref_init(&(file)->f_ref, 1)
#define shim_file_ref_put(file)		file_ref_put(&(file)->f_ref)
#else
#define shim_file_ref_init(file)	atomic_long_set(&(file)->f_count, 1)
#define shim_file_ref_put(file)		atomic_long_dec_and_test(&(file)->f_count)
#endif

#ifdef SHIM_INIT_TIMER_KEY
#define shim_timer_init_key	init_timer_key
#else
#define shim_timer_init_key	timer_init_key
#endif

/* in the tree, and nobody holds or takes its lock */
#ifdef SHIM_VMA_REFCNT
#define shim_vma_is_quiet(vma)	(refcount_read(&(vma)->vm_refcnt) == 1)
#define shim_vma_count(vma)	refcount_read(&(vma)->vm_refcnt)
#else
#define shim_vma_is_quiet(vma)	(!(vma)->detached && !rwsem_is_locked(&(vma)->vm_lock->lock))
#define shim_vma_count(vma)	((unsigned int)!(vma)->detached)
#endif

/* the page of its anon_vmas that a VMA starts at, and if it is not vm_pgoff */
#ifdef SHIM_ANON_PGOFF
#define SHIM_OWN_ANON_PGOFF	1
#define shim_anon_pgoff(vma)	vma_start_anon_pgoff(vma)
#define shim_move_anon_pgoff(vma, by)	((vma)->__vm_anon_pgoff_lo += (by))
#else
#define SHIM_OWN_ANON_PGOFF	0
#define shim_anon_pgoff(vma)	((vma)->vm_pgoff)
#define shim_move_anon_pgoff(vma, by)	((vma)->vm_pgoff += (by))
#endif

/* the trees of the reverse map, by the names that they have */
#ifdef SHIM_RMAP_TREE
#define shim_anon_tree_insert(avc, av)	anon_rmap_tree_insert((avc), (av))
#define shim_anon_tree_remove(avc, av)	anon_rmap_tree_remove((avc), (av))
#define shim_file_tree_insert(vma, m)	mapping_rmap_tree_insert((vma), (m))
#define shim_file_tree_remove(vma, m)	mapping_rmap_tree_remove((vma), (m))
#else
#define shim_anon_tree_insert(avc, av)	anon_vma_interval_tree_insert((avc), &(av)->rb_root)
#define shim_anon_tree_remove(avc, av)	anon_vma_interval_tree_remove((avc), &(av)->rb_root)
#define shim_file_tree_insert(vma, m)	vma_interval_tree_insert((vma), &(m)->i_mmap)
#define shim_file_tree_remove(vma, m)	vma_interval_tree_remove((vma), &(m)->i_mmap)
#endif

/* entries that are neither none nor present; the user includes the header */
#ifdef SHIM_LEAFOPS
#define SHIM_LEAF_HEADER		"linux/leafops.h"
#define shim_leaf_of_pte(pte)		softleaf_from_pte(pte)
#define shim_leaf_is_swap(leaf)		softleaf_is_swap(leaf)
#define shim_leaf_is_migration(leaf)	softleaf_is_migration(leaf)
#define shim_leaf_page(leaf)		softleaf_to_page(leaf)
#define shim_pmd_is_migration(pmd)	pmd_is_migration_entry(pmd)
#define shim_leaf_of_pmd(pmd)		softleaf_from_pmd(pmd)
#else
#define SHIM_LEAF_HEADER		"linux/swapops.h"
#define shim_leaf_of_pte(pte)		pte_to_swp_entry(pte)
#define shim_leaf_is_swap(leaf)		(!non_swap_entry(leaf))
#define shim_leaf_is_migration(leaf)	is_migration_entry(leaf)
#define shim_leaf_page(leaf)		pfn_swap_entry_to_page(leaf)
#define shim_pmd_is_migration(pmd)	is_pmd_migration_entry(pmd)
#define shim_leaf_of_pmd(pmd)		pmd_to_swp_entry(pmd)
#endif

#endif /* SHIM_COMPAT_H */
