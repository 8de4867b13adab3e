// SPDX-License-Identifier: GPL-2.0
/* mremap() of a range of several VMAs, which only moves them. */
#include <linux/syscalls.h>

#include "chardev.h"
#include "internal.h"
#include "mremap.h"

static void needs_multi(struct kunit *test)
{
	if (!IS_ENABLED(SHIM_MREMAP_MULTI))
		kunit_skip(test, "mremap() of this tree moves one VMA at a time");
}

TEST(mremap_multi, keeps_the_gaps_between)
{
	struct space *sp = layout(test, "[WW].[RR]..[Ww]");

	needs_multi(test);
	ok(move(sp, 0, 9, 12));
	expect(sp, "............[WW].[RR]..[Ww]");
	ok(look(sp, 12, 2));
	ok(look(sp, 15, 2));
	ok(look(sp, 19, 2));
	mapped_at(folio_of(sp, 13), at(sp, 13));
	mapped_at(folio_of(sp, 19), at(sp, 19));
}

/* [WWW].[RRR], the inner parts of both: what is outside of the range stays. */
TEST(mremap_multi, splits_at_both_ends)
{
	struct space *sp = layout(test, "[WWW].[WWW]");

	needs_multi(test);
	ok(move(sp, 2, 4, 10));
	expect(sp, "[WW]....[W]...[W].[WW]");
	ok(look(sp, 0, 2));
	ok(look(sp, 6, 1));
	ok(look(sp, 10, 1));
	ok(look(sp, 12, 2));
	mapped_at(folio_of(sp, 10), at(sp, 10));
	mapped_at(folio_of(sp, 13), at(sp, 13));
}

TEST(mremap_multi, gap_at_the_start_is_an_error)
{
	struct space *sp = layout(test, ".[WW].[RR]");

	needs_multi(test);
	fails(move(sp, 0, 6, 10), -EFAULT);
	expect(sp, ".[WW].[RR]");
}

TEST(mremap_multi, gap_at_the_end_is_none)
{
	struct space *sp = layout(test, "[WW].[RR]...");

	needs_multi(test);
	ok(move(sp, 0, 8, 10));
	expect(sp, "..........[WW].[RR]");
}

/* Memory in the place that only a gap moves to stays. */
TEST(mremap_multi, replaces_where_something_arrives)
{
	struct space *sp = layout(test, "[WW].[WW]...[RRRRRRR]");

	needs_multi(test);
	ok(move(sp, 0, 5, 9));
	expect(sp, "........[R][WW][R][WW][R]");
	ok(look(sp, 8, 7));
	ok(move(sp, 9, 2, 0));
	ok(look(sp, 0, 2));
}

TEST(mremap_multi, cannot_resize)
{
	struct space *sp = layout(test, "[WW][RR]");

	fails(remap(sp, 0, 4, 5, TO, 10), -EFAULT);
	fails(remap(sp, 0, 4, 6, MREMAP_MAYMOVE, 0), -EFAULT);
	expect(sp, "[WW][RR]");
}

/* Shrinking cuts off what is beyond, be it of several. */
TEST(mremap_multi, shrinks_over_several)
{
	struct space *sp = layout(test, "[WW][RR].[WW]");

	ok(resize(sp, 0, 6, 1));
	expect(sp, "[W].....[W]");
	ok(look(sp, 0, 1));
	ok(look(sp, 6, 1));
}

TEST(mremap_multi, leaves_all_sources_empty)
{
	struct space *sp = layout(test, "[WW].[WW]");

	needs_multi(test);
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 5, 5, COPY_TO, 8), 8L);
	expect(sp, "[ww].[ww]...[WW].[WW]");
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 0)));
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(sp, 3)));
	ok(look(sp, 8, 2));
	ok(look(sp, 11, 2));
	ok(touch(sp, 3, 2, 'n'));
	mapped_at(folio_of(sp, 12), at(sp, 12));
}

/* [WW]{ww}[RR]: the driver refuses, so the first has moved and the last has not. */
TEST(mremap_multi, stops_at_the_first_error)
{
	struct space *sp = layout(test, "[WW].....[RR]");
	struct chardev *drv = chardev_new(test, 2);

	needs_multi(test);
	ok(chardev_map(sp, 4, 2, MAP_SHARED, drv));
	ok(touch(sp, 4, 2, 'd'));
	drv->move_error = -EBUSY;
	forget(sp, 0, 2);
	fails(move(sp, 0, 9, 20), -EBUSY);
	sp->model[20] = 'A';
	sp->model[21] = 'B';
	expect(sp, "....{WW}.[RR]...........[WW]");
	ok(look(sp, 4, 2));
	ok(look(sp, 20, 2));
	chardev_balanced(drv);
}

TEST(mremap_multi, sealed_memory_stops_it)
{
	struct space *sp = layout(test, "[WW].[RR]");

	needs_multi(test);
	shim_use_mm(sp->mm);
	ok(sys_mseal(page_addr(3), 2 * PAGE_SIZE, 0));
	forget(sp, 0, 2);
	fails(move(sp, 0, 5, 10), -EPERM);
	sp->model[10] = 'A';
	sp->model[11] = 'B';
	expect(sp, "...[RR].....[WW]");
	fails(move(sp, 3, 2, 20), -EPERM);
	expect(sp, "...[RR].....[WW]");
}

/* get_unmapped_area() of a driver that accepts each address: being called is the point. */
static unsigned long anywhere(struct file *file, unsigned long addr, unsigned long len,
			      unsigned long pgoff, unsigned long flags)
{
	return addr;
}

/* A file that chooses its addresses may move alone, not with others. */
TEST(mremap_multi, not_of_files_that_choose_their_place)
{
	struct space *sp = layout(test, "[WW]....[WW]");
	struct chardev *drv = chardev_new(test, 2);

	needs_multi(test);
	drv->fops.get_unmapped_area = anywhere;
	ok(chardev_map(sp, 3, 2, MAP_SHARED, drv));
	expect(sp, "[WW].{ww}.[WW]");
	fails(move(sp, 3, 5, 20), -EFAULT);
	expect(sp, "[WW].{ww}.[WW]");
	ok(move(sp, 3, 2, 20));
	expect(sp, "[WW]....[WW]............{ww}");
	chardev_balanced(drv);
}

TEST(mremap_multi, locked_memory_stays_locked)
{
	struct space *sp = layout(test, "[WW].[WW].[WW]");

	needs_multi(test);
	ok(lock(sp, 0, 2));
	ok(lock(sp, 6, 2));
	ok(move(sp, 0, 8, 10));
	expect(sp, "..........[WW].[WW].[WW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 4UL);
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 10)) & VM_LOCKED);
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 13)) & VM_LOCKED);
	ok(unmap(sp, 10, 2));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 2UL);
}

/* The parts of what was one VMA go together, and are one when all is alike. */
TEST(mremap_multi, parts_of_one_stay_mergeable)
{
	struct space *sp = layout(test, "[WWWWWW]");

	needs_multi(test);
	ok(protect(sp, 2, 2, PROT_READ));
	ok(move(sp, 0, 6, 10));
	expect(sp, "..........[WW][RR][WW]");
	ok(protect(sp, 12, 2, RW));
	expect(sp, "..........[WWWWWW]");
	ok(look(sp, 10, 6));
}

TEST(mremap_multi, of_parent_and_child_apart)
{
	struct space *parent = layout(test, "[WW].[WW]"), *child;

	needs_multi(test);
	child = space_fork(parent);
	ok(move(child, 0, 5, 10));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(child, 10));
	mapped_at(folio_of(parent, 4), at(parent, 4), at(child, 14));
	ok(touch(parent, 0, 2, 'p'));
	ok(look(child, 10, 2));
	ok(look(child, 13, 2));
}

/* Each allocation fails once: whatever has moved by then, no page is lost. */
TEST(mremap_multi, without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	long i;
	int err;

	needs_multi(test);
	do {
		sp = layout(test, "[WW].[WW]");
		forget(sp, 0, 5);
		shim_fail_nth(++nth, false);
		err = move(sp, 0, 5, 600);
		seen = shim_fail_stop();
		failed += !!err;
		for (i = 0; i < 5; i++) {
			if (i == 2)
				continue;
			/* moved or not, and in one place alone */
			KUNIT_EXPECT_EQ(test, byte_at(sp, vma_of(sp, i) ? i : 600 + i),
					'A' + (int)i);
			KUNIT_EXPECT_TRUE(test, !vma_of(sp, i) || !vma_of(sp, 600 + i));
		}
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 4UL);
}

/* The room for a move's splits is needed again at each VMA. */
TEST(mremap_multi, at_the_limit_of_vmas)
{
	struct space *sp = layout(test, "[WW].[WW].[WW]");
	/* older trees want room for two splits that may come, and three VMAs more */
	int least = IS_ENABLED(SHIM_MREMAP_COUNTS_SPLITS) ? 7 : 9;

	needs_multi(test);
	sysctl_max_map_count = least - 1;
	fails(move(sp, 0, 8, 20), -ENOMEM);
	expect(sp, "[WW].[WW].[WW]");
	sysctl_max_map_count = least;
	ok(move(sp, 0, 8, 20));
	expect(sp, "....................[WW].[WW].[WW]");
}

/* Its addresses are chosen for huge pages, and not against what is asked for. */
TEST(mremap_multi, files_that_choose_places_for_huge_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct chardev *drv = chardev_new(test, 8);
	struct space *sp = space_new(test);

	needs_multi(test);
	drv->fops.get_unmapped_area = thp_get_unmapped_area;
	ok(chardev_map(sp, 0, 2, MAP_SHARED, drv));
	ok(chardev_map(sp, 3, 2, MAP_SHARED, drv));
	ok(move(sp, 0, 5, 10));
	expect(sp, "..........{ww}.{ww}");
	chardev_put(drv);
}
