// SPDX-License-Identifier: GPL-2.0
/*
 * Where the file system does not want to know of stores, they are known by the dirty bits of
 * entries alone, until something drops the entries: then the file has to be told, or it is lost.
 */
#include <linux/pagemap.h>

#include <shim/files.h>

#include "pages.h"
#include "test.h"

struct mapped {
	struct space *sp;
	struct file *file;
	long nr;
};

/* A file of one folio, to whose page 1 was stored since it was written back. */
static struct mapped stored(struct kunit *test, int order)
{
	struct mapped m = { space_new(test), shim_file_create_cached(1L << order, true), 1L << order };

	ok(shim_file_cache(m.file, 0, order));
	ok(map_file(m.sp, 0, m.nr, RW, MAP_SHARED, m.file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(m.sp, 0), 'A');
	ok(write_page(m.sp, 1, 'x'));
	/* a kernel that has made the entry read-only has told it by the fault */
	shim_file_clean(m.file, folio_of(m.sp, 1));
	KUNIT_ASSERT_FALSE(test, shim_file_is_told(m.file, 0));
	return m;
}

static void told(struct kunit *test, struct mapped m)
{
	KUNIT_EXPECT_TRUE(test, shim_file_is_told(m.file, 0));
	KUNIT_EXPECT_EQ(test, shim_file_data(m.file, 1)[0], 'x');
	shim_file_put(m.file);
}

/* case, by small entries and by a PMD */
#define FILE_DIRTY(name, ...)							\
static void by_##name(struct kunit *test, struct mapped m);			\
TEST(file_dirty, name, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))			\
{										\
	struct mapped m = stored(test, 3);					\
										\
	by_##name(test, m);							\
	told(test, m);								\
}										\
TEST(file_dirty, name##_of_a_pmd, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))		\
{										\
	struct mapped m = stored(test, HUGE_ORDER);				\
										\
	expect(m.sp, "{H}");							\
	by_##name(test, m);							\
	told(test, m);								\
}										\
static void by_##name(struct kunit *test, struct mapped m)

FILE_DIRTY(unmap)
{
	ok(unmap(m.sp, 0, m.nr));
}

FILE_DIRTY(unmap_of_a_part)
{
	ok(unmap(m.sp, 0, 2));
}

FILE_DIRTY(dontneed)
{
	ok(advise(m.sp, 0, m.nr, MADV_DONTNEED));
}

FILE_DIRTY(exit)
{
	space_exit(m.sp);
}

FILE_DIRTY(mprotect_of_a_part_and_unmap)
{
	ok(protect(m.sp, 0, 3, PROT_READ));
	ok(unmap(m.sp, 0, m.nr));
}

FILE_DIRTY(mremap_and_unmap)
{
	ok(move(m.sp, 0, m.nr, 2 * HUGE_NR));
	ok(unmap(m.sp, 2 * HUGE_NR, m.nr));
}

FILE_DIRTY(other_file_instead)
{
	ok(map(m.sp, 0, m.nr, RW));
}

FILE_DIRTY(split)
{
	ok(split_huge(m.sp, 1));
	KUNIT_EXPECT_TRUE(test, shim_file_is_told(m.file, 1));
}
