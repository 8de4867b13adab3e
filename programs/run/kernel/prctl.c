// SPDX-License-Identifier: GPL-2.0
/*
 * prctl() of an address space. kernel/sys.c is not linked: what it does itself is a flag or two, and
 * the rest is in files of the subject.
 */
#include <linux/ksm.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/prctl.h>

#include "attr.h"
#include "hosted.h"

#ifdef MMF_DISABLE_THP	/* before 6.18 there was one kind */
#define NO_THP		MMF_DISABLE_THP
#define NO_THP_FLAGS	0UL
#else
#define NO_THP		MMF_DISABLE_THP_COMPLETELY
#define NO_THP_FLAGS	((unsigned long)PR_THP_DISABLE_EXCEPT_ADVISED)
#endif

static void set_flag(struct mm_struct *mm, int flag, bool on)
{
	if (on)
		shim_set_mm_flag(mm, flag);
	else
		__shim_mm_flag(clear, mm, flag);
}

static long set_thp(struct mm_struct *mm, const unsigned long *a)
{
	if (a[3] || a[4] || (a[1] ? a[2] & ~NO_THP_FLAGS : a[2]))
		return -EINVAL;
	mmap_write_lock(mm);
	set_flag(mm, NO_THP, a[1] && !a[2]);
#ifndef MMF_DISABLE_THP
	set_flag(mm, MMF_DISABLE_THP_EXCEPT_ADVISED, a[1] && a[2]);
#endif
	mmap_write_unlock(mm);
	return 0;
}

static long get_thp(struct mm_struct *mm, const unsigned long *a)
{
	if (a[1] || a[2] || a[3] || a[4])
		return -EINVAL;
#ifndef MMF_DISABLE_THP
	if (shim_mm_flag(mm, MMF_DISABLE_THP_EXCEPT_ADVISED))
		return 1 | PR_THP_DISABLE_EXCEPT_ADVISED;
#endif
	return !!shim_mm_flag(mm, NO_THP);
}

static long mdwe_of(struct mm_struct *mm)
{
	return (shim_mm_flag(mm, MMF_HAS_MDWE) ? PR_MDWE_REFUSE_EXEC_GAIN : 0) |
	       (shim_mm_flag(mm, MMF_HAS_MDWE_NO_INHERIT) ? PR_MDWE_NO_INHERIT : 0);
}

/* What is set stays set. */
static long set_mdwe(struct mm_struct *mm, const unsigned long *a)
{
	long was = mdwe_of(mm), bits = a[1];

	if (a[2] || a[3] || a[4] || bits & ~(PR_MDWE_REFUSE_EXEC_GAIN | PR_MDWE_NO_INHERIT) ||
	    bits == PR_MDWE_NO_INHERIT)
		return -EINVAL;
	if (was && was != bits)
		return -EPERM;
	set_flag(mm, MMF_HAS_MDWE_NO_INHERIT, bits & PR_MDWE_NO_INHERIT);
	if (bits)
		shim_set_mm_flag(mm, MMF_HAS_MDWE);
	return 0;
}

static long merge(struct mm_struct *mm, const unsigned long *a, bool set)
{
	long err = -EINVAL;

#ifdef CONFIG_KSM
	if (a[2] || a[3] || a[4] || (!set && a[1]))
		return -EINVAL;
	if (!set)
		return !!shim_mm_flag(mm, MMF_VM_MERGE_ANY);
	mmap_write_lock(mm);
	err = a[1] ? ksm_enable_merge_any(mm) : ksm_disable_merge_any(mm);
	mmap_write_unlock(mm);
#endif
	return err;
}

/**
 * hosted_prctl() - prctl() that is about the mm
 * @space: of the guest
 * @a: arguments of the call
 *
 * Return: as the call returns it; -EINVAL for what is not about the mm.
 */
long hosted_prctl(void *space, const unsigned long *a)
{
	struct mm_struct *mm = ((struct space *)space)->mm;

	shim_use_mm(mm);
	switch (a[0]) {
	case PR_SET_VMA:
		return a[1] == PR_SET_VMA_ANON_NAME ?
			set_anon_vma_name(a[2], a[3], (const char __user *)a[4]) : -EINVAL;
	case PR_SET_THP_DISABLE:
		return set_thp(mm, a);
	case PR_GET_THP_DISABLE:
		return get_thp(mm, a);
	case PR_SET_MDWE:
		return set_mdwe(mm, a);
	case PR_GET_MDWE:
		return a[1] || a[2] || a[3] || a[4] ? -EINVAL : mdwe_of(mm);
	case PR_SET_MEMORY_MERGE:
		return merge(mm, a, true);
	case PR_GET_MEMORY_MERGE:
		return merge(mm, a, false);
	}
	return -EINVAL;
}
