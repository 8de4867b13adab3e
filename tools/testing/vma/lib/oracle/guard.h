/* SPDX-License-Identifier: GPL-2.0 */
/* Guard regions: pages of MADV_GUARD_INSTALL, which are empty and fail each access. */
#ifndef VMA_GUARD_H
#define VMA_GUARD_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/swap.h>	/* before the header of entries of older trees */

#include <shim/compat.h>

#include SHIM_LEAF_HEADER

/* A page of the model that is a guard; no byte has this value, see struct space. */
#define MODEL_GUARD	0xfffe

/* An entry that make_pte_marker(PTE_MARKER_GUARD) has made. Older trees have none. */
static inline bool pte_is_guard(pte_t pte)
{
#ifdef PTE_MARKER_GUARD
	if (pte_none(pte) || pte_present(pte))
		return false;
	return SHIM_IF(SHIM_LEAFOPS, softleaf_is_guard_marker, is_guard_swp_entry)(shim_leaf_of_pte(pte));
#else
	return false;
#endif
}

#endif /* VMA_GUARD_H */
