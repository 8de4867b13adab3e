// SPDX-License-Identifier: GPL-2.0
/* Files of tmpfs: shared memory, which has a size, is charged and can be in swap. */
#include <linux/fs.h>
#include <linux/mm.h>

#include "words.h"

static void close_file(void *file)
{
	shim_file_put(file);
}

/**
 * open_shmem() - make and open a file of tmpfs
 * @test: the case, at whose end the file is closed
 * @nr: its size in pages, all of them holes
 *
 * mmap() of MAP_SHARED | MAP_ANONYMOUS makes such a file itself.
 *
 * Return: the file.
 */
struct file *open_shmem(struct kunit *test, long nr)
{
	struct file *file = shim_shmem_create(nr);

	KUNIT_ASSERT_NOT_NULL(test, file);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, close_file, file), 0);
	return file;
}

/* Pages beyond the end of the file have no contents: a load is a SIGBUS. */
static void model_truncate(struct space *sp, struct file *file, pgoff_t end)
{
	struct vm_area_struct *vma;
	long page;

	for (page = 0; page < SPACE_PAGES; page++) {
		vma = vma_of(sp, page);
		if (vma && shim_vm_file(vma) == file &&
		    linear_page_index(vma, page_addr(page)) >= end)
			sp->model[page] = MODEL_UNKNOWN;
	}
}

/**
 * truncate_file() - ftruncate()
 * @sp: the space of the caller, made the current one
 * @file: from open_shmem()
 * @nr: its new number of pages
 *
 * Return: 0 or a negative errno.
 */
int truncate_file(struct space *sp, struct file *file, long nr)
{
	struct iattr attr = { .ia_valid = ATTR_SIZE, .ia_size = (loff_t)nr << PAGE_SHIFT };
	struct inode *inode = file_inode(file);
	struct world *world = sp->test->priv;
	struct space *other;
	int err;

	op_begin(sp, "ftruncate", "%ld", nr);
	inode_lock(inode);
	err = op_end(inode->i_op->setattr(&nop_mnt_idmap, file->f_path.dentry, &attr));
	inode_unlock(inode);
	if (!err)
		list_for_each_entry(other, &world->spaces, list)
			model_truncate(other, file, nr);
	return op_done(sp, err);
}
