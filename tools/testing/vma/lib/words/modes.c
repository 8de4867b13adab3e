// SPDX-License-Identifier: GPL-2.0
/* The tables of modes.h. */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/rmap.h>
#include <linux/string.h>

#include "internal.h"
#include "modes.h"

extern const struct shim_test __shim_tests_start[], __shim_tests_end[];

static const char own[] = "it asks about the anon_vma, links or counts that each VMA has in eager mode";
static const char lie[] = "it lies about the anon_vma of a VMA's own, or about the links to it";
static const char hold[] = "an upgrade waits for the migration, which the case holds up";
static const char few[] = "fewer allocations can fail";

/*
 * Cases that say nothing of a VMA that is lazy, and those for lazy mode that take
 * their place; all others run in both modes.
 */
static const struct eager_case {
	const char *name, *why, *instead;
} eager_cases[] = {
	{ "for_a_split_counts_an_active_vma", own,
	  "split_counts_one_more_and_merge_one_less" },
	{ "for_a_fork_does_not_make_the_parent_more_active", own,
	  "fork_takes_the_parent_off_the_shared_one" },
	{ "for_a_merge_leaves_the_count_as_it_was", own,
	  "split_counts_one_more_and_merge_one_less" },
	{ "for_a_fork_fails_at_any_entry", own,
	  "fails_whole_at_every_allocation" },
	{ "for_a_merge_fails_and_leaves_the_vma_unfaulted", own,
	  "merge_with_unfaulted_memory_takes_no_link" },
	{ "for_a_merge_by_mprotect_fails_whole", own,
	  "for_a_merge_fails_whole_at_every_allocation" },
	{ "destination_has_no_chain_yet", own,
	  "clone_waits_for_walks" },
	{ "destination_has_the_anon_vma_of_the_source", own,
	  "clone_waits_for_walks" },
	{ "merge_of_the_unfaulted_takes_one_link", own,
	  "merge_with_unfaulted_memory_takes_no_link" },
	{ "source_of_links_has_an_anon_vma", own,
	  "clone_waits_for_walks" },
	{ "unlinking_needs_an_anon_vma_for_its_links", own,
	  "clone_waits_for_walks" },
	{ "half_made_is_taken_back", own,
	  "split_of_a_child_fails_whole" },
	{ "unlinked_again_leaves_no_trace", own,
	  "clone_waits_for_walks" },
	{ "many_children_of_one_parent", own,
	  "abandoned_by_many_it_is_not_reused" },
	{ "anon_vma_with_two_children_is_not_reused", own,
	  "abandoned_by_many_it_is_not_reused" },
	{ "anon_vma_of_a_living_part_is_not_reused", own,
	  "child_splits_merges_and_forks_again" },
	{ "anon_offset_of_new_on_the_left", own,
	  "stays_so_when_merged" },
	{ "anon_offset_of_new_on_the_right", own,
	  "stays_so_when_merged" },
	{ "every_page_apart", own,
	  "first_faults_share_one_anon_vma" },
	{ "anon_vma_is_not_shared_by_two_files", own,
	  "pages_of_two_files" },
	{ "sees_an_anon_vma_without_chain", lie,
	  "oracle_sees_a_moved_vma_without_its_link" },
	{ "sees_an_anon_vma_lock", lie,
	  "both_kinds_in_one_mm" },
	{ "sees_num_children", lie,
	  "oracle_sees_num_children_and_references" },
	{ "sees_num_active_vmas", lie,
	  "oracle_sees_num_active_vmas" },
	{ "sees_references_of_anon_vmas", lie,
	  "oracle_sees_num_children_and_references" },
	{ "sees_the_parent_of_an_anon_vma", lie,
	  "oracle_sees_num_children_and_references" },
	{ "sees_a_chain_entry_missing_in_the_tree", lie,
	  "oracle_sees_a_link_that_is_not_in_the_tree" },
	{ "sees_a_chain_entry_in_a_foreign_tree", lie,
	  "oracle_sees_a_link_that_is_not_in_the_tree" },
	{ "sees_a_missing_chain_entry", lie,
	  "oracle_sees_a_moved_vma_without_its_link" },
	{ "sees_two_chain_entries_of_one_anon_vma", lie,
	  "oracle_sees_a_link_that_is_not_in_the_tree" },
	{ "sees_whose_a_chain_entry_is", lie,
	  "oracle_sees_whose_the_shared_one_is" },
	{ "sees_a_vma_that_is_gone_in_the_tree", lie,
	  "oracle_sees_a_link_that_is_not_in_the_tree" },
	{ "sees_stale_maxima_and_disorder_in_the_tree", lie,
	  "oracle_sees_a_link_that_is_not_in_the_tree" },
	{ "sees_unequal_chains_of_one_anon_vma", lie,
	  "child_does_not_merge_what_has_other_relatives" },
	{ "mprotect_that_merges_with_unfaulted_memory", few,
	  "merge_with_unfaulted_memory_takes_no_link" },
	{ "keeps_the_order_of_the_chain", own,
	  "oracle_sees_a_shared_link_that_is_not_the_first" },
	{ "mapped_page_has_its_anon_vma", own,
	  "upgrades_the_parent_and_not_the_child" },
	{ "held_anon_vma_outlives_its_vma", own,
	  "reference_to_the_anon_vma_outlives_the_mm" },
	{ "freeing_waits_for_a_walk", own,
	  "reference_to_the_anon_vma_outlives_the_mm" },
	{ "neighbours_of_one_page_table", own,
	  "first_faults_share_one_anon_vma" },
	{ "last_descendant_frees_the_whole_line", own,
	  "line_of_descent_does_not_grow" },
	{ "source_of_dontunmap_starts_anew", own,
	  "stays_so_over_mremap_that_leaves_the_old_place" },
	{ "anon_vma_is_not_shared_where_page_offsets_do_not_continue", own,
	  "families_do_not_share_a_root" },
	{ "unfaulted_between_two_anon_vmas", own,
	  "stays_so_when_merged" },
	{ "growth_up_to_another_anon_vma", own,
	  "stays_so_when_merged" },
	{ "fork_copies_migration_entries", hold,
	  "done_once_later_forks_do_not_wait" },
	{ "child_of_a_forked_entry_exits_meanwhile", hold,
	  "waits_for_a_migration" },
	{ "fork_and_move_of_a_pmd_under_migration", hold,
	  "waits_for_a_migration_of_a_huge_page" },
	{ "forked_and_split_in_the_child_meanwhile", hold,
	  "waits_for_a_migration" },
	{ "forked_twice_and_the_middle_exits_meanwhile", hold,
	  "waits_for_a_migration" },
	{ "forked_and_moved_in_the_child_meanwhile", hold,
	  "waits_for_a_migration" },
	{ "fork_unmap_and_mprotect_under_migration", hold,
	  "waits_for_a_migration_of_a_huge_page" },
	{ "sees_that_rmap_misses_a_place_of_the_child", lie,
	  "oracle_sees_a_folio_on_the_anon_vma_of_another_mm" },
};

static const char reads[] = "it asks about the anon_vma that a lazy VMA has in our series";
static const char apart[] = "it begins with a merge that our series allows, and eager mode does not";
static const char else_lazy[] = "it asks what is lazy, or upgraded for what, in our series";
static const char counts[] = "it counts what may fail, or stays behind, in our series";

/*
 * Cases that say nothing of the lazy mode of the posted series: vma->anon_vma has a tag
 * there, and an upgrade that comes first adds allocations and stays done when they fail.
 */
static const struct eager_case posted_cases[] = {
	{ "taken_once_each_and_dropped", reads },
	{ "gives_up_where_it_must_not_wait", reads },
	{ "plain_walk_waits_for_a_writer", reads },
	{ "safe_walk_waits_for_a_writer", reads },
	{ "for_a_move_counts_an_active_vma", reads },
	{ "fault_takes_over_the_anon_vma_to_the_left", reads },
	{ "fault_takes_over_the_anon_vma_to_the_right", reads },
	{ "write_maps_a_page_of_its_own", reads },
	{ "unfaulted_memory_has_no_anon_vma", reads },
	{ "chains_of_three_generations", reads },
	{ "split_parent_has_two_active_vmas", reads },
	{ "reuses_the_anon_vma_of_the_dead", reads },
	{ "long_line_of_descent_keeps_a_short_chain", reads },
	{ "childs_page_is_in_its_own_anon_vma", reads },
	{ "dontfork_of_all_leaves_nothing", reads },
	{ "first_faults_share_one_anon_vma", reads },
	{ "pages_of_two_files", reads },
	{ "split_counts_one_more_and_merge_one_less", reads },
	{ "shared_one_waits_for_the_next_fault", reads },
	{ "fork_takes_the_parent_off_the_shared_one", reads },
	{ "upgrades_by_fork", reads },
	{ "upgrades_by_a_merge", reads },
	{ "upgrades_by_ksm", reads },
	{ "upgrades_the_parent_and_not_the_child", reads },
	{ "child_splits_merges_and_forks_again", reads },
	{ "child_does_not_merge_what_has_other_relatives", reads },
	{ "line_of_descent_does_not_grow", reads },
	{ "split_waits_for_walks", reads },
	{ "growth_waits_for_walks", reads },
	{ "move_waits_for_walks", reads },
	{ "pages_are_not_moved_into_a_vma_under_a_walk", reads },
	{ "pages_are_moved_away_under_a_walk", reads },
	{ "munmap_waits_for_walks_before_it_zaps", reads },
	{ "exit_waits_for_walks_before_it_frees_tables", reads },
	{ "stack_growth_waits_for_walks", reads },
	{ "upgrade_waits_for_walks", reads },
	{ "collapse_waits_for_walks", reads },
	{ "check_of_the_trees_waits_for_changes", reads },
	{ "tag_of_the_mapping_is_that_of_any_anonymous_folio", reads },
	{ "reference_to_the_anon_vma_outlives_the_mm", reads },
	{ "neighbours_faulted_low_to_high_have_one_anon_vma", reads },
	{ "neighbours_faulted_high_to_low_have_one_anon_vma", reads },
	{ "of_a_page_that_is_unmapped", reads },
	{ "of_a_page_that_is_unmapped_before_it_waits", reads },
	{ "of_a_page_that_is_unmapped_while_it_waits", reads },
	{ "with_a_walk_of_what_nobody_else_maps", reads },
	{ "with_a_walk_by_who_holds_the_anon_vma", reads },
	{ "of_an_anon_vma_that_a_walk_looks_up", reads },
	{ "stays_so_when_merged", apart },
	{ "merge_with_unfaulted_memory_takes_no_link", apart },
	{ "dontfork_stays_lazy_and_joins_later", apart },
	{ "of_present_pages", apart },
	{ "of_pages_in_swap", apart },
	{ "of_pages_in_the_swap_cache", apart },
	{ "of_the_zero_page_and_holes", apart },
	{ "for_a_merge_fails_whole_at_every_allocation", apart },
	{ "stays_so_over_collapse_and_split_of_a_huge_page", else_lazy },
	{ "upgrade_leaves_other_memory_alone", else_lazy },
	{ "finds_a_large_folio_in_all_its_vmas", else_lazy },
	{ "before_ksm_and_not_after", else_lazy },
	{ "not_needed_where_ksm_was_asked_for_first", else_lazy },
	{ "for_ksm_fails_whole_at_every_allocation", else_lazy },
	{ "by_prctl_of_the_whole_mm", else_lazy },
	{ "by_prctl_fails_whole_at_every_allocation", else_lazy },
	{ "for_a_split_fails_at_any_entry", counts },
	{ "for_a_move_fails_at_any_entry", counts },
	{ "write_fault", counts },
	{ "fork", counts },
};

static const char *why_skipped(const struct eager_case *list, int nr, const char *name)
{
	for (; nr--; list++)
		if (!strcmp(list->name, name))
			return list->why;
	return NULL;
}

/**
 * mode_skips() - why a case is for eager mode only
 * @name: of the case
 *
 * Return: the reason, or NULL if it runs in this mode.
 */
const char *mode_skips(const char *name)
{
	const char *why;

	if (!shim_lazy())
		return NULL;
	why = why_skipped(eager_cases, ARRAY_SIZE(eager_cases), name);
	if (!why && IS_ENABLED(CONFIG_VMA_REF))
		why = why_skipped(posted_cases, ARRAY_SIZE(posted_cases), name);
	return why;
}

/**
 * lazy_share_one() - whether VMAs that are lazy share an anon_vma of their mm
 *
 * Return: false in eager mode, and for the posted series, where each has its own.
 */
bool lazy_share_one(void)
{
	return shim_lazy() && !IS_ENABLED(CONFIG_VMA_REF);
}

static bool is_a_case(const char *name)
{
	const struct shim_test *t;

	for (t = __shim_tests_start; t < __shim_tests_end; t++)
		if (!strcmp(t->name, name))
			return true;
	return false;
}

/**
 * mode_lacks() - a case that is named in the tables and is not there
 *
 * Return: its name, or NULL if all are there.
 */
const char *mode_lacks(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(eager_cases); i++) {
		if (!is_a_case(eager_cases[i].name))
			return eager_cases[i].name;
		if (!is_a_case(eager_cases[i].instead))
			return eager_cases[i].instead;
	}
	for (i = 0; i < ARRAY_SIZE(posted_cases); i++)
		if (!is_a_case(posted_cases[i].name))
			return posted_cases[i].name;
	return NULL;
}

static bool linked(struct vm_area_struct *vma, struct anon_vma *anon_vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma)
		if (avc->anon_vma == anon_vma)
			return true;
	return false;
}

static bool inherits_what(struct vm_area_struct *a, struct vm_area_struct *b)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &a->anon_vma_chain, same_vma)
		if (avc->anon_vma != a->anon_vma && !linked(b, avc->anon_vma))
			return false;
	return true;
}

/**
 * pages_may_meet() - may pages of two faulted VMAs be in one VMA?
 * @a: a faulted VMA
 * @b: another
 *
 * Return: true if they have one anon_vma, and if that is the shared one of the mm
 * also the same relatives.
 */
bool pages_may_meet(struct vm_area_struct *a, struct vm_area_struct *b)
{
	if (a->anon_vma != b->anon_vma)
		return false;
	return !is_lazy(a) || (inherits_what(a, b) && inherits_what(b, a));
}

/**
 * in_mode() - a number that is another in each mode, for a reason of the table
 * @eager: in eager mode
 * @lazy: in lazy mode
 *
 * Return: that of this run.
 */
unsigned long in_mode(unsigned long eager, unsigned long lazy)
{
	return shim_lazy() ? lazy : eager;
}

/**
 * nr_chains() - how many anon_vmas the pages of a VMA may be on
 * @vma: any VMA
 *
 * Return: its links, and one more if it has the shared anon_vma of its mm without
 * a link to it.
 */
unsigned int nr_chains(struct vm_area_struct *vma)
{
	unsigned int nr = list_count_nodes(&vma->anon_vma_chain);

	return nr + (is_lazy(vma) && !linked(vma, vma->anon_vma));
}

/**
 * lazy_only() - skip a case in eager mode
 * @test: the case
 */
void lazy_only(struct kunit *test)
{
	if (!shim_lazy())
		kunit_skip(test, "for lazy mode: make LAZY=1, and --mode lazy");
}

/**
 * expect_lazy() - expect a VMA to share the anon_vma of its mm
 * @sp: the space
 * @page: a page of the VMA
 * @links: how many links it has, to relatives and to the shared one
 */
void expect_lazy(struct space *sp, long page, unsigned int links)
{
	struct vm_area_struct *vma = vma_of(sp, page);
	struct kunit *test = sp->test;

	KUNIT_ASSERT_NOT_NULL(test, vma);
	KUNIT_EXPECT_TRUE_MSG(test, is_lazy(vma), "the VMA of page %ld is not lazy", page);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&vma->anon_vma_chain), links);
}

/**
 * expect_regular() - expect a faulted VMA to have an anon_vma of its own
 * @sp: the space
 * @page: a page of the VMA
 * @links: how many links it has
 */
void expect_regular(struct space *sp, long page, unsigned int links)
{
	struct vm_area_struct *vma = vma_of(sp, page);
	struct kunit *test = sp->test;

	KUNIT_ASSERT_NOT_NULL(test, vma);
	KUNIT_EXPECT_NOT_NULL(test, vma->anon_vma);
	KUNIT_EXPECT_FALSE_MSG(test, is_lazy(vma), "the VMA of page %ld is lazy", page);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&vma->anon_vma_chain), links);
}
