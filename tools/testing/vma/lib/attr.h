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
int lock_on_fault(struct space *sp, long page, long nr);
void clear_refs(struct space *sp);

/* drivers (driver.c) */
#define DRIVER_OPEN	1	/* vm_ops->open() */
#define DRIVER_CLOSE	2	/* vm_ops->close() */
#define DRIVER_PREPARE	4	/* f_op->mmap_prepare() instead of mmap() */

struct file *driver_file(struct kunit *test, long nr, vm_flags_t flags, int hooks);
int driver_opens(struct file *file);
int driver_closes(struct file *file);

#endif /* VMA_ATTR_H */
