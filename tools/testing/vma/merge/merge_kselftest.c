// SPDX-License-Identifier: GPL-2.0
/*
 * The scenarios of the kernel's own tools/testing/selftests/mm/merge.c, each
 * under the name that it has there. They look at one VMA through procfs; here the
 * oracle sees the reverse map and the pages too, and memory is used afterwards.
 */
#include <linux/ksm.h>

#include "attr.h"
#include "scene.h"
#include "test.h"

#define FIXED		(MREMAP_MAYMOVE | MREMAP_FIXED)
#define RWX		(RW | PROT_EXEC)
#define FAR		1000

/* Without VM_ACCOUNT, which mprotect() takes away from what is unfaulted. */
static struct space *noreserve(struct kunit *test, long nr)
{
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, nr, RW, ANON | MAP_NORESERVE, NULL, 0));
	return sp;
}

/* For kernels in which unfaulted memory does not take the anon_vma of a changed neighbour. */
#define expect_unless_alone(sp, text, alone)				\
	expect(sp, unfaulted_alone() ? (alone) : (text))

TEST(merge_kselftest, mprotect_unfaulted_left)
{
	struct space *sp = noreserve(test, 10);

	ok(protect(sp, 0, 5, PROT_READ));
	expect(sp, "[rrrrr][wwwww]");
	ok(write_page(sp, 5, 'x'));
	ok(protect(sp, 5, 5, PROT_READ));
	expect_unless_alone(sp, "[rrrrrRrrrr]", "[rrrrr][Rrrrr]");
	ok(look(sp, 0, 10));
}

TEST(merge_kselftest, mprotect_unfaulted_right)
{
	struct space *sp = noreserve(test, 10);

	ok(protect(sp, 5, 5, PROT_READ));
	expect(sp, "[wwwww][rrrrr]");
	ok(write_page(sp, 0, 'x'));
	ok(protect(sp, 0, 5, PROT_READ));
	expect_unless_alone(sp, "[Rrrrrrrrrr]", "[Rrrrr][rrrrr]");
	ok(look(sp, 0, 10));
}

TEST(merge_kselftest, mprotect_unfaulted_both)
{
	struct space *sp = noreserve(test, 9);

	ok(protect(sp, 0, 3, PROT_READ));
	ok(protect(sp, 6, 3, PROT_READ));
	expect(sp, "[rrr][www][rrr]");
	ok(write_page(sp, 3, 'x'));
	ok(protect(sp, 3, 3, PROT_READ));
	expect_unless_alone(sp, "[rrrRrrrrr]", "[rrr][Rrr][rrr]");
	ok(look(sp, 0, 9));
}

TEST(merge_kselftest, mprotect_faulted_left_unfaulted_right)
{
	struct space *sp = noreserve(test, 9);

	ok(protect(sp, 6, 3, PROT_READ));
	ok(write_page(sp, 0, 'x'));
	ok(protect(sp, 0, 3, PROT_READ));
	expect(sp, "[Rrr][www][rrr]");
	ok(protect(sp, 3, 3, PROT_READ));
	expect_unless_alone(sp, "[Rrrrrrrrr]", "[Rrrrrr][rrr]");
	ok(look(sp, 0, 9));
}

TEST(merge_kselftest, mprotect_unfaulted_left_faulted_right)
{
	struct space *sp = noreserve(test, 9);

	ok(protect(sp, 0, 3, PROT_READ));
	ok(write_page(sp, 3, 'x'));
	ok(protect(sp, 6, 3, PROT_READ));
	expect(sp, "[rrr][Www][rrr]");
	ok(protect(sp, 3, 3, PROT_READ));
	expect_unless_alone(sp, "[rrrRrrrrr]", "[rrr][Rrrrrr]");
	ok(look(sp, 0, 9));
}

/* That every page has been copied does not make the chain any shorter. */
TEST(merge_kselftest, forked_target_vma)
{
	struct space *parent = layout(test, "[Wwwww]"), *child = space_fork(parent);

	ok(touch(child, 0, 5, 'x'));
	ok(map(child, 5, 5, RW));
	expect(child, "[WWWWW][wwwww]");
	ok(touch(child, 5, 5, 'y'));
	ok(map(parent, 5, 5, RW));
	expect(parent, "[Wwwwwwwwww]");
}

TEST(merge_kselftest, forked_source_vma)
{
	struct space *parent = layout(test, "[Wwwww]"), *child = space_fork(parent);

	ok(touch(child, 0, 5, 'x'));
	ok(map(child, 5, 5, RWX));
	expect(child, "[WWWWW][wwwww]");
	ok(protect(child, 0, 5, RWX));
	expect(child, "[WWWWW][wwwww]");
	ok(touch(child, 5, 5, 'y'));
}

/* Without the probe itself: there are none in this configuration. */
TEST(merge_kselftest, handle_uprobe_upon_merged_vma)
{
	struct file *file = shim_file_create(1);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 10, PROT_EXEC, MAP_PRIVATE, file, 0));
	shim_file_put(file);
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 1, 2, FIXED, 5), 5L);
	expect(sp, ".(xxxx)(xx)(xxx)");
	KUNIT_EXPECT_EQ(test, remap(sp, 5, 1, 1, FIXED, 0), 0L);
	expect(sp, "(xxxxx).(x)(xxx)");
}

/* A new mapping has VM_MERGEABLE before it is compared with neighbours that have it. */
TEST(merge_kselftest, ksm_merge, NEEDS(CONFIG_KSM))
{
	struct space *sp;

	sp = layout(test, "[w]");
	ok(map(sp, 1, 1, RW));
	expect(sp, "[ww]");
	ok(unmap(sp, 1, 1));
	ok(merge_any(sp));
	KUNIT_EXPECT_TRUE(test, shim_vm_flags(vma_of(sp, 0)) & VM_MERGEABLE);
	ok(map(sp, 1, 1, RW));
	if (vma_of(sp, 0) != vma_of(sp, 1))
		known_bug(SHIM_BUG_KSM_FLAG_LATE, 6);
	expect(sp, "[ww]");
	ok(unmap(sp, 0, 2));
	ok(map(sp, 0, 1, RW));
	ok(map(sp, 1, 1, RW));
	expect(sp, "[ww]");
}

/* The heap too, and private mappings of files. */
TEST(merge_kselftest, ksm_merge_of_brk, NEEDS(CONFIG_KSM))
{
	struct space *sp;

	sp = space_with_brk(test, 0);
	ok(set_brk(sp, page_addr(2)));
	ok(merge_any(sp));
	ok(set_brk(sp, page_addr(4)));
	if (vma_of(sp, 0) != vma_of(sp, 3))
		known_bug(SHIM_BUG_KSM_FLAG_LATE, 6);
	expect(sp, "[wwww]");
}

TEST(merge_kselftest, mremap_unfaulted_to_faulted)
{
	struct space *sp = layout(test, "[wwwww].[wwwww]");

	ok(move(sp, 6, 5, FAR));
	ok(write_page(sp, 0, 'x'));
	ok(move(sp, FAR, 5, 5));
	expect(sp, "[Wwwwwwwwww]");
	ok(touch(sp, 5, 5, 'y'));
}

TEST(merge_kselftest, mremap_unfaulted_behind_faulted)
{
	struct space *sp = layout(test, ".....[wwwww]...[wwwww]");

	ok(move(sp, 13, 5, FAR));
	ok(write_page(sp, 5, 'x'));
	ok(move(sp, FAR, 5, 0));
	expect(sp, "[wwwwwWwwww]");
	ok(touch(sp, 0, 5, 'y'));
}

TEST(merge_kselftest, mremap_unfaulted_between_faulted)
{
	struct space *sp = layout(test, "[wwwww].[wwwww]..[wwwww]");

	ok(move(sp, 13, 5, 2 * FAR));
	ok(move(sp, 6, 5, FAR));
	ok(write_page(sp, 0, 'x'));
	ok(write_page(sp, 2 * FAR, 'z'));
	ok(move(sp, 2 * FAR, 5, 10));
	ok(move(sp, FAR, 5, 5));
	expect(sp, "[Wwwwwwwwww][Wwwww]");
	ok(touch(sp, 5, 5, 'y'));
	ok(look(sp, 0, 15));
}

TEST(merge_kselftest, mremap_unfaulted_between_faulted_unfaulted)
{
	struct space *sp = layout(test, "[wwwww].[wwwww]..[wwwww]");

	ok(move(sp, 13, 5, 2 * FAR));
	ok(move(sp, 6, 5, FAR));
	ok(write_page(sp, 0, 'x'));
	ok(move(sp, 2 * FAR, 5, 10));
	ok(move(sp, FAR, 5, 5));
	expect(sp, "[Wwwwwwwwwwwwwww]");
	ok(touch(sp, 5, 10, 'y'));
}

TEST(merge_kselftest, mremap_unfaulted_between_correctly_placed_faulted)
{
	struct space *sp = layout(test, "[Wwwwwwwwwwwwwww]");

	ok(unmap(sp, 5, 5));
	ok(map(sp, FAR, 5, RW));
	ok(move(sp, FAR, 5, 5));
	expect(sp, "[Wwwwwwwwwwwwwww]");
	ok(touch(sp, 5, 5, 'y'));
}

TEST(merge_kselftest, mremap_correct_placed_faulted)
{
	struct space *sp = layout(test, "[WwwwwWwwwwWwwww]");
	struct folio *folio;
	long page;

	for (page = 0; page < 15; page += 5) {
		folio = folio_of(sp, page);
		ok(move(sp, page, 5, FAR));
		mapped_at(folio, at(sp, FAR));
		ok(move(sp, FAR, 5, page));
		expect(sp, "[WwwwwWwwwwWwwww]");
		mapped_at(folio, at(sp, page));
	}
	ok(look(sp, 0, 15));
}

TEST(merge_kselftest, merge_vmas_with_mseal)
{
	struct space *sp = space_new(test);

	ok(map(sp, 0, 1, RW));
	ok(map(sp, 1, 1, RWX));
	ok(map(sp, 2, 1, PROT_READ));
	ok(seal(sp, 1, 1));
	ok(protect(sp, 0, 1, RWX));
	expect(sp, "[w][w][r]");
	ok(seal(sp, 0, 3));
	expect(sp, "[ww][r]");
	fails(unmap(sp, 2, 1), -EPERM);
}

/* The file's pages continue, the anonymous ones would not. */
TEST(merge_kselftest, anon_and_page_offset_mismatch_memfd)
{
	struct file *file = shim_file_create(10);
	struct space *sp = space_new(test);

	ok(map_file(sp, 0, 5, RW, MAP_PRIVATE, file, 0));
	ok(map_file(sp, 10, 5, RW, MAP_PRIVATE, file, 5));
	shim_file_put(file);
	ok(write_page(sp, 10, 'x'));
	ok(move(sp, 10, 5, 5));
	if (IS_ENABLED(SHIM_ANON_PGOFF) || unfaulted_alone())
		expect(sp, "(wwwww)(Wwwww)");
	else
		expect(sp, "(wwwwwWwwww)");
	ok(touch(sp, 0, 5, 'y'));
	ok(look(sp, 0, 10));
}

/*
 * Faulted memory leaves its place, others come beside it, and a copy of it comes
 * back: what is merged must find its pages after all that was there is gone.
 */
static struct space *maybe_forked(struct space *sp, bool forked)
{
	return forked ? space_fork(sp) : sp;
}

/**
 * struct return_trip - pages 3 to 5 go away and come back beside what is new there
 * @before: the layout
 * @prev: pages 0 to 2 are mapped meanwhile
 * @next: and pages 6 to 8
 * @merged: what it becomes
 * @apart: or if it was inherited over a fork
 */
struct return_trip {
	const char *before;
	bool prev, next;
	const char *merged, *apart;
};

static void comes_back(struct kunit *test, const struct return_trip *trip, bool forked)
{
	struct space *sp = maybe_forked(layout(test, trip->before), forked);

	ok(move(sp, 3, 3, 20));
	if (trip->prev)
		ok(map(sp, 0, 3, RW));
	if (trip->next)
		ok(map(sp, 6, 3, RW));
	KUNIT_EXPECT_EQ(test, remap(sp, 20, 3, 3, FIXED | MREMAP_DONTUNMAP, 3), 3L);
	ok(unmap(sp, 20, 3));
	expect(sp, forked || unfaulted_alone() ? trip->apart : trip->merged);
	ok(look(sp, trip->prev ? 0 : 3, 6));
	ok(touch(sp, trip->prev ? 0 : 3, 6, 'y'));
	ok(unmap(sp, 3, 3));
}

static const struct return_trip unfaulted_prev = {
	"...[Www]", true, false, "[wwwWww]", "[www][Www]",
};

TEST(merge_kselftest, mremap_faulted_to_unfaulted_prev)
{
	comes_back(test, &unfaulted_prev, false);
}

TEST(merge_kselftest, mremap_faulted_to_unfaulted_prev_forked)
{
	comes_back(test, &unfaulted_prev, true);
}

static const struct return_trip unfaulted_next = {
	"...[Www]", false, true, "...[Wwwwww]", "...[Www][www]",
};

TEST(merge_kselftest, mremap_faulted_to_unfaulted_next)
{
	comes_back(test, &unfaulted_next, false);
}

TEST(merge_kselftest, mremap_faulted_to_unfaulted_next_forked)
{
	comes_back(test, &unfaulted_next, true);
}

static const struct return_trip unfaulted_both = {
	"...[Www]", true, true, "[wwwWwwwww]", "[www][Www][www]",
};

TEST(merge_kselftest, mremap_faulted_to_unfaulted_prev_unfaulted_next)
{
	comes_back(test, &unfaulted_both, false);
}

TEST(merge_kselftest, mremap_faulted_to_unfaulted_prev_unfaulted_next_forked)
{
	comes_back(test, &unfaulted_both, true);
}

/* The part of the same VMA that has stayed takes it back in any case. */
static const struct return_trip faulted_next = {
	"...[Wwwwww]", true, false, "[wwwWwwwww]", "[www][Wwwwww]",
};

TEST(merge_kselftest, mremap_faulted_to_unfaulted_prev_faulted_next)
{
	comes_back(test, &faulted_next, false);
}

TEST(merge_kselftest, mremap_faulted_to_unfaulted_prev_faulted_next_forked)
{
	comes_back(test, &faulted_next, true);
}
