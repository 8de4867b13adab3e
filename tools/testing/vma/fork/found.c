// SPDX-License-Identifier: GPL-2.0
/* What vma_fuzz has found, made plain: docs/findings.md has the numbers. */
#include "attr.h"
#include "test.h"

/*
 * What may not be written is not charged, and need not be when it grows:
 *
 *	.......[r]      the access is seven pages below
 *	[rrrrrrrr]
 */
TEST(stack, growth_of_what_is_not_accounted_is_not_charged)
{
	struct space *sp = space_new(test);
	s64 before = charged();

	ok(map_file(sp, 7, 1, PROT_READ, ANON | MAP_GROWSDOWN, NULL, 0));
	KUNIT_ASSERT_EQ(test, charged(), before);
	((struct world *)test->priv)->quiet = true;
	ok(read_page(sp, 0));
	if (charged() != before) {
		KUNIT_EXPECT_EQ(test, charged(), before + 7);
		vm_unacct_memory(charged() - before);
		known_bug(SHIM_BUG_GROWTH_CHARGE, 16);
	}
	((struct world *)test->priv)->quiet = false;
	KUNIT_EXPECT_EQ(test, charged(), before);
	expect(sp, "[Rrrrrrrr]");
}

/*
 * Two pages of zeros become one, which a child still has, at another address:
 *
 *	parent  [WW]        mergeable
 *	child   ..[WW]      moved before ksmd came by
 */
TEST(ksm, page_that_a_child_has_moved_is_found)
{
	struct space *parent, *child;

	needs(CONFIG_KSM);
	parent = layout(test, "[ww]");
	ok(touch(parent, 0, 2, 'a'));
	child = space_fork(parent);
	ok(advise(parent, 0, 2, MADV_MERGEABLE));
	ok(move(child, 0, 2, 2));
	((struct world *)test->priv)->quiet = true;
	merge_ksm(test);
	((struct world *)test->priv)->quiet = false;
	if (oracle_complaint(test) && IS_ENABLED(SHIM_BUG_KSM_ONE_ADDRESS)) {
		/* no place is left that nobody would find */
		((struct world *)test->priv)->quiet = true;
		ok(touch(child, 2, 2, 'b'));
		((struct world *)test->priv)->quiet = false;
		known_bug(SHIM_BUG_KSM_ONE_ADDRESS, 17);
	}
	oracle(test);
}

/*
 * The same where the child is mergeable and its parent has the page too:
 *
 *	parent  [WW]
 *	child   [WW]        mergeable
 */
TEST(ksm, page_that_a_parent_still_has_is_found)
{
	struct space *parent, *child;

	needs(CONFIG_KSM);
	parent = layout(test, "[ww]");
	ok(touch(parent, 0, 2, 'a'));
	child = space_fork(parent);
	ok(advise(child, 0, 2, MADV_MERGEABLE));
	((struct world *)test->priv)->quiet = true;
	merge_ksm(test);
	((struct world *)test->priv)->quiet = false;
	if (oracle_complaint(test) && IS_ENABLED(SHIM_BUG_KSM_ONE_ADDRESS)) {
		/* no place is left that nobody would find */
		((struct world *)test->priv)->quiet = true;
		ok(touch(parent, 0, 2, 'b'));
		((struct world *)test->priv)->quiet = false;
		known_bug(SHIM_BUG_KSM_ONE_ADDRESS, 17);
	}
	oracle(test);
}

/*
 * Unfaulted in the child, and at the offset that the move has left in the parent:
 *
 *	parent  ..[WW]      moved there from 0, MADV_WIPEONFORK
 *	child   ..[w][r]
 */
TEST(fork, wiped_copy_of_a_moved_vma_splits)
{
	struct space *parent = layout(test, "[WW]"), *child;
	unsigned int warnings;

	ok(move(parent, 0, 2, 2));
	ok(advise(parent, 2, 2, MADV_WIPEONFORK));
	child = space_fork(parent);
	shim_expect_warnings(true);
	ok(protect(child, 3, 1, PROT_READ));
	warnings = shim_expect_warnings(false);
	expect(child, "..[w][r]");
	if (warnings)
		known_bug(SHIM_BUG_WIPED_OFFSET, 20);
	KUNIT_EXPECT_EQ(test, warnings, 0);
}
