// SPDX-License-Identifier: GPL-2.0
/*
 * What triggers a finding of docs/findings.md in a tree that has it: a sequence
 * leaves it out, or nothing else would be found behind it. Each has a case among
 * the suites that shows it.
 */
#include "fuzz.h"

/* Finding 16: a stack that is not accounted is charged for its growth. */
bool triggers_growth_charge(struct fspace *s, long page)
{
	struct vm_area_struct *vma;
	bool triggers;

	if (!IS_ENABLED(SHIM_BUG_GROWTH_CHARGE))
		return false;
	mmap_read_lock(s->sp->mm);
	vma = find_vma(s->sp->mm, page_addr(page));
	triggers = vma && vma->vm_start > page_addr(page) && !(vma->vm_flags & VM_ACCOUNT);
	mmap_read_unlock(s->sp->mm);
	return triggers;
}

/*
 * Finding 17: a page that KSM merges is looked for in relatives at one address
 * only, and not where one of them has moved it.
 */
bool triggers_ksm_moved(struct fuzz *f, bool move)
{
	if (!IS_ENABLED(SHIM_BUG_KSM_ONE_ADDRESS) || !f->forked)
		return false;
	if (move ? f->merged_after : f->moved_after)
		return true;
	f->moved_after |= move;
	f->merged_after |= !move;
	return false;
}
