// SPDX-License-Identifier: GPL-2.0
/*
 * mremap() to beside other memory: who merges with whom, and with which pages and
 * links. Faulted memory keeps its page offsets, so it merges only where it came
 * from; unfaulted memory takes those of its new place.
 */
#include "internal.h"
#include "mremap.h"

/* Pages 2 and 3 of [WWWW] at page 10, and fresh memory where the others were. */
static struct space *away_and_fresh(struct kunit *test, long page, long nr)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(move(sp, 2, 2, 10));
	ok(unmap(sp, 0, 2));
	if (nr)
		ok(map(sp, page, nr, RW));
	return sp;
}

/* [ww]..: the unfaulted one must take over the links of what comes back. */
TEST(mremap_near, faulted_onto_unfaulted_before)
{
	struct space *sp = away_and_fresh(test, 0, 2);
	struct folio *folio = folio_of(sp, 11);
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(sp, 10));

	expect(sp, "[ww]........[WW]");
	ok(move(sp, 10, 2, 2));
	mapped_at(folio, at(sp, 3));
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(sp, 3)), anon_vma);
	ok(touch(sp, 0, 2, 'n'));
	ok(look(sp, 0, 4));
	if (unfaulted_alone()) {
		expect(sp, "[WW][WW]");
		return;
	}
	expect(sp, "[WWWW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(anon_vma), 1UL);
	mapped_at(folio_of(sp, 0), at(sp, 0));
}

TEST(mremap_near, faulted_onto_unfaulted_behind)
{
	struct space *sp = away_and_fresh(test, 4, 2);
	struct folio *folio = folio_of(sp, 10);

	expect(sp, "....[ww]....[WW]");
	ok(move(sp, 10, 2, 2));
	mapped_at(folio, at(sp, 2));
	ok(touch(sp, 4, 2, 'n'));
	ok(look(sp, 2, 4));
	expect(sp, unfaulted_alone() ? "..[WW][WW]" : "..[WWWW]");
}

/* [ww]..[ww]: it comes between, and one VMA is left of three. */
TEST(mremap_near, faulted_between_unfaulted)
{
	struct space *sp = away_and_fresh(test, 0, 2);
	struct folio *folio = folio_of(sp, 10);

	ok(map(sp, 4, 2, RW));
	ok(move(sp, 10, 2, 2));
	mapped_at(folio, at(sp, 2));
	ok(touch(sp, 0, 2, 'n'));
	ok(touch(sp, 4, 2, 'n'));
	ok(look(sp, 0, 6));
	expect(sp, unfaulted_alone() ? "[WW][WW][WW]" : "[WWWWWW]");
}

/* [ww]..[WW], the right one of the same origin as what comes between. */
TEST(mremap_near, faulted_between_unfaulted_and_its_own)
{
	struct space *sp = layout(test, "[WWWWWW]");
	struct folio *folio;

	ok(move(sp, 2, 2, 10));
	ok(unmap(sp, 0, 2));
	ok(map(sp, 0, 2, RW));
	expect(sp, "[ww]..[WW]....[WW]");
	folio = folio_of(sp, 10);
	ok(move(sp, 10, 2, 2));
	mapped_at(folio, at(sp, 2));
	mapped_at(folio_of(sp, 5), at(sp, 5));
	ok(look(sp, 0, 6));
	expect(sp, unfaulted_alone() ? "[WW][WWWW]" : "[WWWWWW]");
}

/* Inherited memory must not lend its chain to a neighbour, not by mremap() either. */
TEST(mremap_near, inherited_does_not_merge_with_unfaulted)
{
	struct space *parent = layout(test, "[WWWW]"), *child;

	child = space_fork(parent);
	ok(move(child, 2, 2, 10));
	ok(unmap(child, 0, 2));
	ok(map(child, 0, 2, RW));
	ok(move(child, 10, 2, 2));
	expect(child, "[ww][WW]");
	KUNIT_EXPECT_NULL(test, shim_anon_vma(vma_of(child, 0)));
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(child, 2)), 2U);
	mapped_at(folio_of(parent, 3), at(parent, 3), at(child, 3));
	ok(touch(child, 0, 4, 'c'));
	ok(look(parent, 0, 4));
}

/* The parent's side has one link, and merges while it has no child. */
TEST(mremap_near, with_a_child_it_still_finds_all)
{
	struct space *parent = away_and_fresh(test, 0, 2), *child;
	struct folio *folio = folio_of(parent, 10);

	child = space_fork(parent);
	ok(move(parent, 10, 2, 2));
	mapped_at(folio, at(parent, 2), at(child, 10));
	ok(touch(parent, 0, 4, 'p'));
	ok(touch(child, 0, 2, 'c'));
	ok(look(child, 10, 2));
	ok(look(parent, 0, 4));
}

TEST(mremap_near, unfaulted_between_parts_of_one)
{
	struct space *sp = layout(test, "[WWWWWW]....[ww]");

	ok(unmap(sp, 2, 2));
	ok(move(sp, 10, 2, 2));
	expect(sp, "[WWwwWW]");
	KUNIT_EXPECT_EQ(test, shim_num_active_vmas(shim_anon_vma(vma_of(sp, 0))), 1UL);
	ok(touch(sp, 2, 2, 'n'));
	mapped_at(folio_of(sp, 2), at(sp, 2));
	mapped_at(folio_of(sp, 5), at(sp, 5));
	ok(look(sp, 0, 6));
}

TEST(mremap_near, unfaulted_between_two_anon_vmas,
     NOT_LAZY(own_anon_vma, "lazy.stays_so_when_merged"))
{
	struct space *sp = layout(test, "[WW]..[WW]..[ww]");

	ok(move(sp, 8, 2, 2));
	expect(sp, "[WWww][WW]");
	ok(touch(sp, 2, 2, 'n'));
	mapped_at(folio_of(sp, 3), at(sp, 3));
	mapped_at(folio_of(sp, 4), at(sp, 4));
}

TEST(mremap_near, unfaulted_before_faulted)
{
	struct space *sp = layout(test, "..[WW]..[ww]");
	struct folio *folio = folio_of(sp, 2);

	ok(move(sp, 6, 2, 0));
	expect(sp, "[wwWW]");
	mapped_at(folio, at(sp, 2));
	ok(touch(sp, 0, 2, 'n'));
	mapped_at(folio_of(sp, 0), at(sp, 0));
	ok(look(sp, 0, 4));
}

/* [ww]..[ww] the second to just behind the first: it is replaced by the merge. */
TEST(mremap_near, unfaulted_between_another_and_itself)
{
	struct space *sp = layout(test, "[ww]..[ww]");

	ok(move(sp, 4, 2, 2));
	expect(sp, "[wwww]");
	ok(touch(sp, 0, 4, 'x'));
	ok(look(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
}

TEST(mremap_near, unfaulted_just_behind_itself)
{
	struct space *sp = layout(test, "[wwww]");

	ok(move(sp, 0, 4, 4));
	expect(sp, "....[wwww]");
	ok(move(sp, 4, 4, 0));
	expect(sp, "[wwww]");
	ok(touch(sp, 0, 4, 'x'));
	mapped_at(folio_of(sp, 3), at(sp, 3));
}

/* The half in front goes behind the other half: one VMA all along. */
TEST(mremap_near, half_of_the_unfaulted_around_the_other)
{
	struct space *sp = layout(test, "[wwww]");

	ok(move(sp, 0, 2, 4));
	expect(sp, "..[wwww]");
	ok(touch(sp, 2, 4, 'x'));
	ok(look(sp, 2, 4));
}

TEST(mremap_near, half_of_the_faulted_around_the_other)
{
	struct space *sp = layout(test, "[WWWW]");
	struct folio *folio = folio_of(sp, 1);

	ok(move(sp, 0, 2, 4));
	expect(sp, "..[WW][WW]");
	mapped_at(folio, at(sp, 5));
	ok(look(sp, 2, 4));
	ok(move(sp, 4, 2, 0));
	expect(sp, "[WWWW]");
	mapped_at(folio, at(sp, 1));
}

/* A source that is to stay is not to be a part of its own copy at page 2. */
static void copy_beside(struct kunit *test, const char *before, long source, long all)
{
	struct space *sp = layout(test, before);

	KUNIT_EXPECT_EQ(test, remap(sp, source, 2, 2, COPY_TO, 2), 2L);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), (unsigned long)all);
	KUNIT_EXPECT_EQ(test, charged(), (s64)all);
	ok(touch(sp, 0, all, 'x'));
	ok(look(sp, 0, all));
}

TEST(mremap_near, dontunmap_does_not_merge_with_its_source)
{
	copy_beside(test, "[ww]", 0, 4);
}

TEST(mremap_near, dontunmap_between_another_and_its_source)
{
	copy_beside(test, "[ww]..[ww]", 4, 6);
}

/* An unfaulted VMA's page offset is its address, wherever it goes. */
TEST(mremap_near, unfaulted_offset_is_the_new_address)
{
	struct space *sp = layout(test, "[ww].[WW]");

	ok(move(sp, 0, 2, 10));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 10)), page_addr(10) >> PAGE_SHIFT);
	KUNIT_EXPECT_EQ(test, remap(sp, 3, 2, 2, COPY_TO, 20), 20L);
	/* emptied, it is as good as new; its pages have kept theirs */
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 3)), page_addr(3) >> PAGE_SHIFT);
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 20)), page_addr(3) >> PAGE_SHIFT);
	ok(map(sp, 5, 1, RW));
	expect(sp, "...[www]....[ww]........[WW]");
}

TEST(mremap_near, file_offset_moves_along)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(8);

	ok(map_file(sp, 0, 2, RW, MAP_PRIVATE, file, 3));
	ok(move(sp, 0, 2, 10));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 10)), 3UL);
	ok(write_page(sp, 11, 'x'));
	mapped_at(folio_of(sp, 11), at(sp, 11));
	/* beside the part of the file that follows */
	ok(map_file(sp, 20, 2, RW, MAP_PRIVATE, file, 5));
	ok(move(sp, 20, 2, 12));
	ok(look(sp, 10, 4));
	KUNIT_EXPECT_EQ(test, shim_vm_pgoff(vma_of(sp, 13)) + 13 -
			((shim_vm_start(vma_of(sp, 13)) - SPACE_BASE) >> PAGE_SHIFT), 6UL);
	mapped_at(folio_of(sp, 11), at(sp, 11));
	shim_file_put(file);
}

/* Growth up to a neighbour: it is taken in if it fits, as by a new mapping. */
TEST(mremap_near, growth_up_to_faulted)
{
	struct space *sp = layout(test, "[ww]..[WW]");
	struct folio *folio = folio_of(sp, 4);

	ok(resize(sp, 0, 2, 4));
	expect(sp, "[wwwwWW]");
	mapped_at(folio, at(sp, 4));
	ok(touch(sp, 0, 4, 'n'));
	ok(look(sp, 0, 6));
}

TEST(mremap_near, growth_up_to_another_anon_vma,
     NOT_LAZY(own_anon_vma, "lazy.stays_so_when_merged"))
{
	struct space *sp = layout(test, "[WW]..[WW]");

	ok(resize(sp, 0, 2, 4));
	expect(sp, "[WWww][WW]");
	ok(look(sp, 0, 6));
}

/* Only the end of a VMA can grow in place; other parts must go elsewhere. */
TEST(mremap_near, growth_of_the_front_part_moves_it)
{
	struct space *sp = layout(test, "[WWWW]");
	long page;

	fails(resize(sp, 0, 2, 3), -ENOMEM);
	expect(sp, "[WWWW]");
	page = remap(sp, 0, 2, 3, MREMAP_MAYMOVE, 0);
	KUNIT_ASSERT_GT(test, page, 4L);
	expect(sp, "..[WW]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, page + 1), 'B');
	KUNIT_EXPECT_EQ(test, byte_at(sp, page + 2), 0);
	ok(look(sp, 2, 2));
}

TEST(mremap_near, growth_of_the_end_part_stays)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(resize(sp, 2, 2, 5));
	expect(sp, "[WWWWwww]");
	ok(look(sp, 0, 7));
}
