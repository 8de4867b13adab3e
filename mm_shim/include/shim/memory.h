/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Physical memory, slab, per-CPU memory, page tables and user accesses, and the
 * injection of failures: the room mm_shim/kernel/memory.
 */
#ifndef SHIM_MEMORY_H
#define SHIM_MEMORY_H

#include <linux/mm_types.h>
#include <linux/types.h>

/* physical memory (page.c) */
extern unsigned long shim_nr_pages;	/* the host gives a page at its first use */
#define SHIM_NR_PAGES	shim_nr_pages
void shim_page_boot(void);
void shim_page_boot_end(void);
unsigned long shim_pages_used(void);
void shim_use_zone_movable(bool on);
void shim_guard_tables(void);
void shim_pages_report(unsigned int most);

/* slab (slab.c) */
enum shim_slab_mode {
	SHIM_SLAB_QUARANTINE,	/* type-safe objects are freed after a grace period */
	SHIM_SLAB_RECYCLE,	/* they are handed out again at once */
};
void shim_slab_boot(void);
void shim_slab_set_mode(enum shim_slab_mode mode);
unsigned long shim_slab_objects(const char *cache);
void *shim_slab_object_at(const char *name, const void *addr);
void shim_slab_snapshot(void);
bool shim_slab_leaks(void);

/* failing allocations (fail.c) */
void shim_fail_nth(unsigned long nth, bool persistent);
unsigned long shim_fail_stop(void);
bool shim_should_fail(gfp_t gfp);

/* the part of a failure sweep that sees each allocation (fail.c) */
enum shim_sweep_mode {
	SHIM_SWEEP_OFF,		/* no sweep, or allocations do not count */
	SHIM_SWEEP_RECORD,	/* a run without failures, whose results are recorded */
	SHIM_SWEEP_TRY,		/* the same run again, with a child for each allocation */
	SHIM_SWEEP_FAIL,	/* such a child, which ends with the operation */
};
#define SHIM_SWEEP_OPS	16384
#define SHIM_SWEEP_TEXT	(4UL << 20)

/**
 * struct shim_sweep_log - record of the run without failures
 * @allocations: number of allocations that count
 * @threads: kernel threads were started
 * @own_failures: the case itself makes allocations fail
 * @nr_ops: number of operations
 * @ret: return value of each
 * @state: offset in @text of the state after each
 * @used: bytes of @text
 * @text: one string an operation, where there is room
 */
struct shim_sweep_log {
	unsigned long allocations;
	bool threads;
	bool own_failures;
	unsigned int nr_ops;
	long ret[SHIM_SWEEP_OPS];
	unsigned int state[SHIM_SWEEP_OPS];
	unsigned long used;
	char text[SHIM_SWEEP_TEXT];
};
void shim_sweep_begin(struct shim_sweep_log *log, bool (*should_fail)(void));
void shim_sweep_set_mode(enum shim_sweep_mode mode);
enum shim_sweep_mode shim_sweep_mode(void);
struct shim_sweep_log *shim_sweep_log(void);
void shim_op_begin(void);
void shim_op_end(void);

/* per-CPU memory (percpu.c) */
void shim_percpu_boot(void);
unsigned long shim_percpu_first(unsigned long addr);

/* page tables (pgtable.c) */
pmd_t *shim_lookup_pmd(struct mm_struct *mm, unsigned long addr);
pte_t *shim_lookup_pte(struct mm_struct *mm, unsigned long addr);

/* user memory through the page tables (mmu.c) */
void shim_use_mm(struct mm_struct *mm);
int shim_user_read(struct mm_struct *mm, unsigned long addr, void *to, size_t n);
int shim_user_write(struct mm_struct *mm, unsigned long addr, const void *from,
		    size_t n);
int shim_fault(struct mm_struct *mm, unsigned long addr, bool write);
int shim_fault_slowly(struct mm_struct *mm, unsigned long addr, bool write);

/* the end of deferred work (quiesce.c) */
void shim_quiesce(void);

#endif /* SHIM_MEMORY_H */
