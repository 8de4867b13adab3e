// SPDX-License-Identifier: GPL-2.0
/* MADV_COLLAPSE of files of a file system with large folios: what it makes, and why it fails. */
#include <linux/fs.h>
#include <linux/pagemap.h>

#include <shim/files.h>

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
