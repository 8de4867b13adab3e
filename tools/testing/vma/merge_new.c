// SPDX-License-Identifier: GPL-2.0
/*
 * vma_merge_new_range(): memory that comes to lie between two VMAs, or beside
 * one. Every scene of scene.h, by each system call that comes there:
 *
 *	[prev]......[next]
 *	      ++++++		filling		prev grows over it and next, which goes
 *	      ++++		left		prev grows
 *	        ++++		right		next grows downwards
 *	        ++		inside		a VMA of its own
 */
#include "attr.h"
#include "scene.h"

#define ELSEWHERE	20

/* How memory comes to a range that is free. */
struct arrival {
	const char *name;
	int (*begin)(struct space *sp, long nr);
	int (*arrive)(struct space *sp, long page, long nr);
};

static int mapped(struct space *sp, long page, long nr)
{
	return map(sp, page, nr, RW);
}

static int unfaulted_elsewhere(struct space *sp, long nr)
{
	return map(sp, ELSEWHERE, nr, RW);
}

static int moved(struct space *sp, long page, long nr)
{
	return move(sp, ELSEWHERE, nr, page);
}

static int copied(struct space *sp, long page, long nr)
{
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	long now = remap(sp, ELSEWHERE, nr, nr, flags, page);

	return now == page ? 0 : now;
}

/* The middle leaves, without the flag that kept it apart, and comes back. */
static int middle_elsewhere(struct space *sp, long nr)
{
	return move(sp, side_page(MIDDLE), nr, ELSEWHERE) ?:
		advise(sp, ELSEWHERE, nr, MADV_DODUMP);
}

static const struct arrival
	by_mmap = { "mmap", NULL, mapped },
	by_mremap = { "mremap of unfaulted", unfaulted_elsewhere, moved },
	by_return = { "mremap back", middle_elsewhere, moved },
	by_copy = { "mremap(DONTUNMAP) back", middle_elsewhere, copied };

static void one_scene(struct kunit *test, const char *sides, const struct arrival *how, long page,
		      long nr)
{
	bool over = sides[MIDDLE] != '.' && !how->begin;	/* mmap() replaces it */
	char side = over || sides[MIDDLE] == '.' ? 'u' : sides[MIDDLE];
	struct outcome o = scene_outcome(sides, side, page, nr);
	struct scene s;

	scene_build(&s, test, sides);
	if (how->begin)
		ok(how->begin(s.sp, nr));
	if (side != 'u')
		o.anon_vma = s.anon_vma[MIDDLE];
	ok(how->arrive(s.sp, page, nr));
	scene_became(&s, &o, how->name);
	scene_use(&s);
	scene_end(&s);
}

static void all_scenes(struct kunit *test, const char *middles, const struct arrival *how,
		       long page, long nr)
{
	char sides[SIDES + 1] = "";

	while (scene_next(sides, middles))
		one_scene(test, sides, how, side_page(MIDDLE) + page, nr);
}

#define CASE(how, shape, middles, page, nr)				\
	TEST(merge_new, how##_##shape) { all_scenes(test, middles, &how, page, nr); }

CASE(by_mmap, filling, ".", 0, 3)
CASE(by_mmap, left, ".", 0, 2)
CASE(by_mmap, right, ".", 1, 2)
CASE(by_mmap, inside, ".", 1, 1)
CASE(by_mmap, over_all_of_another, "ufskt", 0, 3)
CASE(by_mmap, over_the_head_of_another, "ufskt", 0, 2)
CASE(by_mmap, over_the_tail_of_another, "ufskt", 1, 2)
CASE(by_mmap, over_the_inside_of_another, "ufskt", 1, 1)
CASE(by_mremap, filling, ".", 0, 3)
CASE(by_mremap, left, ".", 0, 2)
CASE(by_mremap, right, ".", 1, 2)
CASE(by_mremap, inside, ".", 1, 1)
CASE(by_return, of_what_was_there, "ufskt", 0, 3)
CASE(by_copy, of_what_was_there, "ufskt", 0, 3)

/*
 * mremap() in place: prev grows, and next goes into it if it fits.
 *
 *	[prev]......[next]
 *	      ++++++
 *
 * What grows is what has the chain, so one from a fork may take in an unfaulted
 * next; but not the other way round.
 */
static void grow(struct kunit *test, const char *sides, long nr)
{
	struct outcome o = scene_outcome(sides, sides[PREV], side_page(MIDDLE), nr);
	char prev = sides[PREV];
	struct scene s;

	o.left = true;
	if (nr == SIDE_PAGES && sides[NEXT] == 'u' && !unfaulted_alone())
		o.right = true;
	o.cuts = o.right ? 0 : BIT(side_page(MIDDLE) + nr);
	scene_build(&s, test, sides);
	o.anon_vma = s.anon_vma[PREV];
	ok(resize(s.sp, side_page(PREV), SIDE_PAGES, SIDE_PAGES + nr));
	scene_became(&s, &o, prev == 'u' ? "growth of unfaulted" : "growth");
	scene_use(&s);
	scene_end(&s);
}

static void grow_all(struct kunit *test, long nr)
{
	char sides[SIDES + 1] = "";

	while (scene_next(sides, "."))
		if (sides[PREV] != '.')
			grow(test, sides, nr);
}

TEST(merge_new, by_growth_to_the_next)
{
	grow_all(test, SIDE_PAGES);
}

TEST(merge_new, by_growth_not_to_the_next)
{
	grow_all(test, SIDE_PAGES - 1);
}
