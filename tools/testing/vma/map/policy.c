// SPDX-License-Identifier: GPL-2.0
/*
 * mbind(): how it cuts and merges VMAs. Without CONFIG_NUMA no VMA has a policy of
 * its own, so that two of them never differ (docs/results/coverage.md says why it is off);
 * what is called here is what mbind() calls for each VMA.
 */
#include "internal.h"
#include "vma.h"
#include "test.h"

static int set_policy(struct space *sp, long page, long nr)
{
	unsigned long start = page_addr(page), end = page_addr(page + nr);
	VMA_ITERATOR(vmi, sp->mm, start);
	struct vm_area_struct *vma, *prev;
	int err = 0;

	op_begin(sp, "mbind", "%ld, %ld", page, nr);
	mmap_write_lock(sp->mm);
	prev = vma_prev(&vmi);
	for_each_vma_range(vmi, vma, end) {
		if (start > shim_vm_start(vma))
			prev = vma;
		prev = vma_modify_policy(&vmi, prev, vma, max(start, shim_vm_start(vma)),
					 min(end, shim_vm_end(vma)), NULL);
		if (IS_ERR(prev)) {
			err = PTR_ERR(prev);
			break;
		}
	}
	mmap_write_unlock(sp->mm);
	return op_done(sp, op_end(err));
}

/* A part is cut out, and joins its neighbours again when it is all of a VMA. */
static void cut_and_joined(struct kunit *test, long page, long nr, const char *cut)
{
	struct space *sp = layout(test, "[WWWWWWWWW]");
	struct folio *folio = folio_of(sp, page);

	ok(set_policy(sp, page, nr));
	expect(sp, cut);
	mapped_at(folio, at(sp, page));
	ok(set_policy(sp, page, nr));
	expect(sp, "[WWWWWWWWW]");
	mapped_at(folio, at(sp, page));
	ok(look(sp, 0, 9));
}

TEST(policy, of_the_middle)
{
	cut_and_joined(test, 3, 3, "[WWW][WWW][WWW]");
}

TEST(policy, of_the_start)
{
	cut_and_joined(test, 0, 3, "[WWW][WWWWWW]");
}

TEST(policy, of_the_end)
{
	cut_and_joined(test, 6, 3, "[WWWWWW][WWW]");
}

/* [WWW][RRR][WWW]: other rights stay apart, whatever the policy */
TEST(policy, of_several)
{
	struct space *sp = layout(test, "[WWW][RRR][WWW]");

	ok(set_policy(sp, 1, 7));
	expect(sp, "[W][WW][RRR][WW][W]");
	ok(set_policy(sp, 0, 3));
	expect(sp, "[WWW][RRR][WW][W]");
	ok(look(sp, 0, 9));
}

/* The first cut stays when there is no room for the second; it joins again. */
TEST(policy, at_the_limit_of_vmas)
{
	struct space *sp = layout(test, "[WWWWWWWWW]");

	sysctl_max_map_count = 2;
	fails(set_policy(sp, 3, 3), -ENOMEM);
	expect(sp, "[WWW][WWWWWW]");
	sysctl_max_map_count = DEFAULT_MAX_MAP_COUNT;
	ok(set_policy(sp, 3, 6));
	expect(sp, "[WWWWWWWWW]");
	ok(look(sp, 0, 9));
}
