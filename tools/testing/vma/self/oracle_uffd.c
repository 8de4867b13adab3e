// SPDX-License-Identifier: GPL-2.0
/* The oracle's own tests: userfaultfd, and pages with memory failure. */
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "internal.h"
#include "oracle_self.h"
#include "pages.h"
#include "uffd.h"
#include "test.h"

static pte_t protected(pte_t pte)
{
	return __pte(pte_val(pte) | _PAGE_UFFD_WP);
}

TEST(oracle, sees_an_entry_protected_for_nobody, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	pte_t *ptep, pte;

	sp = layout(test, "[WW]");
	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	lie(set_pte(ptep, protected(pte)), set_pte(ptep, pte),
	    "entry at 10001000 is protected by userfaultfd, its VMA is not registered");
}

TEST(oracle, sees_a_protected_entry_that_is_writable, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;
	pte_t *ptep, pte;

	sp = layout(test, "[WW]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 2, UFFD_WP));
	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	lie(set_pte(ptep, protected(pte)), set_pte(ptep, pte),
	    "entry at 10001000 is protected by userfaultfd and writable");
}

TEST(oracle, sees_a_vma_registered_without_a_flag, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp;
	struct uffd *u;

	sp = layout(test, "[WW]");
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	lie(uffd_set_at(sp, 0, uffd_context(u)), uffd_set_at(sp, 0, NULL),
	    "VMA at 10000000 has a userfaultfd context and vm_flags");
}

TEST(oracle, sees_a_vma_of_a_context_of_another_mm, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *parent, *child;
	struct uffd *u, *other;

	parent = layout(test, "[ww]");
	child = space_fork(parent);
	u = uffd_open(parent, UFFD_FEATURE_SIGBUS);
	other = uffd_open(child, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 2, UFFD_MISSING));
	lie(uffd_set_at(parent, 0, uffd_context(other)), uffd_set_at(parent, 0, uffd_context(u)),
	    "VMA at 10000000 is registered with a userfaultfd context of another mm");
}

TEST(oracle, sees_a_reference_to_a_context_too_many, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u;

	u = uffd_open(layout(test, "[ww]"), UFFD_FEATURE_SIGBUS);
	lie(uffd_add(u, 1, 0), uffd_add(u, -1, 0),
	    "refcount of a userfaultfd context is 2, expected 1");
}

TEST(oracle, sees_a_change_of_mappings_that_does_not_end, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u;

	u = uffd_open(layout(test, "[ww]"), UFFD_FEATURE_SIGBUS);
	lie(uffd_add(u, 0, 1), uffd_add(u, 0, -1),
	    "mmap_changing of a userfaultfd context is 1, expected 0");
}
TEST(oracle, sees_a_broken_page_that_is_good, NEEDS(CONFIG_MEMORY_FAILURE))
{
	struct space *sp;
	struct page *page;

	sp = layout(test, "[WW]");
	page = frame_of(sp, 1);
	ok(poison(sp, 1, 0));
	lie(ClearPageHWPoison(page), SetPageHWPoison(page),
	    "entry at 10001000 says that its page broke, which is good");
}
