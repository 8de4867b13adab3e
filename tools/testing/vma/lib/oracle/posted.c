// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter to the ANON_VMA_LAZY series that was posted to the lists, which has tags
 * in vma->anon_vma. Only trees with that series have CONFIG_VMA_REF. See
 * docs/results/posted-series.md.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include "internal.h"
#include "check.h"

#ifdef CONFIG_VMA_REF

bool is_lazy(struct vm_area_struct *vma)
{
	return vma_is_anon_vma_lazy(vma);
}

void oracle_lazy_vma(struct space *sp, struct vm_area_struct *vma)
{
}

struct anon_vma *oracle_shared(struct space *sp)
{
	return NULL;
}

/* No anon_vma counts a lazy VMA; one of a child has a reference to the parent's anon_vma. */
struct anon_vma *oracle_counting(struct vm_area_struct *vma, struct anon_vma **holds)
{
	anon_vma_tree_t tree = (anon_vma_tree_t)shim_anon_vma(vma);

	*holds = anon_vma_tree_is_parent(tree) ? anon_vma_tree_anon_vma(tree) : NULL;
	return vma_anon_vma(vma);
}

#endif
