// SPDX-License-Identifier: GPL-2.0
/*
 * Files of tmpfs: the internal mount of mm/shmem.c. There are no names and no tree of
 * mounts; inodes, page cache and swap are the kernel's own.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/shmem_fs.h>
#include <linux/backing-dev.h>
#include <linux/writeback.h>

#include <shim/files.h>
#include <shim/subject.h>

#ifdef CONFIG_SHMEM
static struct super_block shmem_sb;
static struct vfsmount shmem_mnt = { .mnt_sb = &shmem_sb, .mnt_idmap = &nop_mnt_idmap };
static struct dentry shmem_root;

/* The root of the mount; nothing is looked up in it. */
struct dentry *d_make_root(struct inode *inode)
{
	shmem_root.d_parent = &shmem_root;
	shmem_root.d_inode = inode;
	shmem_root.d_sb = inode->i_sb;
	return &shmem_root;
}

/* There is no writeback of inodes to wait for. */
void inode_wait_for_writeback(struct inode *inode)
{
}

void inode_io_list_del(struct inode *inode)
{
	WARN_ON(!list_empty(&inode->i_io_list));
}

/**
 * shim_shmem_boot() - mount tmpfs, as shmem_init() does
 */
void shim_shmem_boot(void)
{
	INIT_LIST_HEAD(&shmem_sb.s_inodes);
	spin_lock_init(&shmem_sb.s_inode_list_lock);
	shmem_sb.s_bdi = &noop_backing_dev_info;
	shmem_sb.s_user_ns = &init_user_ns;
	shmem_sb.s_flags = SB_KERNMOUNT;
	shim_init_shmem(&shmem_mnt);
}

/**
 * shim_shmem_create() - create and open a file of tmpfs without a name, all holes
 * @nr_pages: its size in pages, which is charged
 *
 * As shmem_zero_setup() does for mmap(MAP_SHARED | MAP_ANONYMOUS).
 *
 * Return: the file with one reference, for shim_file_put(), or NULL.
 */
struct file *shim_shmem_create(unsigned long nr_pages)
{
	struct vm_area_struct size = { .vm_end = nr_pages << PAGE_SHIFT };

	return shmem_zero_setup(&size) ? NULL : shim_file_hold(size.vm_file);
}
#else
void shim_shmem_boot(void)
{
}

struct file *shim_shmem_create(unsigned long nr_pages)
{
	return NULL;
}

void shim_shmem_huge(const char *policy, unsigned long always, unsigned long within_size)
{
}
#endif
