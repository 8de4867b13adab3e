// SPDX-License-Identifier: GPL-2.0
/*
 * Files as those of a file system with a disk: folios of any size in the page cache, faults by
 * mm/filemap.c, and a page that is not cached is read. Reads ahead of that are for a file whose
 * f_ra.ra_pages a case has set.
 */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pagemap.h>

#include <shim/files.h>

static unsigned long failing_index = ULONG_MAX;

/* What the disk has in a page: 'A' for the first one of the file, 'B' for the second, ... */
static void read_pages(struct folio *folio)
{
	pgoff_t index = folio_pgoff(folio), i;

	for (i = 0; i < folio_nr_pages(folio); i++)
		memset(folio_address(folio) + i * PAGE_SIZE, 'A' + (index + i) % 26, PAGE_SIZE);
	folio_mark_uptodate(folio);
}

static int cached_read_folio(struct file *file, struct folio *folio)
{
	pgoff_t index = folio_pgoff(folio);
	bool fails = failing_index >= index && failing_index < index + folio_nr_pages(folio);

	if (!fails)
		read_pages(folio);
	folio_unlock(folio);
	return fails ? -EIO : 0;
}

/* The tag is what write-back would look for, see shim_file_is_told(). */
static bool cached_dirty_folio(struct address_space *mapping, struct folio *folio)
{
	bool newly = noop_dirty_folio(mapping, folio);
	unsigned long flags;

	xa_lock_irqsave(&mapping->i_pages, flags);
	if (folio->mapping == mapping)
		__xa_set_mark(&mapping->i_pages, folio_pgoff(folio), PAGECACHE_TAG_DIRTY);
	xa_unlock_irqrestore(&mapping->i_pages, flags);
	return newly;
}

/**
 * shim_file_is_told() - was a file told that a folio of it is dirty?
 * @file: from shim_file_create_cached()
 * @index: a page of the folio, which is cached
 */
bool shim_file_is_told(struct file *file, pgoff_t index)
{
	return xa_get_mark(&file->f_mapping->i_pages, index, PAGECACHE_TAG_DIRTY);
}

/**
 * shim_file_clean() - take a folio for written, as write-back that leaves the entries alone
 * @file: from shim_file_create_cached()
 * @folio: a folio of it, unlocked
 */
void shim_file_clean(struct file *file, struct folio *folio)
{
	folio_clear_dirty(folio);
	xa_clear_mark(&file->f_mapping->i_pages, folio_pgoff(folio), PAGECACHE_TAG_DIRTY);
}

static const struct address_space_operations cached_aops = {
	.read_folio = cached_read_folio,
	.dirty_folio = cached_dirty_folio,
	.migrate_folio = filemap_migrate_folio,
};

#define BLOCK_BITS	9

/* A folio that was read in blocks: those that were not are zero. */
static bool block_is_there(struct folio *folio, size_t from, size_t count)
{
	return !!*((u8 *)folio_address(folio) + from);
}

static const struct address_space_operations blocks_aops = {
	.read_folio = cached_read_folio,
	.dirty_folio = cached_dirty_folio,
	.is_partially_uptodate = block_is_there,
};

/**
 * shim_file_cache_blocks() - put a page into the page cache of which some blocks are read
 * @file: from shim_file_create_cached(), whose blocks of 512 bytes are smaller than a page then
 * @index: of the page; nothing is cached there
 * @first: first block of the page that is read
 * @nr: number of blocks that are read
 *
 * Return: 0 or a negative errno.
 */
int shim_file_cache_blocks(struct file *file, pgoff_t index, unsigned int first, unsigned int nr)
{
	struct folio *folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, 0);
	int err;

	if (!folio)
		return -ENOMEM;
	file_inode(file)->i_blkbits = BLOCK_BITS;
	file->f_mapping->a_ops = &blocks_aops;
	memset(folio_address(folio) + (first << BLOCK_BITS), 'A' + index % 26, nr << BLOCK_BITS);
	err = filemap_add_folio(file->f_mapping, folio, index, GFP_KERNEL);
	if (!err)
		folio_unlock(folio);
	folio_put(folio);
	return err;
}

static int cached_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr)
{
	truncate_setsize(d_inode(dentry), attr->ia_size);
	return 0;
}

static const struct inode_operations cached_iops = {
	.setattr = cached_setattr,
};

static const struct vm_operations_struct around_vm_ops = {
	.fault = filemap_fault,
	.map_pages = filemap_map_pages,
};

static const struct vm_operations_struct alone_vm_ops = {
	.fault = filemap_fault,
};

/* One of the two, as the file was created. */
static int cached_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = file->private_data;
	return 0;
}

static const struct file_operations cached_fops = { .mmap = cached_mmap };

/**
 * shim_file_cache() - put a folio into the page cache of a file, with its content read
 * @file: from shim_file_create_cached()
 * @index: of its first page, a multiple of its size; nothing is cached there
 * @order: its size; it may go beyond the end of the file
 *
 * Return: 0 or a negative errno.
 */
int shim_file_cache(struct file *file, pgoff_t index, unsigned int order)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, order);
	int err;

	if (!folio)
		return -ENOMEM;
	err = filemap_add_folio(file->f_mapping, folio, index, GFP_KERNEL);
	if (!err) {
		read_pages(folio);
		folio_unlock(folio);
	}
	folio_put(folio);
	return err;
}

/**
 * shim_file_create_cached() - create and open a file that is read by folios
 * @nr_pages: its size in pages, none of which is cached
 * @around: a fault maps what is cached around it, as with most file systems
 *
 * Context: may sleep.
 *
 * Return: the file with one reference, for shim_file_put(); never NULL.
 */
struct file *shim_file_create_cached(unsigned long nr_pages, bool around)
{
	struct file *file = shim_file_create(nr_pages);

	file->f_op = &cached_fops;
	file->private_data = (void *)(around ? &around_vm_ops : &alone_vm_ops);
	file_inode(file)->i_op = &cached_iops;
	file->f_mapping->a_ops = &cached_aops;
	mapping_set_large_folios(file->f_mapping);
	return file;
}

/**
 * shim_file_break() - let reads of a page fail, of each file of shim_file_create_cached()
 * @index: of the page, ULONG_MAX for none
 */
void shim_file_break(pgoff_t index)
{
	failing_index = index;
}
