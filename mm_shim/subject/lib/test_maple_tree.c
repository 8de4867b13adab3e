// SPDX-License-Identifier: GPL-2.0
/* lib/test_maple_tree.c, the tree's own test of the maple tree, run by a case and not by insmod. */
#include <linux/module.h>

#undef module_init
#undef module_exit
#define module_init(fn)
#define module_exit(fn)

#include "lib/test_maple_tree.c"

int shim_test_maple_tree(int *run, int *passed);

/**
 * shim_test_maple_tree() - run all of its tests
 * @run: set to the number of checks
 * @passed: set to the number of those that passed
 *
 * Return: 0, or -EINVAL where a check has failed.
 */
int shim_test_maple_tree(int *run, int *passed)
{
	int err = maple_tree_seed();

	*run = atomic_read(&maple_tree_tests_run);
	*passed = atomic_read(&maple_tree_tests_passed);
	return err;
}
