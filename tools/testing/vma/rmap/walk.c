// SPDX-License-Identifier: GPL-2.0
/*
 * The trees that a reverse-map walk searches, by shapes that only a correct key
 * or a correct maximum gets right: files first, then anonymous memory.
 */
#include <linux/pagemap.h>
#include <linux/rmap.h>

#include "test.h"

static int map_shared(struct space *sp, long page, long nr, int prot, struct file *file,
		      pgoff_t pgoff)
{
	return map_file(sp, page, nr, prot, MAP_SHARED, file, pgoff);
}

/*
 *	{wwww}{rrrr}	pages 0 to 7 of the file; another mapping starts at page 3
 *	   ^^		become r, so the right one starts at 2 and passes the other
 */
TEST(walk, of_a_file_finds_a_neighbour_whose_start_moved)
{
	struct file *file = shim_file_create(8);
	struct space *sp = space_new(test);

	ok(map_shared(sp, 20, 5, RW, file, 3));
	ok(map_shared(sp, 0, 4, RW, file, 0));
	ok(map_shared(sp, 4, 4, PROT_READ, file, 4));
	ok(protect(sp, 2, 2, PROT_READ));
	ok(look(sp, 0, 8));
	expect(sp, "{WW}{RRRRRR}............{wwwww}");
	mapped_at(folio_in_cache(file, 2), at(sp, 2));
	ok(read_page(sp, 20));
	mapped_at(folio_in_cache(file, 3), at(sp, 3), at(sp, 20));
	shim_file_put(file);
}

/*
 * The child's mapping goes into the tree behind the parent's, below a mapping
 * that ends before both:
 *
 *	page of the file	0  ..  4  ..  6  7  ..  11
 *	parent, then child	       |----------------|
 *	others			|-|           |--|
 */
TEST(walk, of_a_file_finds_a_child_that_ends_behind_all_others)
{
	struct file *file = shim_file_create(12);
	struct space *parent = space_new(test), *other = space_new(test), *child;

	ok(map_shared(parent, 0, 8, RW, file, 4));
	ok(map_shared(other, 0, 2, RW, file, 0));
	ok(map_shared(other, 4, 2, RW, file, 6));
	ok(map_shared(other, 8, 1, RW, file, 0));
	child = space_fork(parent);
	ok(write_page(parent, 6, 'x'));
	ok(read_page(child, 6));
	mapped_at(folio_in_cache(file, 10), at(parent, 6), at(child, 6));
	shim_file_put(file);
}

/* Pages 1 and 2 of four, to the last byte. */
TEST(walk, unmaps_a_range_of_a_file_and_no_more)
{
	struct file *file = shim_file_create(4);
	struct space *sp = space_new(test);

	ok(map_shared(sp, 0, 4, RW, file, 0));
	ok(look(sp, 0, 4));
	unmap_mapping_range(file->f_mapping, PAGE_SIZE, 2 * PAGE_SIZE, 1);
	expect(sp, "{WwwW}");
	unmap_mapping_range(file->f_mapping, 3 * PAGE_SIZE, 1, 1);
	expect(sp, "{Wwww}");
	unmap_mapping_range(file->f_mapping, 0, 0, 1);
	expect(sp, "{wwww}");
	shim_file_put(file);
}

/* Pages of their own stay where only the cache is dropped. */
TEST(walk, unmaps_copies_of_a_file_only_if_asked)
{
	struct file *file = shim_file_create(2);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 2, RW, MAP_PRIVATE, file, 0));
	ok(write_page(sp, 0, 'x'));
	ok(read_page(sp, 1));
	unmap_mapping_range(file->f_mapping, 0, 0, 0);
	expect(sp, "(Ww)");
	sp->model[0] = MODEL_UNKNOWN;
	unmap_mapping_range(file->f_mapping, 0, 0, 1);
	expect(sp, "(ww)");
	shim_file_put(file);
}

struct skipping {
	struct mm_struct *skip;
	int visited, asked;
};

static bool is_skipped(struct vm_area_struct *vma, void *arg)
{
	struct skipping *s = arg;

	s->asked++;
	return shim_vm_mm(vma) == s->skip;
}

static bool visit(struct folio *folio, struct vm_area_struct *vma, unsigned long addr,
		  void *arg)
{
	struct skipping *s = arg;

	s->visited++;
	return true;
}

/* Any of the three may be the VMA that the caller skips. */
TEST(walk, goes_on_behind_a_vma_that_is_skipped)
{
	struct space *parent = layout(test, "[W]"), *child = space_fork(parent);
	struct space *grandchild = space_fork(child);
	struct space *spaces[] = { parent, child, grandchild };
	struct folio *folio = folio_of(parent, 0);
	int i;

	for (i = 0; i < ARRAY_SIZE(spaces); i++) {
		struct skipping s = { .skip = spaces[i]->mm };
		struct rmap_walk_control rwc = {
			.arg = &s, .rmap_one = visit, .invalid_vma = is_skipped,
		};

		folio_lock(folio);
		rmap_walk(folio, &rwc);
		folio_unlock(folio);
		KUNIT_EXPECT_EQ(test, s.asked, 3);
		KUNIT_EXPECT_EQ(test, s.visited, 2);
	}
}

/*
 *	..........[WW]	moved to page 2 with its old page offset; what is faulted
 *	[ww][WW]	before it could never merge with it, so it shares nothing
 */
TEST(walk, anon_vma_is_not_shared_where_page_offsets_do_not_continue,
     NOT_LAZY(own_anon_vma, "lazy_fork.families_do_not_share_a_root"))
{
	struct space *sp = layout(test, "..........[WW]");

	ok(move(sp, 10, 2, 2));
	ok(map(sp, 0, 2, RW));
	ok(map(sp, 4, 2, RW));
	ok(touch(sp, 0, 2, 'x'));
	ok(touch(sp, 4, 2, 'y'));
	expect(sp, "[WW][WW][WW]");
	KUNIT_EXPECT_PTR_NE(test, shim_anon_vma(vma_of(sp, 0)), shim_anon_vma(vma_of(sp, 2)));
	KUNIT_EXPECT_PTR_NE(test, shim_anon_vma(vma_of(sp, 4)), shim_anon_vma(vma_of(sp, 2)));
}

/* (ww)(ww): the offsets continue, the files do not, so they can never be one. */
TEST(walk, anon_vma_is_not_shared_by_two_files, NOT_LAZY(own_anon_vma, "lazy.pages_of_two_files"))
{
	struct file *one = shim_file_create(2), *two = shim_file_create(4);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 2, RW, MAP_PRIVATE, one, 0));
	ok(map_file(sp, 2, 2, RW, MAP_PRIVATE, two, 2));
	ok(touch(sp, 0, 4, 'x'));
	expect(sp, "(WW)(WW)");
	KUNIT_EXPECT_PTR_NE(test, shim_anon_vma(vma_of(sp, 0)), shim_anon_vma(vma_of(sp, 2)));
	shim_file_put(one);
	shim_file_put(two);
}
