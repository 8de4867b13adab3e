// SPDX-License-Identifier: GPL-2.0
/*
 * Swap devices: files in memory that the real swapon() takes into use. Their file system
 * reads and writes a store of the host, so that mm/swapfile.c and mm/page_io.c are real
 * and no block layer is needed.
 */
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/syscalls.h>
#include <linux/uio.h>

#include <shim/compat.h>
#include <shim/host.h>
#include <shim/files.h>
#include <shim/memory.h>
#include <shim/subject.h>
#include <shim/tlb.h>

#ifdef CONFIG_SWAP
/* Devices in the order in which they were put into use; free places are behind them. */
static struct swap_device {
	char name[8];		/* the first, see device_of() */
	struct file *file;
	char *store;
} devices[SHIM_SWAP_DEVICES];
static bool synchronous, broken, is_disk;

/* There are no paths: the name of a device is that which it begins with. */
static struct swap_device *device_of(const char *name)
{
	return (struct swap_device *)name;
}

struct filename *getname_flags(const char __user *name, int flags)
{
	struct filename *filename = kzalloc(sizeof(*filename), GFP_KERNEL);

	if (!filename)
		return ERR_PTR(-ENOMEM);
	filename->name = (__force const char *)name;
	return filename;
}

#ifdef SHIM_GETNAME_EXTERN
struct filename *getname(const char __user *name)
{
	return getname_flags(name, 0);
}
#endif

void putname(struct filename *name)
{
	if (!IS_ERR_OR_NULL(name))
		kfree(name);
}

struct file *file_open_name(struct filename *name, int flags, umode_t mode)
{
	return IS_ERR(name) ? ERR_CAST(name) : get_file(device_of(name->name)->file);
}

int filp_close(struct file *file, fl_owner_t id)
{
	fput(file);
	return 0;
}

static struct swap_device *device_of_file(struct file *file)
{
	struct swap_device *dev;

	for (dev = devices; dev->file != file; dev++)
		BUG_ON(dev == devices + SHIM_SWAP_DEVICES - 1);
	return dev;
}

/* A store that comes while a page is written, or after that, is lost. */
static void check_flushed(const struct iov_iter *iter)
{
	unsigned long i;

	if (!iov_iter_is_bvec(iter))
		return;
	for (i = 0; i < iter->nr_segs; i++)
		shim_tlb_pages_stored(iter->bvec[i].bv_page, iter->bvec[i].bv_len >> PAGE_SHIFT);
}

/**
 * shim_swap_rw() - read or write the store
 * @iocb: where on the device
 * @iter: the memory
 *
 * Return: number of bytes, all done, or -EIO after shim_swap_break().
 */
int shim_swap_rw(struct kiocb *iocb, struct iov_iter *iter)
{
	char *at = device_of_file(iocb->ki_filp)->store + iocb->ki_pos;
	size_t n = iov_iter_count(iter);

	if (READ_ONCE(broken))
		return -EIO;
	if (iov_iter_rw(iter) == WRITE) {
		check_flushed(iter);
		return copy_from_iter(at, n, iter);
	}
	return copy_to_iter(at, n, iter);
}

#ifndef SHIM_SWAP_OPS
/**
 * shim_swap_activate() - hand a swap file to its file system
 * @sis: being taken into use by swapon()
 *
 * Newer trees have swap_ops.c for it. Return: the number of extents, or a
 * negative errno.
 */
int shim_swap_activate(struct swap_info_struct *sis)
{
	sis->flags |= SWP_FS_OPS;
	return add_swap_extent(sis, 0, sis->max, 0);
}
#endif

/* A disk whose attributes are read; its pages are read by swap_rw like a file's. */
static struct request_queue swap_queue;
static const struct block_device_operations swap_disk_fops;
static struct gendisk swap_gendisk = { .fops = &swap_disk_fops, .queue = &swap_queue };
static struct block_device swap_bdev = { .bd_disk = &swap_gendisk, .bd_queue = &swap_queue };

/**
 * shim_swap_disk() - choose the kind of the next swap device
 * @now: a block device if true, else a file
 */
void shim_swap_disk(bool now)
{
	is_disk = now;
}

static void (*change)(struct inode *inode, union swap_header *header);
static unsigned long usable;

/**
 * shim_swap_change() - have the next swapon() find another file than shim_swap_on() makes
 * @fn: called with the file and its header before it is read; NULL for none
 * @nr: pages that the file system finds to be usable, 0 for all
 */
void shim_swap_change(void (*fn)(struct inode *inode, union swap_header *header), unsigned long nr)
{
	change = fn;
	usable = nr;
}

static int swap_activate(struct swap_info_struct *sis, struct file *file, sector_t *span)
{
	if (usable) {
		sis->max = usable;
		sis->pages = usable - 1;
	}
	*span = sis->pages;
	if (synchronous)
		sis->flags |= SWP_SYNCHRONOUS_IO;
	if (is_disk)
		sis->flags |= SWP_BLKDEV;
	return shim_swap_activate(sis);
}

/* Only the header is read in this way, and shim_swap_on() has written it. */
static int read_folio(struct file *file, struct folio *folio)
{
	folio_unlock(folio);
	return -EIO;
}

static const struct address_space_operations swap_aops = {
	.dirty_folio	= noop_dirty_folio,
	.read_folio	= read_folio,
	.swap_activate	= swap_activate,
#ifndef SHIM_SWAP_OPS
	.swap_rw	= shim_swap_rw,
#endif
};

static void write_header(struct file *file, unsigned long nr_pages)
{
	union swap_header *header = (union swap_header *)shim_file_data(file, 0);

	memcpy(header->magic.magic, "SWAPSPACE2", 10);
	header->info.version = 1;
	header->info.last_page = nr_pages - 1;
	if (change)
		change(file_inode(file), header);
}

/**
 * shim_swap_on() - mkswap and swapon
 * @nr_pages: size of the device; its first page is the header
 * @sync: it is synchronous (SWP_SYNCHRONOUS_IO), as zram is
 *
 * A device that was put into use before another one is filled before it.
 *
 * Context: may sleep; fewer than SHIM_SWAP_DEVICES devices are in use.
 * Return: 0 or a negative errno.
 */
int shim_swap_on(unsigned long nr_pages, bool sync)
{
	struct swap_device *dev;
	int err;

	for (dev = devices; dev->file; dev++)
		if (dev == devices + SHIM_SWAP_DEVICES - 1)
			return -EBUSY;
	synchronous = sync;
	broken = false;
	dev->store = host_reserve(nr_pages << PAGE_SHIFT, PAGE_SIZE);
	snprintf(dev->name, sizeof(dev->name), "swap%d", (int)(dev - devices));
	dev->file = shim_file_create(nr_pages);
	dev->file->f_mapping->a_ops = &swap_aops;
	if (is_disk)
		file_inode(dev->file)->i_sb->s_bdev = &swap_bdev;
	write_header(dev->file, nr_pages);
	err = sys_swapon((const char __user *)dev, 0);
	if (err) {
		shim_file_put(dev->file);
		dev->file = NULL;
		return err;
	}
	shim_swap_cache_untagged();
	return 0;
}

/**
 * shim_swap_off() - swapoff
 * @file: a device that is in use
 *
 * Context: may sleep. All pages on the device are read back first.
 * Return: 0, or a negative errno with the device still in use.
 */
int shim_swap_off(struct file *file)
{
	struct mm_struct *mm = current->mm ? NULL : mm_alloc();
	struct swap_device *dev = device_of_file(file);
	int err;

	if (mm)
		shim_use_mm(mm);
	err = sys_swapoff((const char __user *)dev);
	if (mm) {
		shim_use_mm(NULL);
		mmput(mm);
	}
	if (!err) {
		shim_file_put(file);
		dev->file = NULL;
	}
	return err;
}

/**
 * shim_swap_file() - a swap device
 * @nth: 0 for the device that was put into use first
 *
 * Return: its file while it is in use, else NULL; no reference is taken.
 */
struct file *shim_swap_file(int nth)
{
	return devices[nth].file;
}

/**
 * shim_swap_break() - let all reads and writes of the device fail, or no longer
 * @now: true if they fail from now on
 */
void shim_swap_break(bool now)
{
	WRITE_ONCE(broken, now);
}

/**
 * shim_swap_boot() - run the initcalls of swap
 */
void shim_swap_boot(void)
{
	shim_init_swapfile();
	shim_init_swap_state();
}
#else
void shim_swap_disk(bool now)
{
}

int shim_swap_on(unsigned long nr_pages, bool sync)
{
	return -ENOSYS;
}

int shim_swap_off(struct file *file)
{
	return -ENOSYS;
}

struct file *shim_swap_file(int nth)
{
	return NULL;
}

void shim_swap_break(bool now)
{
}

void shim_swap_change(void (*fn)(struct inode *inode, union swap_header *header), unsigned long nr)
{
}

void shim_swap_boot(void)
{
}
#endif
