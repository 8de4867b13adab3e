// SPDX-License-Identifier: GPL-2.0
/* Drivers with mmap_prepare(), on kernels that ask it before they try to merge. */
#ifdef SHIM_MMAP_PREPARE
#include "attr.h"

/* It cannot know whether a VMA comes of it, so nothing is counted. */
static int driver_prepare(struct vm_area_desc *desc)
{
	vma_desc_set_flags_mask(desc, legacy_to_vma_flags(driver_flags(desc->vm_file)));
	desc->vm_ops = driver_vm_ops(desc->vm_file);
	return 0;
}

bool driver_use_prepare(struct file_operations *fops)
{
	fops->mmap = NULL;
	fops->mmap_prepare = driver_prepare;
	return true;
}
#endif
