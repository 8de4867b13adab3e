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
#include "test.h"

#define ELSEWHERE	20

/* A way in which memory comes to a range that is free. */
struct arrival {
	const char *name;
	int (*begin)(struct scene *s, long nr);
	int (*arrive)(struct scene *s, long page, long nr);
};

static int mapped(struct scene *s, long page, long nr)
{
	if (s->file)
		return map_file(s->sp, page, nr, RW, MAP_PRIVATE, s->file, page);
	return map(s->sp, page, nr, RW);
}

static int unfaulted_elsewhere(struct scene *s, long nr)
{
	if (s->file)
		return map_file(s->sp, ELSEWHERE, nr, RW, MAP_PRIVATE, s->file,
				side_page(MIDDLE));
	return map(s->sp, ELSEWHERE, nr, RW);
}

static int moved(struct scene *s, long page, long nr)
{
	return move(s->sp, ELSEWHERE, nr, page);
}

static int copied(struct scene *s, long page, long nr)
{
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	long now = remap(s->sp, ELSEWHERE, nr, nr, flags, page);

	return now == page ? 0 : now;
}

/* The middle leaves, without the flag that kept it apart, and comes back. */
static int middle_elsewhere(struct scene *s, long nr)
{
	return move(s->sp, side_page(MIDDLE), nr, ELSEWHERE) ?:
		advise(s->sp, ELSEWHERE, nr, MADV_DODUMP);
}

static const struct arrival
	by_mmap = { "mmap", NULL, mapped },
	by_mremap = { "mremap of unfaulted", unfaulted_elsewhere, moved },
	by_return = { "mremap back", middle_elsewhere, moved },
	by_copy = { "mremap(DONTUNMAP) back", middle_elsewhere, copied };

static void one_scene(struct kunit *test, const char *sides, struct file *file,
		      const struct arrival *how, long page, long nr)
{
	bool over = sides[MIDDLE] != '.' && !how->begin;	/* mmap() replaces it */
	char side = over || sides[MIDDLE] == '.' ? 'u' : sides[MIDDLE];
	struct outcome o = scene_outcome(sides, side, page, nr);
	struct scene s;

	scene_build(&s, test, sides, file);
	if (how->begin)
		ok(how->begin(&s, nr));
	if (side != 'u')
		o.anon_vma = s.anon_vma[MIDDLE];
	ok(how->arrive(&s, page, nr));
	scene_became(&s, &o, how->name);
	scene_use(&s);
	scene_end(&s);
}

static void all_scenes(struct kunit *test, struct file *file, const char *middles,
		       const struct arrival *how, long page, long nr)
{
	char sides[SIDES + 1] = "";

	while (scene_next(sides, middles))
		one_scene(test, sides, file, how, side_page(MIDDLE) + page, nr);
	if (file)
		shim_file_put(file);
}

#define ARRIVAL_CASE(name, how, middles, page, nr)			\
	TEST(merge_new, name) { all_scenes(test, NULL, middles, &how, page, nr); }

/* The same of private mappings of a file. */
#define FILE_ARRIVAL_CASE(name, how, middles, page, nr)			\
	TEST(merge_new, name)				\
	{								\
		all_scenes(test, shim_file_create(SCENE_PAGES), middles, &how, page, nr); \
	}

ARRIVAL_CASE(by_mmap_filling, by_mmap, ".", 0, 3)
ARRIVAL_CASE(by_mmap_left, by_mmap, ".", 0, 2)
ARRIVAL_CASE(by_mmap_right, by_mmap, ".", 1, 2)
ARRIVAL_CASE(by_mmap_inside, by_mmap, ".", 1, 1)
ARRIVAL_CASE(by_mmap_over_all_of_another, by_mmap, "ufskt", 0, 3)
ARRIVAL_CASE(by_mmap_over_the_head_of_another, by_mmap, "ufskt", 0, 2)
ARRIVAL_CASE(by_mmap_over_the_tail_of_another, by_mmap, "ufskt", 1, 2)
ARRIVAL_CASE(by_mmap_over_the_inside_of_another, by_mmap, "ufskt", 1, 1)
ARRIVAL_CASE(by_mremap_filling, by_mremap, ".", 0, 3)
ARRIVAL_CASE(by_mremap_left, by_mremap, ".", 0, 2)
ARRIVAL_CASE(by_mremap_right, by_mremap, ".", 1, 2)
ARRIVAL_CASE(by_mremap_inside, by_mremap, ".", 1, 1)
ARRIVAL_CASE(by_return_of_what_was_there, by_return, "ufskt", 0, 3)
ARRIVAL_CASE(by_copy_of_what_was_there, by_copy, "ufskt", 0, 3)
FILE_ARRIVAL_CASE(by_mmap_of_file_filling, by_mmap, ".", 0, 3)
FILE_ARRIVAL_CASE(by_mmap_of_file_left, by_mmap, ".", 0, 2)
FILE_ARRIVAL_CASE(by_mmap_of_file_right, by_mmap, ".", 1, 2)
FILE_ARRIVAL_CASE(by_mmap_of_file_over_all_of_another, by_mmap, "ufskt", 0, 3)
FILE_ARRIVAL_CASE(by_mremap_of_file_filling, by_mremap, ".", 0, 3)
FILE_ARRIVAL_CASE(by_return_of_file_that_was_there, by_return, "ufskt", 0, 3)
FILE_ARRIVAL_CASE(by_copy_of_file_that_was_there, by_copy, "ufskt", 0, 3)

/*
 * mremap() in place: prev grows, and next goes into it if it fits.
 *
 *	[prev]......[next]
 *	      ++++++
 *
* The VMA that grows has the chain, so one from a fork may take in an unfaulted
 * next; but not the other way round.
 */
static void grow(struct kunit *test, const char *sides, struct file *file, long nr)
{
	struct outcome o = scene_outcome(sides, sides[PREV], side_page(MIDDLE), nr);
	char prev = sides[PREV];
	struct scene s;

	o.left = true;
	if (nr == SIDE_PAGES && sides[NEXT] == 'u' && !unfaulted_alone())
		o.right = true;
	o.cuts = o.right ? 0 : BIT(side_page(MIDDLE) + nr);
	scene_build(&s, test, sides, file);
	o.anon_vma = s.anon_vma[PREV];
	ok(resize(s.sp, side_page(PREV), SIDE_PAGES, SIDE_PAGES + nr));
	scene_became(&s, &o, prev == 'u' ? "growth of unfaulted" : "growth");
	scene_use(&s);
	scene_end(&s);
}

static void grow_all(struct kunit *test, struct file *file, long nr)
{
	char sides[SIDES + 1] = "";

	while (scene_next(sides, "."))
		if (sides[PREV] != '.')
			grow(test, sides, file, nr);
	if (file)
		shim_file_put(file);
}

TEST(merge_new, by_growth_to_the_next)
{
	grow_all(test, NULL, SIDE_PAGES);
}

TEST(merge_new, by_growth_not_to_the_next)
{
	grow_all(test, NULL, SIDE_PAGES - 1);
}

TEST(merge_new, by_growth_of_file_to_the_next)
{
	grow_all(test, shim_file_create(SCENE_PAGES), SIDE_PAGES);
}
