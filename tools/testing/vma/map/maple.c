// SPDX-License-Identifier: GPL-2.0
/* The tree that VMAs are in, by the kernel's own test of it, lib/test_maple_tree.c. */
#include "internal.h"
#include "test.h"

int shim_test_maple_tree(int *run, int *passed);

TEST(maple, own_test)
{
	int run, passed;

	if (IS_ENABLED(SHIM_LONG_MAPLE_TEST))
		kunit_skip(test, "the test of this kernel takes up to a minute");
	/* it takes no locks where it is alone, of which lockdep complains; checks are counted */
	shim_expect_warnings(true);
	ok(shim_test_maple_tree(&run, &passed));
	shim_expect_warnings(false);
	KUNIT_EXPECT_EQ(test, passed, run);
	KUNIT_EXPECT_GT(test, run, 10000);
}
