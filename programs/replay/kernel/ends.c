// SPDX-License-Identifier: GPL-2.0
/* The address space that a trace must end with. */
#include <linux/mm.h>

#include "internal.h"
#include "replay.h"

static void text_of(const struct replay_vma *v, char *to, size_t size)
{
	if (v)
		snprintf(to, size, "%lx-%lx %s", v->start, v->end, v->rights);
	else
		strscpy(to, "nothing", size);
}

static bool same(const struct replay_vma *a, const struct replay_vma *b)
{
	return a->start == b->start && a->end == b->end && !strcmp(a->rights, b->rights);
}

/* Is the next VMA here the one that is wanted? Else that is said, and counts as a result. */
static bool compare(struct replay_run *run, unsigned int *at, const struct replay_vma *is)
{
	const unsigned int nr = *at + 1;
	struct replay_vma whole = *at < run->nr_ends ? run->ends[*at] : (struct replay_vma){ 0 };
	const struct replay_vma *want = *at < run->nr_ends ? &whole : NULL;
	char there[64], here[64];

	for (; want && is && whole.joins && whole.end < is->end; whole.joins = run->ends[*at].joins)
		whole.end = run->ends[++*at].end;
	++*at;
	if ((!want && !is) || (want && is && same(want, is)))
		return true;
	text_of(want, there, sizeof(there));
	text_of(is, here, sizeof(here));
	if (!run->told[0])
		snprintf(run->told, sizeof(run->told), "in the end: VMA %u: there it is %s, here it is %s",
			 nr, there, here);
	run->why[WHY_DIFFERS]++;
	return false;
}

/**
 * replay_compare_end() - compare the VMAs of the first process with those that it must have
 * @r: the run, after its last call
 *
 * The first that differs is a result that differs.
 */
void replay_compare_end(struct replay *r)
{
	struct rspace *rs = r->nr ? r->space[0] : NULL;
	struct vm_area_struct *vma;
	unsigned int at = 0;
	bool good = true;

	if (!r->run->ends)
		return;
	if (rs) {
		mmap_read_lock(rs->sp->mm);
		VMA_ITERATOR(vmi, rs->sp->mm, 0);
		for_each_vma(vmi, vma) {
			struct replay_vma is = { shim_vm_start(vma), shim_vm_end(vma), "" };

			replay_rights(shim_vm_flags(vma), is.rights);
			good = compare(r->run, &at, &is);
			if (!good)
				break;
		}
		mmap_read_unlock(rs->sp->mm);
	}
	if (good)
		compare(r->run, &at, NULL);
}
