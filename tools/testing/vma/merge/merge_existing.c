// SPDX-License-Identifier: GPL-2.0
/*
 * vma_merge_existing_range(): a change of a VMA or of a part of it makes that
 * equal to its neighbours. Every scene of scene.h, by each system call that comes
 * there, for the four ways in which the range can lie in the VMA:
 *
 *	[prev][middle][next]
 *	       ======		whole	prev, next or both take all of it
 *	       ====		head	prev grows, the middle shrinks
 *	         ====		tail	next grows downwards, the middle shrinks
 *	        ==		inside	no neighbour, it is split
 */
#include "scene.h"
#include "test.h"

static void one_scene(struct kunit *test, const char *sides, struct file *file,
		      const struct change *how, long page, long nr)
{
	struct outcome o = scene_outcome(sides, sides[MIDDLE], page, nr);
	struct scene s;

	scene_build(&s, test, sides, file);
	if (how->begin)
		ok(how->begin(s.sp));
	scene_is(&s, BIT(side_page(MIDDLE)) | BIT(side_page(NEXT)), "before");
	o.anon_vma = shim_anon_vma(s.vma[MIDDLE]);
	ok(how->end(s.sp, page, nr));
	scene_became(&s, &o, how->name);
	scene_use(&s);
	scene_end(&s);
}

static void all_scenes(struct kunit *test, struct file *file, const struct change *how,
		       long page, long nr)
{
	char sides[SIDES + 1] = "";

	while (scene_next(sides, "ufskt"))
		one_scene(test, sides, file, how, side_page(MIDDLE) + page, nr);
	if (file)
		shim_file_put(file);
}

#define CHANGE_CASE(name, how, page, nr)				\
	TEST(merge_existing, name) { all_scenes(test, NULL, &how, page, nr); }

/* The same of a private mapping of a file. */
#define FILE_CHANGE_CASE(name, how, page, nr)				\
	TEST(merge_existing, name)			\
	{								\
		all_scenes(test, shim_file_create(SCENE_PAGES), &how, page, nr); \
	}

CHANGE_CASE(by_madvise_whole, by_madvise, 0, 3)
CHANGE_CASE(by_madvise_head, by_madvise, 0, 2)
CHANGE_CASE(by_madvise_tail, by_madvise, 1, 2)
CHANGE_CASE(by_madvise_inside, by_madvise, 1, 1)
CHANGE_CASE(by_mprotect_whole, by_mprotect, 0, 3)
CHANGE_CASE(by_mprotect_head, by_mprotect, 0, 2)
CHANGE_CASE(by_mprotect_tail, by_mprotect, 1, 2)
CHANGE_CASE(by_mprotect_inside, by_mprotect, 1, 1)
CHANGE_CASE(by_name_whole, by_name, 0, 3)
CHANGE_CASE(by_name_head, by_name, 0, 2)
CHANGE_CASE(by_name_tail, by_name, 1, 2)
CHANGE_CASE(by_name_inside, by_name, 1, 1)
CHANGE_CASE(by_munlock_whole, by_munlock, 0, 3)
CHANGE_CASE(by_munlock_head, by_munlock, 0, 2)
CHANGE_CASE(by_munlock_tail, by_munlock, 1, 2)
CHANGE_CASE(by_munlock_inside, by_munlock, 1, 1)
CHANGE_CASE(by_mseal_whole, by_mseal, 0, 3)
CHANGE_CASE(by_mseal_head, by_mseal, 0, 2)
CHANGE_CASE(by_mseal_tail, by_mseal, 1, 2)
CHANGE_CASE(by_mseal_inside, by_mseal, 1, 1)
FILE_CHANGE_CASE(by_mprotect_of_file_whole, by_mprotect, 0, 3)
FILE_CHANGE_CASE(by_mprotect_of_file_head, by_mprotect, 0, 2)
FILE_CHANGE_CASE(by_mprotect_of_file_tail, by_mprotect, 1, 2)
FILE_CHANGE_CASE(by_mprotect_of_file_inside, by_mprotect, 1, 1)
