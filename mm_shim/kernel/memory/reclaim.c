// SPDX-License-Identifier: GPL-2.0
/* The annotations of allocations for lockdep, see Documentation/locking/lockdep-design.rst. */
#include <linux/lockdep.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>

#ifdef CONFIG_LOCKDEP
/*
 * A lock for lockdep only, which stands for reclaim, as in mm/page_alloc.c: an allocation
 * that may reclaim takes and releases it, and reclaim holds it while it runs. So lockdep
 * reports a lock that is held over an allocation and that reclaim takes, though no
 * allocation reclaims here.
 */
static struct lockdep_map reclaim_map = STATIC_LOCKDEP_MAP_INIT("fs_reclaim", &reclaim_map);

static bool may_reclaim(gfp_t gfp)
{
	return (gfp & __GFP_DIRECT_RECLAIM) && !(current->flags & PF_MEMALLOC) &&
	       !(gfp & __GFP_NOLOCKDEP);
}

void fs_reclaim_acquire(gfp_t gfp)
{
	gfp = current_gfp_context(gfp);
	if (!may_reclaim(gfp))
		return;
	if (gfp & __GFP_FS)
		lock_acquire_exclusive(&reclaim_map, 0, 0, NULL, _RET_IP_);
#ifdef CONFIG_MMU_NOTIFIER
	lock_map_acquire(&__mmu_notifier_invalidate_range_start_map);
	lock_map_release(&__mmu_notifier_invalidate_range_start_map);
#endif
}

void fs_reclaim_release(gfp_t gfp)
{
	gfp = current_gfp_context(gfp);
	if (may_reclaim(gfp) && (gfp & __GFP_FS))
		lock_release(&reclaim_map, _RET_IP_);
}
#endif /* CONFIG_LOCKDEP */
