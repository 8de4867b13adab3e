// SPDX-License-Identifier: GPL-2.0
/*
 * The order of locks that mm/rmap.c has in its first comment, taken once while
 * booting, so that lockdep knows it: a case that takes two of them the other way
 * round is reported although none of its own takes them the right way.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>

#include "internal.h"
#include <shim/host.h>
#include <shim/machine.h>

#include "boot.h"

#ifdef CONFIG_LOCKDEP

/* swap_lock and mmlist_lock are left out: each is used without the others here. */
static void inner_locks(struct mm_struct *mm, pmd_t *pmd, struct address_space *mapping)
{
	struct lruvec *lruvec = &NODE_DATA(0)->__lruvec;
	spinlock_t *ptl = pte_lockptr(mm, pmd);

	spin_lock(&mm->page_table_lock);
	spin_unlock(&mm->page_table_lock);
	spin_lock(ptl);
	spin_lock(&mapping->i_private_lock);
	xa_lock_irq(&mapping->i_pages);
	spin_lock(&lruvec->lru_lock);
	spin_unlock(&lruvec->lru_lock);
	xa_unlock_irq(&mapping->i_pages);
	spin_unlock(&mapping->i_private_lock);
	spin_lock(&mapping->host->i_lock);
	spin_unlock(&mapping->host->i_lock);
	spin_unlock(ptl);
}

/*
 * Of a system call that changes VMAs. That comment has invalidate_lock before
 * vma_start_write(), but a fault of a file takes it under the VMA's lock.
 */
static void as_a_writer(struct mm_struct *mm, unsigned long addr, struct address_space *mapping)
{
	struct vm_area_struct *vma;

	inode_lock(mapping->host);
	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	filemap_invalidate_lock(mapping);
	filemap_invalidate_unlock(mapping);
	vma_start_write(vma);
	i_mmap_lock_write(mapping);
	anon_vma_lock_write(vma->anon_vma);
	inner_locks(mm, shim_lookup_pmd(mm, addr), mapping);
	anon_vma_unlock_write(vma->anon_vma);
	i_mmap_unlock_write(mapping);
	mmap_write_unlock(mm);
	inode_unlock(mapping->host);
}

/* Of a fault under the VMA's lock. */
static void as_a_reader(struct mm_struct *mm, unsigned long addr, struct address_space *mapping)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		host_die("boot: the VMA of the order of locks cannot be locked");
	filemap_invalidate_lock_shared(mapping);
	i_mmap_lock_read(mapping);
	anon_vma_lock_read(vma->anon_vma);
	inner_locks(mm, shim_lookup_pmd(mm, addr), mapping);
	anon_vma_unlock_read(vma->anon_vma);
	i_mmap_unlock_read(mapping);
	filemap_invalidate_unlock_shared(mapping);
	vma_end_read(vma);
}

/* Of reclaim, which may begin at any allocation and walks the reverse map. */
static void as_reclaim(struct mm_struct *mm, unsigned long addr, struct address_space *mapping)
{
	struct anon_vma *anon_vma = vma_lookup(mm, addr)->anon_vma;

	fs_reclaim_acquire(GFP_KERNEL);
	i_mmap_lock_read(mapping);
	i_mmap_unlock_read(mapping);
	anon_vma_lock_read(anon_vma);
	anon_vma_unlock_read(anon_vma);
	fs_reclaim_release(GFP_KERNEL);
}

/**
 * shim_lock_order_boot() - take the locks in their documented order, for lockdep
 *
 * Context: the last step of the boot, as it maps memory and opens a file.
 */
void shim_lock_order_boot(void)
{
	struct file *file = shim_file_create(1);
	struct mm_struct *mm = mm_alloc();
	unsigned long addr;

	if (!file || !mm)
		host_die("boot: no memory for the order of locks");
	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);
	shim_use_mm(mm);
	addr = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(addr) || shim_user_write(mm, addr, "x", 1))
		host_die("boot: no page for the order of locks");
	as_a_writer(mm, addr, file->f_mapping);
	as_a_reader(mm, addr, file->f_mapping);
	as_reclaim(mm, addr, file->f_mapping);
	shim_use_mm(NULL);
	mmput(mm);
	shim_file_put(file);
	shim_quiesce();
}

#else

void shim_lock_order_boot(void)
{
}

#endif
