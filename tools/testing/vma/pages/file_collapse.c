// SPDX-License-Identifier: GPL-2.0
/* MADV_COLLAPSE of files of a file system with large folios: what it makes, and why it fails. */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mmu_notifier.h>
#include <linux/pagemap.h>
#include <linux/syscalls.h>

#include <shim/files.h>
#include <shim/host.h>

#include "beside.h"
#include "chardev.h"
#include "internal.h"
#include "pages.h"
#include "test.h"

/* All pages of the file are there, each in a folio of its own. */
static struct space *small_pages(struct kunit *test, int flags, struct file **file)
{
	struct space *sp = space_new(test);
	long i;

	*file = shim_file_create_cached(HUGE_NR, true);
	for (i = 0; i < HUGE_NR; i++)
		ok(shim_file_cache(*file, i, 0));
	ok(map_file(sp, 0, HUGE_NR, RW, flags, *file, 0));
	shim_file_put(*file);
	return sp;
}

static int order_of(struct file *file)
{
	struct folio *folio = folio_in_cache(file, 5);

	return folio ? (int)folio_order(folio) : -1;
}

static int collapse(struct space *sp)
{
	return advise(sp, 0, HUGE_NR, MADV_COLLAPSE);
}

/* The same, where it can be collapsed: kernels before 7.3 have an option for programs only. */
static struct space *collapsible(struct kunit *test, int flags, struct file **file)
{
	struct space *sp = small_pages(test, MAP_SHARED, file);

	ok(read_page(sp, 0));
	if (collapse(sp))
		kunit_skip(test, "this kernel collapses files of tmpfs only");
	space_exit(sp);
	return small_pages(test, flags, file);
}

/* It says so, and nothing has changed; page 3 has that content. */
static void refuses(struct kunit *test, struct space *sp, struct file *file, int err, char byte)
{
	fails(collapse(sp), err);
	KUNIT_EXPECT_EQ(test, order_of(file), 0);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), byte);
}

TEST(file_collapse, pages_become_huge, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp, *child;

	sp = collapsible(test, MAP_SHARED, &file);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 30), 'E');
	child = space_fork(sp);
	ok(collapse(sp));
	KUNIT_EXPECT_EQ(test, order_of(file), HUGE_ORDER);
	expect(sp, "{H}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 30), 'E');
	KUNIT_EXPECT_EQ(test, byte_at(child, 31), 'F');
}

/* The tables above the entry are made where nothing was mapped yet. */
TEST(file_collapse, where_nothing_is_mapped_yet, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp, *other;
	struct file *file;

	sp = collapsible(test, MAP_SHARED, &file);
	ok(collapse(sp));
	other = space_new(test);
	ok(map_file(other, 0, HUGE_NR, RW, MAP_SHARED, file, 0));
	ok(collapse(other));
	expect(other, "{H}");
	KUNIT_EXPECT_EQ(test, byte_at(other, 30), 'E');
}

/* Pages that were copied stay where they are, in a table. */
TEST(file_collapse, beside_a_copy, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp;

	sp = collapsible(test, MAP_PRIVATE, &file);
	ok(write_page(sp, 7, 'x'));
	collapse(sp);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 30), 'E');
	KUNIT_EXPECT_TRUE(test, folio_test_anon(folio_of(sp, 7)));
}

/* A page that is to be written may be clean the next time. */
TEST(file_collapse, of_a_dirty_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp;

	sp = collapsible(test, MAP_SHARED, &file);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	ok(write_page(sp, 3, 'x'));
	folio_mark_dirty(folio_of(sp, 3));
	refuses(test, sp, file, -EAGAIN, 'x');
}

/* Its owner has reasons of its own for the size of its folios. */
TEST(file_collapse, of_a_file_without_a_name, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
#ifdef S_ANON_INODE
	struct file *file;
	struct space *sp;

	sp = collapsible(test, MAP_SHARED, &file);
	file_inode(file)->i_flags |= S_ANON_INODE;
	refuses(test, sp, file, -EINVAL, 'D');
#else
	kunit_skip(test, "this kernel does not mark them");
#endif
}

TEST(file_collapse, of_what_somebody_holds, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp;

	sp = collapsible(test, MAP_SHARED, &file);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	hold_folio(sp, 3);
	refuses(test, sp, file, -EAGAIN, 'D');
}

static int map_as_anonymous(struct file *file, struct vm_area_struct *vma)
{
	shim_vm_ops(vma) = NULL;
	return 0;
}

/* Private memory of a file like /dev/zero is anonymous, whatever the file has. */
TEST(file_collapse, not_of_anonymous_memory_of_a_file, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct chardev *drv = chardev_new(test, HUGE_NR);
	struct space *sp = space_new(test);

	drv->fops = (struct file_operations) { .mmap = map_as_anonymous };
	ok(map_file(sp, 0, HUGE_NR, RW, MAP_PRIVATE, drv->file, 0));
	ok(touch_each(sp, 0, HUGE_NR, 'a'));
	ok(collapse(sp));
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 5)), HUGE_ORDER);
	KUNIT_EXPECT_TRUE(test, folio_test_anon(folio_of(sp, 5)));
	ok(look(sp, 0, 16));
	chardev_put(drv);
}

#ifdef CONFIG_MMU_NOTIFIER
/**
 * struct mover - a space that moves a page table which another one's collapse takes away
 * @mn: called when the table of @sp is about to be moved, and when it is about to go
 * @sp: the space
 * @other: the space that collapses
 * @thread: its thread
 * @calls: of @mn, for the whole table
 * @at_table: completed when the collapse has come to the table, with the file's mappings locked
 */
struct mover {
	struct mmu_notifier mn;
	struct space *sp, *other;
	struct task_struct *thread;
	int calls;
	struct completion at_table;
};

static int collapse_other(void *data)
{
	struct mover *m = data;

	shim_use_mm(m->other->mm);
	return sys_madvise(page_addr(0), HPAGE_PMD_SIZE, MADV_COLLAPSE);
}

/* The move waits for the collapse to come to the table, which waits for the move to sleep. */
static int about_to_change(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct mover *m = container_of(mn, struct mover, mn);

	if (range->end - range->start != HPAGE_PMD_SIZE)
		return 0;
	switch (++m->calls) {
	case 1:
		m->thread = kthread_run(collapse_other, m, "collapse");
		wait_for_completion_timeout(&m->at_table, 10 * HZ);
		break;
	case 2:
		complete(&m->at_table);
		host_wait_alone();
		break;
	}
	return 0;
}

static const struct mmu_notifier_ops mover_ops = { .invalidate_range_start = about_to_change };

/* When the move has the file's mappings locked the table is gone: faults find the pages. */
TEST(file_collapse, while_another_moves_its_table, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct mover m = { .mn.ops = &mover_ops };
	struct file *file;
	int err;

	m.other = collapsible(test, MAP_SHARED, &file);
	m.sp = space_new(test);
	ok(map_file(m.sp, 0, HUGE_NR, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(m.sp, 30), 'E');
	init_completion(&m.at_table);
	drain_lru();
	oracle_pause(test);
	ok(mmu_notifier_register(&m.mn, m.sp->mm));
	err = move(m.sp, 0, HUGE_NR, 2 * HUGE_NR);
	if (m.thread)
		KUNIT_EXPECT_EQ(test, kthread_stop(m.thread), 0);
	mmu_notifier_unregister(&m.mn, m.sp->mm);
	oracle_resume(test);
	ok(err);
	KUNIT_EXPECT_GE(test, m.calls, 2);
	KUNIT_EXPECT_EQ(test, byte_at(m.sp, 2 * HUGE_NR + 30), 'E');
	KUNIT_EXPECT_EQ(test, byte_at(m.other, 31), 'F');
}

static int empty_table(void *data)
{
	struct mover *m = data;

	shim_use_mm(m->sp->mm);
	return sys_madvise(page_addr(0), HPAGE_PMD_SIZE, MADV_DONTNEED);
}

/* The collapse has found a table, and holds no lock of it yet. */
static int about_to_retract(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct mover *m = container_of(mn, struct mover, mn);

	if (range->end - range->start != HPAGE_PMD_SIZE || m->calls++)
		return 0;
	m->thread = run_until_it_sleeps(empty_table, m, "empty");
	return kthread_stop(m->thread);
}

static const struct mmu_notifier_ops emptier_ops = { .invalidate_range_start = about_to_retract };

/* A table that is emptied goes at once (PT_RECLAIM), and there is none to take away then. */
TEST(file_collapse, while_another_empties_its_table, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct mover m = { .mn.ops = &emptier_ops };
	struct file *file;

	m.other = collapsible(test, MAP_SHARED, &file);
	m.sp = space_new(test);
	ok(map_file(m.sp, 0, HUGE_NR, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(m.sp, 30), 'E');
	drain_lru();
	oracle_pause(test);
	ok(mmu_notifier_register(&m.mn, m.sp->mm));
	ok(advise(m.other, 0, HUGE_NR, MADV_COLLAPSE));
	mmu_notifier_unregister(&m.mn, m.sp->mm);
	oracle_resume(test);
	KUNIT_EXPECT_GE(test, m.calls, 1);
	KUNIT_EXPECT_EQ(test, byte_at(m.sp, 30), 'E');
	KUNIT_EXPECT_EQ(test, byte_at(m.other, 31), 'F');
}
#else
ABSENT(file_collapse, while_another_moves_its_table, "CONFIG_MMU_NOTIFIER is off; make CONFIG=full")
ABSENT(file_collapse, while_another_empties_its_table, "CONFIG_MMU_NOTIFIER is off; make CONFIG=full")
#endif
