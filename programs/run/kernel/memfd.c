// SPDX-License-Identifier: GPL-2.0
/*
 * Memfds of guests: files of mm/shmem.c. The configuration has no tmpfs, whose read(), write() and
 * fallocate() those of a kernel are: here they are loops over shmem_get_folio().
 */
#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/memfd.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <uapi/linux/memfd.h>

#include <shim/files.h>
#include <shim/memory.h>

#include "hosted.h"

#define PUNCH	(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)

#ifdef CONFIG_SHMEM

/**
 * hosted_memfd_new() - memfd_create()
 * @flags: of the call
 * @err: set to a negative errno where there is none
 *
 * Return: the file, for hosted_file_put(), or NULL.
 */
void *hosted_memfd_new(unsigned long flags, long *err)
{
	struct file *file;

	*err = -ENOSYS;	/* as where there is no hugetlbfs */
	if (flags & MFD_HUGETLB)
		return NULL;
	*err = -EINVAL;
	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | MFD_EXEC))
		return NULL;
	*err = -ENFILE;
	file = shim_shmem_create(0);
	if (!file)
		return NULL;
	if (flags & MFD_ALLOW_SEALING)
		SHMEM_I(file_inode(file))->seals &= ~F_SEAL_SEAL;
	*err = 0;
	return file;
}

/* One page of a file, locked; NULL for a hole that is only read. */
static struct folio *get(struct inode *inode, loff_t pos, loff_t end, bool write, int *err)
{
	struct folio *folio = NULL;

	*err = shmem_get_folio(inode, pos >> PAGE_SHIFT, end, &folio, write ? SGP_WRITE : SGP_READ);
	return *err ? NULL : folio;
}

static int read_part(struct inode *inode, loff_t pos, u8 *to, size_t n)
{
	struct folio *folio;
	int err;

	folio = get(inode, pos, 0, false, &err);
	if (!folio) {
		memset(to, 0, n);
		return err;
	}
	memcpy(to, page_address(folio_file_page(folio, pos >> PAGE_SHIFT)) + offset_in_page(pos), n);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

static int write_part(struct inode *inode, loff_t pos, const u8 *from, size_t n)
{
	struct folio *folio;
	int err;

	folio = get(inode, pos, pos + n, true, &err);
	if (!folio)
		return err;
	if (!folio_test_uptodate(folio)) {
		memset(folio_address(folio), 0, folio_size(folio));
		folio_mark_uptodate(folio);
	}
	memcpy(page_address(folio_file_page(folio, pos >> PAGE_SHIFT)) + offset_in_page(pos), from, n);
	if (pos + n > i_size_read(inode))
		i_size_write(inode, pos + n);
	folio_mark_dirty(folio);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

static bool sealed(struct inode *inode, loff_t end)
{
	unsigned int seals = SHMEM_I(inode)->seals;

	return seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE) ||
	       (seals & F_SEAL_GROW && end > i_size_read(inode));
}

static long transfer(struct inode *inode, bool write, unsigned long addr, size_t n, loff_t *pos)
{
	u8 *page = kmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOFAIL);
	long done = 0, err = 0;
	size_t part;

	inode_lock(inode);
	if (!write)
		n = min_t(loff_t, n, max_t(loff_t, i_size_read(inode) - *pos, 0));
	else if (n && sealed(inode, *pos + n))
		err = -EPERM;
	for (; !err && n; n -= part) {
		part = min_t(size_t, n, PAGE_SIZE - offset_in_page(*pos));
		if (write && shim_user_read(current->mm, addr + done, page, part))
			err = -EFAULT;
		else if (write)
			err = write_part(inode, *pos, page, part);
		else
			err = read_part(inode, *pos, page, part);
		if (!err && !write && shim_user_write(current->mm, addr + done, page, part))
			err = -EFAULT;
		if (err)
			break;
		*pos += part;
		done += part;
	}
	inode_unlock(inode);
	kfree(page);
	return done ?: err;
}

static long set_size(struct file *file, loff_t size)
{
	struct iattr attr = { .ia_valid = ATTR_SIZE, .ia_size = size };
	struct inode *inode = file_inode(file);
	long err;

	if (size < 0)
		return -EINVAL;
	inode_lock(inode);
	err = inode->i_op->setattr(&nop_mnt_idmap, file->f_path.dentry, &attr);
	inode_unlock(inode);
	return err;
}

static long allocate(struct file *file, unsigned long mode, loff_t pos, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct folio *folio;
	loff_t at, end = pos + len;
	long err = 0;

	if (pos < 0 || len <= 0)
		return -EINVAL;
	if (mode == PUNCH) {
		if (sealed(inode, 0))
			return -EPERM;
		inode_lock(inode);
		if (round_down(end, PAGE_SIZE) > round_up(pos, PAGE_SIZE))
			unmap_mapping_range(inode->i_mapping, round_up(pos, PAGE_SIZE),
					    round_down(end, PAGE_SIZE) - round_up(pos, PAGE_SIZE), 0);
		shmem_truncate_range(inode, pos, end - 1);
		inode_unlock(inode);
		return 0;
	}
	if (mode)
		return -EOPNOTSUPP;
	if (SHMEM_I(inode)->seals & F_SEAL_GROW && end > i_size_read(inode))
		return -EPERM;
	if (end > i_size_read(inode))
		err = set_size(file, end);
	for (at = round_down(pos, PAGE_SIZE); !err && at < end; at += PAGE_SIZE) {
		err = shmem_get_folio(inode, at >> PAGE_SHIFT, 0, &folio, SGP_CACHE);
		if (err)
			break;
		if (!folio_test_uptodate(folio)) {
			memset(folio_address(folio), 0, folio_size(folio));
			folio_mark_uptodate(folio);
		}
		folio_mark_dirty(folio);
		folio_unlock(folio);
		folio_put(folio);
	}
	return err;
}

/**
 * hosted_memfd_call() - a call with the descriptor of a memfd
 * @memfd: of hosted_memfd_new()
 * @caller: space of the guest
 * @what: the call
 * @a: user address, mode of fallocate(), or command of fcntl()
 * @b: bytes, or argument of fcntl()
 * @pos: position, advanced by read() and write(); size of ftruncate()
 *
 * Return: as the call returns it.
 */
long hosted_memfd_call(void *memfd, void *caller, enum hosted_file_call what, unsigned long a,
		       unsigned long b, long long *pos)
{
	struct file *file = memfd;

	shim_use_mm(((struct space *)caller)->mm);
	switch (what) {
	case HOSTED_FILE_READ:
	case HOSTED_FILE_WRITE:
		return *pos < 0 ? -EINVAL : transfer(file_inode(file), what == HOSTED_FILE_WRITE, a, b, pos);
	case HOSTED_FILE_TRUNCATE:
		return set_size(file, *pos);
	case HOSTED_FILE_ALLOCATE:
		return allocate(file, a, *pos, b);
	case HOSTED_FILE_FCNTL:
		return memfd_fcntl(file, a, b);
	default:
		return -ENOTTY;
	}
}

/**
 * hosted_memfd_size() - size of a memfd
 * @memfd: of hosted_memfd_new()
 *
 * Return: bytes.
 */
unsigned long hosted_memfd_size(void *memfd)
{
	return i_size_read(file_inode((struct file *)memfd));
}

static int fallocate_of(struct file *file, int mode, loff_t offset, loff_t len)
{
	if (shmem_mapping(file->f_mapping))
		return allocate(file, mode, offset, len);
	return file->f_op->fallocate ? file->f_op->fallocate(file, mode, offset, len) : -EOPNOTSUPP;
}
#else
static int fallocate_of(struct file *file, int mode, loff_t offset, loff_t len)
{
	return file->f_op->fallocate ? file->f_op->fallocate(file, mode, offset, len) : -EOPNOTSUPP;
}

void *hosted_memfd_new(unsigned long flags, long *err)
{
	*err = -ENOSYS;
	return NULL;
}

long hosted_memfd_call(void *memfd, void *caller, enum hosted_file_call what, unsigned long a,
		       unsigned long b, long long *pos)
{
	return -EBADF;
}

unsigned long hosted_memfd_size(void *memfd)
{
	return 0;
}
#endif

/* As in fs/open.c, for MADV_REMOVE. */
int vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	return fallocate_of(file, mode, offset, len);
}
