/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The differences that an eager and a lazy run of a case may have, and no others:
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
 * VMAs that merge in eager mode merge in lazy mode too, but for one merge in a parent
 * after fork, which docs/lazy.md explains. Cases call these functions, and not
 * shim_lazy() themselves.
 */
#ifndef VMA_MODES_H
#define VMA_MODES_H

#include "words.h"

/*
 * TEST(suite, name, NOT_LAZY(reason, "suite.case")) and RACE() likewise: the case says
 * nothing of a VMA that is lazy, for one of these reasons, and in lazy mode the other
 * case, for that mode, takes its place. All other cases run in both modes.
 */
#define NOT_LAZY(why, instead_) \
	.not_lazy = "not lazy: " NOT_LAZY_##why, .instead = instead_
#define NOT_LAZY_own_anon_vma \
	"it asks about the anon_vma, links or counts that each VMA has in eager mode"
#define NOT_LAZY_lie "it lies about the anon_vma of a VMA's own, or about the links to it"
#define NOT_LAZY_migration_held "an upgrade waits for the migration, which the case holds up"
#define NOT_LAZY_fewer_allocations "fewer allocations can fail"

/*
 * TEST(suite, name, NOT_POSTED(reason)): the case says nothing of the lazy mode of the
 * posted series (docs/results/posted-series.md). There vma->anon_vma has a tag, and an upgrade
 * that comes first adds allocations and stays done when they fail.
 */
#define NOT_POSTED(why)	.not_posted = "not lazy: " NOT_POSTED_##why
#define NOT_POSTED_reads_anon_vma \
	"it asks about the anon_vma that a lazy VMA has in our series"
#define NOT_POSTED_begins_with_a_merge \
	"it begins with a merge that our series allows, and eager mode does not"
#define NOT_POSTED_is_lazy_elsewhere \
	"it asks what is lazy, or upgraded for what, in our series"
#define NOT_POSTED_counts "it counts what may fail, or stays behind, in our series"

bool pages_may_meet(struct vm_area_struct *a, struct vm_area_struct *b);
const char *mode_lacks(void);
bool lazy_share_one(void);
void lazy_only(struct kunit *test);
void expect_lazy(struct space *sp, long page, unsigned int links);
void expect_regular(struct space *sp, long page, unsigned int links);
unsigned long in_mode(unsigned long eager, unsigned long lazy);

#endif /* VMA_MODES_H */
