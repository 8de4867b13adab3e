// SPDX-License-Identifier: GPL-2.0
/* References that mappings hold to a file, and its count of shared writable mappings. */
#include "test.h"

/* A file held by its mapping at page 0 alone. */
static struct space *with_file(struct kunit *test, long nr, int flags)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(nr);

	ok(map_file(sp, 0, nr, RW, flags, file, 0));
	shim_file_put(file);
	return sp;
}

static int writable(struct file *file)
{
	return atomic_read(&file->f_mapping->i_mmap_writable);
}

TEST(file_life, last_mapping_closes_it)
{
	struct space *sp = with_file(test, 4, MAP_PRIVATE);

	ok(touch(sp, 0, 4, 'x'));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 1UL);
	ok(unmap(sp, 1, 2));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 1UL);
	ok(unmap(sp, 0, 1));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 1UL);
	ok(unmap(sp, 3, 1));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

TEST(file_life, last_exit_closes_it)
{
	struct space *parent = with_file(test, 2, MAP_SHARED);
	struct space *child = space_fork(parent);

	ok(write_page(child, 0, 'c'));
	space_exit(parent);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 1UL);
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), 'c');
	space_exit(child);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

TEST(file_life, mapping_over_it_closes_it)
{
	struct space *sp = with_file(test, 2, MAP_PRIVATE);

	ok(map(sp, 0, 2, RW));
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
	expect(sp, "[ww]");
}

TEST(file_life, counts_its_shared_writable_mappings)
{
	struct space *sp = space_new(test), *child;
	struct file *file = shim_file_create(4);

	ok(map_file(sp, 8, 4, RW, MAP_PRIVATE, file, 0));
	KUNIT_EXPECT_EQ(test, writable(file), 0);
	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, writable(file), 1);
	ok(protect(sp, 1, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, writable(file), 3);
	child = space_fork(sp);
	KUNIT_EXPECT_EQ(test, writable(file), 6);
	space_exit(child);
	ok(protect(sp, 1, 2, RW));
	KUNIT_EXPECT_EQ(test, writable(file), 1);
	ok(unmap(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, writable(file), 0);
	shim_file_put(file);
}

/* Opened for reading: a shared mapping can never become writable. */
TEST(file_life, read_only_file)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(2);

	file->f_mode &= ~FMODE_WRITE;
	fails(map_file(sp, 0, 2, RW, MAP_SHARED, file, 0), -EACCES);
	ok(map_file(sp, 0, 2, PROT_READ, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, writable(file), 0);
	fails(protect(sp, 0, 2, RW), -EACCES);
	ok(map_file(sp, 4, 2, RW, MAP_PRIVATE, file, 0));
	ok(write_page(sp, 4, 'x'));
	shim_file_put(file);
}
