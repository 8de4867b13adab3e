// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/PID/maps: a line for each VMA. Who reads it in small pieces lets go of all locks in
 * between, so that the mappings may change: what was there all the time is shown nevertheless,
 * and nothing is shown twice.
 */
#include <linux/seq_file.h>

#include "attr.h"
#include "proc.h"
#include "test.h"

/* Two pages of a file. */
static void map_a_file(struct space *sp, long page, int prot, int flags)
{
	struct file *file = shim_file_create(2);
	struct kunit *test = sp->test;

	ok(map_file(sp, page, 2, prot, flags, file, 0));
	shim_file_put(file);
}

TEST(proc_maps, line_for_each_vma, PROC)
{
	struct space *sp = layout(test, "[WW][rr]..[nn]");

	map_a_file(sp, 8, PROT_READ, MAP_PRIVATE);
	map_a_file(sp, 10, RW, MAP_SHARED);
	expect_maps(sp, "[ww][rr]..[nn](rr){ww}");
}

TEST(proc_maps, no_mapping_no_line, PROC)
{
	struct space *sp = space_new(test);

	KUNIT_EXPECT_STREQ(test, proc_text(sp, SHIM_PROC_MAPS), "");
}

TEST(proc_maps, text_of_a_line, PROC)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(16);

	ok(map(sp, 0, 2, RW));
	ok(map_file(sp, 4, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 3));
	KUNIT_EXPECT_STREQ(test, proc_text(sp, SHIM_PROC_MAPS),
		"10000000-10002000 rw-p 00000000 00:00 0\x20\n"
		"10004000-10005000 r-xp 00003000 00:00 0                                  /file\n");
	shim_file_put(file);
}

TEST(proc_maps, names, PROC)
{
	struct space *sp = layout(test, "[ww]..[rr]");
	const char *text;
	struct maps_line line;

	needs(CONFIG_ANON_VMA_NAME);
	ok(name_range(sp, 4, 2, "pool"));
	text = proc_text(sp, SHIM_PROC_MAPS);
	KUNIT_ASSERT_TRUE(test, maps_next(&text, &line));
	KUNIT_EXPECT_STREQ(test, line.name, "");
	KUNIT_ASSERT_TRUE(test, maps_next(&text, &line));
	KUNIT_EXPECT_STREQ(test, line.name, "[anon:pool]");
}

TEST(proc_maps, heap, PROC)
{
	struct space *sp = space_with_brk(test, 4);
	const char *text;
	struct maps_line line;

	ok(set_brk(sp, page_addr(8)));
	text = proc_text(sp, SHIM_PROC_MAPS);
	KUNIT_ASSERT_TRUE(test, maps_next(&text, &line));
	KUNIT_EXPECT_EQ(test, line.start, 4L);
	KUNIT_EXPECT_STREQ(test, line.name, "[heap]");
}

/* More lines than a buffer of a page has room for. */
TEST(proc_maps, many, PROC)
{
	struct space *sp = space_new(test);
	struct maps_line line;
	const char *text;
	long page;

	for (page = 0; page < 400; page += 2)
		ok(map(sp, page, 1, RW));
	text = proc_text(sp, SHIM_PROC_MAPS);
	for (page = 0; page < 400; page += 2) {
		KUNIT_ASSERT_TRUE(test, maps_next(&text, &line));
		KUNIT_ASSERT_EQ(test, line.start, page);
		KUNIT_ASSERT_EQ(test, line.end, page + 1);
	}
	KUNIT_EXPECT_FALSE(test, maps_next(&text, &line));
}

/*
 * Reads a line but for its end: with that seq_file would read the next one ahead. The first byte
 * of the next line comes with it then, and all locks are dropped in between.
 */
static bool read_line(struct file *file, struct maps_line *line)
{
	struct seq_file *m = file->private_data;
	char text[128] = {};
	const char *at = text;
	long n;

	do {
		if (shim_proc_read(file, text, 1) <= 0)
			return false;
	} while (text[0] == '\n');
	n = shim_proc_read(file, text + 1, min_t(size_t, m->count - 1, sizeof(text) - 3));
	if (n > 0)
		text[n + 1] = '\n';
	return maps_next(&at, line);
}

#define next_line(file, from, to) do {					\
	struct maps_line __l = {};					\
									\
	KUNIT_ASSERT_TRUE(test, read_line(file, &__l));			\
	KUNIT_EXPECT_EQ(test, __l.start, (long)(from));			\
	KUNIT_EXPECT_EQ(test, __l.end, (long)(to));			\
} while (0)

#define no_line(file) do {						\
	struct maps_line __l = {};					\
									\
	KUNIT_EXPECT_FALSE_MSG(test, read_line(file, &__l), "%ld-%ld", __l.start, __l.end); \
} while (0)

TEST(proc_maps, read_byte_by_byte, PROC)
{
	struct space *sp = layout(test, "[ww][rr]..[ww]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 2);
	next_line(file, 2, 4);
	next_line(file, 6, 8);
	no_line(file);
	proc_close(sp, file);
}

TEST(proc_maps, meanwhile_the_next_is_unmapped, PROC)
{
	struct space *sp = layout(test, "[ww][rr][ww]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 2);
	ok(unmap(sp, 2, 2));
	next_line(file, 4, 6);
	no_line(file);
	proc_close(sp, file);
}

TEST(proc_maps, meanwhile_the_last_one_is_unmapped, PROC)
{
	struct space *sp = layout(test, "[ww][rr][ww]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 2);
	ok(unmap(sp, 0, 2));
	next_line(file, 2, 4);
	next_line(file, 4, 6);
	no_line(file);
	proc_close(sp, file);
}

TEST(proc_maps, meanwhile_all_is_unmapped, PROC)
{
	struct space *sp = layout(test, "[ww][rr][ww]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 2);
	ok(unmap(sp, 0, 6));
	no_line(file);
	proc_close(sp, file);
}

TEST(proc_maps, meanwhile_the_next_is_split, PROC)
{
	struct space *sp = layout(test, "[ww][rrrr]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 2);
	ok(protect(sp, 3, 1, RW));
	next_line(file, 2, 3);
	next_line(file, 3, 4);
	next_line(file, 4, 6);
	no_line(file);
	proc_close(sp, file);
}

/* What is shown is not shown again, even if it begins where it did. */
TEST(proc_maps, meanwhile_it_is_split, PROC)
{
	struct space *sp = layout(test, "[wwww][rr]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 4);
	ok(protect(sp, 1, 2, PROT_READ));
	next_line(file, 4, 6);
	no_line(file);
	proc_close(sp, file);
}

/* The part that was not shown is, with what it has become a part of. */
TEST(proc_maps, meanwhile_it_merges_with_the_next, PROC)
{
	struct space *sp = layout(test, "[ww][rr][ww]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 2);
	ok(protect(sp, 2, 2, RW));
	next_line(file, 0, 6);
	no_line(file);
	proc_close(sp, file);
}

/* It was not there all the time: older kernels go on where the next one began. */
TEST(proc_maps, meanwhile_a_hole_is_filled, PROC)
{
	struct space *sp = layout(test, "[ww]..[ww]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);
	struct maps_line line;

	next_line(file, 0, 2);
	ok(map(sp, 2, 2, PROT_READ));
	KUNIT_ASSERT_TRUE(test, read_line(file, &line));
	if (line.start == 2)
		KUNIT_ASSERT_TRUE(test, read_line(file, &line));
	KUNIT_EXPECT_EQ(test, line.start, 4L);
	KUNIT_EXPECT_EQ(test, line.end, 6L);
	no_line(file);
	proc_close(sp, file);
}

TEST(proc_maps, meanwhile_it_moves_away, PROC)
{
	struct space *sp = layout(test, "[ww][rr]......[ww]");
	struct file *file = proc_open(sp, SHIM_PROC_MAPS);

	next_line(file, 0, 2);
	ok(move(sp, 2, 2, 6));
	next_line(file, 6, 8);
	next_line(file, 10, 12);
	no_line(file);
	proc_close(sp, file);
}

TEST(proc_maps, after_the_end_of_the_process, PROC)
{
	struct space *parent = layout(test, "[ww]"), *child = space_fork(parent);
	struct file *file;

	shim_use_mm(child->mm);
	file = shim_proc_open(SHIM_PROC_MAPS);
	oracle_hold(test, grabbed(child->mm), 1);
	shim_use_mm(parent->mm);
	oracle_pause(test);
	space_exit(child);
	no_line(file);
	shim_proc_close(file);
	oracle_resume(test);
}

/* PROCMAP_QUERY */

#define QUERY(name)	TEST(proc_maps, query_##name, PROC)

static void answers(struct kunit *test, const struct procmap_query *q, long page, long nr)
{
	KUNIT_EXPECT_EQ(test, q->vma_start, (u64)page_addr(page));
	KUNIT_EXPECT_EQ(test, q->vma_end, (u64)page_addr(page + nr));
}

QUERY(of_an_address)
{
	struct space *sp = layout(test, "[ww][rrrr]");
	struct procmap_query q;

	map_a_file(sp, 8, RW, MAP_SHARED);
	ok(maps_query(sp, 3, 0, &q));
	answers(test, &q, 2, 4);
	KUNIT_EXPECT_EQ(test, q.vma_flags, (u64)PROCMAP_QUERY_VMA_READABLE);
	ok(maps_query(sp, 9, 0, &q));
	answers(test, &q, 8, 2);
	KUNIT_EXPECT_EQ(test, q.vma_flags, (u64)(PROCMAP_QUERY_VMA_READABLE |
			PROCMAP_QUERY_VMA_WRITABLE | PROCMAP_QUERY_VMA_SHARED));
}

QUERY(of_a_hole)
{
	struct space *sp = layout(test, "[ww]..[rr]");
	struct procmap_query q;

	fails(maps_query(sp, 2, 0, &q), -ENOENT);
	ok(maps_query(sp, 2, PROCMAP_QUERY_COVERING_OR_NEXT_VMA, &q));
	answers(test, &q, 4, 2);
}

QUERY(of_the_next_file)
{
	struct space *sp = layout(test, "[ww][rr]");
	struct procmap_query q;

	map_a_file(sp, 6, PROT_READ, MAP_PRIVATE);
	fails(maps_query(sp, 0, PROCMAP_QUERY_FILE_BACKED_VMA, &q), -ENOENT);
	ok(maps_query(sp, 0, PROCMAP_QUERY_FILE_BACKED_VMA | PROCMAP_QUERY_COVERING_OR_NEXT_VMA, &q));
	answers(test, &q, 6, 2);
}

QUERY(of_what_may_be_written)
{
	struct space *sp = layout(test, "[rr][nn][ww]");
	struct procmap_query q;

	fails(maps_query(sp, 0, PROCMAP_QUERY_VMA_WRITABLE, &q), -ENOENT);
	ok(maps_query(sp, 0, PROCMAP_QUERY_VMA_WRITABLE | PROCMAP_QUERY_COVERING_OR_NEXT_VMA, &q));
	answers(test, &q, 4, 2);
}

QUERY(with_unknown_flags)
{
	struct space *sp = layout(test, "[ww]");
	struct procmap_query q;

	fails(maps_query(sp, 0, 1ULL << 40, &q), -EINVAL);
}
