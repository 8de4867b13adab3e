// SPDX-License-Identifier: GPL-2.0
/*
 * Files whose page cache has large folios: what a fault maps of one, at the ends of the file, of
 * the VMA and of a page table, and what becomes of entries when it is cut, split or let go.
 */
#include <linux/mm.h>
#include <linux/pagemap.h>

#include <shim/compat.h>

#include "chardev.h"
#include "internal.h"
#include "pages.h"
#include "test.h"

/*
 * A file of so many pages, all of them in folios of that order. Where it is larger than the
 * mapping, the last folio is none of those that are looked at: finding 25 is about that one.
 */
static struct file *cached(struct kunit *test, long nr, unsigned int order, bool around)
{
	struct file *file = shim_file_create_cached(nr, around);
	long index;

	for (index = 0; index < nr; index += 1 << order)
		ok(shim_file_cache(file, index, order));
	return file;
}

/* It is mapped from its first page on, at page 0 of a new space, and held by its mapping. */
static struct space *mapped(struct kunit *test, long nr, int prot, int flags, struct file *file)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, nr, prot, flags, file, 0));
	shim_file_put(file);
	return sp;
}

TEST(file_large, fault_maps_what_is_around, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 8, 2, true);
	struct space *sp = mapped(test, 8, PROT_READ, MAP_PRIVATE, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
	expect(sp, "(RRRRRRRR)");
	mapped_at(folio_in_cache(file, 0), at(sp, 0), at(sp, 1), at(sp, 2), at(sp, 3));
	mapped_at(folio_in_cache(file, 4), at(sp, 4), at(sp, 5), at(sp, 6), at(sp, 7));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_FILEPAGES), 8UL);
}

/* finish_fault() */
TEST(file_large, fault_alone_maps_the_folio, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 8, 2, false);
	struct space *sp = mapped(test, 8, PROT_READ, MAP_PRIVATE, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
	if (folio_mapcount(folio_in_cache(file, 4)) == 1)
		kunit_skip(test, "this kernel maps the folios of tmpfs whole, and no other");
	expect(sp, "(rrrrRRRR)");
	mapped_at(folio_in_cache(file, 4), at(sp, 4), at(sp, 5), at(sp, 6), at(sp, 7));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_FILEPAGES), 4UL);
}

/* SIGBUS is for each page that lies beyond the end, whatever folio it is in. */
TEST(file_large, nothing_is_mapped_beyond_the_end, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 6, 2, true);
	struct space *sp = mapped(test, 8, PROT_READ, MAP_PRIVATE, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'E');
	expect(sp, "(RRRRRRrr)");
	fails(read_page(sp, 6), -EIO);
	fails(read_page(sp, 7), -EIO);
}

TEST(file_large, fault_alone_maps_nothing_beyond_the_end, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 6, 2, false);
	struct space *sp = mapped(test, 8, PROT_READ, MAP_PRIVATE, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'E');
	expect(sp, "(rrrrRrrr)");
	fails(read_page(sp, 6), -EIO);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
	expect(sp, "(rrrrRRrr)");
}

/* A folio that ends where the file ends has nothing beyond. */
TEST(file_large, last_folio_of_the_file, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 8, 2, true);
	struct space *sp = mapped(test, 12, PROT_READ, MAP_SHARED, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 'H');
	expect(sp, "{RRRRRRRRrrrr}");
	fails(read_page(sp, 8), -EIO);
}

/* It is no folio that goes beyond the end, so what is around is mapped, as of any other. */
TEST(file_large, last_folio_of_the_file_is_mapped_around, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp;

	known_bug(SHIM_BUG_LAST_FOLIO_CROSSES, 25);
	sp = mapped(test, 4, PROT_READ, MAP_PRIVATE, cached(test, 8, 3, true));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	expect(sp, "(RRRR)");
}

/* ..(RRRR)..: the VMA has the middle of two folios. */
TEST(file_large, nothing_is_mapped_beside_the_vma, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 8, 2, true);
	struct space *sp = space_new(test);

	ok(map_file(sp, 2, 4, PROT_READ, MAP_PRIVATE, file, 2));
	shim_file_put(file);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'D');
	expect(sp, "..(RRRR)");
	mapped_at(folio_in_cache(file, 0), at(sp, 2), at(sp, 3));
	mapped_at(folio_in_cache(file, 4), at(sp, 4), at(sp, 5));
}

TEST(file_large, fault_alone_maps_nothing_beside_the_vma, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 8, 2, false);
	struct space *sp = space_new(test);

	ok(map_file(sp, 2, 4, PROT_READ, MAP_PRIVATE, file, 2));
	shim_file_put(file);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'D');
	expect(sp, "..(rRrr)");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'E');
	expect(sp, "..(rRRr)");
}

/* Pages 508 to 515 are in two page tables, and not the last ones of the file. */
static struct space *across_tables(struct kunit *test, bool around, struct file **file)
{
	struct space *sp = space_new(test);

	*file = cached(test, 16, 3, around);
	ok(map_file(sp, HUGE_NR - 4, 8, PROT_READ, MAP_PRIVATE, *file, 0));
	shim_file_put(*file);
	return sp;
}

TEST(file_large, nothing_is_mapped_beyond_the_page_table, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = across_tables(test, true, &file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, HUGE_NR - 2), 'C');
	expect(sp, ".*508(RRRRrrrr)");
	KUNIT_EXPECT_EQ(test, byte_at(sp, HUGE_NR + 1), 'F');
	expect(sp, ".*508(RRRRRRRR)");
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio_in_cache(file, 0)), 8);
}

TEST(file_large, fault_alone_maps_nothing_beyond_the_page_table, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file;
	struct space *sp = across_tables(test, false, &file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, HUGE_NR - 2), 'C');
	expect(sp, ".*508(rrRrrrrr)");
	KUNIT_EXPECT_EQ(test, byte_at(sp, HUGE_NR + 1), 'F');
	expect(sp, ".*508(rrRrrRrr)");
}

/* Entries that are there already stay, and the fault comes to an end. */
static void beside_a_copy(struct kunit *test, bool around, const char *after)
{
	struct file *file = cached(test, 16, 3, around);
	struct space *sp = mapped(test, 8, RW, MAP_PRIVATE, file);

	ok(write_page(sp, 5, 'x'));
	expect(sp, "(wwwwwWww)");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 6), 'G');
	expect(sp, after);
	KUNIT_EXPECT_TRUE(test, folio_test_anon(folio_of(sp, 5)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'x');
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_ANONPAGES), 1UL);
}

TEST(file_large, fault_beside_a_copy, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	beside_a_copy(test, true, "(WWWWWWWW)");
}

TEST(file_large, fault_alone_beside_a_copy, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	beside_a_copy(test, false, "(wwwwwWWw)");
}

TEST(file_large, copy_of_a_mapped_page, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 16, 3, true);
	struct space *sp = mapped(test, 8, RW, MAP_PRIVATE, file), *child;

	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	ok(write_page(sp, 3, 'x'));
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio_in_cache(file, 0)), 7);
	mapped_at(folio_of(sp, 3), at(sp, 3));
	child = space_fork(sp);
	KUNIT_EXPECT_EQ(test, byte_at(child, 3), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(child, 4), 'E');
	ok(write_page(child, 3, 'y'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), 'x');
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 3)[0], 'D');
}

TEST(file_large, stores_of_all_are_in_the_file, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 16, 3, true);
	struct space *sp = mapped(test, 8, RW, MAP_SHARED, file), *child;

	child = space_fork(sp);
	ok(write_page(sp, 2, 'x'));
	KUNIT_EXPECT_EQ(test, byte_at(child, 2), 'x');
	ok(write_page(child, 7, 'y'));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 7), 'y');
	KUNIT_EXPECT_EQ(test, shim_file_data(file, 7)[0], 'y');
	KUNIT_EXPECT_TRUE(test, folio_test_dirty(folio_in_cache(file, 0)));
}

TEST(file_large, part_is_unmapped_moved_and_protected, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 16, 3, true);
	struct space *sp = mapped(test, 8, PROT_READ, MAP_SHARED, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	ok(unmap(sp, 2, 1));
	expect(sp, "{RR}.{RRRRR}");
	ok(move(sp, 4, 2, 20));
	expect(sp, "{RR}.{R}..{RR}" "............" "{RR}");
	ok(protect(sp, 7, 1, PROT_NONE));
	expect(sp, "{RR}.{R}..{R}{N}" "............" "{RR}");
	mapped_at(folio_in_cache(file, 0), at(sp, 0), at(sp, 1), at(sp, 3), at(sp, 6), at(sp, 7),
		  at(sp, 20), at(sp, 21));
	ok(advise(sp, 6, 1, MADV_DONTNEED));
	expect(sp, "{RR}.{R}..{r}{N}" "............" "{RR}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 20), 'E');
}

/* A folio is split where the file is cut, and what lies beyond has no entries. */
static void cut(struct kunit *test, int flags, const char *before, const char *after)
{
	struct file *file = cached(test, 16, 3, true);
	struct space *sp = mapped(test, 8, RW, flags, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	if (flags == MAP_PRIVATE) {
		ok(write_page(sp, 1, 'x'));
		ok(write_page(sp, 6, 'y'));
	}
	expect(sp, before);
	ok(truncate_file(sp, file, 3));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'C');
	fails(read_page(sp, 3), -EIO);
	fails(read_page(sp, 6), -EIO);
	expect(sp, after);
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 3));
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 4));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), flags == MAP_PRIVATE ? 'x' : 'B');
}

TEST(file_large, cut_while_it_is_shared, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	cut(test, MAP_SHARED, "{WWWWWWWW}", "{WWWwwwww}");
}

TEST(file_large, cut_while_pages_are_copied, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	cut(test, MAP_PRIVATE, "(WWWWWWWW)", "(WWWwwwww)");
}

/* The file grows again: what was cut off is read anew. */
TEST(file_large, grown_after_it_was_cut, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 16, 3, true);
	struct space *sp = mapped(test, 8, RW, MAP_SHARED, file);

	ok(write_page(sp, 6, 'x'));
	ok(truncate_file(sp, file, 5));
	ok(truncate_file(sp, file, 8));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 6), 'G');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'E');
}

TEST(file_large, split_drops_the_entries, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 16, 3, true);
	struct space *sp = mapped(test, 8, RW, MAP_SHARED, file);

	ok(write_page(sp, 6, 'x'));
	ok(split_huge(sp, 6));
	expect(sp, "{wwwwwwww}");
	KUNIT_EXPECT_FALSE(test, folio_test_large(folio_in_cache(file, 6)));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 6), 'x');
	KUNIT_EXPECT_TRUE(test, folio_test_dirty(folio_in_cache(file, 6)));
}

TEST(file_large, migrates_whole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 16, 3, true);
	struct space *sp = mapped(test, 8, RW, MAP_SHARED, file), *child;
	struct folio *old = folio_in_cache(file, 0);

	leave_out_of_sweeps();	/* without memory it is split, and its entries are gone */
	ok(write_page(sp, 6, 'x'));
	child = space_fork(sp);
	KUNIT_EXPECT_EQ(test, byte_at(child, 6), 'x');
	ok(migrate(sp, 6, 1));
	KUNIT_EXPECT_PTR_NE(test, folio_in_cache(file, 0), old);
	KUNIT_EXPECT_EQ(test, folio_nr_pages(folio_in_cache(file, 0)), 8L);
	KUNIT_EXPECT_EQ(test, byte_at(child, 6), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
}

/* A page that is not cached is read alone, and what cannot be read is no page. */
TEST(file_large, read_that_fails, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = shim_file_create_cached(8, true);
	struct space *sp = mapped(test, 8, PROT_READ, MAP_PRIVATE, file);

	ok(shim_file_cache(file, 0, 2));
	shim_file_break(5);
	fails(read_page(sp, 5), -EIO);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'E');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	expect(sp, "(RRRRRrrr)");
	shim_file_break(ULONG_MAX);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
}

/* A PMD maps a huge folio, if all of it is of the file and of the VMA. */
TEST(file_large, huge_folio_is_mapped_by_a_pmd, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, HUGE_NR, HUGE_ORDER, true);
	struct space *sp = mapped(test, HUGE_NR, PROT_READ, MAP_SHARED, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 27), 'B');
	expect(sp, "{H}");
	ok(unmap(sp, 0, 1));
	expect(sp, ".{r*511}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 27), 'B');
}

TEST(file_large, huge_folio_that_goes_beyond_the_end, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, HUGE_NR - 1, HUGE_ORDER, true);
	struct space *sp = mapped(test, HUGE_NR, PROT_READ, MAP_SHARED, file);

	KUNIT_EXPECT_EQ(test, byte_at(sp, HUGE_NR - 2), 'A' + (HUGE_NR - 2) % 26);
	fails(read_page(sp, HUGE_NR - 1), -EIO);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio_in_cache(file, 0)), 15);
}

/* prctl(PR_SET_THP_DISABLE), as the hardware's lack of them, is for files too */
TEST(file_large, huge_folio_of_who_wants_none, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = cached(test, 2 * HUGE_NR, HUGE_ORDER, true);
	struct space *sp = mapped(test, HUGE_NR, PROT_READ, MAP_SHARED, file);

	ok(advise(sp, 0, HUGE_NR, MADV_NOHUGEPAGE));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 27), 'B');
	/* kernels differ in how many of them */
	KUNIT_EXPECT_GE(test, folio_mapcount(folio_in_cache(file, 0)), 16);
}

TEST(file_large, populate_of_what_cannot_be_read, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = shim_file_create_cached(8, true);
	struct space *sp = mapped(test, 8, RW, MAP_PRIVATE, file);

	shim_file_break(5);
	fails(advise(sp, 0, 8, MADV_POPULATE_READ), -EFAULT);
	fails(advise(sp, 4, 2, MADV_POPULATE_WRITE), -EFAULT);
	expect(sp, "(WWWWWwww)");
	shim_file_break(ULONG_MAX);
	ok(advise(sp, 4, 2, MADV_POPULATE_READ));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
}

/* What was locked is looked at again before the file is read for it. */
TEST(file_large, locked_page_that_is_not_cached, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct file *file = shim_file_create_cached(8, true);
	struct space *sp = mapped(test, 8, RW, MAP_PRIVATE, file);

	ok(lock(sp, 0, 2));
	expect(sp, "(WW)(wwwwww)");
	ok(advise(sp, 0, 2, MADV_DONTNEED_LOCKED));
	ok(truncate_file(sp, file, 1));
	ok(truncate_file(sp, file, 8));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 5), 'F');
}

static struct folio *given;

static vm_fault_t give_huge(struct vm_fault *vmf, unsigned int order)
{
	return order == HUGE_ORDER ? shim_insert_folio_pmd(vmf, given) : VM_FAULT_FALLBACK;
}

/* The split of its PMD is the end of a folio that nothing but the mapping holds. */
TEST(file_large, split_of_the_last_mapping_of_a_driver_s_folio,
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE, SHIM_INSERT_FOLIO_PMD))
{
	struct chardev *drv = chardev_new(test, HUGE_NR);
	struct space *sp = space_new(test);

	leave_out_of_sweeps();	/* the folio is that of the case */
	given = folio_alloc(GFP_KERNEL | __GFP_COMP, HUGE_ORDER);
	KUNIT_ASSERT_NOT_NULL(test, given);
	__folio_set_swapbacked(given);
	drv->vm_ops.huge_fault = give_huge;
	oracle_pause(test);
	ok(chardev_map(sp, 0, HUGE_NR, MAP_SHARED, drv));
	ok(advise(sp, 0, HUGE_NR, MADV_HUGEPAGE));
	ok(read_page(sp, 5) < 0);
	KUNIT_ASSERT_EQ(test, folio_ref_count(given), 2);
	expect(sp, "{H}");
	folio_put(given);
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_SHMEMPAGES), (unsigned long)HUGE_NR);
	ok(unmap(sp, 0, 1));
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_SHMEMPAGES), 0UL);
	KUNIT_EXPECT_EQ(test, shim_mm_counter(sp->mm, MM_FILEPAGES), 0UL);
	oracle_resume(test);
	chardev_put(drv);
}
