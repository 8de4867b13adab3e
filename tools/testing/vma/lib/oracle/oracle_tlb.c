// SPDX-License-Identifier: GPL-2.0
/* The oracle's look at the TLB: all that is cached is what the page tables allow. */
#include <shim/tlb.h>

#include "check.h"

#define NOT_FLUSHED	"%s after %s, which did not flush it"

static void check_space(struct space *sp, const char *op)
{
	struct shim_tlb_stale stale;
	char text[160];

	if (!shim_tlb_find_stale(sp->mm, &stale))
		return;
	shim_tlb_describe(&stale, text, sizeof(text));
	switch (stale.fault) {
	case SHIM_TLB_GONE:
		wrong(sp, "tlb.gone", NOT_FLUSHED, text, op);
		break;
	case SHIM_TLB_OTHER:
		wrong(sp, "tlb.other", NOT_FLUSHED, text, op);
		break;
	case SHIM_TLB_SIZE:
		wrong(sp, "tlb.size", NOT_FLUSHED, text, op);
		break;
	case SHIM_TLB_READONLY:
		wrong(sp, "tlb.writable", NOT_FLUSHED, text, op);
		break;
	default:
		wrong(sp, "tlb.dirty", NOT_FLUSHED, text, op);
	}
}

/**
 * oracle_tlb() - check what the TLB has of the spaces
 * @view: the view
 *
 * A stale translation is one that the last operation, or work of the kernel, did not flush.
 */
void oracle_tlb(struct view *view)
{
	struct space *sp;

	list_for_each_entry(sp, &view->world->spaces, list)
		check_space(sp, view->world->op ?: "the start");
}
