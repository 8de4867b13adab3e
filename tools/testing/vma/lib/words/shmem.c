// SPDX-License-Identifier: GPL-2.0
/* Files of tmpfs: shared memory, which has a size, is charged and can be in swap. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>

#include "model.h"

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

/**
 * drop_range() - make a hole of pages that nobody maps, without a look at what is there then
 * @file: the file, of open_shmem()
 * @page: first page of the hole
 * @nr: number of pages
 */
void drop_range(struct file *file, long page, long nr)
{
#ifdef CONFIG_SHMEM
	shmem_truncate_range(file_inode(file), page * PAGE_SIZE, (page + nr) * PAGE_SIZE - 1);
#endif
}

/**
 * punch_hole() - as fallocate(FALLOC_FL_PUNCH_HOLE) does it, with CONFIG_TMPFS
 * @sp: a space that maps the file from its first page on, at page 0
 * @file: the file, of open_shmem()
 * @page: first page of the hole
 * @nr: number of pages
 *
 * It is no word that a failure sweep judges, as 7.2 tries for ever to bring a page in where
 * there is never any memory.
 */
void punch_hole(struct space *sp, struct file *file, long page, long nr)
{
	unmap_mapping_range(file->f_mapping, page * PAGE_SIZE, nr * PAGE_SIZE, 0);
	drop_range(file, page, nr);
	model_set(sp, page, nr, 0);
	oracle(sp->test);
}
