// SPDX-License-Identifier: GPL-2.0
/* Shared files whose first store to a page the file system wants to know of. */
#include "chardev.h"
#include "internal.h"
#include "test.h"

static int nr_asked;
static vm_fault_t mkwrite_answer;

static vm_fault_t count_mkwrite(struct vm_fault *vmf)
{
	nr_asked++;
	return mkwrite_answer;
}

static struct space *with_mkwrite(struct kunit *test, int flags, struct chardev **drv)
{
	struct space *sp = space_new(test);

	*drv = chardev_new(test, 4);
	(*drv)->vm_ops.page_mkwrite = count_mkwrite;
	mkwrite_answer = 0;
	ok(chardev_map(sp, 0, 4, flags, *drv));
	return sp;
}

TEST(write_notify, told_of_the_first_store_to_each_page)
{
	struct chardev *drv;
	struct space *sp = with_mkwrite(test, MAP_SHARED, &drv);

	ok(look(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, nr_asked, 0);
	ok(write_page(sp, 0, 'x'));
	KUNIT_EXPECT_EQ(test, nr_asked, 1);
	ok(write_page(sp, 0, 'y'));
	KUNIT_EXPECT_EQ(test, nr_asked, 1);
	ok(write_page(sp, 3, 'z'));
	KUNIT_EXPECT_EQ(test, nr_asked, 2);
	KUNIT_EXPECT_EQ(test, shim_file_data(drv->file, 3)[0], 'z');
}

/* Made writable by mprotect(), a page is told of no less. */
TEST(write_notify, told_after_mprotect)
{
	struct chardev *drv;
	struct space *sp = with_mkwrite(test, MAP_SHARED, &drv);

	ok(protect(sp, 0, 4, PROT_READ));
	ok(look(sp, 0, 4));
	ok(protect(sp, 0, 4, RW));
	ok(write_page(sp, 1, 'x'));
	KUNIT_EXPECT_EQ(test, nr_asked, 1);
}

TEST(write_notify, told_after_a_move)
{
	struct chardev *drv;
	struct space *sp = with_mkwrite(test, MAP_SHARED, &drv);

	ok(look(sp, 0, 4));
	ok(move(sp, 0, 4, 10));
	ok(write_page(sp, 11, 'x'));
	KUNIT_EXPECT_EQ(test, nr_asked, 1);
}

TEST(write_notify, store_that_is_refused)
{
	struct chardev *drv;
	struct space *sp = with_mkwrite(test, MAP_SHARED, &drv);

	mkwrite_answer = VM_FAULT_SIGBUS;
	fails(write_page(sp, 0, 'x'), -EIO);
	ok(read_page(sp, 1));
	fails(write_page(sp, 1, 'x'), -EIO);
	KUNIT_EXPECT_EQ(test, shim_file_data(drv->file, 1)[0], 0);
	mkwrite_answer = 0;
	ok(write_page(sp, 1, 'x'));
}

/* A private copy is nobody's business. */
TEST(write_notify, not_told_of_private_stores)
{
	struct chardev *drv;
	struct space *sp = with_mkwrite(test, MAP_PRIVATE, &drv);

	ok(touch(sp, 0, 4, 'x'));
	KUNIT_EXPECT_EQ(test, nr_asked, 0);
	KUNIT_EXPECT_FALSE(test, vma_needs_dirty_tracking(vma_of(sp, 0)));
}

TEST(write_notify, who_wants_to_be_told)
{
	struct chardev *drv;
	struct space *sp = with_mkwrite(test, MAP_SHARED, &drv);
	struct file *file = shim_file_create(2);

	ok(map_file(sp, 10, 2, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_TRUE(test, vma_needs_dirty_tracking(vma_of(sp, 0)));
	KUNIT_EXPECT_TRUE(test, vma_wants_writenotify(vma_of(sp, 0), PAGE_SHARED));
	/* already without write access in its page protection */
	KUNIT_EXPECT_TRUE(test, vma_wants_writenotify(vma_of(sp, 0), PAGE_READONLY));
	/* nobody wants to know of this one's, and it is written back nowhere */
	KUNIT_EXPECT_FALSE(test, vma_needs_dirty_tracking(vma_of(sp, 10)));
	KUNIT_EXPECT_FALSE(test, vma_wants_writenotify(vma_of(sp, 10), shim_vm_page_prot(vma_of(sp, 10))));
	ok(read_page(sp, 10));
	KUNIT_EXPECT_TRUE(test, pte_write(pte_at(sp, 10)));
	ok(protect(sp, 0, 4, PROT_READ));
	KUNIT_EXPECT_FALSE(test, vma_needs_dirty_tracking(vma_of(sp, 0)));
	shim_file_put(file);
}
