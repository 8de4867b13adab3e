// SPDX-License-Identifier: GPL-2.0
/*
 * set_anon_vma_name() for kernels that have it in kernel/sys.c, which is not linked.
 */
#ifndef SHIM_SET_ANON_VMA_NAME
#include "attr.h"

#include <linux/mm_inline.h>

/**
 * set_anon_vma_name() - the middle of prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME)
 * @addr: start of the range, a user address
 * @size: its size in bytes
 * @uname: the name, in user memory; NULL to remove it
 *
 * Return: 0 or a negative errno.
 */
int set_anon_vma_name(unsigned long addr, unsigned long size, const char __user *uname)
{
	struct anon_vma_name *anon_name = NULL;
	char *name;
	int error;

	if (uname) {
		name = strndup_user(uname, 80);
		if (IS_ERR(name))
			return PTR_ERR(name);
		anon_name = anon_vma_name_alloc(name);
		kfree(name);
		if (!anon_name)
			return -ENOMEM;
	}
	mmap_write_lock(current->mm);
	error = madvise_set_anon_name(current->mm, addr, size, anon_name);
	mmap_write_unlock(current->mm);
	anon_vma_name_put(anon_name);
	return error;
}
#endif
