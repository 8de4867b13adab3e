// SPDX-License-Identifier: GPL-2.0
/* The scenes of scene.h: how each state comes about, and what must merge. */
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

	/* alone it is as f or k; and there is one group that shares */
	if (s == 1 || t == 1 || (s && t))
		return false;
	/* what shares was one VMA, and so nothing else lies between */
	if (sides[MIDDLE] == 'k' && sides[PREV] == sides[NEXT] && is_shared(sides[PREV]))
		return false;
	return sides[PREV] != '.' || sides[NEXT] != '.';
}

/**
 * scene_next() - go on to the next scene of all that there are
 * @sides: empty before the first, then the one before
 * @middles: letters that the middle may have
 *
 * Return: false after the last.
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
 * A flag that mmap() cannot give, and that a fault does not look past when it
 * searches for an anon_vma to share, keeps neighbours apart. The memory comes
 * with other rights first, or it would merge before it has the flag.
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

/* Makes of it the parts that there are to be. */
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

/* A scene that is not what its letters say would test something else. */
static void check_scene(struct scene *s)
{
	struct kunit *test = s->sp->test;
	int i, j;

	for (i = 0; i < SIDES; i++) {
		if (s->sides[i] == '.')
			continue;
		s->vma[i] = vma_of(s->sp, side_page(i));
		s->anon_vma[i] = s->vma[i]->anon_vma;
		KUNIT_ASSERT_EQ(test, vma_pages(s->vma[i]), SIDE_PAGES);
		KUNIT_ASSERT_EQ(test, !!s->vma[i]->anon_vma, is_faulted(s->sides[i]));
		if (is_faulted(s->sides[i]))
			KUNIT_ASSERT_EQ(test, nr_chains(s->vma[i]) > 1, is_forked(s->sides[i]));
		for (j = 0; j < i; j++)
			if (is_faulted(s->sides[i]) && is_faulted(s->sides[j]))
				KUNIT_ASSERT_EQ(test, pages_may_meet(s->vma[i], s->vma[j]),
						scene_one_anon_vma(s->sides[i], s->sides[j]));
	}
}

/**
 * scene_build() - make a scene; the middle has VM_DONTDUMP, all else is equal
 * @s: filled
 * @test: the case
 * @sides: the letters
 * @file: what is mapped, private, at the offset of each page; NULL for anonymous
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
 * scene_one_anon_vma() - whether pages of two faulted sides may be in one VMA
 * @a: a letter
 * @b: the other
 */
bool scene_one_anon_vma(char a, char b)
{
	/* all that is inherited came from neighbours; see modes.h */
	return lazy_share_one() ? is_forked(a) == is_forked(b) : a == b && is_shared(a);
}

/**
 * sides_join() - whether what is @side may merge with its neighbour @other
 * @side: the letter of what is mapped, moved or changed
 * @other: that of the VMA beside it, with the same flags and fitting offsets
 *
 * The rule for the anonymous rmap: pages of two anon_vmas must not meet in one
 * VMA; one that has none takes the other's, but nobody takes a chain that came
 * over a fork.
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
 * scene_outcome() - what must become of a range within the middle
 * @sides: the letters of the scene
 * @side: the letter of what is in the range
 * @page: where the range begins
 * @nr: its pages
 */
struct outcome scene_outcome(const char *sides, char side, long page, long nr)
{
	const long start = side_page(MIDDLE), end = side_page(NEXT);
	struct outcome o = {
		.page = page,
		.left = page == start && sides_join(side, sides[PREV]),
		.right = page + nr == end && sides_join(side, sides[NEXT]),
	};

	/* Both fit the range, and yet their pages must not meet: the left one. */
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
 * scene_cut() - the diagram of the scene with brackets elsewhere
 * @s: from scene_build()
 * @cuts: bit n: a VMA begins or ends before page n; the scene's ends are implied
 *
 * Return: the text, living as long as the case.
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
 * scene_is() - expect the VMAs of a scene to be cut in a way and no other
 * @s: from scene_build()
 * @cuts: as of scene_cut()
 * @what: for the text of a failure, beside the letters
 *
 * Return: whether they are.
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
 * scene_became() - expect an outcome: where VMAs end, which of them stay, and how
 * @s: from scene_build()
 * @o: from scene_outcome()
 * @what: for the text of a failure, beside the letters
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
	KUNIT_EXPECT_PTR_EQ_MSG(test, vma->anon_vma, anon_vma, "scene %s, %s: another anon_vma",
				s->sides, what);
}

/**
 * scene_use() - fault new pages and read all that is mapped; the oracle looks on
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
