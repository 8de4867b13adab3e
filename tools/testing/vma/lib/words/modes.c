// SPDX-License-Identifier: GPL-2.0
/* The functions of modes.h: eager and lazy mode, and the chains of VMAs. */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/rmap.h>
#include <linux/string.h>

#include "internal.h"
#include "modes.h"

extern const struct shim_test __shim_tests_start[], __shim_tests_end[];

/**
 * lazy_share_one() - do the lazy VMAs of an mm share one anon_vma?
 *
 * Return: false in eager mode, and for the posted series, where they share none.
 */
bool lazy_share_one(void)
{
	return shim_lazy() && !IS_ENABLED(CONFIG_VMA_REF);
}

static bool is_a_case(const char *name)
{
	const struct shim_test *t;
	size_t len;

	for (t = __shim_tests_start; t < __shim_tests_end; t++) {
		len = strlen(t->suite);
		if (!strncmp(name, t->suite, len) && name[len] == '.' &&
		    !strcmp(name + len + 1, t->name))
			return true;
	}
	return false;
}

/**
 * mode_lacks() - look for a case that a NOT_LAZY() names and that is not in the program
 *
 * Return: its name, or NULL if all are there.
 */
const char *mode_lacks(void)
{
	const struct shim_test *t;

	for (t = __shim_tests_start; t < __shim_tests_end; t++)
		if (t->instead && !is_a_case(t->instead))
			return t->instead;
	return NULL;
}

static bool linked(struct vm_area_struct *vma, struct anon_vma *anon_vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma)
		if (avc->anon_vma == anon_vma)
			return true;
	return false;
}

static bool inherits_what(struct vm_area_struct *a, struct vm_area_struct *b)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &shim_anon_vma_chain(a), same_vma)
		if (avc->anon_vma != shim_anon_vma(a) && !linked(b, avc->anon_vma))
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
	if (shim_anon_vma(a) != shim_anon_vma(b))
		return false;
	return !is_lazy(a) || (inherits_what(a, b) && inherits_what(b, a));
}

/**
 * in_mode() - choose between the numbers of both modes
 * @eager: the number in eager mode
 * @lazy: the number in lazy mode, for a reason that stands at the top of modes.h
 *
 * Return: the number of the mode that runs.
 */
unsigned long in_mode(unsigned long eager, unsigned long lazy)
{
	return shim_lazy() ? lazy : eager;
}

/**
 * nr_chains() - the number of anon_vmas that the pages of a VMA may be on
 * @vma: any VMA
 *
 * Return: the number of its links (AVCs), and one more if it is lazy and has no link to
 * the shared anon_vma.
 */
unsigned int nr_chains(struct vm_area_struct *vma)
{
	unsigned int nr = list_count_nodes(&shim_anon_vma_chain(vma));

	return nr + (is_lazy(vma) && !linked(vma, shim_anon_vma(vma)));
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
 * @links: number of its links, to inherited anon_vmas and to the shared one
 */
void expect_lazy(struct space *sp, long page, unsigned int links)
{
	struct vm_area_struct *vma = vma_of(sp, page);
	struct kunit *test = sp->test;

	KUNIT_ASSERT_NOT_NULL(test, vma);
	KUNIT_EXPECT_TRUE_MSG(test, is_lazy(vma), "the VMA of page %ld is not lazy", page);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&shim_anon_vma_chain(vma)), links);
}

/**
 * expect_regular() - expect a faulted VMA to have an anon_vma of its own
 * @sp: the space
 * @page: a page of the VMA
 * @links: number of its links
 */
void expect_regular(struct space *sp, long page, unsigned int links)
{
	struct vm_area_struct *vma = vma_of(sp, page);
	struct kunit *test = sp->test;

	KUNIT_ASSERT_NOT_NULL(test, vma);
	KUNIT_EXPECT_NOT_NULL(test, shim_anon_vma(vma));
	KUNIT_EXPECT_FALSE_MSG(test, is_lazy(vma), "the VMA of page %ld is lazy", page);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&shim_anon_vma_chain(vma)), links);
}
