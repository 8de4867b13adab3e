/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may differ between an eager and a lazy run of a case, and nothing else:
 *
 * what			eager			lazy
 * ------------------------------------------------------------------------------
 * a VMA's own link	always			only if it was moved; nr_chains()
 *						counts one either way
 * one anon_vma		VMAs that were one or	all VMAs of the mm, so the pointer
 *			were neighbours at	says nothing: pages_may_meet() does
 *			the first fault
 * merge of VMAs that	refused, as they have	goes on: both have the shared one,
 * were faulted apart	two anon_vmas		or relatives that are the same
 * fork of a child VMA	one more child of the	no child: it gets an anon_vma when
 *			parent's anon_vma	it is upgraded, of the root
 * anon_vma of the dead	reused by a child of	reused by the upgrade of whom it
 *			whom it came to		came to, so a line is shorter
 * first fault		an anon_vma and a link	an anon_vma for the first one of the
 *						mm
 *
 * Nothing that eager merges is refused in lazy mode, but for one merge in a parent
 * after fork, which docs/lazy.md shows to be the price of separate locks.
 * Tests ask here, and not shim_lazy() of their own.
 */
#ifndef VMA_MODES_H
#define VMA_MODES_H

#include "words.h"

bool pages_may_meet(struct vm_area_struct *a, struct vm_area_struct *b);
const char *mode_skips(const char *name);
const char *mode_lacks(void);
bool lazy_share_one(void);
void lazy_only(struct kunit *test);
void expect_lazy(struct space *sp, long page, unsigned int links);
void expect_regular(struct space *sp, long page, unsigned int links);
unsigned long in_mode(unsigned long eager, unsigned long lazy);

#endif /* VMA_MODES_H */
