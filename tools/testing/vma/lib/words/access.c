// SPDX-License-Identifier: GPL-2.0
/* Loads and stores by user code, which must agree with the model of the contents. */
#include <linux/sched/mm.h>

#include "guard.h"
#include "model.h"

/* The first mapped page at @page or above it, from which a stack may grow down. */
static long mapped_from(struct space *sp, long page)
{
	struct vm_area_struct *vma;
	long top;

	mmap_read_lock(sp->mm);
	vma = find_vma(sp->mm, page_addr(page));
	top = vma ? (long)(shim_vm_start(vma) - SPACE_BASE) >> PAGE_SHIFT : page;
	mmap_read_unlock(sp->mm);
	return max(top, page);
}

/* Do two VMAs map the same page of a file at these addresses? It need not be present. */
static bool maps_same(struct vm_area_struct *vma, unsigned long addr,
		      struct vm_area_struct *other, unsigned long other_addr)
{
	return shim_vm_file(vma) && shim_vm_file(other)->f_mapping == shim_vm_file(vma)->f_mapping &&
	       linear_page_index(other, other_addr) == linear_page_index(vma, addr);
}

/* Does a VMA map the file's own page, now or by the next fault, and not a copy of it? */
static bool shows_file(struct space *sp, struct vm_area_struct *vma, long page)
{
	return (shim_vm_flags(vma) & VM_SHARED) ||
	       (!frame_of(sp, page) && pte_none(pte_at(sp, page)));
}

/* A store to a shared page changes the content in all mappings of the file's page. */
static void model_shared(struct space *sp, long page, u8 value, struct space *other)
{
	struct vm_area_struct *vma = vma_of(sp, page), *at;
	struct page *frame = frame_of(sp, page);
	VMA_ITERATOR(vmi, other->mm, SPACE_BASE);
	unsigned long addr;
	long i;

	mmap_read_lock(other->mm);
	for_each_vma_range(vmi, at, page_addr(SPACE_PAGES)) {
		if (!shim_vm_file(at))
			continue;
		for (addr = max(shim_vm_start(at), SPACE_BASE); addr < shim_vm_end(at); addr += PAGE_SIZE) {
			i = (long)(addr - SPACE_BASE) >> PAGE_SHIFT;
			if (model_is_guard(other, i))
				continue;
			if ((frame && frame_of(other, i) == frame) ||
			    (maps_same(vma, page_addr(page), at, addr) &&
			     shows_file(other, at, i)))
				model_set(other, i, 1, value);
		}
	}
	mmap_read_unlock(other->mm);
}

static void model_write(struct space *sp, long page, u8 value)
{
	struct world *world = sp->test->priv;
	struct space *other;

	model_set(sp, page, 1, value);
	if (!(shim_vm_flags(vma_of(sp, page)) & VM_SHARED))
		return;
	list_for_each_entry(other, &world->spaces, list)
		model_shared(sp, page, value, other);
}

/* The page for arguments of system calls that are pointers, above those of layouts. */
#define USER_DATA	(SPACE_PAGES + 64)

/**
 * put_user_data() - copy data to user memory, for the argument of a system call
 * @sp: the space, made the current one
 * @data: the data
 * @len: size in bytes, at most a page
 *
 * Return: the user address, until the next call, or a negative errno.
 */
long put_user_data(struct space *sp, const void *data, size_t len)
{
	unsigned long addr = page_addr(USER_DATA);
	long err = 0;

	if (!vma_of(sp, USER_DATA))
		err = map_at(sp, USER_DATA, 1, RW, ANON | MAP_FIXED, NULL, 0);
	if (IS_ERR_VALUE(err))
		return err;
	return shim_user_write(sp->mm, addr, data, len) ?: (long)addr;
}

/* Access to a byte by user code of the space; the current mm stays the same. */
static int access_user(struct space *sp, unsigned long addr, u8 *byte, bool write)
{
	struct mm_struct *current_mm = current->mm;
	int err;

	op_begin(sp, "access", "%s %ld", write ? "write" : "read",
		 (long)(addr - SPACE_BASE) >> PAGE_SHIFT);
	err = write ? shim_user_write(sp->mm, addr, byte, 1) :
		      shim_user_read(sp->mm, addr, byte, 1);
	op_end(err);
	shim_use_mm(current_mm);
	return err;
}

/**
 * write_page() - a store by user code into the first and last byte of a page
 * @sp: the space, current or not
 * @page: the page
 * @value: the byte
 *
 * Return: 0, -EFAULT (SIGSEGV), -EIO (SIGBUS) or -ENOMEM.
 */
int write_page(struct space *sp, long page, u8 value)
{
	long top = mapped_from(sp, page);	/* all below it is fresh if it grows */
	int err = access_user(sp, page_addr(page), &value, true);

	if (!err)
		err = access_user(sp, page_addr(page + 1) - 1, &value, true);
	if (!err) {
		KUNIT_EXPECT_NE_MSG(sp->test, sp->model[page], MODEL_GUARD, "%s page %ld", sp->name, page);
		model_fresh(sp, page, top - page);
		model_write(sp, page, value);
	}
	return op_done(sp, err);
}

/**
 * read_page() - a load by user code, which must return the byte of the model
 * @sp: the space, current or not
 * @page: the page
 *
 * Return: as write_page().
 */
int read_page(struct space *sp, long page)
{
	long top = mapped_from(sp, page);	/* all below it is fresh if it grows */
	u8 value = 0;
	int err = access_user(sp, page_addr(page), &value, false);

	if (!err)
		model_fresh(sp, page, top - page);
	if (!err && sp->model[page] != MODEL_UNKNOWN)
		KUNIT_EXPECT_EQ_MSG(sp->test, value, sp->model[page],
				    "%s page %ld", sp->name, page);
	return op_done(sp, err);
}

/**
 * byte_at() - a load by user code from the first byte of a page
 * @sp: the space, current or not
 * @page: the page
 *
 * Return: the byte, or an error as of write_page().
 */
int byte_at(struct space *sp, long page)
{
	u8 value = 0;
	int err = access_user(sp, page_addr(page), &value, false);

	return op_done(sp, err) ?: value;
}

/**
 * look() - read_page() of several pages, up to the first error
 * @sp: the space, current or not
 * @page: first page
 * @nr: number of pages
 *
 * Return: as of write_page().
 */
int look(struct space *sp, long page, long nr)
{
	int err = 0;

	for (; nr > 0 && !err; page++, nr--)
		err = read_page(sp, page);
	return err;
}

/**
 * touch() - write_page() of several pages, up to the first error
 * @sp: the space, current or not
 * @page: first page
 * @nr: number of pages
 * @value: the byte for each page
 *
 * Return: as of write_page().
 */
int touch(struct space *sp, long page, long nr, u8 value)
{
	int err = 0;

	for (; nr > 0 && !err; page++, nr--)
		err = write_page(sp, page, value);
	return err;
}

/**
 * touch_each() - touch() with another byte in each page
 * @sp: the space, current or not
 * @page: first page
 * @nr: number of pages
 * @value: the byte for the first page; each further page has one more
 *
 * Return: as of write_page().
 */
int touch_each(struct space *sp, long page, long nr, u8 value)
{
	int err = 0;

	for (; nr > 0 && !err; page++, nr--)
		err = write_page(sp, page, value++);
	return err;
}
