// SPDX-License-Identifier: GPL-2.0
/* Names, seals, locks and soft-dirty, through the system calls. */
#include "attr.h"

#include <linux/ksm.h>
#include <linux/mm_inline.h>
#include <linux/syscalls.h>

#include "internal.h"

/**
 * name_range() - prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME)
 * @sp: the space, made the current one
 * @page: first page
 * @nr: number of pages
 * @name: the name, or NULL to remove it
 *
 * Return: 0 or a negative errno.
 */
int name_range(struct space *sp, long page, long nr, const char *name)
{
	long at = 0;
	int err;

	shim_use_mm(sp->mm);
	if (name)
		at = put_user_data(sp, name, strlen(name) + 1);
	if (IS_ERR_VALUE(at))
		return at;
	op_begin(sp, "prctl", "SET_VMA_ANON_NAME, %ld, %ld, %s", page, nr, name ?: "NULL");
	err = op_end(set_anon_vma_name(page_addr(page), nr * PAGE_SIZE, (const char __user *)at));
	return op_done(sp, err);
}

/**
 * seal() - mseal()
 * @sp: the space, made the current one
 * @page: first page
 * @nr: pages
 *
 * Return: 0 or a negative errno.
 */
int seal(struct space *sp, long page, long nr)
{
	op_begin(sp, "mseal", "%ld, %ld", page, nr);
	return op_done(sp, op_end(sys_mseal(page_addr(page), nr * PAGE_SIZE, 0)));
}

/**
 * lock_on_fault() - mlock2(MLOCK_ONFAULT), which makes no page present
 * @sp: the space, made the current one
 * @page: first page
 * @nr: pages
 *
 * Return: 0 or a negative errno.
 */
int lock_on_fault(struct space *sp, long page, long nr)
{
	op_begin(sp, "mlock", "%ld, %ld, ONFAULT", page, nr);
	return op_done(sp, op_end(sys_mlock2(page_addr(page), nr * PAGE_SIZE, MLOCK_ONFAULT)));
}

/**
 * clear_refs() - clear VM_SOFTDIRTY of all VMAs, as "4" in /proc/pid/clear_refs does
 * @sp: the space
 *
 * A new mapping is always soft-dirty.
 */
void clear_refs(struct space *sp)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, sp->mm, 0);

	mmap_write_lock(sp->mm);
	for_each_vma(vmi, vma) {
		vm_flags_clear(vma, VM_SOFTDIRTY);
		vma_set_page_prot(vma);
	}
	mmap_write_unlock(sp->mm);
	oracle(sp->test);
}

static int merge_all_or_none(struct space *sp, bool all)
{
	int err = -EINVAL;

	op_begin(sp, "prctl", "SET_MEMORY_MERGE, %d", all);
	mmap_write_lock(sp->mm);
#ifdef CONFIG_KSM
	err = all ? ksm_enable_merge_any(sp->mm) : ksm_disable_merge_any(sp->mm);
#endif
	mmap_write_unlock(sp->mm);
	return op_done(sp, op_end(err));
}

/**
 * merge_any() - prctl(PR_SET_MEMORY_MERGE, 1)
 * @sp: the space, made the current one
 *
 * Return: 0 or a negative errno, -EINVAL without CONFIG_KSM.
 */
int merge_any(struct space *sp)
{
	return merge_all_or_none(sp, true);
}

/**
 * merge_none() - prctl(PR_SET_MEMORY_MERGE, 0)
 * @sp: the space, made the current one
 *
 * Return: 0 or a negative errno, -EINVAL without CONFIG_KSM.
 */
int merge_none(struct space *sp)
{
	return merge_all_or_none(sp, false);
}
