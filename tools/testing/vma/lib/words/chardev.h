/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A character device under the test's control: a file whose mappings have every
 * hook of vm_ops, counted, each made to fail as the case wishes, and the flags that
 * it wants.
 */
#ifndef VMA_CHARDEV_H
#define VMA_CHARDEV_H

#include "words.h"

/* hooks that a mapping may have or lack, see chardev_hooks() */
#define HOOK_OPEN	1
#define HOOK_CLOSE	2

typedef vm_fault_t fault_fn(struct vm_fault *vmf);

/**
 * struct chardev - the driver of one file, valid until the end of the case
 * @list: in the list of all drivers of the case
 * @file: the file, with one reference until chardev_put()
 * @vm_ops: vm_ops of its VMAs; a case may remove hooks before it maps the file
 * @fops: f_op of the file; likewise
 * @some: copies of @vm_ops without open() or close()
 * @use: vm_ops of VMAs that are mapped from now on, @vm_ops at first
 * @vm_flags: VM_* that each mapping gets
 * @mmaps: VMAs that its mmap() or mmap_prepare() hook has set up
 * @opens: calls of open(), which are due in a split, a fork and an mremap()
 * @closes: calls of close()
 * @moves: calls of mremap()
 * @asked: calls of may_split()
 * @mmap_error: value that mmap() and mmap_prepare() return, 0 at first
 * @move_error: value that mremap() returns, likewise
 * @split_error: value that may_split() returns, likewise
 * @fault: fault handler of a file in memory
 * @balance: opens less closes and VMAs, before the operation
 */
struct chardev {
	struct list_head list;
	struct file *file;
	struct vm_operations_struct vm_ops;
	struct file_operations fops;
	struct vm_operations_struct some[(HOOK_OPEN | HOOK_CLOSE) + 1];
	const struct vm_operations_struct *use;
	vm_flags_t vm_flags;
	int mmaps, opens, closes, moves, asked;
	int mmap_error, move_error, split_error;
	fault_fn *fault;
	int balance;
};

struct chardev *chardev_new(struct kunit *test, unsigned long nr_pages);
void chardev_put(struct chardev *drv);
void chardev_hooks(struct chardev *drv, int hooks);
int chardev_vmas(struct kunit *test, struct chardev *drv);
struct space *layout_of_frames(struct kunit *test, struct folio **folio);
void chardevs_begin(struct kunit *test);
void chardevs_end(struct kunit *test);

/**
 * chardev_map() - mmap() of the start of the driver's file, writable, with MAP_FIXED
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 * @flags: MAP_SHARED or MAP_PRIVATE
 * @drv: the driver, whose file is not closed yet
 *
 * Return: 0 or a negative errno.
 */
static inline int chardev_map(struct space *sp, long page, long nr, int flags,
			      struct chardev *drv)
{
	return map_file(sp, page, nr, RW, flags, drv->file, 0);
}

/* mmap_prepare() for mmap(), on kernels that have it (chardev_prepare.c) */
struct vm_area_desc;
bool chardev_use_prepare(struct chardev *drv);
int chardev_prepare(struct vm_area_desc *desc);

/* Expects that each VMA was opened, by mmap() or open(), once more than it was closed. */
#define chardev_balanced(drv)						\
	KUNIT_EXPECT_EQ_MSG(test, (drv)->mmaps + (drv)->opens - (drv)->closes, \
			    chardev_vmas(test, drv),			\
			    "%d mmap(), %d open(), %d close() and this many VMAs", \
			    (drv)->mmaps, (drv)->opens, (drv)->closes)

#endif /* VMA_CHARDEV_H */
