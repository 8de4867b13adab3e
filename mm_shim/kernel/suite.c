// SPDX-License-Identifier: GPL-2.0
/* The KUnit suites of the binary, as cases that the runner can call. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/percpu_counter.h>

#include <shim/cases.h>
#include <shim/host.h>
#include <shim/machine.h>

#define MAX_CASES 8192

extern struct kunit_suite *const __kunit_suites_start[], *const __kunit_suites_end[];

static struct shim_case list[MAX_CASES];
static struct {
	struct kunit_suite *suite;
	struct kunit_case *test;
} origin[MAX_CASES];
static unsigned int nr_cases;

static void add_suite(struct kunit_suite *suite)
{
	struct kunit_case *test;

	kunit_suite_for_each_test_case(suite, test) {
		if (nr_cases == MAX_CASES)
			host_die("raise MAX_CASES in mm_shim/kernel/suite.c");
		origin[nr_cases].suite = suite;
		origin[nr_cases].test = test;
		list[nr_cases++] = (struct shim_case) {
			.suite = suite->name,
			.name = test->name,
			.slow = test->attr.speed == KUNIT_SPEED_SLOW ||
				test->attr.speed == KUNIT_SPEED_VERY_SLOW,
		};
	}
}

unsigned int shim_case_list(const struct shim_case **cases)
{
	struct kunit_suite *const *suite;

	if (!nr_cases)
		for (suite = __kunit_suites_start; suite < __kunit_suites_end; suite++)
			add_suite(*suite);
	*cases = list;
	return nr_cases;
}

/* Everything that a case made must be gone when it is over. */
static bool leaks(unsigned long pages_before)
{
	bool found = shim_slab_leaks();
	unsigned long pages = shim_pages_used();
	s64 committed = percpu_counter_sum(&vm_committed_as);

	if (pages > pages_before) {
		shim_reason("leak: %lu pages", pages - pages_before);
		shim_pages_report(3);
		found = true;
	}
	if (shim_files_open()) {
		shim_reason("leak: %lu references keep files open", shim_files_open());
		found = true;
	}
	if (committed) {
		shim_reason("leak: vm_committed_as is %lld pages", committed);
		found = true;
	}
	return found;
}

enum shim_result shim_run_case(unsigned int nr)
{
	struct kunit_case tests[2] = { *origin[nr].test };
	struct kunit_suite suite = *origin[nr].suite;
	unsigned long pages;
	bool bad;

	suite.test_cases = tests;
	shim_quiesce();
	shim_slab_snapshot();
	pages = shim_pages_used();
	kunit_run_tests(&suite);
	shim_quiesce();
	bad = leaks(pages);
	if (shim_warnings() || bad || tests[0].status == KUNIT_FAILURE)
		return SHIM_FAIL;
	return tests[0].status == KUNIT_SKIPPED ? SHIM_SKIP : SHIM_PASS;
}

void shim_print_subject(void)
{
	pr_info("subject\n");
}
