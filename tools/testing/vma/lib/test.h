/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words in which the tests are written. A test is a function and nothing
 * else:
 *
 *	TEST(mprotect, middle_splits_into_three)
 *	{
 *		struct space *sp = layout(test, "[WWWWWWWWW]");
 *
 *		ok(protect(sp, 3, 3, PROT_READ));
 *		expect(sp, "[WWW][RRR][WWW]");
 *	}
 *
 * A layout is written a character a page, and brackets for VMAs:
 *
 *	[ ] anonymous and private   ( ) a private file mapping   { } shared
 *	w   writable   r   read-only   x   executable   n   no access
 *	.   not mapped
 *
 * in upper case where a page table entry is there. Instead of them stands
 *
 *	H   HUGE_NR pages that one PMD maps	 S   a page that is in swap
 *	M   a migration entry			 P   a page that broke (hwpoison)
 *	U   a marker, as userfaultfd leaves
 *
 * and 64 or more of a kind are written as W*64. Pages are counted from
 * SPACE_BASE. The oracle runs after every operation of this vocabulary.
 */
#ifndef VMA_TEST_H
#define VMA_TEST_H

#include <linux/rmap.h>

#include "oracle.h"
#include "draw.h"
#include "words.h"

/*
 * TEST(suite, name) defines a case. What follows the name are its attributes, members
 * of struct shim_test:
 *
 *	TEST(swap, of_a_huge_page, NEEDS(CONFIG_SWAP, CONFIG_TRANSPARENT_HUGEPAGE))
 *
 * NOT_LAZY() and NOT_POSTED() stand in modes.h.
 */
#define TEST(suite_, name_, ...) SHIM_TEST(suite_, name_, __VA_ARGS__)

/* A case that calls race(), see race.h: it is run by many schedules. */
#define RACE(suite_, name_, ...) SHIM_TEST(suite_, name_, .race = true, ##__VA_ARGS__)

/*
 * Options that have to be built in: without one the case is skipped, and not started.
 * One that is on is 1 where it comes to NEEDS_1(), for which IS_ENABLED() is true too;
 * one that is off still has its name.
 */
#define NEEDS(...)	.skip = CONCATENATE(NEEDS_, COUNT_ARGS(__VA_ARGS__))(__VA_ARGS__)
#define NEEDS_1(a)	(IS_ENABLED(a) ? NULL : #a " is off; make CONFIG=full")
#define NEEDS_2(a, b)	(IS_ENABLED(a) ? NEEDS_1(b) : #a " is off; make CONFIG=full")
#define NEEDS_3(a, b, c) (IS_ENABLED(a) ? NEEDS_2(b, c) : #a " is off; make CONFIG=full")

/*
 * The struct is no static, though nobody refers to it by name: so the linker reports
 * the two places of a name that is given twice.
 */
#define SHIM_TEST(suite_, name_, ...)					\
	static void suite_##_##name_(struct kunit *test);		\
	const struct shim_test __shim_test_##suite_##__##name_		\
	__used __section(".shim_tests")					\
	__aligned(__alignof__(struct shim_test)) = {			\
		.suite = #suite_, .name = #name_,			\
		.run = suite_##_##name_, .file = __FILE__,		\
		.line = __LINE__, .init = world_init, .exit = world_exit, \
		__VA_ARGS__						\
	};								\
	static void suite_##_##name_(struct kunit *test)

/*
 * A case that this tree cannot even compile: it stands in the #else of its file,
 * so that it is skipped and not gone. scripts/check-tree compares the lists.
 */
#define ABSENT(suite_, name_, why)					\
	TEST(suite_, name_, .skip = why) { }

#endif /* VMA_TEST_H */
