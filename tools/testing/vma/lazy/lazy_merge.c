// SPDX-License-Identifier: GPL-2.0
/*
 * What merges in eager mode merges in lazy mode: [WWWWWW], of which a fork copies none,
 * one or both of the outer parts, and whose middle is then filled or changed back by
 * every caller of the merge code. docs/lazy.md has the table. Run in lazy mode only; it
 * does each row in both.
 */
#include "test.h"

enum forked { NONE, LEFT, RIGHT, BOTH, PARTS };

static const char *const part_names[PARTS] = { "none", "left", "right", "both" };

static void nothing(struct kunit *test, struct space *sp)
{
}

static void unmap_middle(struct kunit *test, struct space *sp)
{
	ok(unmap(sp, 2, 2));
}

static void map_middle(struct kunit *test, struct space *sp)
{
	ok(map(sp, 2, 2, RW));
}

static void grow_left(struct kunit *test, struct space *sp)
{
	ok(resize(sp, 0, 2, 4));
}

static void move_unfaulted_in(struct kunit *test, struct space *sp)
{
	ok(map(sp, 100, 2, RW));
	ok(move(sp, 100, 2, 2));
}

static void move_away(struct kunit *test, struct space *sp)
{
	ok(move(sp, 2, 2, 100));
	ok(advise(sp, 100, 2, MADV_DONTFORK));
}

static void move_back(struct kunit *test, struct space *sp)
{
	ok(advise(sp, 100, 2, MADV_DOFORK));
	ok(move(sp, 100, 2, 2));
}

static void map_unfaulted(struct kunit *test, struct space *sp)
{
	ok(map(sp, 2, 2, PROT_NONE));
}

static void make_read_only(struct kunit *test, struct space *sp)
{
	ok(protect(sp, 2, 2, PROT_READ));
	ok(advise(sp, 2, 2, MADV_DONTFORK));
}

static void make_writable(struct kunit *test, struct space *sp)
{
	ok(advise(sp, 2, 2, MADV_DOFORK));
	ok(protect(sp, 2, 2, RW));
}

static void make_unfaulted_writable(struct kunit *test, struct space *sp)
{
	ok(protect(sp, 2, 2, RW));
}

static void advise_fork(struct kunit *test, struct space *sp)
{
	ok(advise(sp, 2, 2, MADV_DOFORK));
}

static void advise_no_fork(struct kunit *test, struct space *sp)
{
	ok(advise(sp, 2, 2, MADV_DONTFORK));
}

static void map_a_file(struct kunit *test, struct space *sp)
{
	struct file *file = shim_file_create(2);

	ok(map_file(sp, 2, 2, RW, MAP_PRIVATE, file, 0));
	shim_file_put(file);
}

/**
 * struct row - a way to have the middle merge with both sides
 * @name: the system call
 * @before: done before the fork
 * @after: done after it
 * @eager: the layout in the end, in eager mode
 * @lazy: the layout in lazy mode where a fork has copied both parts, if it is another
 */
static const struct row {
	const char *name;
	void (*before)(struct kunit *test, struct space *sp);
	void (*after)(struct kunit *test, struct space *sp);
	const char *eager, *lazy;
} rows[] = {
	{ "mmap() of a hole", unmap_middle, map_middle, "[WWwwWW]" },
	{ "mmap() over unfaulted memory", map_unfaulted, map_middle, "[WWwwWW]" },
	{ "mmap() over memory", nothing, map_middle, "[WWwwWW]" },
	{ "mmap() over a file", map_a_file, map_middle, "[WWwwWW]", "[WWww][WW]" },
	{ "mremap() that grows", unmap_middle, grow_left, "[WWwwWW]" },
	{ "mremap() of unfaulted memory", unmap_middle, move_unfaulted_in, "[WWwwWW]" },
	{ "mremap() back", move_away, move_back, "[WWWWWW]" },
	{ "mprotect() of unfaulted memory", map_unfaulted, make_unfaulted_writable, "[WWwwWW]" },
	{ "mprotect()", make_read_only, make_writable, "[WWWWWW]" },
	{ "madvise()", advise_no_fork, advise_fork, "[WWWWWW]" },
};

static void run_row(struct kunit *test, const struct row *row, enum forked forked, bool lazy)
{
	const char *want = row->eager;
	struct space *sp, *child;

	if (lazy && row->lazy && forked == BOTH)
		want = row->lazy;
	shim_set_lazy(lazy);
	sp = layout(test, "[WWWWWW]");
	row->before(test, sp);
	if (forked == NONE || forked == RIGHT)
		ok(advise(sp, 0, 2, MADV_DONTFORK));
	if (forked == NONE || forked == LEFT)
		ok(advise(sp, 4, 2, MADV_DONTFORK));
	child = space_fork(sp);
	KUNIT_ASSERT_NOT_NULL(test, child);
	ok(advise(sp, 0, 2, MADV_DOFORK));
	ok(advise(sp, 4, 2, MADV_DOFORK));
	row->after(test, sp);
	KUNIT_EXPECT_STREQ_MSG(test, layout_beside(sp, want), want, "%s, %s copied, %s",
			       row->name, part_names[forked], lazy ? "lazy" : "eager");
	ok(look(sp, 0, 2));
	ok(look(sp, 4, 2));
	space_exit(child);
	space_exit(sp);
}

TEST(lazy_merge, callers_merge_as_in_eager_mode, NOT_POSTED(begins_with_a_merge))
{
	enum forked forked;
	int i;

	lazy_only(test);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (forked = NONE; forked < PARTS; forked++) {
			run_row(test, &rows[i], forked, false);
			run_row(test, &rows[i], forked, true);
		}
	}
}

/* brk() has one neighbour to merge with, and a stack none: they just grow. */
TEST(lazy_merge, heap_grows_as_in_eager_mode)
{
	struct space *sp;
	bool lazy;

	lazy_only(test);
	for (lazy = false; ; lazy = true) {
		shim_set_lazy(lazy);
		sp = space_with_brk(test, 10);
		ok(set_brk(sp, page_addr(12)));
		ok(touch(sp, 10, 2, 'h'));
		KUNIT_ASSERT_NOT_NULL(test, space_fork(sp));
		ok(set_brk(sp, page_addr(14)));
		expect(sp, "..........[WWww]");
		if (lazy)
			break;
	}
}
