// SPDX-License-Identifier: GPL-2.0
/* Faults of guests, and what the page tables allow, as the walker of a processor reads them. */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/swap.h>
#include <linux/userfaultfd_k.h>

#include "internal.h"
#include "hosted.h"

/**
 * hosted_fault() - fault a page in
 * @space: of the guest
 * @addr: user address
 * @write: as for a store
 *
 * Return: 0 to try again, -EFAULT for SIGSEGV, -EIO for SIGBUS, -ENOMEM.
 */
int hosted_fault(void *space, unsigned long addr, int write)
{
	struct space *sp = space;
	int err;

	if (addr >= TASK_SIZE)
		return -EFAULT;
	err = shim_fault(sp->mm, addr, write);
	/* what waits on this CPU would not be found by a call that another one serves */
	lru_add_drain();
	return err;
}

/**
 * hosted_rights() - what the VMA at an address allows
 * @space: of the guest
 * @addr: user address
 * @start: set to its start
 * @end: set to its end
 *
 * Return: HOSTED_MAPPED and its rights, or 0.
 */
int hosted_rights(void *space, unsigned long addr, unsigned long *start, unsigned long *end)
{
	struct mm_struct *mm = ((struct space *)space)->mm;
	struct vm_area_struct *vma;
	unsigned long flags;
	int rights = 0;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		flags = shim_vm_flags(vma);
		*start = shim_vm_start(vma);
		*end = shim_vm_end(vma);
		rights = HOSTED_MAPPED | (flags & VM_READ ? HOSTED_READ : 0) |
			 (flags & VM_WRITE ? HOSTED_WRITE : 0) | (flags & VM_EXEC ? HOSTED_EXEC : 0) |
			 (flags & VM_SHARED ? HOSTED_SHARED : 0) | (userfaultfd_armed(vma) ? HOSTED_UFFD : 0);
	}
	mmap_read_unlock(mm);
	return rights;
}

static bool allows(unsigned long entry, int write)
{
	return (entry & _PAGE_PRESENT) && (entry & _PAGE_USER) && (!write || (entry & _PAGE_RW));
}

/* Takes the entry as it is, or sets the bits that an access sets, in one step. */
static bool take(unsigned long *at, bool access, int write, struct hosted_entry *e)
{
	unsigned long old = READ_ONCE(*at), new;

	do {
		if (!allows(old, write))
			return false;
		new = old;
		if (access)
			new |= _PAGE_ACCESSED | (write ? _PAGE_DIRTY | _PAGE_SOFT_DIRTY : 0);
	} while (new != old && !__atomic_compare_exchange_n(at, &old, new, false, __ATOMIC_SEQ_CST,
							    __ATOMIC_SEQ_CST));
	e->pfn = (new & _PAGE_PFN_MASK) >> PAGE_SHIFT;
	e->writable = (new & _PAGE_RW) && (new & _PAGE_DIRTY);
	e->exec = !(new & _PAGE_NX);
	return true;
}

static bool walk(struct mm_struct *mm, unsigned long addr, bool access, int write,
		 struct hosted_entry *e)
{
	bool ok = false;
	pmd_t *pmd;
	pte_t *pte;

	rcu_read_lock();
	pmd = shim_lookup_pmd(mm, addr);
	if (pmd && pmd_trans_huge(pmdp_get(pmd))) {
		ok = take(&pmd->pmd, access, write, e);
		e->pfn += (addr & ~PMD_MASK) >> PAGE_SHIFT;
	} else if (pmd) {
		pte = pte_offset_map(pmd, addr);
		if (pte) {
			ok = take(&pte->pte, access, write, e);
			pte_unmap(pte);
		}
	}
	rcu_read_unlock();
	return ok;
}

/**
 * hosted_translate() - what a processor does that has no entry in its TLB
 * @space: of the guest
 * @addr: user address
 * @write: for a store
 * @entry: set to what the TLB may have
 *
 * Sets the bits for accessed and dirty. Takes no lock, as hardware: a flush may wait for the
 * caller with a page table locked.
 *
 * Return: whether the page tables allow the access.
 */
int hosted_translate(void *space, unsigned long addr, int write, struct hosted_entry *entry)
{
	return walk(((struct space *)space)->mm, addr, true, write, entry);
}

/**
 * hosted_look() - hosted_translate() of a load that leaves no trace
 * @space: of the guest
 * @addr: user address
 * @entry: set to what a TLB may have
 *
 * Return: whether the page tables allow a load.
 */
int hosted_look(void *space, unsigned long addr, struct hosted_entry *entry)
{
	return walk(((struct space *)space)->mm, addr, false, 0, entry);
}
