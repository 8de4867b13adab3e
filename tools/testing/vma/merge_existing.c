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

static void one_scene(struct kunit *test, const char *sides, const struct change *how, long page,
		      long nr)
{
	struct outcome o = scene_outcome(sides, sides[MIDDLE], page, nr);
	struct scene s;

	scene_build(&s, test, sides);
	if (how->begin)
		ok(how->begin(s.sp));
	scene_is(&s, BIT(side_page(MIDDLE)) | BIT(side_page(NEXT)), "before");
	o.anon_vma = s.vma[MIDDLE]->anon_vma;
	ok(how->end(s.sp, page, nr));
	scene_became(&s, &o, how->name);
	scene_use(&s);
	scene_end(&s);
}

static void all_scenes(struct kunit *test, const struct change *how, long page, long nr)
{
	char sides[SIDES + 1] = "";

	while (scene_next(sides, "ufskt"))
		one_scene(test, sides, how, side_page(MIDDLE) + page, nr);
}

#define CASE(how, shape, page, nr)					\
	TEST(merge_existing, how##_##shape) { all_scenes(test, &how, page, nr); }

CASE(by_madvise, whole, 0, 3)
CASE(by_madvise, head, 0, 2)
CASE(by_madvise, tail, 1, 2)
CASE(by_madvise, inside, 1, 1)
CASE(by_mprotect, whole, 0, 3)
CASE(by_mprotect, head, 0, 2)
CASE(by_mprotect, tail, 1, 2)
CASE(by_mprotect, inside, 1, 1)
CASE(by_name, whole, 0, 3)
CASE(by_name, head, 0, 2)
CASE(by_name, tail, 1, 2)
CASE(by_name, inside, 1, 1)
CASE(by_munlock, whole, 0, 3)
CASE(by_munlock, head, 0, 2)
CASE(by_munlock, tail, 1, 2)
CASE(by_munlock, inside, 1, 1)
CASE(by_mseal, whole, 0, 3)
CASE(by_mseal, head, 0, 2)
CASE(by_mseal, tail, 1, 2)
CASE(by_mseal, inside, 1, 1)
