// SPDX-License-Identifier: GPL-2.0
/* The driver's mmap_prepare(), on kernels that have this hook. */
#include "chardev.h"

#ifdef SHIM_MMAP_PREPARE

/**
 * chardev_prepare() - the mmap_prepare() hook of a chardev
 * @desc: the mapping that is made, and may still merge with another one
 *
 * Return: @mmap_error of the driver.
 */
int chardev_prepare(struct vm_area_desc *desc)
{
	struct chardev *drv = desc->file->private_data;

	if (drv->mmap_error)
		return drv->mmap_error;
	drv->mmaps++;
	desc->vm_ops = drv->use;
	desc->private_data = drv;
	shim_desc_set_flags(desc, drv->vm_flags);
	return 0;
}

bool chardev_use_prepare(struct chardev *drv)
{
	drv->fops.mmap = NULL;
	drv->fops.mmap_prepare = chardev_prepare;
	return true;
}
#endif
