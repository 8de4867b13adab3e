/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Static functions and data of files of the tree that the wrappers in mm_shim/subject
 * open to the machine and to the tests. Each is there if its file is linked.
 */
#ifndef SHIM_SUBJECT_H
#define SHIM_SUBJECT_H

#include <linux/mm_types.h>
#include <linux/sched.h>

struct anon_vma;
struct vfsmount;

/* initcalls, without the threads that they start */
void shim_init_swapfile(void);
void shim_init_swap_state(void);
void shim_init_huge_memory(void);
void shim_init_ksm(void);
void shim_init_shmem(struct vfsmount *mnt);
void shim_init_workingset(void);
void shim_init_userfaultfd(void);

/* dup_mm() of kernel/fork.c */
struct mm_struct *shim_dup_mm(struct task_struct *tsk, struct mm_struct *oldmm);

/* ksmd's scan, and its data structures (mm/ksm.c) */
void shim_ksm_scan(unsigned int pages);
void shim_ksm_forget(void);
const char *shim_ksm_recount(struct mm_struct **mm, long *there, long *expected);
long shim_ksm_refs(struct anon_vma *anon_vma);
void shim_each_ksm_anon_vma(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg);
unsigned long *shim_ksm_frame(struct folio *folio);
int *shim_ksm_length(struct folio *folio);
unsigned long shim_ksm_scanned(void);
void shim_ksm_use_zero_pages(bool on);
void shim_ksm_sleep(void);

/* folios in the per-CPU batches of mm/folio.c (or mm/swap.c) and mm/mlock.c */
void shim_each_lru_batched(void (*fn)(struct folio *folio, void *arg), void *arg);
void shim_each_mlock_batched(void (*fn)(struct folio *folio, void *arg), void *arg);

/* the bitmap of idle pages in sysfs (mm/page_idle.c) */
void shim_idle_set(unsigned long pfn);
bool shim_idle_test(unsigned long pfn);

/* the swap cache gives up its writeback tags (mm/swap_state.c) */
void shim_swap_cache_untagged(void);

/* one scan of an LRU list (mm/vmscan.c) */
unsigned long shim_shrink_inactive(bool file, unsigned long nr);
void shim_shrink_active(bool file, unsigned long nr);

#endif /* SHIM_SUBJECT_H */
