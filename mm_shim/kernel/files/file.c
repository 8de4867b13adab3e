// SPDX-License-Identifier: GPL-2.0
/*
 * Files in memory: a real struct file, inode and address_space. The pages are in the real
 * page cache (mm/filemap.c), without a backing store.
 */
#include <linux/anon_inodes.h>
#include <linux/fcntl.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/poison.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/backing-dev.h>
#include <linux/writeback.h>

#include <shim/compat.h>
#include <shim/files.h>

/*
 * A file with its dentry and inode, freed with the last reference. A file of tmpfs
 * (shmem.c) has an inode of mm/shmem.c instead.
 */
struct shim_file {
	struct file file;
	struct dentry dentry;
	struct inode inode;
	struct super_block sb;
	struct file_system_type type;
	struct vfsmount mnt;
	struct list_head list;
	bool created;		/* its creator has not yet put it */
	int (*release)(struct inode *inode, struct file *file);
};

struct backing_dev_info noop_backing_dev_info;

static atomic_long_t nr_open;
static LIST_HEAD(all_files);
static arch_spinlock_t list_lock = __ARCH_SPIN_LOCK_UNLOCKED;

static const struct address_space_operations shim_aops = {
	.dirty_folio = noop_dirty_folio,
	.migrate_folio = filemap_migrate_folio,
};

/* Returns the folio of an index locked; its first use allocates and zeroes it. */
static struct folio *get_locked_folio(struct address_space *mapping, pgoff_t index)
{
	struct folio *folio;

	folio = __filemap_get_folio(mapping, index, FGP_LOCK | FGP_CREAT, GFP_KERNEL);
	if (IS_ERR(folio))
		return folio;
	if (!folio_test_uptodate(folio)) {
		memset(folio_address(folio), 0, PAGE_SIZE);
		folio_mark_uptodate(folio);
	}
	return folio;
}

static vm_fault_t shim_file_fault(struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	struct folio *folio;

	if (vmf->pgoff >= DIV_ROUND_UP(i_size_read(mapping->host), PAGE_SIZE))
		return VM_FAULT_SIGBUS;
	folio = get_locked_folio(mapping, vmf->pgoff);
	if (IS_ERR(folio))
		return VM_FAULT_OOM;
	vmf->page = folio_page(folio, 0);
	return VM_FAULT_LOCKED;
}

static const struct vm_operations_struct shim_file_vm_ops = {
	.fault = shim_file_fault,
};

static int shim_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &shim_file_vm_ops;
	return 0;
}

static const struct file_operations shim_fops = {
	.mmap = shim_file_mmap,
	.read_iter = generic_file_read_iter,
};

/* As fs/read_write.c does it, of files that can be read. */
ssize_t __kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	struct kvec vec = { .iov_base = buf, .iov_len = count };
	struct kiocb kiocb = { .ki_filp = file, .ki_pos = *pos };
	struct iov_iter iter;
	ssize_t n;

	if (!file->f_op->read_iter)
		return -EINVAL;
	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, count);
	n = file->f_op->read_iter(&kiocb, &iter);
	if (n > 0)
		*pos = kiocb.ki_pos;
	return n;
}

static void init_inode(struct shim_file *sf, unsigned long nr_pages)
{
	struct inode *inode = &sf->inode;

	sf->type.name = "shimfs";
	sf->sb.s_type = &sf->type;
	sf->sb.s_time_gran = 1;
	sf->sb.s_maxbytes = MAX_LFS_FILESIZE;
	sf->sb.s_bdi = &noop_backing_dev_info;
	inode->i_sb = &sf->sb;
	inode->i_mode = S_IFREG | 0600;
	inode->i_flags = S_NOCMTIME;	/* no timestamps, as there is no file system */
	spin_lock_init(&inode->i_lock);
	init_rwsem(&inode->i_rwsem);
	atomic_set(&inode->i_count, 1);
	address_space_init_once(&inode->i_data);
	init_rwsem(&inode->i_data.invalidate_lock);
	inode->i_mapping = &inode->i_data;
	inode->i_data.host = inode;
	inode->i_data.a_ops = &shim_aops;
	mapping_set_gfp_mask(&inode->i_data, GFP_KERNEL);
	i_size_write(inode, nr_pages << PAGE_SHIFT);
}

/* Returns an open file with one reference, which is the caller's. */
static struct file *open_file(struct shim_file *sf, struct inode *inode, struct vfsmount *mnt,
			      const struct file_operations *fops)
{
	struct file *file = &sf->file;

	shim_file_ref_init(file);
	file->f_mode = FMODE_READ | FMODE_WRITE | FMODE_CAN_READ | FMODE_CAN_WRITE;
	file->f_op = fops;
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	sf->dentry.d_parent = &sf->dentry;
	sf->dentry.d_inode = inode;
	sf->dentry.d_sb = inode->i_sb;
	*(struct vfsmount **)&file->f_path.mnt = mnt;
	*(struct dentry **)&file->f_path.dentry = &sf->dentry;
	arch_spin_lock(&list_lock);
	list_add_tail(&sf->list, &all_files);
	arch_spin_unlock(&list_lock);
	atomic_long_inc(&nr_open);
	return file;
}

/**
 * shim_file_create() - create and open a file of zeros that may be mapped in every way
 * @nr_pages: its size in pages
 *
 * Context: may sleep.
 *
 * Return: the file with one reference, for shim_file_put(); never NULL.
 */
struct file *shim_file_create(unsigned long nr_pages)
{
	struct shim_file *sf = kzalloc(sizeof(*sf), GFP_KERNEL | __GFP_NOFAIL);

	init_inode(sf, nr_pages);
	sf->mnt.mnt_sb = &sf->sb;
	return shim_file_hold(open_file(sf, &sf->inode, &sf->mnt, &shim_fops));
}

/**
 * alloc_file_pseudo() - open an inode without a name, as in fs/file_table.c
 * @inode: the caller's reference goes over to the file
 * @mnt: where it is mounted
 * @name: for the dentry, which has none here
 * @flags: O_RDWR
 * @fops: its operations
 *
 * Return: the file, or an ERR_PTR().
 */
struct file *alloc_file_pseudo(struct inode *inode, struct vfsmount *mnt, const char *name,
			       int flags, const struct file_operations *fops)
{
	struct shim_file *sf = kzalloc(sizeof(*sf), GFP_KERNEL);

	if (!sf)
		return ERR_PTR(-ENOMEM);
	/* no timestamps: nothing here reads them */
	inode->i_flags |= S_NOCMTIME | S_NOATIME;
	return open_file(sf, inode, mnt, fops);
}

/**
 * shim_file_hold() - note that a test has opened the file and is to put it
 * @file: open, with a reference for the test
 *
 * Return: @file.
 */
struct file *shim_file_hold(struct file *file)
{
	container_of(file, struct shim_file, file)->created = true;
	return file;
}

/**
 * shim_file_sealed() - is a file sealed against writes?
 * @mapping: of the file
 *
 * Its i_mmap_writable is -1 then, for good.
 */
bool shim_file_sealed(struct address_space *mapping)
{
	return shmem_mapping(mapping) && SHMEM_I(mapping->host)->seals & F_SEAL_WRITE;
}

/* The address_space must be unmapped and unreferenced by the time it goes. */
static void destroy(struct shim_file *sf)
{
	struct address_space *mapping = sf->file.f_mapping;

	if (sf->release)
		sf->release(&sf->inode, &sf->file);
	WARN(!RB_EMPTY_ROOT(&mapping->i_mmap.rb_root), "file freed while it is mapped");
	WARN(atomic_read(&mapping->i_mmap_writable) != -(int)shim_file_sealed(mapping), "file freed with i_mmap_writable %d",
	     atomic_read(&mapping->i_mmap_writable));
	if (mapping == &sf->inode.i_data) {
		truncate_inode_pages_final(mapping);
		/* as in clear_inode(): the tree may have grown for a page in part only */
		xa_destroy(&mapping->i_pages);
		/* as evict() does, after which nobody uses the inode */
		spin_lock(&sf->inode.i_lock);
		spin_unlock(&sf->inode.i_lock);
	} else {
		iput(mapping->host);
	}
	arch_spin_lock(&list_lock);
	list_del(&sf->list);
	arch_spin_unlock(&list_lock);
	atomic_long_dec(&nr_open);
	/* without ASan, this tells who uses it nevertheless */
	memset(sf, POISON_FREE, sizeof(*sf));
	kfree(sf);
}

void fput(struct file *file)
{
	if (shim_file_ref_put(file))
		destroy(container_of(file, struct shim_file, file));
}

/**
 * shim_file_put() - close a file for its creator
 * @file: from shim_file_create()
 */
void shim_file_put(struct file *file)
{
	container_of(file, struct shim_file, file)->created = false;
	fput(file);
}

#ifdef CONFIG_USERFAULTFD
/* A file without an inode of its own, for its operations alone. */
struct file *anon_inode_create_getfile(const char *name, const struct file_operations *fops,
				       void *priv, int flags, const struct inode *context)
{
	struct file *file = shim_file_create(0);

	file->f_op = fops;
	file->private_data = priv;
	file->f_flags = flags;
	container_of(file, struct shim_file, file)->release = fops->release;
	return file;
}

int anon_inode_create_getfd(const char *name, const struct file_operations *fops, void *priv,
			    int flags, const struct inode *context)
{
	int fd = get_unused_fd_flags(flags);

	if (fd >= 0)
		fd_install(fd, anon_inode_create_getfile(name, fops, priv, flags, context));
	return fd;
}
#endif

/**
 * shim_file_of() - look up a descriptor of the running task
 * @fd: an open one
 *
 * Return: the file, without a reference; valid until shim_close().
 */
struct file *shim_file_of(unsigned int fd)
{
	struct file *file = fget(fd);

	if (file)
		fput(file);
	return file;
}

/**
 * shim_close() - close a descriptor
 * @fd: of the running task, the only reference to its file
 */
void shim_close(unsigned int fd)
{
	shim_file_put(file_close_fd(fd));
}

/**
 * shim_files_close() - close all files of a case, as the end of a process does
 *
 * For a case that was ended early and could not put its files itself.
 */
void shim_files_close(void)
{
	struct shim_file *sf, *next;

	list_for_each_entry_safe(sf, next, &all_files, list)
		if (sf->created)
			shim_file_put(&sf->file);
}

/**
 * shim_each_file() - call a function for every file that exists
 * @fn: gets the file, and 1 if its creator still holds a reference, else 0
 * @arg: passed on
 *
 * Context: no other thread creates or puts files.
 */
void shim_each_file(void (*fn)(struct file *file, int held, void *arg), void *arg)
{
	struct shim_file *sf;

	list_for_each_entry(sf, &all_files, list)
		fn(&sf->file, sf->created, arg);
}

/**
 * shim_files_open() - count the files that have a reference
 *
 * Return: their number.
 */
unsigned long shim_files_open(void)
{
	return atomic_long_read(&nr_open);
}

/**
 * shim_file_data() - map a page of a file
 * @file: from shim_file_create()
 * @index: of the page
 *
 * Context: may sleep; the page is allocated if it is a hole.
 * Return: its PAGE_SIZE bytes, valid until the file is freed or truncated.
 */
u8 *shim_file_data(struct file *file, pgoff_t index)
{
	struct folio *folio = get_locked_folio(file->f_mapping, index);
	u8 *data = folio_address(folio) + (index - folio_pgoff(folio)) * PAGE_SIZE;

	folio_unlock(folio);
	folio_put(folio);
	return data;
}

/**
 * shim_file_boot() - initialise the one backing device, as bdi_init() does
 */
void shim_file_boot(void)
{
	struct bdi_writeback *wb = &noop_backing_dev_info.wb;
	int i;

	wb->bdi = &noop_backing_dev_info;
	spin_lock_init(&wb->list_lock);
	spin_lock_init(&wb->work_lock);
	wb->bdi->max_ratio = 100;
	wb->bdi->max_prop_frac = FPROP_FRAC_BASE;
	for (i = 0; i < NR_WB_STAT_ITEMS; i++)
		percpu_counter_init(&wb->stat[i], 0, GFP_KERNEL);
	fprop_local_init_percpu(&wb->completions, GFP_KERNEL);
}

/* Devices have no names here, so nobody opens one. */
int misc_register(struct miscdevice *misc)
{
	return 0;
}

/* As in fs/exec.c, but for the flags of the superblock, which nothing sets. */
bool path_noexec(const struct path *path)
{
	return path->mnt->mnt_flags & MNT_NOEXEC;
}

/* The list of inodes that sync() would have to wait for: nobody calls it. */
void sb_mark_inode_writeback(struct inode *inode)
{
}

void sb_clear_inode_writeback(struct inode *inode)
{
}

struct backing_dev_info *inode_to_bdi(struct inode *inode)
{
	return &noop_backing_dev_info;
}
