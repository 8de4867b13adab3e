// SPDX-License-Identifier: GPL-2.0
/* ksmd, which scans and merges, and the processes that it knows. */
#include <linux/ksm.h>

#include "internal.h"
#include "race.h"
#include "test.h"

static void scan(struct racer *r)
{
#ifdef CONFIG_KSM
	shim_ksm_scan(1 << 20);
#endif
}

#define SCANS(sp_)	RACER("ksmd", scan, .sp = sp_)

/* [WW] of zeroes that ksmd may merge. */
static struct space *zeroes(struct kunit *test)
{
	struct space *sp = layout(test, "[ww]");

	ok(touch(sp, 0, 2, 'x'));
	ok(touch(sp, 0, 2, 0));
	ok(advise(sp, 0, 2, MADV_MERGEABLE));
	return sp;
}

/* The count of those that are merged, and each in its place, whoever comes and goes. */
RACE(race_ksm, zeroes_merge_while_others_go, NEEDS(CONFIG_KSM))
{
#ifdef CONFIG_KSM
	struct space *old = zeroes(test), *sp;
	struct racer merge, drop = ADVISES(old, 0, 1, MADV_DONTNEED);

	shim_ksm_use_zero_pages(true);
	merge_ksm(test);
	KUNIT_ASSERT_EQ(test, atomic_long_read(&ksm_zero_pages), 2L);
	sp = zeroes(test);
	shim_ksm_scan(1 << 20);		/* takes checksums */
	merge = (struct racer)SCANS(sp);
	race(test, &merge, &drop);
	shim_ksm_use_zero_pages(false);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&ksm_zero_pages), 3L);
	ok(write_page(sp, 0, 'y'));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&ksm_zero_pages), 2L);
#endif
}

/* The last process that ksmd knew is gone, so it sleeps until the next one comes. */
static void exit_and_sleep(struct racer *r)
{
	struct mm_struct *mm = r->child->mm;

	r->gone = r->child;
	mmput(mm);
#ifdef CONFIG_KSM
	shim_ksm_sleep();
#endif
}

RACE(race_ksm, first_process_wakes_ksmd, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout(test, "[WW]"), *last = layout(test, "[WW]");
	struct racer enter = ADVISES(sp, 0, 2, MADV_MERGEABLE);
	struct racer ksmd = RACER("ksmd", exit_and_sleep, .sp = sp, .child = last);

	ok(advise(last, 0, 2, MADV_MERGEABLE));
	race(test, &enter, &ksmd);
	ok(enter.ret);
}

/* ksmd forgets where it has merged what it does not find, and knows it again when it comes by. */
RACE(race_ksm, merge_while_one_migrates, NEEDS(CONFIG_KSM, CONFIG_MIGRATION))
{
	struct space *sp = layout_merged(test);
	struct racer ksmd = SCANS(sp), migration = MIGRATES(sp, 0);

	oracle_pause(test);
	race(test, &ksmd, &migration);
	merge_ksm(test);
	oracle_resume(test);
	oracle(test);
	ok(look(sp, 1, 3));
}

RACE(race_ksm, merge_while_one_is_written, NEEDS(CONFIG_KSM))
{
	struct space *sp = equal_pages(test);
	struct racer ksmd = SCANS(sp), write = WRITES(sp, 1, 'x');
	const u8 byte = byte_at(sp, 0);

#ifdef CONFIG_KSM
	shim_ksm_scan(1 << 20);
#endif
	race(test, &ksmd, &write);
	ok(write.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), byte);
}

RACE(race_ksm, scan_of_a_process_that_ends, NEEDS(CONFIG_KSM))
{
	struct space *sp = layout_merged(test), *child = space_fork(sp);
	struct racer ksmd = SCANS(sp), exit = EXITS(child);

	race(test, &ksmd, &exit);
	ok(look(sp, 0, 2));
}
