/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What VMAs have beyond rights and pages, and what merging looks at: a name, a
 * seal, locks, soft-dirty, and drivers with flags and hooks of their own.
 */
#ifndef VMA_ATTR_H
#define VMA_ATTR_H

#include "test.h"

/* system calls, as those of test.h (attr.c) */
int name_range(struct space *sp, long page, long nr, const char *name);
int seal(struct space *sp, long page, long nr);
int set_anon_vma_name(unsigned long addr, unsigned long size, const char __user *uname);
int lock_on_fault(struct space *sp, long page, long nr);
void clear_refs(struct space *sp);

/* drivers (driver.c) */
#define DRIVER_OPEN	1	/* vm_ops->open() */
#define DRIVER_CLOSE	2	/* vm_ops->close() */
#define DRIVER_PREPARE	4	/* f_op->mmap_prepare() instead of mmap() */

struct file *driver_file(struct kunit *test, long nr, vm_flags_t flags, int hooks);
void driver_set_hooks(struct file *file, int hooks);
int driver_opens(struct file *file);
int driver_closes(struct file *file);
vm_flags_t driver_flags(struct file *file);
const struct vm_operations_struct *driver_vm_ops(struct file *file);
bool driver_use_prepare(struct file_operations *fops);

#endif /* VMA_ATTR_H */
