/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel side of the machine offers to the tests, and its files to
 * each other. Kernel types; see shim/host.h for the other world.
 */
#ifndef SHIM_MACHINE_H
#define SHIM_MACHINE_H

#include <linux/types.h>
#include <linux/mm_types.h>
#include <linux/sched.h>

/* tests (suite.c): found by the linker, so that writing one registers it */
struct kunit;
struct shim_test {
	const char *suite;
	const char *name;
	void (*run)(struct kunit *test);
	const char *file;
	int line;
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	bool race;
};

/* physical memory (page.c) */
#define SHIM_NR_PAGES	(1UL << 15)	/* 128 MiB; touched on demand */
void shim_page_boot(void);
unsigned long shim_pages_used(void);
void shim_pages_report(unsigned int most);

/* slab (slab.c) */
enum shim_slab_mode {
	SHIM_SLAB_QUARANTINE,	/* RCU-type-safe objects die after a grace period */
	SHIM_SLAB_RECYCLE,	/* they are handed out again at once */
};
void shim_slab_boot(void);
void shim_slab_set_mode(enum shim_slab_mode mode);
unsigned long shim_slab_objects(const char *cache);
void shim_slab_snapshot(void);
bool shim_slab_leaks(void);

/* the run-time switch of our series (lazy.c) */
void shim_set_lazy(bool on);
bool shim_lazy(void);
unsigned long shim_vm_events(const char *name);

/* failing allocations (fail.c) */
void shim_fail_nth(unsigned long nth, bool persistent);
unsigned long shim_fail_stop(void);
bool shim_should_fail(gfp_t gfp);

/* a sweep: the n-th allocation made in an operation fails (sweep.c) */
enum shim_sweep_mode {
	SHIM_SWEEP_OFF,
	SHIM_SWEEP_RECORD,	/* a run without failures, which says how it should be */
	SHIM_SWEEP_TRY,		/* the same, with a child for each allocation */
	SHIM_SWEEP_FAIL,	/* such a child: one has failed, it ends with the operation */
};
#define SHIM_SWEEP_OPS	16384
#define SHIM_SWEEP_TEXT	(4UL << 20)

/**
 * struct shim_sweep_log - what the run without failures has shown
 * @allocations: counted ones
 * @threads: kernel threads were started
 * @own_failures: the case makes allocations fail itself
 * @nr_ops: operations
 * @ret: what each returned
 * @state: where in @text stands what each left
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
struct shim_sweep_log *shim_sweep_log(void);
void shim_op_begin(void);
void shim_op_end(void);
bool shim_sweep_should_fail(void);
void shim_sweep_finish(struct kunit *test) __noreturn;
enum shim_sweep_mode shim_sweep_mode(void);

/* per-CPU data and CPUs (percpu.c) */
void shim_percpu_boot(void);
int shim_cpu_get(void);
bool shim_cpu_claim(int cpu);
void shim_cpu_put(int cpu);

/* work queues (workqueue.c) */
void shim_workqueue_boot(void);
bool shim_run_works(void);

/* lockdep (lockdep.c, lockorder.c) */
bool shim_locks_check(void);
void shim_locks_say(char *text, int size);
void shim_lock_order_boot(void);

/* RCU (rcu.c) */
void shim_rcu_call_raw(struct rcu_head *head, rcu_callback_t func);
bool shim_rcu_run_callbacks(void);

/* races (race.c): tasks that run one at a time, by a schedule */
struct shim_racer {
	const char *name;
	void (*fn)(void *arg);
	void *arg;
};
void shim_race(const struct shim_racer *list, unsigned int nr);
const char *shim_race_until_stuck(const struct shim_racer *list, unsigned int nr);
bool shim_in_race(void);
void shim_preempt_watch(void);
void shim_race_reader(bool begins);
void shim_race_preemptible(void);
void shim_race_synchronize(void);
void shim_race_softirq(void);
void shim_race_pass(void);

/* the search of schedules (search.c) */
struct turn_plan;
struct turn_plan *shim_search_plan(void);
void shim_search_points(const char *list);

/* tasks (task.c) */
void shim_task_boot(void);
struct task_struct *shim_task_create(const char *name);
void shim_use_mm(struct mm_struct *mm);

/* text and warnings (report.c) */
unsigned int shim_warnings(void);
unsigned int shim_expect_warnings(bool on);
const char *shim_expected_report(void);
void shim_reason(const char *fmt, ...) __printf(1, 2);

/* rights (vars.c) */
void shim_drop_rights(void);

/* time (time.c) */
void shim_seed(u64 seed);

/* user memory through the page tables (mmu.c) */
int shim_user_read(struct mm_struct *mm, unsigned long addr, void *to, size_t n);
int shim_user_write(struct mm_struct *mm, unsigned long addr, const void *from,
		    size_t n);
int shim_fault_slowly(struct mm_struct *mm, unsigned long addr, bool write);
pmd_t *shim_lookup_pmd(struct mm_struct *mm, unsigned long addr);
pte_t *shim_lookup_pte(struct mm_struct *mm, unsigned long addr);

/* files in memory (file.c) */
void shim_file_boot(void);
struct file *shim_file_create(unsigned long nr_pages);
struct file *shim_file_hold(struct file *file);
void shim_file_put(struct file *file);
unsigned long shim_files_open(void);
u8 *shim_file_data(struct file *file, pgoff_t index);
struct file *shim_file_of(unsigned int fd);
void shim_close(unsigned int fd);
void shim_files_close(void);
void shim_each_file(void (*fn)(struct file *file, int held, void *arg), void *arg);

/* files of tmpfs (shmem.c) */
void shim_shmem_boot(void);
struct file *shim_shmem_create(unsigned long nr_pages);

/* the end of a case that a sweep ends early (suite.c) */
int shim_finish_case(struct kunit *test);

/* a quiet machine (boot.c) */
extern bool shim_booting;
void shim_quiesce(void);

/* swap (swap.c) */
void shim_swap_boot(void);
struct iov_iter;
struct kiocb;
struct swap_info_struct;
int shim_swap_rw(struct kiocb *iocb, struct iov_iter *iter);
int shim_swap_activate(struct swap_info_struct *sis);
int shim_swap_on(unsigned long nr_pages, bool sync);
int shim_swap_off(void);
struct file *shim_swap_file(void);
void shim_swap_break(bool now);

/* statics of subject files (mm_shim/subject) */
struct mm_struct *shim_dup_mm(struct task_struct *tsk, struct mm_struct *oldmm);
void shim_init_swapfile(void);
void shim_init_swap_state(void);
void shim_init_huge_memory(void);
void shim_init_ksm(void);
struct vfsmount;
void shim_init_shmem(struct vfsmount *mnt);
void shim_init_workingset(void);
void shim_init_userfaultfd(void);
void shim_ksm_scan(unsigned int pages);
void shim_ksm_forget(void);
const char *shim_ksm_recount(struct mm_struct **mm, long *there, long *expected);
long shim_ksm_refs(struct anon_vma *anon_vma);
void shim_each_ksm_anon_vma(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg);
unsigned long *shim_ksm_frame(struct folio *folio);
int *shim_ksm_length(struct folio *folio);
void shim_each_lru_batched(void (*fn)(struct folio *folio, void *arg), void *arg);
void shim_each_mlock_batched(void (*fn)(struct folio *folio, void *arg), void *arg);

#endif /* SHIM_MACHINE_H */
