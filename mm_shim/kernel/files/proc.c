// SPDX-License-Identifier: GPL-2.0
/*
 * Files of /proc/PID that tell of an address space: the real ones of fs/proc/task_mmu.c, without a
 * file system around them. Each is opened by the running task, and is of its mm.
 */
#include <linux/dcache.h>
#include <linux/init_task.h>
#include <linux/pid.h>
#include <linux/proc_fs.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include <shim/files.h>

#include "../fs/proc/internal.h"

#ifdef CONFIG_PROC_PAGE_MONITOR
/* An open file, with the inode that leads to its task. */
struct proc_file {
	struct file file;
	struct proc_inode inode;
};

static const struct file_operations * const operations[] = {
	[SHIM_PROC_MAPS] = &proc_pid_maps_operations,
	[SHIM_PROC_SMAPS] = &proc_pid_smaps_operations,
	[SHIM_PROC_SMAPS_ROLLUP] = &proc_pid_smaps_rollup_operations,
	[SHIM_PROC_CLEAR_REFS] = &proc_clear_refs_operations,
	[SHIM_PROC_PAGEMAP] = &proc_pagemap_operations,
};

/* The task's own, where a copy of init_task has that of init_task. */
static struct pid *pid_of(struct task_struct *task)
{
	struct pid *pid = task->thread_pid;

	if (pid != &init_struct_pid)
		return pid;
	pid = kzalloc(struct_size(pid, numbers, 1), GFP_KERNEL | __GFP_NOFAIL);
	refcount_set(&pid->count, 1);
	hlist_add_head(&task->pid_links[PIDTYPE_PID], &pid->tasks[PIDTYPE_PID]);
	task->thread_pid = pid;
	return pid;
}

/* As fs/proc/base.c does it, for a task that may look at itself. */
struct mm_struct *proc_mem_open(struct inode *inode, unsigned int mode)
{
	struct task_struct *task = get_proc_task(inode);
	struct mm_struct *mm = get_task_mm(task);

	put_task_struct(task);
	if (!mm)
		return NULL;
	mmgrab(mm);
	mmput(mm);
	return mm;
}

const char *arch_vma_name(struct vm_area_struct *vma)
{
	return NULL;
}

/* Files have no names. */
char *d_path(const struct path *path, char *buf, int size)
{
	return memcpy(buf + size - sizeof("/file"), "/file", sizeof("/file"));
}

/**
 * shim_proc_boot() - the initcalls of fs/proc and of seq_file
 *
 * Context: booting.
 */
void shim_proc_boot(void)
{
	seq_file_init();
}

/**
 * shim_proc_open() - open a file of /proc/self
 * @name: the file
 *
 * It has a reference to the mm of the running task by mmgrab().
 *
 * Context: may sleep.
 * Return: the file, for shim_proc_close(), or an ERR_PTR().
 */
struct file *shim_proc_open(enum shim_proc_name name)
{
	struct proc_file *pf = kzalloc(sizeof(*pf), GFP_KERNEL | __GFP_NOFAIL);
	struct file *file = &pf->file;
	int err = 0;

	pf->inode.pid = pid_of(current);
	file->f_op = operations[name];
	file->f_inode = &pf->inode.vfs_inode;
	file->f_mode = FMODE_READ | FMODE_WRITE;
	if (file->f_op->open)
		err = file->f_op->open(file->f_inode, file);
	if (!err)
		return file;
	kfree(pf);
	return ERR_PTR(err);
}

/**
 * shim_proc_close() - close a file
 * @file: from shim_proc_open()
 *
 * Context: may sleep.
 */
void shim_proc_close(struct file *file)
{
	if (file->f_op->release)
		file->f_op->release(file->f_inode, file);
	kfree(container_of(file, struct proc_file, file));
}

/**
 * shim_proc_read() - one read() of a file of text, from where the last one has ended
 * @file: from shim_proc_open()
 * @to: buffer of the kernel
 * @size: its size
 *
 * Context: may sleep.
 * Return: number of bytes, 0 at the end, or a negative errno.
 */
ssize_t shim_proc_read(struct file *file, void *to, size_t size)
{
	struct kvec vec = { .iov_base = to, .iov_len = size };
	struct kiocb kiocb = { .ki_filp = file, .ki_pos = file->f_pos };
	struct iov_iter iter;
	ssize_t n;

	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, size);
	n = seq_read_iter(&kiocb, &iter);
	file->f_pos = kiocb.ki_pos;
	return n;
}
#else
void shim_proc_boot(void)
{
}

struct file *shim_proc_open(enum shim_proc_name name)
{
	return ERR_PTR(-EOPNOTSUPP);
}

void shim_proc_close(struct file *file)
{
}

ssize_t shim_proc_read(struct file *file, void *to, size_t size)
{
	return -EOPNOTSUPP;
}
#endif
