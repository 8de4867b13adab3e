// SPDX-License-Identifier: GPL-2.0
/* Files of /proc/PID of a guest, which are those of fs/proc/task_mmu.c. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <shim/files.h>
#include <shim/memory.h>

#include "hosted.h"

static const enum shim_proc_name names[] = {
	[HOSTED_MAPS] = SHIM_PROC_MAPS, [HOSTED_SMAPS] = SHIM_PROC_SMAPS,
	[HOSTED_SMAPS_ROLLUP] = SHIM_PROC_SMAPS_ROLLUP, [HOSTED_CLEAR_REFS] = SHIM_PROC_CLEAR_REFS,
	[HOSTED_PAGEMAP] = SHIM_PROC_PAGEMAP,
};

static struct file *open_of(struct space *of, enum hosted_proc name)
{
	shim_use_mm(of->mm);
	return shim_proc_open(names[name]);
}

/**
 * hosted_proc_text() - read a file of text, from the begin to the end
 * @space: of the guest that it tells of
 * @name: maps, smaps or smaps_rollup
 * @put: is told of each piece, in order
 * @arg: for @put
 *
 * Return: 0 or a negative errno.
 */
long hosted_proc_text(void *space, enum hosted_proc name,
		      void (*put)(void *arg, const char *text, unsigned long n), void *arg)
{
	struct file *file = open_of(space, name);
	char *text;
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	text = kmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOFAIL);
	while ((n = shim_proc_read(file, text, PAGE_SIZE)) > 0)
		put(arg, text, n);
	kfree(text);
	shim_proc_close(file);
	return n;
}

/* mem, as fs/proc/base.c does it: rights of the VMAs do not count. */
static long access(struct mm_struct *of, bool write, unsigned long addr, unsigned long n, loff_t *pos)
{
	unsigned int flags = FOLL_FORCE | (write ? FOLL_WRITE : 0);
	char *page = kmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOFAIL);
	long done = 0, err = 0;
	int part;

	for (; n && !err; n -= part) {
		part = min_t(unsigned long, n, PAGE_SIZE - offset_in_page(*pos));
		if (write && shim_user_read(current->mm, addr + done, page, part))
			err = -EFAULT;
		else if (!access_remote_vm(of, *pos, page, part, flags))
			err = -EIO;
		else if (!write && shim_user_write(current->mm, addr + done, page, part))
			err = -EFAULT;
		if (err)
			break;
		*pos += part;
		done += part;
	}
	kfree(page);
	return done ?: err;
}

/**
 * hosted_proc_call() - read(), write() or ioctl() of a file
 * @space: of the guest that the file tells of
 * @caller: of the guest that makes the call
 * @name: the file
 * @what: the call
 * @a: number of the ioctl, or a user address
 * @b: argument of the ioctl, or a number of bytes
 * @pos: of the file, or NULL
 *
 * The file is opened for each call, so that no guest that has it keeps another's space.
 *
 * Return: as the call returns it.
 */
long hosted_proc_call(void *space, void *caller, enum hosted_proc name, enum hosted_file_call what,
		      unsigned long a, unsigned long b, long long *pos)
{
	const struct file_operations *f_op;
	struct file *file;
	long ret = -EINVAL;

	if (name == HOSTED_MEM) {
		shim_use_mm(((struct space *)caller)->mm);
		return what == HOSTED_FILE_READ || what == HOSTED_FILE_WRITE ?
			access(((struct space *)space)->mm, what == HOSTED_FILE_WRITE, a, b, pos) : -EINVAL;
	}
	file = open_of(space, name);
	if (IS_ERR(file))
		return PTR_ERR(file);
	f_op = file->f_op;
	shim_use_mm(((struct space *)caller)->mm);
	if (what == HOSTED_FILE_READ && f_op->read)
		ret = f_op->read(file, (char __user *)a, b, pos);
	else if (what == HOSTED_FILE_WRITE && f_op->write)
		ret = f_op->write(file, (const char __user *)a, b, pos);
	else if (what == HOSTED_FILE_IOCTL)
		ret = f_op->unlocked_ioctl ? f_op->unlocked_ioctl(file, a, b) : -ENOTTY;
	shim_proc_close(file);
	return ret;
}
