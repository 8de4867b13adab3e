// SPDX-License-Identifier: GPL-2.0
/* Files of the host: the page cache of the machine reads them where it has no page yet. */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/swap.h>

#include "internal.h"
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

/* msync(): who has called it writes back all files afterwards. */
static int file_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return 0;
}

/* MADV_REMOVE: the host has the hole, and its pages are read again. */
static long file_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	long err = hosted_ops->file_punch(file_inode(file)->i_private, offset, len);

	if (!err)
		truncate_pagecache_range(file_inode(file), offset, offset + len - 1);
	return err;
}

static const struct file_operations file_fops = {
	.mmap = file_mmap, .fsync = file_fsync, .fallocate = file_fallocate,
};

/**
 * hosted_file_new() - a file of the machine for one of the host
 * @size: its bytes
 * @of_host: for file_read() and file_write() of struct hosted_ops
 * @writable: it may be mapped shared and written to
 *
 * Its pages are those that the host has when they are read first.
 *
 * Return: the file, for hosted_file_put(), never NULL.
 */
void *hosted_file_new(unsigned long size, void *of_host, int writable)
{
	struct file *file = shim_file_create(DIV_ROUND_UP(size, PAGE_SIZE));

	i_size_write(file_inode(file), size);
	file->f_op = &file_fops;
	if (!writable)
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

/* Write a folio to the host that was stored to since the last time. */
static long write_back(struct folio *folio)
{
	void *of_host = shim_folio_mapping(folio)->host->i_private;
	bool dirty = folio_mkclean(folio);

	if (!folio_test_clear_dirty(folio) && !dirty)
		return 0;
	return hosted_ops->file_write(of_host, folio_address(folio), folio_size(folio), folio_pos(folio));
}

/**
 * hosted_file_sync() - write to the host what was stored to a file
 * @file: of hosted_file_new()
 *
 * Return: 0 or a negative errno.
 */
long hosted_file_sync(void *file)
{
	struct address_space *mapping = ((struct file *)file)->f_mapping;
	unsigned long at = 0;
	long err = 0, e;

	for (; xa_find(&mapping->i_pages, &at, ULONG_MAX, XA_PRESENT); at++) {
		struct folio *folio = filemap_get_folio(mapping, at);

		if (IS_ERR(folio))
			continue;
		folio_lock(folio);
		e = shim_folio_mapping(folio) == mapping ? write_back(folio) : 0;
		folio_unlock(folio);
		folio_put(folio);
		err = err ?: e;
	}
	return err;
}

/**
 * hosted_file_resize() - a file of the host has another size
 * @file: of hosted_file_new()
 * @size: its bytes
 */
void hosted_file_resize(void *file, unsigned long size)
{
	struct inode *inode = file_inode((struct file *)file);
	bool smaller = size < i_size_read(inode);

	i_size_write(inode, size);
	if (smaller)
		truncate_pagecache(inode, size);
}

/**
 * hosted_file_changed() - somebody else has written to a file of the host
 * @file: of hosted_file_new(), after hosted_file_sync()
 * @size: its bytes now
 *
 * Its pages are read again.
 */
void hosted_file_changed(void *file, unsigned long size)
{
	hosted_file_resize(file, size);
	lru_add_drain();
	invalidate_inode_pages2(((struct file *)file)->f_mapping);
}

/* As in fs/sync.c, but for the inode's timestamps: there are none. */
int vfs_fsync_range(struct file *file, loff_t start, loff_t end, int datasync)
{
	return file->f_op->fsync ? file->f_op->fsync(file, start, end, datasync) : -EINVAL;
}
