// SPDX-License-Identifier: GPL-2.0
/* Pages of a file that one task maps or reads, and another one cuts off or collapses. */
#include <linux/mm.h>
#include <linux/pagemap.h>

#include "pages.h"
#include "race.h"
#include "test.h"

#define PAGES	8

static struct file *file;

/* {wwwwwwww}[W], of which page 0 is not cached, and others are in folios of that order. */
static struct space *cached(struct kunit *test, unsigned int order)
{
	struct space *sp;
	long index;

	shim_guard_tables();
	sp = layout(test, "........[W]");
	file = shim_file_create_cached(PAGES, true);
	for (index = 1 << order; index < PAGES; index += 1 << order)
		ok(shim_file_cache(file, index, order));
	ok(map_file(sp, 0, PAGES, RW, MAP_SHARED, file, 0));
	shim_file_put(file);
	return sp;
}

static void cut(struct racer *r)
{
	truncate_setsize(file_inode(file), r->page * PAGE_SIZE);
}

#define CUTS_OFF(sp_, at)	RACER("truncate", cut, .sp = sp_, .page = at, .nr = PAGES - at)

/* What is beyond the end is mapped no more, whoever of the two was first. */
static void fault_beside_a_cut(struct kunit *test, unsigned int order)
{
	struct space *sp = cached(test, order);
	struct racer fault = READS(sp, 5), truncate = CUTS_OFF(sp, 2);

	race(test, &fault, &truncate);
	KUNIT_EXPECT_TRUE(test, fault.ret == 'F' || fault.ret == -EIO);
	KUNIT_EXPECT_NULL(test, folio_of(sp, 5));
	KUNIT_EXPECT_NULL(test, folio_of(sp, 4));
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 4));
	fails(read_page(sp, 5), -EIO);
}

RACE(race_file, fault_beside_a_cut)
{
	fault_beside_a_cut(test, 0);
}

RACE(race_file, fault_of_a_large_folio_beside_a_cut, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	fault_beside_a_cut(test, 2);
}

RACE(race_file, store_beside_a_cut)
{
	struct space *sp = cached(test, 0);
	struct racer write = WRITES(sp, 5, 'x'), truncate = CUTS_OFF(sp, 2);

	race(test, &write, &truncate);
	KUNIT_EXPECT_TRUE(test, !write.ret || write.ret == -EIO);
	KUNIT_EXPECT_NULL(test, folio_of(sp, 5));
	fails(read_page(sp, 5), -EIO);
}

RACE(race_file, two_read_a_page_from_the_disk)
{
	struct space *sp = cached(test, 0);
	struct racer one = READS(sp, 0), other = READS(sp, 0);

	race(test, &one, &other);
	KUNIT_EXPECT_EQ(test, one.ret, (long)'A');
	KUNIT_EXPECT_EQ(test, other.ret, (long)'A');
	mapped_at(folio_in_cache(file, 0), at(sp, 0));
}

/* What is around the fault is asked for when the page tables have been looked at. */
static vm_fault_t others_come_first(struct vm_fault *vmf, pgoff_t start, pgoff_t end)
{
	pass_turn();
	return filemap_map_pages(vmf, start, end);
}

static const struct vm_operations_struct slow_vm_ops = {
	.fault = filemap_fault,
	.map_pages = others_come_first,
};

/*
 * {R*1r*511} and {r*512} of a file with small pages. The second one does not take huge pages;
 * its page table is taken away all the same while it makes a fault.
 */
RACE(race_file, fault_that_takes_no_huge_page_beside_a_collapse, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = space_new(test), *small = space_new(test);
	struct racer collapse = ADVISES(sp, 0, HUGE_NR, MADV_COLLAPSE), fault = READS(small, 5);
	long i;

	/* one page more, as the end of the file is no huge page's (finding 25) */
	file = shim_file_create_cached(HUGE_NR + 1, true);
	for (i = 0; i < HUGE_NR; i++)
		ok(shim_file_cache(file, i, 0));
	ok(map_file(sp, 0, HUGE_NR, PROT_READ, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	file->private_data = (void *)&slow_vm_ops;
	ok(map_file(small, 0, HUGE_NR, PROT_READ, MAP_SHARED, file, 0));
	ok(advise(small, 0, HUGE_NR, MADV_NOHUGEPAGE));
	ok(look(small, 100, 1));
	shim_file_put(file);
	race(test, &fault, &collapse);
	KUNIT_EXPECT_EQ(test, fault.ret, (long)'F');
	KUNIT_EXPECT_EQ(test, byte_at(small, 5), 'F');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 'H');
}
