// SPDX-License-Identifier: GPL-2.0
/*
 * The functions by which a driver's mmap() hook maps pages. Each allocation fails in turn,
 * and the error that the program sees is ENOMEM, as it is for all who allocate page tables.
 */
#include "chardev.h"
#include "test.h"

static struct page *inserted;
static int (*insert)(struct vm_area_struct *vma);

static int insert_it(struct file *file, struct vm_area_struct *vma)
{
	return insert(vma);
}

static void free_inserted(void *page)
{
	__free_page(page);
}

/* Maps by @fn, each time in a space without page tables; the first error that is not ENOMEM. */
static int without_memory(struct kunit *test, int (*fn)(struct vm_area_struct *vma))
{
	struct chardev *drv = chardev_new(test, 1);
	unsigned long nth;
	struct space *sp;
	int err;

	inserted = alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_NOFAIL);
	ok(kunit_add_action(test, free_inserted, inserted));
	oracle_hold(test, page_folio(inserted), 1);
	drv->fops.mmap = insert_it;
	insert = fn;
	for (nth = 1; ; nth++) {
		sp = space_new(test);
		shim_fail_nth(nth, false);
		err = chardev_map(sp, 1, 1, MAP_SHARED, drv);
		if (shim_fail_stop() < nth)
			break;
		if (err != -ENOMEM)
			return err;
		expect(sp, "");
		space_exit(sp);
	}
	/* the VMA, and four levels of tables but the first */
	KUNIT_EXPECT_GT(test, nth, 4UL);
	ok(err);
	expect(sp, ".{W}");
	return -ENOMEM;
}

static int one_page(struct vm_area_struct *vma)
{
	return vm_insert_page(vma, shim_vm_start(vma), inserted);
}

TEST(insert, page)
{
	fails(without_memory(test, one_page), -ENOMEM);
}

/* Of what ends in insert_pages(), see finding 23. */
static void several(struct kunit *test, int (*fn)(struct vm_area_struct *vma))
{
	int err = without_memory(test, fn);

	if (err == -EFAULT)
		known_bug(SHIM_BUG_INSERT_PAGES_ERRNO, 23);
	fails(err, -ENOMEM);
}

static int pages_at_once(struct vm_area_struct *vma)
{
	unsigned long nr = 1;

	return vm_insert_pages(vma, shim_vm_start(vma), &inserted, &nr);
}

TEST(insert, pages_at_once)
{
	several(test, pages_at_once);
}

static int pages_of_all(struct vm_area_struct *vma)
{
	return vm_map_pages(vma, &inserted, 1);
}

TEST(insert, pages_of_all_of_a_mapping)
{
	several(test, pages_of_all);
}

static int pfn_range(struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, shim_vm_start(vma), page_to_pfn(inserted), PAGE_SIZE,
			       PAGE_SHARED);
}

TEST(insert, range_of_pfns)
{
	fails(without_memory(test, pfn_range), -ENOMEM);
}

#define NR	4

static bool is_present(struct mm_struct *mm, unsigned long addr)
{
	pte_t *pte = shim_lookup_pte(mm, addr);
	bool present = pte && pte_present(ptep_get(pte));

	if (pte)
		pte_unmap(pte);
	return present;
}

/* Pages 510 to 513, whose entries are in two page tables; all of them are there, or none. */
static int two_tables(struct vm_area_struct *vma)
{
	int err = remap_pfn_range(vma, shim_vm_start(vma), page_to_pfn(inserted), NR * PAGE_SIZE,
				  PAGE_SHARED);
	long i, nr = 0;

	for (i = 0; i < NR; i++)
		nr += is_present(shim_vm_mm(vma), shim_vm_start(vma) + i * PAGE_SIZE);
	return nr == (err ? 0 : NR) ? err : -EIO;
}

/* The driver may free its memory when it is told of the error. */
TEST(insert, range_of_pfns_of_two_page_tables)
{
	struct chardev *drv = chardev_new(test, NR);
	unsigned long nth, failed = 0;
	struct space *sp;
	int err;

	inserted = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NOFAIL, 2);
	drv->fops.mmap = insert_it;
	insert = two_tables;
	for (nth = 1; ; nth++) {
		sp = space_new(test);
		shim_fail_nth(nth, false);
		err = chardev_map(sp, HUGE_NR - 2, NR, MAP_SHARED, drv);
		if (shim_fail_stop() < nth)
			break;
		fails(err, -ENOMEM);
		failed++;
		space_exit(sp);
	}
	ok(err);
	KUNIT_EXPECT_GT(test, failed, 5UL);
	space_exit(sp);
	__free_pages(inserted, 2);
}

/* A fault handler's: VM_FAULT_OOM stands for the error. */
static int pfn(struct vm_area_struct *vma)
{
	vm_fault_t ret;

	vm_flags_set(vma, VM_PFNMAP);
	ret = vmf_insert_pfn(vma, shim_vm_start(vma), page_to_pfn(inserted));
	if (ret == VM_FAULT_OOM)
		return -ENOMEM;
	return ret == VM_FAULT_NOPAGE ? 0 : -EIO;
}

TEST(insert, pfn)
{
	fails(without_memory(test, pfn), -ENOMEM);
}

static struct page *some_page;

static vm_fault_t give_page(struct vm_fault *vmf)
{
	get_page(some_page);
	vmf->page = some_page;
	return 0;
}

/* Offsets of a device like /dev/mem are unsigned. */
TEST(insert, hole_at_an_offset_with_the_highest_bit)
{
	const pgoff_t far = 1UL << (63 - PAGE_SHIFT);
	struct chardev *drv = chardev_new(test, 2);
	struct space *sp = space_new(test);

	leave_out_of_sweeps();	/* the page is that of the case */
	some_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	drv->fault = give_page;
	drv->fops.fop_flags |= FOP_UNSIGNED_OFFSET;
	file_inode(drv->file)->i_mode = S_IFCHR;
	oracle_pause(test);
	ok(map_file(sp, 0, 2, RW, MAP_SHARED, drv->file, far));
	ok(read_page(sp, 0));
	expect(sp, "{Ww}");
	unmap_mapping_range(drv->file->f_mapping, (loff_t)(1UL << 63), PAGE_SIZE, 1);
	expect(sp, "{ww}");
	oracle_resume(test);
	ok(unmap(sp, 0, 2));
	chardev_put(drv);
	__free_page(some_page);
}
