// SPDX-License-Identifier: GPL-2.0
/* The table of modes.h. */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/rmap.h>
#include <linux/string.h>

#include "internal.h"
#include "modes.h"

static const char own[] = "it asks about the anon_vma, links or counts that each VMA has in eager mode";
static const char lie[] = "it lies about the anon_vma of a VMA's own, or about the links to it";
static const char few[] = "fewer allocations can fail";

/* Cases that say nothing of a VMA that is lazy; all others run in both modes. */
static const struct {
	const char *name, *why;
} eager_cases[] = {
	{ "for_a_split_counts_an_active_vma", own },
	{ "for_a_fork_does_not_make_the_parent_more_active", own },
	{ "for_a_merge_leaves_the_count_as_it_was", own },
	{ "for_a_fork_fails_at_any_entry", own },
	{ "for_a_merge_fails_and_leaves_the_vma_unfaulted", own },
	{ "for_a_merge_by_mprotect_fails_whole", own },
	{ "destination_has_no_chain_yet", own },
	{ "destination_has_the_anon_vma_of_the_source", own },
	{ "merge_of_the_unfaulted_takes_one_link", own },
	{ "source_of_links_has_an_anon_vma", own },
	{ "unlinking_needs_an_anon_vma_for_its_links", own },
	{ "half_made_is_taken_back", own },
	{ "unlinked_again_leaves_no_trace", own },
	{ "many_children_of_one_parent", own },
	{ "anon_vma_with_two_children_is_not_reused", own },
	{ "anon_vma_of_a_living_part_is_not_reused", own },
	{ "anon_offset_of_new_on_the_left", own },
	{ "anon_offset_of_new_on_the_right", own },
	{ "every_page_apart", own },
	{ "sees_an_anon_vma_without_chain", lie },
	{ "sees_an_anon_vma_lock", lie },
	{ "sees_num_children", lie },
	{ "sees_num_active_vmas", lie },
	{ "sees_references_of_anon_vmas", lie },
	{ "sees_the_parent_of_an_anon_vma", lie },
	{ "sees_a_chain_entry_missing_in_the_tree", lie },
	{ "sees_a_chain_entry_in_a_foreign_tree", lie },
	{ "sees_a_missing_chain_entry", lie },
	{ "sees_two_chain_entries_of_one_anon_vma", lie },
	{ "sees_whose_a_chain_entry_is", lie },
	{ "sees_a_vma_that_is_gone_in_the_tree", lie },
	{ "sees_stale_maxima_and_disorder_in_the_tree", lie },
	{ "sees_unequal_chains_of_one_anon_vma", lie },
	{ "mprotect_that_merges_with_unfaulted_memory", few },
	{ "keeps_the_order_of_the_chain", own },
	{ "mapped_page_has_its_anon_vma", own },
	{ "held_anon_vma_outlives_its_vma", own },
	{ "neighbours_of_one_page_table", own },
	{ "last_descendant_frees_the_whole_line", own },
	{ "source_of_dontunmap_starts_anew", own },
	{ "anon_vma_is_not_shared_where_page_offsets_do_not_continue", own },
	{ "unfaulted_between_two_anon_vmas", own },
	{ "growth_up_to_another_anon_vma", own },
	{ "sees_that_rmap_misses_a_place_of_the_child", lie },
};

/**
 * mode_skips() - why a case is for eager mode only
 * @name: of the case
 *
 * Return: the reason, or NULL if it runs in this mode.
 */
const char *mode_skips(const char *name)
{
	int i;

	for (i = 0; shim_lazy() && i < ARRAY_SIZE(eager_cases); i++)
		if (!strcmp(eager_cases[i].name, name))
			return eager_cases[i].why;
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
