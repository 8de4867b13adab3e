// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's check of the files: a reference for each VMA and for each opener, and in
 * i_mmap all VMAs that map the file and no others.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>

#include "check.h"
#include "ptr_map.h"

#define MAX_FILES	4096

DEFINE_PTR_MAP(uses_of_file, MAX_FILES);
DEFINE_PTR_MAP(vmas_of_mapping, MAX_FILES);
DEFINE_PTR_MAP(writable_of_mapping, MAX_FILES);

/* The argument of a walk of all files; @sp is for complaints, since a file is in no space. */
struct file_check {
	struct view *view;
	struct space *sp;
	int nr_files;
};

static void count_vma(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!shim_vm_file(vma))
		return;
	mapping = shim_vm_file(vma)->f_mapping;
	ptr_map_add(&uses_of_file, shim_vm_file(vma), 1);
	ptr_map_add(&vmas_of_mapping, mapping, 1);
	ptr_map_add(&writable_of_mapping, mapping, vma_is_shared_maywrite(vma));
}

static pgoff_t last_below(struct rb_node *node)
{
	return node ? shim_vm_shared(rb_entry(node, struct vm_area_struct, shared.rb)).rb_subtree_last : 0;
}

static pgoff_t check_node(struct space *sp, struct address_space *mapping, struct rb_node *node,
			  pgoff_t from)
{
	struct vm_area_struct *vma = rb_entry(node, struct vm_area_struct, shared.rb);
	pgoff_t last;

	if (!oracle_knows_vma(vma)) {
		wrong(sp, "i_mmap.entries", "i_mmap has a VMA that is gone");
		return from;
	}
	if (!shim_vm_file(vma) || shim_vm_file(vma)->f_mapping != mapping)
		wrong(sp, "i_mmap.entries",
		      "i_mmap has the VMA at %lx, which does not map the file", shim_vm_start(vma));
	if (shim_vm_pgoff(vma) < from)
		wrong(sp, "i_mmap.order", "VMA at %lx is out of order in i_mmap", shim_vm_start(vma));
	last = max3(shim_vm_pgoff(vma) + vma_pages(vma) - 1, last_below(node->rb_left),
		    last_below(node->rb_right));
	if (shim_vm_shared(vma).rb_subtree_last != last)
		wrong(sp, "i_mmap.maximum",
		      "rb_subtree_last of the VMA at %lx in i_mmap is %lx, expected %lx",
		      shim_vm_start(vma), shim_vm_shared(vma).rb_subtree_last, last);
	return shim_vm_pgoff(vma);
}

static void check_i_mmap(struct file_check *check, struct address_space *mapping)
{
	struct rb_node *node = rb_first_cached(&mapping->i_mmap);
	long nr = 0, expected = ptr_map_get(&vmas_of_mapping, mapping);
	struct space *sp = check->sp;
	pgoff_t from = 0;

	for (; node && nr <= expected && !oracle_quiet(check->view->world); node = rb_next(node)) {
		from = check_node(sp, mapping, node, from);
		nr++;
	}
	if (nr != expected)
		wrong(sp, "i_mmap.entries", "i_mmap of a file has %s%ld VMAs, expected %ld",
		      nr > expected ? "at least " : "", nr, expected);
	same_of(sp, "i_mmap_writable",
		"i_mmap_writable of a file", atomic_read(&mapping->i_mmap_writable),
		ptr_map_get(&writable_of_mapping, mapping) - shim_file_sealed(mapping));
	if (rwsem_is_locked(&mapping->i_mmap_rwsem))
		wrong(sp, "i_mmap_rwsem", "i_mmap_rwsem of a file is left locked");
}

static void check_file(struct file *file, int held, void *arg)
{
	struct file_check *check = arg;
	long expected = held + ptr_map_get(&uses_of_file, file);

	if (oracle_quiet(check->view->world))
		return;
	same_of(check->sp, "file_count", "file_count of a file", file_count(file),
	     expected + oracle_held(check->view->world, file));
	same_of(check->sp, "i_count",
		"i_count of a file", atomic_read(&file_inode(file)->i_count), 1);
	check_i_mmap(check, file->f_mapping);
}

static void add_charge(struct file *file, int held, void *arg)
{
	long *pages = arg;

	if (shmem_mapping(file->f_mapping))
		*pages += DIV_ROUND_UP(i_size_read(file_inode(file)), PAGE_SIZE);
}

/**
 * oracle_file_charges() - the number of pages that the files of tmpfs have charged
 *
 * It is the size of each, since no case makes one with VM_NORESERVE.
 */
long oracle_file_charges(void)
{
	long pages = 0;

	shim_each_file(add_charge, &pages);
	return pages;
}

static void count_file(struct file *file, int held, void *arg)
{
	struct file_check *check = arg;

	check->nr_files++;
}

/**
 * oracle_files() - check every file of the machine against the VMAs
 * @view: the VMAs
 */
void oracle_files(struct view *view)
{
	struct file_check check = { .view = view };
	int i;

	if (oracle_quiet(view->world) || list_empty(&view->world->spaces))
		return;
	check.sp = list_first_entry(&view->world->spaces, struct space, list);
	shim_each_file(count_file, &check);
	if (check.nr_files > MAX_FILES / 2) {
		wrong(check.sp, "room",
		      "there are more files than MAX_FILES / 2, %d", MAX_FILES / 2);
		return;
	}
	ptr_map_clear(&uses_of_file, check.nr_files);
	ptr_map_clear(&vmas_of_mapping, check.nr_files);
	ptr_map_clear(&writable_of_mapping, check.nr_files);
	for (i = 0; i < view->nr_vmas; i++)
		count_vma(view->vmas[i]);
	shim_each_file(check_file, &check);
}
