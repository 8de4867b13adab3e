// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter to the ANON_VMA_LAZY series that was posted to the lists, which has
 * tags in vma->anon_vma: what is lazy there, and what it counts. The tree it is in
 * selects CONFIG_VMA_REF. See docs/posted-series.md.
 */
#include <linux/mm.h>
#include <linux/rmap.h>
#include <linux/string.h>

#include "internal.h"
#include "modes.h"
#include "oracle.h"

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

/* A lazy VMA is active nowhere; that of a child has a reference to the parent's anon_vma. */
struct anon_vma *oracle_counting(struct vm_area_struct *vma, struct anon_vma **holds)
{
	anon_vma_tree_t tree = (anon_vma_tree_t)vma->anon_vma;

	*holds = anon_vma_tree_is_parent(tree) ? anon_vma_tree_anon_vma(tree) : NULL;
	return vma_anon_vma(vma);
}

/* They read what vma->anon_vma points to, or compare it, and there it has a tag. */
static const char * const reads_anon_vma[] = {
	"taken_once_each_and_dropped", "gives_up_where_it_must_not_wait",
	"plain_walk_waits_for_a_writer", "safe_walk_waits_for_a_writer",
	"for_a_move_counts_an_active_vma", "fault_takes_over_the_anon_vma_to_the_left",
	"fault_takes_over_the_anon_vma_to_the_right", "write_maps_a_page_of_its_own",
	"unfaulted_memory_has_no_anon_vma", "chains_of_three_generations",
	"split_parent_has_two_active_vmas", "reuses_the_anon_vma_of_the_dead",
	"long_line_of_descent_keeps_a_short_chain", "childs_page_is_in_its_own_anon_vma",
	"dontfork_of_all_leaves_nothing", "first_faults_share_one_anon_vma",
	"pages_of_two_files", "split_counts_one_more_and_merge_one_less",
	"shared_one_waits_for_the_next_fault", "fork_takes_the_parent_off_the_shared_one",
	"upgrades_by_fork", "upgrades_by_a_merge", "upgrades_by_ksm",
	"upgrades_the_parent_and_not_the_child", "child_splits_merges_and_forks_again",
	"child_does_not_merge_what_has_other_relatives", "line_of_descent_does_not_grow",
	"split_waits_for_walks", "growth_waits_for_walks", "move_waits_for_walks",
	"pages_are_not_moved_into_a_vma_under_a_walk", "pages_are_moved_away_under_a_walk",
	"munmap_waits_for_walks_before_it_zaps", "exit_waits_for_walks_before_it_frees_tables",
	"stack_growth_waits_for_walks", "upgrade_waits_for_walks", "collapse_waits_for_walks",
	"check_of_the_trees_waits_for_changes",
	"tag_of_the_mapping_is_that_of_any_anonymous_folio",
	"reference_to_the_anon_vma_outlives_the_mm",
	"neighbours_faulted_low_to_high_have_one_anon_vma",
	"neighbours_faulted_high_to_low_have_one_anon_vma", "of_a_page_that_is_unmapped",
	"of_a_page_that_is_unmapped_before_it_waits",
	"of_a_page_that_is_unmapped_while_it_waits", "with_a_walk_of_what_nobody_else_maps",
	"with_a_walk_by_who_holds_the_anon_vma", "of_an_anon_vma_that_a_walk_looks_up",
};

/* They begin with a merge of VMAs that were faulted apart, which our series allows. */
static const char * const merges_what_was_apart[] = {
	"stays_so_when_merged", "merge_with_unfaulted_memory_takes_no_link",
	"dontfork_stays_lazy_and_joins_later", "of_present_pages", "of_pages_in_swap",
	"of_pages_in_the_swap_cache", "of_the_zero_page_and_holes",
	"for_a_merge_fails_whole_at_every_allocation",
};

/* What is lazy at all, or upgraded for what, differs by design. */
static const char * const is_lazy_elsewhere[] = {
	"stays_so_over_collapse_and_split_of_a_huge_page", "upgrade_leaves_other_memory_alone",
	"finds_a_large_folio_in_all_its_vmas", "before_ksm_and_not_after",
	"not_needed_where_ksm_was_asked_for_first", "for_ksm_fails_whole_at_every_allocation",
	"by_prctl_of_the_whole_mm", "by_prctl_fails_whole_at_every_allocation",
};

/* An upgrade that goes before it adds allocations, and stays done when they fail. */
static const char * const counts_allocations[] = {
	"for_a_split_fails_at_any_entry", "for_a_move_fails_at_any_entry", "write_fault",
	"fork",
};

static bool is_among(const char *name, const char * const *list, int nr)
{
	while (nr--)
		if (!strcmp(name, list[nr]))
			return true;
	return false;
}

#define AMONG(name, list)	is_among(name, list, ARRAY_SIZE(list))

/**
 * posted_skips() - why a case says nothing of the lazy mode of the posted series
 * @name: of the case
 *
 * Return: the reason, or NULL if it does.
 */
const char *posted_skips(const char *name)
{
	if (AMONG(name, reads_anon_vma))
		return "it asks about the anon_vma that a lazy VMA has in our series";
	if (AMONG(name, merges_what_was_apart))
		return "it begins with a merge that our series allows, and eager mode does not";
	if (AMONG(name, is_lazy_elsewhere))
		return "it asks what is lazy, or upgraded for what, in our series";
	if (AMONG(name, counts_allocations))
		return "it counts what may fail, or stays behind, in our series";
	return NULL;
}

#endif
