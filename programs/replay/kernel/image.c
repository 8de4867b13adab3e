// SPDX-License-Identifier: GPL-2.0
/* Mappings of execve(), the program and ld.so, which are not in a trace: later calls show them. */
#include <linux/maple_tree.h>
#include <linux/mman.h>

#include "internal.h"
#include "replay.h"

/**
 * replay_unmapped() - note that the trace has unmapped a range, or mapped it again
 * @r: the run
 * @proc: whose
 * @start: first address
 * @end: the end
 * @is: nothing of the range is of execve() any more; else it may hold what is not carried out
 */
void replay_unmapped(struct replay *r, unsigned int proc, unsigned long start, unsigned long end, bool is)
{
	struct rspace *rs = r->space[proc];

	end = PAGE_ALIGN(end);
	if (start < end && !r->run->plain)
		mtree_store_range(&rs->unmapped, start, end - 1, is ? xa_mk_value(1) : NULL,
				  GFP_KERNEL | __GFP_NOFAIL);
}

/* Move @start behind a range that the trace has unmapped, or @to before the next one. */
static bool is_unmapped(struct rspace *rs, unsigned long *start, unsigned long *to)
{
	MA_STATE(mas, &rs->unmapped, *start, *start);
	bool is = false;

	mas_lock(&mas);
	if (mas_find(&mas, *to - 1)) {
		is = mas.index <= *start;
		if (is)
			*start = mas.last + 1;
		else
			*to = mas.index;
	}
	mas_unlock(&mas);
	return is;
}

/**
 * replay_image() - map what a call of the trace is about and no call has mapped
 * @r: the run
 * @proc: whose
 * @start: first address
 * @end: the end
 *
 * Where the trace has unmapped something, nothing is mapped: execve() maps before that.
 */
void replay_image(struct replay *r, unsigned int proc, unsigned long start, unsigned long end)
{
	struct rspace *rs = r->space[proc];
	struct space *sp = rs->sp;
	struct vm_area_struct *vma;
	unsigned long to;
	long ret;

	end = PAGE_ALIGN(end);
	while (start < end && !r->run->plain) {
		mmap_read_lock(sp->mm);
		vma = find_vma(sp->mm, start);
		to = vma && shim_vm_start(vma) < end ? shim_vm_start(vma) : end;
		if (vma && shim_vm_start(vma) <= start) {
			start = shim_vm_end(vma);
			mmap_read_unlock(sp->mm);
			continue;
		}
		mmap_read_unlock(sp->mm);
		if (is_unmapped(rs, &start, &to))
			continue;
		ret = vm_mmap_pgoff(r->image, start, to - start, RW, MAP_PRIVATE | MAP_FIXED,
				    start & (FILE_SIZE - 1));
		replay_note_map(r, proc, start, to - start, RW, MAP_PRIVATE | MAP_FIXED, r->run->nr_files,
			 (start & (FILE_SIZE - 1)) << PAGE_SHIFT, ret);
		if (IS_ERR_VALUE(ret))
			return;
		r->run->inferred++;
		start = to;
	}
}
