// SPDX-License-Identifier: GPL-2.0
/*
* Walks of the page tables over a range, as DAMON makes them for an address space:
* one clears every young bit, the next one reads those that were set since. They
* have to visit each entry of each VMA, however it was changed in between.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>
#include <linux/syscalls.h>

#include "beside.h"
#include "test.h"

#define MOST	(HUGE_NR + 16)	/* pages in a picture of a walk */

/* A character a page: - old, y used (young), and a blank where nothing is present. */
struct ages {
	char text[MOST + 1];
	bool forget;
};

static void note(struct mm_walk *walk, unsigned long addr, long nr, bool young)
{
	struct ages *ages = walk->private;
	long page = (addr - SPACE_BASE) >> PAGE_SHIFT;

	for (; nr && page < MOST; nr--, page++)
		ages->text[page] = young ? 'y' : '-';
}

static int age_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	struct ages *ages = walk->private;

	if (!pte_present(ptep_get(pte)))
		return 0;
	note(walk, addr, 1, pte_young(ptep_get(pte)));
	if (ages->forget)
		ptep_test_and_clear_young(walk->vma, addr, pte);
	return 0;
}

static int age_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	struct ages *ages = walk->private;
	spinlock_t *ptl = pmd_trans_huge_lock(pmd, walk->vma);

	if (!ptl)
		return 0;
	if (pmd_present(pmdp_get(pmd))) {
		note(walk, addr, (next - addr) >> PAGE_SHIFT, pmd_young(pmdp_get(pmd)));
		if (ages->forget)
			pmdp_test_and_clear_young(walk->vma, addr, pmd);
	}
	spin_unlock(ptl);
	walk->action = ACTION_CONTINUE;
	return 0;
}

static const struct mm_walk_ops age_ops = {
	.pmd_entry = age_pmd,
	.pte_entry = age_pte,
	.walk_lock = PGWALK_RDLOCK,
};

/* A picture of the first pages. */
static const char *walk_ages(struct space *sp, long nr, bool forget)
{
	struct kunit *test = sp->test;
	struct ages *ages = kunit_kzalloc(test, sizeof(*ages), GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, ages);
	memset(ages->text, ' ', nr);
	ages->forget = forget;
	mmap_read_lock(sp->mm);
	err = walk_page_range(sp->mm, page_addr(0), page_addr(nr), &age_ops, ages);
	mmap_read_unlock(sp->mm);
	KUNIT_EXPECT_EQ(test, err, 0);
	oracle(test);
	return ages->text;
}

#define forget_use(sp, nr)	walk_ages(sp, nr, true)
#define expect_ages(sp, nr, want)					\
	KUNIT_EXPECT_STREQ(test, walk_ages(sp, nr, false), want)

TEST(pagewalk, comes_to_every_vma_of_a_range)
{
	struct space *sp = layout(test, "[WWW][RR]..[Ww]");
	struct file *file = shim_file_create(2);

	ok(map_file(sp, 9, 2, RW, MAP_PRIVATE, file, 0));
	ok(touch(sp, 9, 2, 'f'));
	shim_file_put(file);
	ok(look(sp, 0, 5));
	ok(look(sp, 7, 1));
	forget_use(sp, 11);
	expect_ages(sp, 11, "-----  - --");
	ok(read_page(sp, 1));
	ok(read_page(sp, 4));
	ok(write_page(sp, 7, 'x'));
	ok(look(sp, 10, 1));
	expect_ages(sp, 11, "-y--y  y -y");
	expect(sp, "[WWW][RR]..[Ww](WW)");
}

TEST(pagewalk, after_a_split_and_a_merge)
{
	struct space *sp = layout(test, "[WWWWWW]");

	forget_use(sp, 6);
	ok(protect(sp, 2, 2, PROT_READ));
	ok(read_page(sp, 3));
	expect_ages(sp, 6, "---y--");
	ok(protect(sp, 2, 2, RW));
	ok(read_page(sp, 5));
	expect(sp, "[WWWWWW]");
	expect_ages(sp, 6, "---y-y");
}

/* Moved memory keeps its age, in its new place. */
TEST(pagewalk, after_a_move)
{
	struct space *sp = layout(test, "[WWWW]");

	forget_use(sp, 4);
	ok(read_page(sp, 2));
	ok(move(sp, 1, 2, 6));
	expect_ages(sp, 8, "-  -  -y");
}

/* The page is one, the entries are two. */
TEST(pagewalk, of_parent_and_child_are_apart)
{
	struct space *parent = layout(test, "[WWWW]"), *child;

	forget_use(parent, 4);
	child = space_fork(parent);
	ok(read_page(child, 1));
	ok(read_page(parent, 2));
	expect_ages(parent, 4, "--y-");
	expect_ages(child, 4, "-y--");
	ok(write_page(child, 3, 'c'));
	expect_ages(parent, 4, "--y-");
	expect_ages(child, 4, "-y-y");
}

/* Only a part of it is asked for, and the PMD stays what it is. */
TEST(pagewalk, of_a_huge_page_leaves_it_whole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	sp = layout(test, "[HWW]");
	forget_use(sp, HUGE_NR + 2);
	expect_ages(sp, 4, "----");
	ok(read_page(sp, 300));
	expect_ages(sp, 4, "yyyy");
	expect(sp, "[HWW]");
	forget_use(sp, HUGE_NR + 2);
	ok(protect(sp, 0, 256, PROT_READ));
	ok(read_page(sp, 2));
	expect_ages(sp, 4, "--y-");
}

/* Neither in swap nor under migration is a page that could have been used. */
TEST(pagewalk, passes_by_what_is_not_present, NEEDS(CONFIG_SWAP, CONFIG_MIGRATION))
{
	struct migration m;
	struct space *sp;

	sp = layout(test, "[WWWW]");
	ok(swap_on(test, 64));
	ok(reclaim(sp, 1, 1));
	ok(begin_migration(sp, 2, &m));
	forget_use(sp, 4);
	expect_ages(sp, 4, "-  -");
	expect(sp, "[WSMW]");
	ok(end_migration(sp, &m, true));
	ok(look(sp, 1, 2));
	expect_ages(sp, 4, "-yy-");
}

struct entries {
	struct space *sp;
	int nr;
};

static int note_entry(pte_t *pte, unsigned long addr, void *data)
{
	struct entries *entries = data;
	pte_t *there = shim_lookup_pte(entries->sp->mm, addr);
	struct kunit *test = entries->sp->test;

	KUNIT_EXPECT_PTR_EQ(test, pte, there);
	pte_unmap(there);
	entries->nr++;
	return 0;
}

/* The empty ones are passed by. */
TEST(pagewalk, of_existing_entries)
{
	struct entries entries = { layout(test, "[WwWwwW]") };

	ok(apply_to_existing_page_range(entries.sp->mm, page_addr(0), 6 * PAGE_SIZE, note_entry,
					&entries));
	KUNIT_EXPECT_EQ(test, entries.nr, 3);
}

/* What a walk has met on its way. */
struct met {
	struct space *sp;
	bool dropped;
	int entries, holes;
};

static int drop_second(void *data)
{
	struct met *met = data;

	shim_use_mm(met->sp->mm);
	return sys_madvise(page_addr(HUGE_NR), HUGE_NR * PAGE_SIZE, MADV_DONTNEED);
}

/* When it first comes to the second page another task drops that: it has to look again. */
static int meet_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	struct met *met = walk->private;
	struct task_struct *other;
	int err = 0;

	met->entries++;
	walk->action = ACTION_CONTINUE;
	if (addr == page_addr(HUGE_NR) && !met->dropped) {
		met->dropped = true;
		other = run_until_it_sleeps(drop_second, met, "madvise");
		err = kthread_stop(other);
		walk->action = ACTION_AGAIN;
	}
	return err;
}

static int meet_hole(unsigned long addr, unsigned long next, int depth, struct mm_walk *walk)
{
	struct met *met = walk->private;

	met->holes++;
	return 0;
}

static const struct mm_walk_ops meet_ops = {
	.pmd_entry = meet_pmd,
	.pte_hole = meet_hole,
	.walk_lock = PGWALK_RDLOCK,
};

/* Only the entry that has changed, and not those before it. */
TEST(pagewalk, looks_again_at_what_has_changed, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct met met = { layout(test, "[HH]") };
	int err;

	oracle_pause(test);
	mmap_read_lock(met.sp->mm);
	err = walk_page_range(met.sp->mm, page_addr(0), page_addr(2 * HUGE_NR), &meet_ops, &met);
	mmap_read_unlock(met.sp->mm);
	oracle_resume(test);
	ok(err);
	forget(met.sp, HUGE_NR, HUGE_NR);
	expect(met.sp, "[Hw*512]");
	KUNIT_EXPECT_EQ(test, met.entries, 2);
	KUNIT_EXPECT_EQ(test, met.holes, 1);
}

#ifdef FW_MIGRATION
/* A huge page on its way is not there, and has no table. */
TEST(pagewalk, looks_for_a_huge_page_that_migrates,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION))
{
	struct space *sp = layout(test, "[H]");
	struct vm_area_struct *vma;
	struct folio_walk fw;
	struct migration m;

	vma = vma_of(sp, 3);
	ok(begin_migration(sp, 0, &m));
	mmap_read_lock(sp->mm);
	KUNIT_EXPECT_NULL(test, folio_walk_start(&fw, vma, page_addr(3), 0));
	mmap_read_unlock(sp->mm);
	ok(end_migration(sp, &m, true));
}
#endif
