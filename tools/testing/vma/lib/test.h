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

#define TEST(suite_, name_) SHIM_TEST(suite_, name_, false)

/* A case that calls race(), see race.h: it is run by many schedules. */
#define RACE(suite_, name_) SHIM_TEST(suite_, name_, true)

#define SHIM_TEST(suite_, name_, race_)					\
	static void suite_##_##name_(struct kunit *test);		\
	static const struct shim_test __shim_test_##suite_##_##name_	\
	__used __section(".shim_tests")					\
	__aligned(__alignof__(struct shim_test)) = {			\
		.suite = #suite_, .name = #name_,			\
		.run = suite_##_##name_, .file = __FILE__,		\
		.line = __LINE__, .init = world_init, .exit = world_exit, \
		.race = race_,						\
	};								\
	static void suite_##_##name_(struct kunit *test)

/*
 * A case that this tree cannot even compile: it stands in the #else of its file,
 * so that it is skipped and not gone. scripts/check-tree compares the lists.
 */
#define ABSENT(suite_, name_, why)					\
	TEST(suite_, name_) { kunit_skip(test, why); }

#endif /* VMA_TEST_H */
