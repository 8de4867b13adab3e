// SPDX-License-Identifier: GPL-2.0
/* The scenes of scene.h: how each is made, and which neighbours must merge in it. */
#include "modes.h"
#include "scene.h"

static bool is_shared(char side)
{
	return side == 's' || side == 't';
}

static bool is_forked(char side)
{
	return side == 'k' || side == 't';
}

static bool is_faulted(char side)
{
	return side != 'u' && side != '.';
}

static int count(const char *sides, char side)
{
	int i, n = 0;

	for (i = 0; i < SIDES; i++)
		n += sides[i] == side;
	return n;
}

static char successor(const char *letters, char c)
{
	return strchr(letters, c)[1];
}

static bool sensible(const char *sides)
{
	int s = count(sides, 's'), t = count(sides, 't');

	/* one VMA that shares with no other is an f or a k; one group shares at the most */
	if (s == 1 || t == 1 || (s && t))
		return false;
	/* two sides that share were one VMA, which had no inherited one in its middle */
	if (sides[MIDDLE] == 'k' && sides[PREV] == sides[NEXT] && is_shared(sides[PREV]))
		return false;
	return sides[PREV] != '.' || sides[NEXT] != '.';
}

/**
 * scene_next() - go on to the next scene
 * @sides: the letters of the scene; an empty string before the first one
 * @middles: letters that the middle may have
 *
 * Return: false after the last scene.
 */
bool scene_next(char *sides, const char *middles)
{
	static const char outer[] = ".ufskt";

	do {
		if (!sides[PREV]) {
			sprintf(sides, ".%c.", middles[0]);
			continue;
		}
		sides[NEXT] = successor(outer, sides[NEXT]);
		if (sides[NEXT])
			continue;
		sides[NEXT] = outer[0];
		sides[MIDDLE] = successor(middles, sides[MIDDLE]);
		if (sides[MIDDLE])
			continue;
		sides[MIDDLE] = middles[0];
		sides[PREV] = successor(outer, sides[PREV]);
		if (!sides[PREV])
			return false;
	} while (!sensible(sides));
	return true;
}

/*
 * VM_DONTDUMP keeps neighbours apart: mmap() cannot set it, and a fault does not share
 * the anon_vma of a neighbour that differs in it. The memory is mapped with other rights
 * first, or it would merge before it has the flag.
 */
static void place_range(struct scene *s, long page, long nr, bool marked)
{
	struct kunit *test = s->sp->test;
	int flags = s->file ? MAP_PRIVATE : ANON;

	ok(map_file(s->sp, page, nr, RW | PROT_EXEC, flags, s->file, s->file ? page : 0));
	if (marked)
		ok(advise(s->sp, page, nr, MADV_DONTDUMP));
	ok(protect(s->sp, page, nr, RW));
}

static void place(struct scene *s, int side, bool fault)
{
	struct kunit *test = s->sp->test;

	place_range(s, side_page(side), SIDE_PAGES, side == MIDDLE);
	if (fault)
		ok(write_page(s->sp, side_page(side) + 1, 'A' + side));
}

/* One VMA from the first to the last that shares, with a page in each. */
static void place_shared(struct scene *s, char side)
{
	int i, first = strchr(s->sides, side) - s->sides, last = strrchr(s->sides, side) - s->sides;
	struct kunit *test = s->sp->test;

	place_range(s, side_page(first), (last - first + 1) * SIDE_PAGES, true);
	for (i = first; i <= last; i++)
		if (s->sides[i] == side)
			ok(write_page(s->sp, side_page(i) + 1, 'A' + i));
}

/* Cuts the VMA that shares into its sides. */
static void part_shared(struct scene *s, char side)
{
	struct kunit *test = s->sp->test;

	if (s->sides[MIDDLE] != side)
		ok(unmap(s->sp, side_page(MIDDLE), SIDE_PAGES));
	if (s->sides[PREV] == side)
		ok(advise(s->sp, side_page(PREV), SIDE_PAGES, MADV_DODUMP));
	if (s->sides[NEXT] == side)
		ok(advise(s->sp, side_page(NEXT), SIDE_PAGES, MADV_DODUMP));
}

static void inherit(struct scene *s)
{
	struct kunit *test = s->sp->test;
	int i;

	if (count(s->sides, 't'))
		place_shared(s, 't');
	for (i = 0; i < SIDES; i++)
		if (s->sides[i] == 'k')
			place(s, i, true);
	s->parent = s->sp;
	s->sp = space_fork(s->parent);
	KUNIT_ASSERT_NOT_NULL(test, s->sp);
	if (count(s->sides, 't'))
		part_shared(s, 't');
}

/* Asserts that the scene is as its letters say. */
static void check_scene(struct scene *s)
{
	struct kunit *test = s->sp->test;
	int i, j;

	for (i = 0; i < SIDES; i++) {
		if (s->sides[i] == '.')
			continue;
		s->vma[i] = vma_of(s->sp, side_page(i));
		s->anon_vma[i] = shim_anon_vma(s->vma[i]);
		KUNIT_ASSERT_EQ(test, vma_pages(s->vma[i]), SIDE_PAGES);
		KUNIT_ASSERT_EQ(test, !!shim_anon_vma(s->vma[i]), is_faulted(s->sides[i]));
		if (is_faulted(s->sides[i]))
			KUNIT_ASSERT_EQ(test, nr_chains(s->vma[i]) > 1, is_forked(s->sides[i]));
		for (j = 0; j < i; j++)
			if (is_faulted(s->sides[i]) && is_faulted(s->sides[j]))
				KUNIT_ASSERT_EQ(test, pages_may_meet(s->vma[i], s->vma[j]),
						scene_one_anon_vma(s->sides[i], s->sides[j]));
	}
}

/**
 * scene_build() - make a scene, whose VMAs are equal but for VM_DONTDUMP of the middle
 * @s: filled
 * @test: the case
 * @sides: the letters
 * @file: the file that is mapped, private, page by page; NULL for anonymous memory
 */
void scene_build(struct scene *s, struct kunit *test, const char *sides, struct file *file)
{
	int i;

	memset(s, 0, sizeof(*s));
	strscpy(s->sides, sides, sizeof(s->sides));
	s->sp = space_new(test);
	s->file = file;
	if (count(sides, 'k') || count(sides, 't'))
		inherit(s);
	if (count(sides, 's')) {
		place_shared(s, 's');
		part_shared(s, 's');
	}
	for (i = 0; i < SIDES; i++)
		if (sides[i] == 'f')
			place(s, i, true);
	for (i = 0; i < SIDES; i++)
		if (sides[i] == 'u')
			place(s, i, false);
	check_scene(s);
}

/**
 * scene_end() - the processes of a scene exit, the parent last
 * @s: from scene_build()
 */
void scene_end(struct scene *s)
{
	space_exit(s->sp);
	if (s->parent)
		space_exit(s->parent);
}

/**
 * scene_one_anon_vma() - may pages of two faulted sides be in one VMA?
 * @a: letter of one side
 * @b: letter of the other
 */
bool scene_one_anon_vma(char a, char b)
{
	/* in lazy mode one anon_vma is for all; those that are inherited came from neighbours */
	return lazy_share_one() ? is_forked(a) == is_forked(b) : a == b && is_shared(a);
}

/**
 * sides_join() - may a range merge with its neighbour, as far as the anon_vmas decide?
 * @side: letter of the range that is mapped, moved or changed
 * @other: letter of the VMA beside it, with equal flags and contiguous offsets
 *
 * Pages of two anon_vmas must not be in one VMA. A VMA without an anon_vma takes that of
 * its neighbour, but not a chain that was inherited by fork: is_mergeable_anon_vma() of
 * mm/vma.c.
 */
bool sides_join(char side, char other)
{
	if (other == '.')
		return false;
	if (is_faulted(side) && is_faulted(other))
		return scene_one_anon_vma(side, other);
	if (is_faulted(side) && unfaulted_alone())
		return false;
	return !is_forked(side) && !is_forked(other);
}

/**
 * scene_outcome() - the VMAs that must be there when a range of the middle may merge
 * @sides: the letters of the scene
 * @side: the letter of the range
 * @page: first page of the range
 * @nr: number of its pages
 *
 * Return: the outcome.
 */
struct outcome scene_outcome(const char *sides, char side, long page, long nr)
{
	const long start = side_page(MIDDLE), end = side_page(NEXT);
	struct outcome o = {
		.page = page,
		.left = page == start && sides_join(side, sides[PREV]),
		.right = page + nr == end && sides_join(side, sides[NEXT]),
	};

	/* both neighbours could merge with the range, and not with each other: prev does */
	if (o.left && o.right && is_faulted(sides[PREV]) && is_faulted(sides[NEXT]) &&
	    !scene_one_anon_vma(sides[PREV], sides[NEXT]))
		o.right = false;
	o.cuts = BIT(start) | BIT(page) | BIT(page + nr) | BIT(end);
	if (o.left)
		o.cuts &= ~BIT(start);
	if (o.right)
		o.cuts &= ~BIT(end);
	return o;
}

/**
 * scene_cut() - draw the layout of a scene with other boundaries of VMAs
 * @s: from scene_build()
 * @cuts: bit n is set if a VMA begins or ends before page n; those of the ends are implied
 *
 * Return: the text, valid until the end of the case.
 */
const char *scene_cut(struct scene *s, unsigned long cuts)
{
	char *text = kunit_kzalloc(s->sp->test, 3 * SCENE_PAGES + 1, GFP_KERNEL), *at = text;
	struct vm_area_struct *vma, *before = NULL;
	long page;

	for (page = 0; page <= SCENE_PAGES; page++) {
		vma = page < SCENE_PAGES ? vma_of(s->sp, page) : NULL;
		if (before && (!vma || cuts & BIT(page)))
			*at++ = s->file ? ')' : ']';
		if (page == SCENE_PAGES)
			break;
		if (vma && (!before || cuts & BIT(page)))
			*at++ = s->file ? '(' : '[';
		*at++ = !vma ? '.' : folio_of(s->sp, page) ? 'W' : 'w';
		before = vma;
	}
	while (at > text && at[-1] == '.')
		*--at = 0;
	return text;
}

/**
 * scene_is() - expect the boundaries of the VMAs of a scene
 * @s: from scene_build()
 * @cuts: the boundaries, as of scene_cut()
 * @what: text for the message of a failure, beside the letters
 *
 * Return: true if they are as expected.
 */
bool scene_is(struct scene *s, unsigned long cuts, const char *what)
{
	struct kunit *test = s->sp->test;
	const char *want = scene_cut(s, cuts), *now = layout_of(s->sp);
	bool same = !strncmp(want, now, strlen(want));

	KUNIT_EXPECT_TRUE_MSG(test, same, "scene %s, %s: %s must be %s", s->sides, what, now, want);
	if (!same)
		picture(test, s->sp, want);
	return same;
}

/**
 * scene_became() - expect an outcome: boundaries, the VMA that stays, its lock and anon_vma
 * @s: from scene_build()
 * @o: from scene_outcome()
 * @what: text for the message of a failure, beside the letters
 */
void scene_became(struct scene *s, const struct outcome *o, const char *what)
{
	struct kunit *test = s->sp->test;
	struct vm_area_struct *stays = s->vma[o->left ? PREV : NEXT], *vma = vma_of(s->sp, o->page);
	struct anon_vma *anon_vma = o->anon_vma;

	if (!scene_is(s, o->cuts, what) || !(o->left || o->right))
		return;
	if (!anon_vma && o->left && is_faulted(s->sides[PREV]))
		anon_vma = s->anon_vma[PREV];
	if (!anon_vma && o->right && is_faulted(s->sides[NEXT]))
		anon_vma = s->anon_vma[NEXT];
	KUNIT_EXPECT_PTR_EQ_MSG(test, vma, stays, "scene %s, %s: not the neighbour's VMA",
				s->sides, what);
	KUNIT_EXPECT_TRUE_MSG(test, was_write_locked(s->sp, o->page),
			      "scene %s, %s: it was not locked", s->sides, what);
	KUNIT_EXPECT_PTR_EQ_MSG(test, shim_anon_vma(vma), anon_vma, "scene %s, %s: another anon_vma",
				s->sides, what);
}

/**
 * scene_use() - write to new pages and read all that are mapped
 * @s: from scene_build()
 */
void scene_use(struct scene *s)
{
	struct kunit *test = s->sp->test;
	long page;

	for (page = 0; page < SCENE_PAGES; page++) {
		if (!vma_of(s->sp, page))
			continue;
		if (page % SIDE_PAGES != 1)
			ok(write_page(s->sp, page, 'a' + page));
		ok(read_page(s->sp, page));
	}
}
