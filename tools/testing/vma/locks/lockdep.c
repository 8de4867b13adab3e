// SPDX-License-Identifier: GPL-2.0
/*
* Reports of the kernel's lockdep, by their first line: lockdep
* is on at all, and knows the order of mm/rmap.c before a case has taken it.
 */
#include <linux/completion.h>
#include <linux/debug_locks.h>
#include <linux/kthread.h>
#include <linux/rwsem.h>
#include <linux/slab.h>

#include <shim/host.h>

#include "internal.h"
#include "test.h"

#define CIRCULAR	"WARNING: possible circular locking dependency detected"

/*
 * A report switches lockdep off. Who holds a lock just then, as the task that started
 * the case may for a moment, would be taken for its holder for ever.
 */
#ifdef CONFIG_LOCKDEP
#define needs_lockdep()	host_wait_alone()
#else
#define needs_lockdep()	kunit_skip(test, "CONFIG_LOCKDEP is off; make LOCKDEP=1")
#endif

/* lockdep goes off with its first report; so that it is there for the next: */
static void switch_on(void)
{
#ifdef CONFIG_LOCKDEP
	debug_locks = 1;
	lockdep_init_task(current);
#endif
}

static void expect_report(struct kunit *test, const char *line)
{
	const char *got = shim_expected_report();

	if (!shim_expect_warnings(false))
		KUNIT_FAIL(test, "no report, and not '%s'", line);
	else if (!strstarts(got, line))
		KUNIT_FAIL(test, "'%s' and not '%s'", got, line);
	switch_on();
}

/* [WW] of a private file mapping: a VMA in both trees of the reverse map. */
static struct vm_area_struct *in_both_trees(struct kunit *test, struct file **file)
{
	struct space *sp = layout(test, "....[WW]");

	*file = shim_file_create(2);
	ok(map_file(sp, 0, 2, RW, MAP_PRIVATE, *file, 0));
	ok(touch(sp, 0, 2, 'x'));
	return vma_of(sp, 0);
}

TEST(lockdep, i_mmap_lock_under_that_of_an_anon_vma)
{
	struct vm_area_struct *vma;
	struct file *file;

	needs_lockdep();
	vma = in_both_trees(test, &file);
	shim_expect_warnings(true);
	anon_vma_lock_read(shim_anon_vma(vma));
	i_mmap_lock_read(file->f_mapping);
	i_mmap_unlock_read(file->f_mapping);
	anon_vma_unlock_read(shim_anon_vma(vma));
	expect_report(test, CIRCULAR);
	shim_file_put(file);
}

TEST(lockdep, mmap_lock_under_that_of_an_anon_vma)
{
	struct vm_area_struct *vma;

	needs_lockdep();
	vma = vma_of(layout(test, "[WW]"), 0);
	shim_expect_warnings(true);
	anon_vma_lock_read(shim_anon_vma(vma));
	mmap_read_lock(shim_vm_mm(vma));
	mmap_read_unlock(shim_vm_mm(vma));
	anon_vma_unlock_read(shim_anon_vma(vma));
	expect_report(test, CIRCULAR);
}

TEST(lockdep, page_table_lock_taken_twice)
{
	struct mm_struct *mm;
	struct mm_struct *other;

	needs_lockdep();
	mm = layout(test, "[WW]")->mm;
	other = layout(test, "[WW]")->mm;
	shim_expect_warnings(true);
	spin_lock(&shim_page_table_lock(mm));
	spin_lock(&shim_page_table_lock(other));
	spin_unlock(&shim_page_table_lock(other));
	spin_unlock(&shim_page_table_lock(mm));
	expect_report(test, "WARNING: possible recursive locking detected");
}

/* Reclaim takes it, and may begin at any allocation. */
TEST(lockdep, allocation_under_the_lock_of_an_anon_vma)
{
	struct vm_area_struct *vma;

	needs_lockdep();
	vma = vma_of(layout(test, "[WW]"), 0);
	shim_expect_warnings(true);
	anon_vma_lock_write(shim_anon_vma(vma));
	kfree(kmalloc(8, GFP_KERNEL));
	anon_vma_unlock_write(shim_anon_vma(vma));
	expect_report(test, CIRCULAR);
}

TEST(lockdep, mmap_lock_for_reading_taken_twice)
{
	struct mm_struct *mm;

	needs_lockdep();
	mm = layout(test, "[WW]")->mm;
	shim_expect_warnings(true);
	mmap_read_lock(mm);
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	mmap_read_unlock(mm);
	expect_report(test, "WARNING: possible recursive locking detected");
}

TEST(lockdep, release_of_what_is_not_held)
{
	struct mm_struct *mm;

	needs_lockdep();
	mm = layout(test, "[WW]")->mm;
	mmap_read_lock(mm);
	shim_expect_warnings(true);
	lock_release(&shim_mmap_lock(mm).dep_map, _THIS_IP_);
	lock_release(&shim_mmap_lock(mm).dep_map, _THIS_IP_);
	expect_report(test, "WARNING: bad unlock balance detected!");
	up_read_non_owner(&shim_mmap_lock(mm));
}

struct other {
	void *lock;
	struct completion runs;
};

static struct task_struct *start_other(struct other *other, int (*fn)(void *other), void *lock)
{
	struct task_struct *task;

	other->lock = lock;
	init_completion(&other->runs);
	task = kthread_run(fn, other, "other");
	wait_for_completion(&other->runs);
	return task;
}

static int keeps_a_lock(void *data)
{
	struct other *other = data;

	down_read(other->lock);
	complete(&other->runs);
	return 0;
}

TEST(lockdep, task_that_ends_with_a_lock)
{
	struct rw_semaphore sem;
	struct other other;

	needs_lockdep();
	init_rwsem(&sem);
	shim_expect_warnings(true);
	kthread_stop(start_other(&other, keeps_a_lock, &sem));
	KUNIT_EXPECT_NOT_NULL(test, strstr(shim_expected_report(), "still has locks held!"));
	expect_report(test, "WARNING: other/");
}

TEST(lockdep, lock_that_is_freed_while_held)
{
	struct rw_semaphore *sem;

	needs_lockdep();
	sem = kmalloc(sizeof(*sem), GFP_KERNEL);
	init_rwsem(sem);
	shim_expect_warnings(true);
	down_read(sem);
	kfree(sem);
	expect_report(test, "WARNING: held lock freed!");
}

/* VMAs are found under mmap_lock or in a read-side section. */
TEST(lockdep, walk_of_the_vmas_without_a_lock)
{
	struct space *sp;

	needs_lockdep();
	sp = layout(test, "[WW].[WW]");
	shim_expect_warnings(true);
	{
		VMA_ITERATOR(vmi, sp->mm, 0);

		vma_next(&vmi);
	}
	expect_report(test, "WARNING: suspicious RCU usage");
}

static int asserts_mmap_lock(void *data)
{
	struct other *other = data;

	mmap_assert_locked(other->lock);
	complete(&other->runs);
	return 0;
}

/* Without lockdep nobody could tell whose lock it is. */
TEST(lockdep, assertion_while_another_task_holds_the_lock)
{
	struct mm_struct *mm;
	struct other other;

	needs_lockdep();
	mm = layout(test, "[WW]")->mm;
	mmap_read_lock(mm);
	mmap_assert_locked(mm);
	shim_expect_warnings(true);
	kthread_stop(start_other(&other, asserts_mmap_lock, mm));
	KUNIT_EXPECT_EQ(test, shim_expect_warnings(false), 1U);
	mmap_read_unlock(mm);
}
