// SPDX-License-Identifier: GPL-2.0
/*
 * The memory management unit and the architecture's fault handler: an access to user
 * memory walks the page tables of the mm and faults where they do not allow it. The
 * access is under the page table lock, and the walk under RCU. These keep the page and the
 * table until the access is over. On hardware the TLB flush does that: the page and the table
 * are freed after it. That the flush is made is for tlb.c to see, which is told of each access.
 */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>
#include <linux/uaccess.h>

#include <shim/memory.h>
#include <shim/report.h>
#include <shim/tlb.h>

/**
 * shim_use_mm() - set the mm of the running task, which its system calls use
 * @mm: the mm, or NULL for none; no reference is taken
 *
 * As kthread_use_mm(), without the reference.
 *
 * Context: any; the caller keeps a reference of @mm.
 */
void shim_use_mm(struct mm_struct *mm)
{
	current->mm = mm;
	current->active_mm = mm;
}

struct access {
	struct mm_struct *mm;
	void *buf;
	bool write;
};

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
/* try_access() of a huge page. Without huge pages pmd_write() is a BUG. */
static bool try_access_huge(const struct access *a, pmd_t *pmd, unsigned long addr,
			    void *buf, size_t n)
{
	spinlock_t *ptl = pmd_lock(a->mm, pmd);
	pmd_t entry = pmdp_get(pmd);
	bool ok = pmd_trans_huge(entry) && (pmd_val(entry) & _PAGE_PRESENT) &&
		  (pmd_val(entry) & _PAGE_USER) && (!a->write || pmd_write(entry));
	void *at;

	if (ok) {
		at = pfn_to_virt(pmd_pfn(entry)) + (addr & ~HPAGE_PMD_MASK);
		entry = pmd_mkyoung(entry);
		if (a->write) {
			entry = pmd_mkdirty(entry);
			memcpy(at, buf, n);
		} else {
			memcpy(buf, at, n);
		}
		set_pmd(pmd, entry);
		shim_tlb_fill(a->mm, addr);
	}
	spin_unlock(ptl);
	return ok;
}
#else
static bool try_access_huge(const struct access *a, pmd_t *pmd, unsigned long addr,
			    void *buf, size_t n)
{
	return false;
}
#endif

/* Makes the access to one page, if its entry allows it: @n bytes that are all in the page. */
static bool try_access(const struct access *a, unsigned long addr, void *buf, size_t n)
{
	pmd_t *pmd = shim_lookup_pmd(a->mm, addr);
	spinlock_t *ptl;
	pte_t *pte, entry;
	void *at;
	bool ok;

	if (!pmd)
		return false;
	if (pmd_trans_huge(pmdp_get(pmd)))
		return try_access_huge(a, pmd, addr, buf, n);
	pte = pte_offset_map_lock(a->mm, pmd, addr, &ptl);
	if (!pte)
		return false;
	entry = ptep_get(pte);
	ok = (pte_val(entry) & _PAGE_PRESENT) && (pte_val(entry) & _PAGE_USER) &&
	     (!a->write || pte_write(entry));
	if (ok) {
		at = pfn_to_virt(pte_pfn(entry)) + offset_in_page(addr);
		entry = pte_mkyoung(entry);
		if (a->write) {
			entry = pte_mkdirty(entry);
			memcpy(at, buf, n);
		} else {
			memcpy(buf, at, n);
		}
		set_pte(pte, entry);
		shim_tlb_fill(a->mm, addr);
	}
	pte_unmap_unlock(pte, ptl);
	return ok;
}

/* RCU keeps the page tables: they are freed by RCU (CONFIG_MMU_GATHER_RCU_TABLE_FREE). */
static bool walk_and_access(const struct access *a, unsigned long addr, void *buf, size_t n)
{
	bool ok;

	rcu_read_lock();
	ok = try_access(a, addr, buf, n);
	rcu_read_unlock();
	return ok;
}

static bool vma_allows(struct vm_area_struct *vma, unsigned int flags)
{
	if (flags & FAULT_FLAG_WRITE)
		return vma->vm_flags & VM_WRITE;
	return vma->vm_flags & (VM_READ | VM_EXEC | VM_WRITE);
}

static int fault_to_errno(vm_fault_t fault)
{
	if (fault & VM_FAULT_OOM)
		return -ENOMEM;
	if (fault & (VM_FAULT_SIGSEGV))
		return -EFAULT;
	if (fault & VM_FAULT_ERROR)
		return -EIO;
	return 0;
}

#define FAULT_DONE	1
#define FAULT_AGAIN	2

/* Returns FAULT_DONE, an error, or 0 for a retry under mmap_lock, with other flags then. */
static int fault_under_vma_lock(struct mm_struct *mm, unsigned long addr, unsigned int *flags)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);
	vm_fault_t fault;

	if (!vma)
		return 0;
	if (!vma_allows(vma, *flags)) {
		vma_end_read(vma);
		return -EFAULT;
	}
	fault = handle_mm_fault(vma, addr, *flags | FAULT_FLAG_VMA_LOCK, NULL);
	if (!(fault & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		vma_end_read(vma);
	if (fault & VM_FAULT_RETRY) {
		if (fault & VM_FAULT_MAJOR)
			*flags |= FAULT_FLAG_TRIED;
		return 0;
	}
	return fault_to_errno(fault) ?: FAULT_DONE;
}

/* Returns 0, an error, or FAULT_AGAIN, where mmap_lock has been dropped. */
static int fault_under_mmap_lock(struct mm_struct *mm, unsigned long addr, unsigned int flags)
{
	struct pt_regs regs = { .user = true };
	struct vm_area_struct *vma;
	vm_fault_t fault;

	vma = lock_mm_and_find_vma(mm, addr, &regs);
	if (!vma)
		return -EFAULT;
	if (!vma_allows(vma, flags)) {
		mmap_read_unlock(mm);
		return -EFAULT;
	}
	fault = handle_mm_fault(vma, addr, flags, NULL);
	if (fault & VM_FAULT_COMPLETED)
		return 0;
	if (fault & VM_FAULT_RETRY)
		return FAULT_AGAIN;
	mmap_read_unlock(mm);
	return fault_to_errno(fault);
}

/* As do_user_addr_fault() of x86, but that a second retry is left to the next access. */
static int do_fault(struct mm_struct *mm, unsigned long addr, bool write)
{
	unsigned int flags = FAULT_FLAG_DEFAULT | FAULT_FLAG_USER;
	int err;

	if (write)
		flags |= FAULT_FLAG_WRITE;
	err = fault_under_vma_lock(mm, addr, &flags);
	if (err)
		return err == FAULT_DONE ? 0 : err;
	err = fault_under_mmap_lock(mm, addr, flags);
	if (err == FAULT_AGAIN)
		err = fault_under_mmap_lock(mm, addr, flags | FAULT_FLAG_TRIED);
	return err == FAULT_AGAIN ? 0 : err;
}

/**
 * shim_fault() - fault a page in as the handler of the architecture does
 * @mm: the address space, which becomes the running task's
 * @addr: user address, below TASK_SIZE
 * @write: fault as for a store
 *
 * Context: may sleep; takes the VMA's lock or mmap_lock for read.
 * Return: 0, where the access is to be tried again; -EFAULT for SIGSEGV, -EIO for SIGBUS, -ENOMEM.
 */
int shim_fault(struct mm_struct *mm, unsigned long addr, bool write)
{
	shim_use_mm(mm);
	return do_fault(mm, addr, write);
}

/**
 * shim_fault_slowly() - fault a page in under mmap_lock, not the VMA's own lock
 * @mm: the address space, which becomes the running task's
 * @addr: user address
 * @write: fault as for a store
 *
 * A fault that asks for a retry is not made again, and returns 0.
 *
 * Context: may sleep; takes mmap_lock for read.
 * Return: 0, -EFAULT for SIGSEGV, -EIO for SIGBUS, -ENOMEM.
 */
int shim_fault_slowly(struct mm_struct *mm, unsigned long addr, bool write)
{
	unsigned int flags = FAULT_FLAG_DEFAULT | FAULT_FLAG_USER;
	int err;

	shim_use_mm(mm);
	err = fault_under_mmap_lock(mm, addr, flags | (write ? FAULT_FLAG_WRITE : 0));
	return err == FAULT_AGAIN ? 0 : err;
}

/* Faults that succeed and leave no usable entry would repeat for ever. */
#define MAX_FAULTS 100

/* pagefault_disable() is for who holds what a fault would take, and tries again without it. */
static bool may_fault(unsigned long addr)
{
	return addr < TASK_SIZE && !pagefault_disabled();
}

static int access_page(const struct access *a, unsigned long addr, void *buf, size_t n)
{
	struct mm_struct *saved = current->mm;
	int tries, err = 0;

	shim_use_mm(a->mm);
	for (tries = 0; !walk_and_access(a, addr, buf, n); tries++) {
		if (tries == MAX_FAULTS) {
			shim_reason("access to %lx faults for ever", addr);
			err = -EFAULT;
		} else {
			err = may_fault(addr) ? do_fault(a->mm, addr, a->write) : -EFAULT;
		}
		if (err)
			break;
	}
	shim_use_mm(saved);
	return err;
}

static int access_range(const struct access *a, unsigned long addr, void *buf, size_t n)
{
	while (n) {
		size_t part = min_t(size_t, n, PAGE_SIZE - offset_in_page(addr));
		int err = access_page(a, addr, buf, part);

		if (err)
			return err;
		addr += part;
		buf += part;
		n -= part;
	}
	return 0;
}

/**
 * shim_user_read() - load from user memory as user code does
 * @mm: the address space; need not be current's
 * @addr: user address, aligned or not
 * @to: buffer
 * @n: number of bytes
 *
 * Context: may sleep; takes the VMA's lock or mmap_lock for read.
 * Return: 0, -EFAULT for SIGSEGV, -EIO for SIGBUS, -ENOMEM.
 */
int shim_user_read(struct mm_struct *mm, unsigned long addr, void *to, size_t n)
{
	struct access a = { .mm = mm };

	return access_range(&a, addr, to, n);
}

/**
 * shim_user_write() - store to user memory as user code does
 * @mm: the address space; need not be current's
 * @addr: user address, aligned or not
 * @from: buffer
 * @n: number of bytes
 *
 * Context: as shim_user_read().
 * Return: as shim_user_read(); pages before the one that failed are written.
 */
int shim_user_write(struct mm_struct *mm, unsigned long addr, const void *from, size_t n)
{
	struct access a = { .mm = mm, .write = true };

	return access_range(&a, addr, (void *)from, n);
}

/**
 * shim_copy_from_user() - raw_copy_from_user(), see asm/uaccess.h
 * @to: kernel buffer
 * @from: user address in current->mm
 * @n: number of bytes
 *
 * Context: as shim_user_read().
 * Return: number of bytes that were not copied: 0, or @n for any fault.
 */
unsigned long shim_copy_from_user(void *to, unsigned long from, unsigned long n)
{
	return shim_user_read(current->mm, from, to, n) ? n : 0;
}

/**
 * shim_copy_to_user() - raw_copy_to_user(), see asm/uaccess.h
 * @to: user address in current->mm
 * @from: kernel buffer
 * @n: number of bytes
 *
 * Context: as shim_user_read().
 * Return: number of bytes that were not copied: 0, or @n for any fault.
 */
unsigned long shim_copy_to_user(unsigned long to, const void *from, unsigned long n)
{
	return shim_user_write(current->mm, to, from, n) ? n : 0;
}

/**
 * shim_clear_user() - __clear_user(), see asm/uaccess.h
 * @to: user address in current->mm
 * @n: number of bytes
 *
 * Context: as shim_user_read().
 * Return: number of bytes that were not cleared.
 */
unsigned long shim_clear_user(unsigned long to, unsigned long n)
{
	static const char zeros[64];

	while (n) {
		size_t part = min_t(size_t, n, sizeof(zeros));

		if (shim_user_write(current->mm, to, zeros, part))
			return n;
		to += part;
		n -= part;
	}
	return 0;
}
