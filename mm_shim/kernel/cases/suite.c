// SPDX-License-Identifier: GPL-2.0
/* The KUnit suites of the binary, as cases that the runner can call. */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/percpu_counter.h>
#include <linux/sort.h>
#include <linux/string.h>

#include <shim/cases.h>
#include <shim/host.h>
#include <shim/files.h>
#include <shim/memory.h>
#include <shim/report.h>
#include <shim/suite.h>

#define MAX_CASES 8192
#define NR_MODES (1 + (IS_ENABLED(SHIM_ANON_VMA_LAZY) || IS_ENABLED(CONFIG_VMA_REF)))
#define NAME_MAX_LEN 64

extern const struct shim_test __shim_tests_start[], __shim_tests_end[];

static struct shim_case list[NR_MODES * MAX_CASES];
static char lazy_names[MAX_CASES][NAME_MAX_LEN];
static const struct shim_test *tests[MAX_CASES];
static unsigned int nr_cases;

/* Sorts by suite, and within a suite by file and line. */
static int compare(const void *a, const void *b)
{
	const struct shim_test *x = *(const struct shim_test **)a;
	const struct shim_test *y = *(const struct shim_test **)b;

	return strcmp(x->suite, y->suite) ?: strcmp(x->file, y->file) ?: x->line - y->line;
}

/* The reason why a case is not run in this build, or not in this mode; or NULL. */
static const char *not_run(const struct shim_test *t, bool lazy)
{
	if (t->skip || !lazy)
		return t->skip;
	if (IS_ENABLED(CONFIG_VMA_REF) && t->not_posted)
		return t->not_posted;
	return t->not_lazy;
}

static struct shim_case in_mode(const struct shim_test *t, const char *suite, bool lazy)
{
	return (struct shim_case) {
		.suite = suite, .file_suite = t->suite, .name = t->name,
		.mode = lazy ? "lazy" : "eager", .race = t->race,
		.file = t->file, .line = t->line, .skip = not_run(t, lazy),
		.known_bug = shim_known_bug(t->suite, t->name),
	};
}

/*
 * A subject with our series runs each case twice. The suites of the second time
 * have a name of their own, as a report must not name two results alike.
 */
unsigned int shim_case_list(const struct shim_case **cases)
{
	const struct shim_test *t;
	unsigned int i, nr = 0;

	if (!nr_cases) {
		if (__shim_tests_end - __shim_tests_start > MAX_CASES)
			host_die("raise MAX_CASES in mm_shim/kernel/cases/suite.c");
		for (t = __shim_tests_start; t < __shim_tests_end; t++)
			tests[nr_cases++] = t;
		sort(tests, nr_cases, sizeof(tests[0]), compare, NULL);
	}
	for (i = 0; i < nr_cases; i++)
		list[nr++] = in_mode(tests[i], tests[i]->suite, false);
	for (i = 0; NR_MODES > 1 && i < nr_cases; i++) {
		scnprintf(lazy_names[i], NAME_MAX_LEN, "%s@lazy", tests[i]->suite);
		list[nr++] = in_mode(tests[i], lazy_names[i], true);
	}
	*cases = list;
	return nr;
}

/* Frees what the shrinkers keep until memory is short, like the huge zero page. */
static void shrink_caches(void)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	drop_slab();
	shim_quiesce();
#endif
}

/* Checks that nothing which the case has allocated is left. */
static bool leaks(unsigned long pages_before)
{
	unsigned long pages;
	s64 committed;
	bool found;

	shim_quiesce();
	shrink_caches();
	found = shim_slab_leaks();
	pages = shim_pages_used();
	committed = percpu_counter_sum(&vm_committed_as);
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

static const struct shim_test *running;
static unsigned long pages_at_start;

static int begin_case(struct kunit *test)
{
	/* KUnit calls the case from where it has called this */
	host_case_begins(running->run, __builtin_frame_address(0));
	return running->init(test);
}

static void end_case(struct kunit *test)
{
	host_case_ends();
	running->exit(test);
}

/**
 * shim_finish_case() - end the case from within it, with KUnit's actions and the leak check
 * @test: the running case
 *
 * Context: the case's own thread, which must not return to KUnit afterwards.
 * Return: SHIM_PASS or SHIM_FAIL.
 */
int shim_finish_case(struct kunit *test)
{
	bool bad;

	running->exit(test);
	bad = test->status == KUNIT_FAILURE || shim_failures();
	kunit_cleanup(test);
	shim_files_close();
	bad |= leaks(pages_at_start);
	bad |= !shim_locks_check();
	return shim_warnings() || bad ? SHIM_FAIL : SHIM_PASS;
}

enum shim_result shim_run_case(unsigned int nr)
{
	const struct shim_test *t = tests[nr % nr_cases];
	const char *why = not_run(t, nr >= nr_cases);
	struct kunit_case one[2] = {
		{ .run_case = t->run, .name = t->name, .module_name = "vma" },
	};
	struct kunit_suite suite = {
		.init = begin_case, .exit = end_case, .test_cases = one,
	};
	bool bad;

	if (why) {
		host_reason(why);
		return SHIM_SKIP;
	}
	strscpy((char *)suite.name, t->suite, sizeof(suite.name));
	shim_set_lazy(nr >= nr_cases);
	shim_quiesce();
	shim_slab_snapshot();
	pages_at_start = shim_pages_used();
	running = t;
	kunit_run_tests(&suite);
	bad = leaks(pages_at_start);
	bad |= !shim_locks_check();
	if (shim_warnings() || shim_failures() || bad || one[0].status == KUNIT_FAILURE)
		return SHIM_FAIL;
	return one[0].status == KUNIT_SKIPPED ? SHIM_SKIP : SHIM_PASS;
}
