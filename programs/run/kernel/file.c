// SPDX-License-Identifier: GPL-2.0
/* Files of the host: the page cache of the machine reads them where it has no page yet. */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/pagemap.h>

#include "hosted.h"

static int read_folio(struct file *file, struct folio *folio)
{
	void *of_host = shim_folio_mapping(folio)->host->i_private;
	size_t size = folio_size(folio);
	u8 *to = folio_address(folio);
	long got = hosted_ops->file_read(of_host, to, size, folio_pos(folio));

	if (got >= 0) {
		memset(to + got, 0, size - got);
		folio_mark_uptodate(folio);
	}
	folio_unlock(folio);
	return got < 0 ? got : 0;
}

static const struct address_space_operations file_aops = {
	.read_folio = read_folio,
	.dirty_folio = noop_dirty_folio,
	.migrate_folio = filemap_migrate_folio,
};

static const struct vm_operations_struct file_vm_ops = {
	.fault = filemap_fault,
	.map_pages = filemap_map_pages,
};

static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	shim_vm_ops(vma) = &file_vm_ops;
	return 0;
}

static const struct file_operations file_fops = { .mmap = file_mmap };

/**
 * hosted_file_new() - a file of the machine for one of the host
 * @size: its bytes
 * @of_host: for file_read() of struct hosted_ops
 *
 * It may be read, and mapped privately. Its pages are those that the host has when they are
 * read first.
 *
 * Return: the file, for hosted_file_put(), never NULL.
 */
void *hosted_file_new(unsigned long size, void *of_host)
{
	struct file *file = shim_file_create(DIV_ROUND_UP(size, PAGE_SIZE));

	i_size_write(file_inode(file), size);
	file->f_op = &file_fops;
	file->f_mode &= ~(FMODE_WRITE | FMODE_CAN_WRITE);
	file->f_mapping->a_ops = &file_aops;
	file_inode(file)->i_private = of_host;
	file->f_ra.ra_pages = 16;	/* reads ahead, and a fault maps what is there */
	return file;
}

/**
 * hosted_file_put() - close a file; what has mapped it keeps it
 * @file: of hosted_file_new()
 */
void hosted_file_put(void *file)
{
	shim_file_put(file);
}

/**
 * hosted_file_mapped() - is a file mapped somewhere?
 * @file: of hosted_file_new()
 */
int hosted_file_mapped(void *file)
{
	return file_count((struct file *)file) > 1;
}

/* As in fs/sync.c, but for the inode's timestamps: there are none. */
int vfs_fsync_range(struct file *file, loff_t start, loff_t end, int datasync)
{
	return file->f_op->fsync ? file->f_op->fsync(file, start, end, datasync) : -EINVAL;
}
