// SPDX-License-Identifier: GPL-2.0
/* The driver of chardev.h, which its VMAs have in vm_private_data. */
#include <linux/pagemap.h>

#include "chardev.h"

static LIST_HEAD(chardevs);

static struct chardev *chardev_of(struct vm_area_struct *vma)
{
	return shim_vm_private_data(vma);
}

static void count_open(struct vm_area_struct *vma)
{
	chardev_of(vma)->opens++;
}

static void count_close(struct vm_area_struct *vma)
{
	chardev_of(vma)->closes++;
}

static int answer_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	chardev_of(vma)->asked++;
	return chardev_of(vma)->split_error;
}

static int answer_mremap(struct vm_area_struct *vma)
{
	chardev_of(vma)->moves++;
	return chardev_of(vma)->move_error;
}

static vm_fault_t fault_in(struct vm_fault *vmf)
{
	return chardev_of(vmf->vma)->fault(vmf);
}

static int chardev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct chardev *drv = file->private_data;

	if (drv->mmap_error)
		return drv->mmap_error;
	drv->mmaps++;
	shim_vm_ops(vma) = drv->use;
	shim_vm_private_data(vma) = drv;
	vm_flags_set(vma, drv->vm_flags);
	return 0;
}

/* The fault handler of the machine's files in memory, which their mmap() sets. */
static fault_fn *fault_of_files(struct file *file)
{
	struct vm_area_struct vma = {};

	file->f_op->mmap(file, &vma);
	return shim_vm_ops(&vma)->fault;
}

static void chardev_put_if_held(void *data)
{
	struct chardev *drv = data;

	list_del(&drv->list);
	chardev_put(drv);
}

/**
 * chardev_new() - make a driver and open a file of it
 * @test: the case, at whose end the file is closed if it is still open
 * @nr_pages: size of the file in pages
 *
 * Return: the driver, valid until the end of the case.
 */
struct chardev *chardev_new(struct kunit *test, unsigned long nr_pages)
{
	struct chardev *drv = kunit_kzalloc(test, sizeof(*drv), GFP_KERNEL);

	drv->file = shim_file_create(nr_pages);
	drv->fault = fault_of_files(drv->file);
	drv->fops.mmap = chardev_mmap;
	drv->vm_ops = (struct vm_operations_struct) {
		.open = count_open,
		.close = count_close,
		.may_split = answer_may_split,
		.mremap = answer_mremap,
		.fault = fault_in,
	};
	drv->use = &drv->vm_ops;
	drv->file->f_op = &drv->fops;
	drv->file->private_data = drv;
	list_add(&drv->list, &chardevs);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, chardev_put_if_held, drv), 0);
	return drv;
}

/**
 * chardev_put() - close the file, which its mappings still have references to
 * @drv: the driver, whose file may be closed already
 */
void chardev_put(struct chardev *drv)
{
	if (drv->file)
		shim_file_put(drv->file);
	drv->file = NULL;
}

/**
 * chardev_hooks() - choose the hooks of mappings that are made from now on
 * @drv: the driver
 * @hooks: HOOK_OPEN, HOOK_CLOSE, both or neither; all other hooks are always set
 */
void chardev_hooks(struct chardev *drv, int hooks)
{
	struct vm_operations_struct *ops = &drv->some[hooks];

	*ops = drv->vm_ops;
	if (!(hooks & HOOK_OPEN))
		ops->open = NULL;
	if (!(hooks & HOOK_CLOSE))
		ops->close = NULL;
	drv->use = ops;
}

/**
 * chardev_use_prepare() - use the hook mmap_prepare() instead of mmap()
 * @drv: the driver, not mapped yet
 *
 * Return: false on kernels without the hook; chardev_prepare.c has it for the others.
 */
bool __weak chardev_use_prepare(struct chardev *drv)
{
	return false;
}

/**
 * chardev_vmas() - the number of VMAs of a driver, in all spaces that have not exited
 * @test: the case
 * @drv: the driver
 */
int chardev_vmas(struct kunit *test, struct chardev *drv)
{
	struct world *world = test->priv;
	struct vm_area_struct *vma;
	struct space *sp;
	int nr = 0;

	list_for_each_entry(sp, &world->spaces, list) {
		VMA_ITERATOR(vmi, sp->mm, 0);

		mmap_read_lock(sp->mm);
		for_each_vma(vmi, vma)
			nr += shim_vm_private_data(vma) == drv;
		mmap_read_unlock(sp->mm);
	}
	return nr;
}

static int balance_of(struct kunit *test, struct chardev *drv)
{
	return drv->mmaps + drv->opens - drv->closes - chardev_vmas(test, drv);
}

/**
 * chardevs_begin() - count the hooks of all drivers before an operation of a sweep
 * @test: the case
 */
void chardevs_begin(struct kunit *test)
{
	struct chardev *drv;

	list_for_each_entry(drv, &chardevs, list)
		drv->balance = balance_of(test, drv);
}

/* Do the hooks count? Not for a driver without one, or with one of the case's own. */
static bool counts_all(struct chardev *drv)
{
	return drv->use == &drv->vm_ops && drv->vm_ops.open == count_open &&
	       drv->vm_ops.close == count_close;
}

/**
 * chardevs_end() - fail a case whose calls of open() and close() do not match its VMAs
 * @test: the case, in a sweep after an operation with a failed allocation
 *
 * Not for mmap(), which calls no hook if it fails after the driver's mmap().
 */
void chardevs_end(struct kunit *test)
{
	struct chardev *drv;

	list_for_each_entry(drv, &chardevs, list)
		if (counts_all(drv) && balance_of(test, drv) != drv->balance)
			KUNIT_FAIL(test, "sweep: %d mmap(), %d open(), %d close() do not go with %d VMAs",
				   drv->mmaps, drv->opens, drv->closes,
				   chardev_vmas(test, drv));
}
