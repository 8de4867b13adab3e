// SPDX-License-Identifier: GPL-2.0
/*
 * Triggers of the findings of docs/results/findings.md, in a tree that has them: a sequence
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
	triggers = vma && shim_vm_start(vma) > page_addr(page) && !(shim_vm_flags(vma) & VM_ACCOUNT);
	mmap_read_unlock(s->sp->mm);
	return triggers;
}

/*
 * Finding 17: a page that KSM merges is not found in relatives of the process that
 * have moved it, or that are no children of it.
 */
bool triggers_ksm_moved(struct fuzz *f, bool move)
{
	if (!IS_ENABLED(SHIM_BUG_KSM_ONE_ADDRESS))
		return false;
	f->merged |= !move;
	return f->forked && (!move || f->merged);
}

/* Finding 2: a mapping that shrinks while it moves is charged twice. */
bool triggers_shrink_charge(long nr, long new_nr)
{
	return IS_ENABLED(SHIM_BUG_MREMAP_SHRINK_CHARGE) && nr > new_nr;
}

/* Finding 20: what a child does not inherit of a moved mapping keeps its offset. */
bool triggers_wiped_offset(struct fspace *s)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, s->sp->mm, 0);
	bool triggers = false;

	if (!IS_ENABLED(SHIM_BUG_WIPED_OFFSET))
		return false;
	mmap_read_lock(s->sp->mm);
	for_each_vma(vmi, vma)
		triggers |= (shim_vm_flags(vma) & VM_WIPEONFORK) && has_moved(vma);
	mmap_read_unlock(s->sp->mm);
	return triggers;
}

/* Finding 33: a guard takes the place of no marker that a file's page has for userfaultfd. */
bool triggers_guard_on_marker(struct fspace *s, long page, long nr)
{
	struct fpage *p = &s->page[page], *end = p + nr;

	for (; p < end; p++)
		if ((p->flags & VM_UFFD_WP) && p->file != NO_FILE)
			return true;
	return false;
}

/**
 * fails_badly() - whether an operation with a failing allocation is a finding
 * @code: the operation
 *
 * Findings 1, 7, 8, 10 and 13: charges that are lost, pages that KSM forgets, and
 * a store to a maple tree that tries for ever.
 */
bool fails_badly(int code)
{
	if (IS_ENABLED(SHIM_BUG_MAPLE_LOOPS))
		return true;
	switch (code) {
	case FUZZ_MOVE:
		return IS_ENABLED(SHIM_BUG_MREMAP_SPLIT_CHARGE) ||
		       IS_ENABLED(SHIM_BUG_MREMAP_GROWTH_CHARGE);
	case FUZZ_RESIZE:
		return IS_ENABLED(SHIM_BUG_MREMAP_GROWTH_CHARGE);
	case FUZZ_MAP:
	case FUZZ_MAP_FILE:
		return IS_ENABLED(SHIM_BUG_REPLACED_CHARGE);
	case FUZZ_KSM:
		return IS_ENABLED(SHIM_BUG_KSM_NO_RETRY);
	}
	return false;
}
