// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings of files merge where the file continues; private ones, which may have
 * anonymous pages too, also where the offsets of those continue.
 */
#include "attr.h"
#include "scene.h"
#include "test.h"

/* A page of the file tells which it is. */
static struct file *numbered(long nr)
{
	struct file *file = shim_file_create(nr);
	long i;

	for (i = 0; i < nr; i++)
		memset(shim_file_data(file, i), 'a' + i, PAGE_SIZE);
	return file;
}

/* Wherever VMAs begin and end now, the pages are those that were mapped. */
static void same_pages(struct kunit *test, struct space *sp, const pgoff_t *pgoff)
{
	int page;

	for (page = 0; page < SCENE_PAGES; page++)
		KUNIT_EXPECT_EQ_MSG(test, byte_at(sp, page),
				    'a' + (int)pgoff[page / SIDE_PAGES] + page % SIDE_PAGES,
				    "page %d", page);
}

static void expect_vmas(struct kunit *test, struct space *sp, bool left, bool right,
			const char *what, const pgoff_t *pgoff)
{
	bool l = vma_of(sp, 0) == vma_of(sp, 3), r = vma_of(sp, 3) == vma_of(sp, 6);

	KUNIT_EXPECT_TRUE_MSG(test, l == left && r == right,
			      "%s of offsets %lu %lu %lu: %s", what, pgoff[PREV], pgoff[MIDDLE],
			      pgoff[NEXT], layout_of(sp));
}

/*
 *	prev at 9, middle at 11, 12 or 13, next at 14, 15 or 16 of the file
 */
static void with_offsets(struct kunit *test, int flags, bool existing, const pgoff_t *pgoff)
{
	static const int order[] = { PREV, NEXT, MIDDLE };
	struct file *file = numbered(20);
	struct space *sp = space_new(test);
	int i;

	for (i = 0; i < SIDES; i++)
		ok(map_file(sp, side_page(order[i]), SIDE_PAGES,
			    existing && order[i] == MIDDLE ? PROT_READ : RW, flags, file,
			    pgoff[order[i]]));
	shim_file_put(file);
	if (existing)
		ok(protect(sp, side_page(MIDDLE), SIDE_PAGES, RW));
	expect_vmas(test, sp, pgoff[MIDDLE] == pgoff[PREV] + SIDE_PAGES,
		    pgoff[NEXT] == pgoff[MIDDLE] + SIDE_PAGES, existing ? "mprotect" : "mmap",
		    pgoff);
	same_pages(test, sp, pgoff);
	space_exit(sp);
}

static void all_offsets(struct kunit *test, int flags, bool existing)
{
	pgoff_t pgoff[SIDES] = { 9 };

	for (pgoff[MIDDLE] = 11; pgoff[MIDDLE] <= 13; pgoff[MIDDLE]++)
		for (pgoff[NEXT] = 14; pgoff[NEXT] <= 16; pgoff[NEXT]++)
			with_offsets(test, flags, existing, pgoff);
}

TEST(merge_file, offsets_of_new_private)
{
	all_offsets(test, MAP_PRIVATE, false);
}

TEST(merge_file, offsets_of_new_shared)
{
	all_offsets(test, MAP_SHARED, false);
}

TEST(merge_file, offsets_of_existing_private)
{
	all_offsets(test, MAP_PRIVATE, true);
}

TEST(merge_file, offsets_of_existing_shared)
{
	all_offsets(test, MAP_SHARED, true);
}

/*
 *	(www)   (www)		of one file
 *	     +++		of another, at the offset that would fit
 */
TEST(merge_file, another_file)
{
	struct file *file = numbered(9), *other = numbered(9);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 3, RW, MAP_PRIVATE, file, 0));
	ok(map_file(sp, 6, 3, RW, MAP_PRIVATE, file, 6));
	ok(map_file(sp, 3, 3, RW, MAP_PRIVATE, other, 3));
	expect(sp, "(www)(www)(www)");
	ok(protect(sp, 3, 3, PROT_READ));
	ok(protect(sp, 3, 3, RW));
	expect(sp, "(www)(www)(www)");
	ok(map_file(sp, 3, 3, RW, MAP_PRIVATE, file, 3));
	expect(sp, "(wwwwwwwww)");
	shim_file_put(file);
	shim_file_put(other);
}

TEST(merge_file, private_beside_shared)
{
	struct file *file = numbered(9);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 3, RW, MAP_SHARED, file, 0));
	ok(map_file(sp, 6, 3, RW, MAP_SHARED, file, 6));
	ok(map_file(sp, 3, 3, RW, MAP_PRIVATE, file, 3));
	shim_file_put(file);
	expect(sp, "{www}(www){www}");
}

TEST(merge_file, anonymous_beside_private)
{
	struct file *file = numbered(9);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 3, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(map(sp, 3, 3, RW));
	expect(sp, "(www)[www]");
}

/*
 * Faulted pages of @nr at ELSEWHERE of the file's mapping go to where the file
 * continues; their own offset stays that of ELSEWHERE.
 */
#define ELSEWHERE	20

static struct space *moved_faulted(struct kunit *test, struct file *file, long to)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, ELSEWHERE, 3, RW, MAP_PRIVATE, file, to));
	ok(write_page(sp, ELSEWHERE + 1, 'X'));
	ok(move(sp, ELSEWHERE, 3, to));
	return sp;
}

/* The rule since 7.3. Without offsets of its own a page has that of the file. */
static bool own_offsets(void)
{
	return IS_ENABLED(SHIM_ANON_PGOFF);
}

/*
 *	(www)            (wWw)		of the same file, contiguous
 *	     <---------- moved
 */
TEST(merge_file, anon_offset_of_new_on_the_left,
     NOT_LAZY(own_anon_vma, "lazy.stays_so_when_merged"))
{
	struct file *file = numbered(9);
	struct space *sp = moved_faulted(test, file, 3);

	ok(map_file(sp, 0, 3, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	expect(sp, own_offsets() ? "(www)(wWw)" : "(wwwwWw)");
	ok(write_page(sp, 2, 'Y'));
	ok(look(sp, 0, 6));
	KUNIT_EXPECT_EQ(test, shim_anon_vma(vma_of(sp, 0)) != shim_anon_vma(vma_of(sp, 3)), own_offsets());
}

TEST(merge_file, anon_offset_of_new_on_the_right,
     NOT_LAZY(own_anon_vma, "lazy.stays_so_when_merged"))
{
	struct file *file = numbered(9);
	struct space *sp = moved_faulted(test, file, 3);

	ok(map_file(sp, 6, 3, RW, MAP_PRIVATE, file, 6));
	shim_file_put(file);
	expect(sp, own_offsets() ? "...(wWw)(www)" : "...(wWwwww)");
	ok(write_page(sp, 6, 'Y'));
	ok(look(sp, 3, 6));
	KUNIT_EXPECT_EQ(test, shim_anon_vma(vma_of(sp, 3)) != shim_anon_vma(vma_of(sp, 6)), own_offsets());
}

/*
 *	(www)(WRW)(www)		the middle was moved in, and has other rights
 */
static void moved_middle(struct kunit *test, const char *merged)
{
	struct file *file = numbered(9);
	struct space *sp = moved_faulted(test, file, 3);

	ok(protect(sp, 3, 3, PROT_READ));
	ok(map_file(sp, 0, 3, RW, MAP_PRIVATE, file, 0));
	ok(map_file(sp, 6, 3, RW, MAP_PRIVATE, file, 6));
	shim_file_put(file);
	expect(sp, "(www)(rRr)(www)");
	ok(protect(sp, 3, 3, RW));
	expect(sp, merged);
	ok(touch(sp, 0, 1, 'Y'));
	ok(touch(sp, 8, 1, 'Z'));
	ok(look(sp, 0, 9));
}

TEST(merge_file, anon_offset_of_existing)
{
	moved_middle(test, own_offsets() || unfaulted_alone() ? "(www)(wWw)(www)" : "(wwwwWwwww)");
}

/* Both are moved, by as much, and so they continue each other in both ways. */
TEST(merge_file, anon_offsets_that_moved_together)
{
	struct file *file = numbered(9);
	struct space *sp = space_new(test);

	ok(map_file(sp, 20, 6, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	ok(touch(sp, 20, 6, 'X'));
	ok(move(sp, 20, 3, 0));
	ok(move(sp, 23, 3, 3));
	expect(sp, "(WWWWWW)");
	ok(look(sp, 0, 6));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	mapped_at(folio_of(sp, 5), at(sp, 5));
}

/* An unfaulted VMA has no pages whose offset could not fit. */
TEST(merge_file, anon_offset_of_unfaulted_follows)
{
	struct file *file = numbered(9);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 3, RW, MAP_PRIVATE, file, 0));
	ok(map_file(sp, 20, 3, RW, MAP_PRIVATE, file, 3));
	shim_file_put(file);
	ok(write_page(sp, 1, 'X'));
	ok(move(sp, 20, 3, 3));
	expect(sp, "(wWwwww)");
	ok(touch(sp, 3, 3, 'Y'));
	mapped_at(folio_of(sp, 4), at(sp, 4));
}

/* A read-only shared mapping never has pages of its own, wherever it was. */
TEST(merge_file, read_only_shared_that_moved)
{
	struct file *file = numbered(9);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 3, PROT_READ, MAP_SHARED, file, 0));
	ok(map_file(sp, 20, 3, PROT_READ, MAP_SHARED, file, 3));
	shim_file_put(file);
	ok(look(sp, 20, 3));
	ok(move(sp, 20, 3, 3));
	expect(sp, "{rrrRRR}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), 'a' + 4);
}
