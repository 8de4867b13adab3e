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
	struct vm_operations_struct vm_ops[(DRIVER_OPEN | DRIVER_CLOSE) + 1];
	int hooks;
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
	state->vm_ops[state->hooks].fault = vma->vm_ops->fault;
	vma->vm_ops = &state->vm_ops[state->hooks];
	vm_flags_set(vma, state->flags);
	state->opens++;
	return 0;
}

/**
 * driver_use_prepare() - let mmap_prepare() stand for mmap()
 * @fops: of a driver
 *
 * Return: false on kernels without it; the others have driver_prepare.c.
 */
bool __weak driver_use_prepare(struct file_operations *fops)
{
	return false;
}

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
	int i;

	state->base = file->f_op;
	state->flags = flags;
	for (i = 0; i < ARRAY_SIZE(state->vm_ops); i++) {
		state->vm_ops[i].open = i & DRIVER_OPEN ? driver_open : NULL;
		state->vm_ops[i].close = i & DRIVER_CLOSE ? driver_close : NULL;
	}
	state->fops.mmap = driver_mmap;
	if ((hooks & DRIVER_PREPARE) && !driver_use_prepare(&state->fops)) {
		shim_file_put(file);
		kunit_skip(test, "this kernel has no mmap_prepare()");
	}
	file->f_op = &state->fops;
	driver_set_hooks(file, hooks);
	return file;
}

/**
 * driver_set_hooks() - which hooks mappings have that are made from now on
 * @file: from driver_file()
 * @hooks: DRIVER_OPEN and DRIVER_CLOSE, or neither
 */
void driver_set_hooks(struct file *file, int hooks)
{
	state_of(file)->hooks = hooks & (DRIVER_OPEN | DRIVER_CLOSE);
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

/**
 * driver_flags() - VM_* that the driver adds to each mapping
 * @file: from driver_file()
 */
vm_flags_t driver_flags(struct file *file)
{
	return state_of(file)->flags;
}

/**
 * driver_vm_ops() - what the next mapping has for operations
 * @file: from driver_file()
 */
const struct vm_operations_struct *driver_vm_ops(struct file *file)
{
	struct driver_state *state = state_of(file);

	return &state->vm_ops[state->hooks];
}
