// SPDX-License-Identifier: GPL-2.0
/*
 * PAGEMAP_SCAN and clear_refs, which change entries, while the CPU of another task stores to the
 * page: a page that was written to is dirty.
 */
#include "entry.h"
#include "proc.h"
#include "race.h"
#include "test.h"
#include "uffd.h"

static struct file *file;

/* of the argument at @to */
static void scan(struct racer *r)
{
	r->ret = file->f_op->unlocked_ioctl(file, PAGEMAP_SCAN, r->to);
}

static void forget_writes(struct racer *r)
{
	loff_t pos = 0;

	r->ret = file->f_op->write(file, (char __user *)r->to, 1, &pos);
}

/* A page that can be written to without a fault, and is clean. */
static struct space *clean(struct kunit *test, const char *text, long nr)
{
	struct space *sp = layout(test, text);

	ok(advise(sp, 0, nr, MADV_FREE));
	forget(sp, 0, nr);
	KUNIT_ASSERT_GE(test, read_page(sp, 1), 0);
	return sp;
}

static void stored_beside(struct kunit *test, struct space *sp, struct racer *change,
			  enum shim_proc_name name)
{
	struct racer store = RACER("store", race_store, .sp = sp, .page = 1);

	KUNIT_ASSERT_FALSE(test, entry_has(sp, 1, 'd'));
	file = proc_open(sp, name);
	preempt_before("ptes");
	race(test, change, &store);
	KUNIT_EXPECT_GE(test, change->ret, 0L);
	if (store.ret)
		KUNIT_EXPECT_TRUE(test, entry_has(sp, 1, 'd'));
	proc_close(sp, file);
}

static void scan_and_store(struct kunit *test, const char *text, long nr)
{
	struct pm_scan_arg arg = {
		.size = sizeof(arg), .start = page_addr(0), .end = page_addr(nr),
		.flags = PM_SCAN_WP_MATCHING, .category_mask = PAGE_IS_WRITTEN,
	};
	struct space *sp = clean(test, text, nr);
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_WP_ASYNC | UFFD_FEATURE_WP_UNPOPULATED);
	struct racer scans = RACER("PAGEMAP_SCAN", scan, .sp = sp);

	ok(uffd_register(u, 0, nr, UFFD_WP));
	scans.to = put_user_data(sp, &arg, sizeof(arg));
	stored_beside(test, sp, &scans, SHIM_PROC_PAGEMAP);
	uffd_close(u);
}

RACE(race_pagemap, scan_and_store, PROC_AND(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	scan_and_store(test, "[WWW]", 3);
}

RACE(race_pagemap, scan_and_store_to_a_huge_page, PROC_AND(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	scan_and_store(test, "[H]", HUGE_NR);
}

static void clear_and_store(struct kunit *test, const char *text, long nr)
{
	struct space *sp = clean(test, text, nr);
	struct racer clears = RACER("clear_refs", forget_writes, .sp = sp);

	clears.to = put_user_data(sp, "4", 2);
	stored_beside(test, sp, &clears, SHIM_PROC_CLEAR_REFS);
}

RACE(race_pagemap, clear_refs_and_store, PROC_AND(CONFIG_MEM_SOFT_DIRTY, CONFIG_SWAP))
{
	clear_and_store(test, "[WWW]", 3);
}

RACE(race_pagemap, clear_refs_and_store_to_a_huge_page,
     PROC_AND(CONFIG_MEM_SOFT_DIRTY, CONFIG_TRANSPARENT_HUGEPAGE))
{
	clear_and_store(test, "[H]", HUGE_NR);
}
