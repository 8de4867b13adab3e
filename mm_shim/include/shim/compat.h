/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's half of what scripts/build/probes asks of the tree: each difference
 * between kernels that the machine itself must follow stands here once.
 */
#ifndef SHIM_COMPAT_H
#define SHIM_COMPAT_H

#include <asm/shim-if.h>

#include <shim/inside.h>

#define shim_page_flags(page)							\
	SHIM_IF(SHIM_PAGE_FLAGS_STRUCT, (page)->flags.f, (page)->flags)

#define shim_prep_compound_tail(head, i, order)					\
	SHIM_IF(SHIM_PREP_TAIL_BY_HEAD,						\
		prep_compound_tail((head) + (i), (head), (order)),		\
		prep_compound_tail((head), (i)))

/* the shared page of zeroes */
#ifdef SHIM_ARCH_ZERO_PAGE
extern unsigned long zero_pfn;
#define shim_set_zero_page(page) \
	do { empty_zero_page = page_address(page); zero_pfn = page_to_pfn(page); } while (0)
#else
#define shim_set_zero_page(page) \
	do { __zero_page = (page); zero_page_pfn = page_to_pfn(page); } while (0)
#endif

/* the queue of huge pages to split, in trees where the node has it */
#define shim_init_queue(q)							\
	({ spin_lock_init(&(q)->split_queue_lock); INIT_LIST_HEAD(&(q)->split_queue); })
#define shim_init_split_queue(pgdat)						\
	SHIM_IF(SHIM_NODE_SPLIT_QUEUE, shim_init_queue(&(pgdat)->deferred_split_queue), (void)(pgdat))

/* pages that are not kept in the page cache once they are written */
#define shim_set_dropbehind(folio)						\
	SHIM_IF(SHIM_DROPBEHIND, folio_set_dropbehind(folio), (void)(folio))
#define shim_dropbehind(folio)							\
	SHIM_IF(SHIM_DROPBEHIND, folio_test_dropbehind(folio), ((void)(folio), false))

/* a driver's huge page in a page table */
#define shim_insert_folio_pmd(vmf, folio)					\
	SHIM_IF(SHIM_INSERT_FOLIO_PMD, SHIM_IF(CONFIG_TRANSPARENT_HUGEPAGE,	\
		vmf_insert_folio_pmd((vmf), (folio), true), VM_FAULT_FALLBACK), VM_FAULT_FALLBACK)

/* types and names in prototypes of functions that the machine defines */
#define SHIM_KMALLOC_PARAMS(size, b)						\
	SHIM_IF(SHIM_KMALLOC_TOKEN, DECL_KMALLOC_PARAMS(size, b, token),	\
		DECL_BUCKET_PARAMS(size, b))
#ifdef SHIM_KVMALLOC_ALIGN
#define SHIM_KVMALLOC_PARAMS(gfp, node)	unsigned long align, gfp_t gfp, int node
#else
#define SHIM_KVMALLOC_PARAMS(gfp, node)	gfp_t gfp, int node
#endif
#define SHIM_TOKEN_PARAMS(size)							\
	SHIM_IF(SHIM_KMALLOC_TOKEN, DECL_TOKEN_PARAMS(size, token), size_t size)
#define shim_bulk_t		SHIM_IF(SHIM_BULK_ALLOC_BOOL, bool, int)
#define shim_kvfree_head	SHIM_IF(SHIM_KVFREE_RCU_HEAD, kvfree_rcu_head, rcu_head)
#define shim_timer_init_key	SHIM_IF(SHIM_INIT_TIMER_KEY, init_timer_key, timer_init_key)

#define shim_file_ref_init(file)						\
	SHIM_IF(SHIM_FILE_REF, file_ref_init(&(file)->f_ref, 1),		\
		atomic_long_set(&(file)->f_count, 1))
#define shim_file_ref_put(file)							\
	SHIM_IF(SHIM_FILE_REF, file_ref_put(&(file)->f_ref),			\
		atomic_long_dec_and_test(&(file)->f_count))

/* entries that are neither none nor present; include SHIM_LEAF_HEADER to use these */
#define SHIM_LEAF_HEADER		SHIM_IF(SHIM_LEAFOPS, "linux/leafops.h", "linux/swapops.h")
#define shim_leaf_of_pte(pte)		SHIM_IF(SHIM_LEAFOPS, softleaf_from_pte, pte_to_swp_entry)(pte)
#define shim_leaf_of_pmd(pmd)		SHIM_IF(SHIM_LEAFOPS, softleaf_from_pmd, pmd_to_swp_entry)(pmd)
#define shim_leaf_is_swap(leaf)		SHIM_IF(SHIM_LEAFOPS, softleaf_is_swap, !non_swap_entry)(leaf)
#define shim_leaf_is_migration(leaf)	SHIM_IF(SHIM_LEAFOPS, softleaf_is_migration, is_migration_entry)(leaf)
#define shim_leaf_is_hwpoison(leaf)	SHIM_IF(SHIM_LEAFOPS, softleaf_is_hwpoison, is_hwpoison_entry)(leaf)
#define shim_leaf_page(leaf)		SHIM_IF(SHIM_LEAFOPS, softleaf_to_page, pfn_swap_entry_to_page)(leaf)
#define shim_leaf_pfn(leaf)		SHIM_IF(SHIM_LEAFOPS, softleaf_to_pfn, swp_offset_pfn)(leaf)
#define shim_pmd_is_migration(pmd)	SHIM_IF(SHIM_LEAFOPS, pmd_is_migration_entry, is_pmd_migration_entry)(pmd)
#define shim_leaf_is_uffd_wp(leaf)	SHIM_IF(SHIM_LEAFOPS, softleaf_is_uffd_wp_marker, pte_marker_entry_uffd_wp)(leaf)

#endif /* SHIM_COMPAT_H */
