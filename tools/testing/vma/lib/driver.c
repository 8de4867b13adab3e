// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers: files that set flags of their mappings and count the calls of their
 * hooks, as those do that keep a reference for each mapping. All else is as in a
 * file in memory.
 */
#include "attr.h"

/* Of one file: its own copies of the operations, so that a hook finds it. */
struct driver_state {
	struct file_operations fops;
	struct vm_operations_struct vm_ops;
	const struct file_operations *base;
	vm_flags_t flags;
	int opens, closes;
};

static struct driver_state *state_of(struct file *file)
{
	return container_of(file->f_op, struct driver_state, fops);
}

static void driver_open(struct vm_area_struct *vma)
{
	state_of(vma->vm_file)->opens++;
}

static void driver_close(struct vm_area_struct *vma)
{
	state_of(vma->vm_file)->closes++;
}

static int driver_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct driver_state *state = state_of(file);
	int err = state->base->mmap(file, vma);

	if (err)
		return err;
	state->vm_ops.fault = vma->vm_ops->fault;
	vma->vm_ops = &state->vm_ops;
	vm_flags_set(vma, state->flags);
	state->opens++;
	return 0;
}

#ifdef shim_desc_set_flags
/* It cannot know whether a VMA comes of it; only ->mapped() and open() do. */
static int driver_prepare(struct vm_area_desc *desc)
{
	struct driver_state *state = state_of(desc->vm_file);

	shim_desc_set_flags(desc, state->flags);
	desc->vm_ops = &state->vm_ops;
	return 0;
}
#endif

/**
 * driver_file() - a file of a driver
 * @test: the case, which the hooks live as long as
 * @nr: pages
 * @flags: VM_* that the driver adds to each mapping
 * @hooks: DRIVER_*
 *
 * Return: the file with one reference, for shim_file_put().
 */
struct file *driver_file(struct kunit *test, long nr, vm_flags_t flags, int hooks)
{
	struct file *file = shim_file_create(nr);
	struct driver_state *state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);

	state->base = file->f_op;
	state->flags = flags;
	state->vm_ops.open = hooks & DRIVER_OPEN ? driver_open : NULL;
	state->vm_ops.close = hooks & DRIVER_CLOSE ? driver_close : NULL;
	state->fops.mmap = driver_mmap;
	if (hooks & DRIVER_PREPARE) {
#ifdef shim_desc_set_flags
		state->fops.mmap = NULL;
		state->fops.mmap_prepare = driver_prepare;
#else
		shim_file_put(file);
		kunit_skip(test, "this kernel has no mmap_prepare()");
#endif
	}
	file->f_op = &state->fops;
	return file;
}

/**
 * driver_opens() - how many VMAs the driver was told of, by mmap() or open()
 * @file: from driver_file()
 */
int driver_opens(struct file *file)
{
	return state_of(file)->opens;
}

/**
 * driver_closes() - how many VMAs the driver was told to forget
 * @file: from driver_file()
 */
int driver_closes(struct file *file)
{
	return state_of(file)->closes;
}
