// SPDX-License-Identifier: GPL-2.0
/*
 * Who reads /proc/PID/maps has at most the lock of one VMA, and none between two read()s, while
 * another task changes the mappings. Each line is one that was true at some moment, the ends go up,
 * and what is mapped all the time is shown.
 */
#include "proc.h"
#include "race.h"
#include "test.h"

#define PAGES	16

static char text[4096];

/* One line a read(), so that nothing is locked in between. */
static void read_lines(struct racer *r)
{
	struct file *file = shim_proc_open(SHIM_PROC_MAPS);
	long n = 0, done = 0;

	while (done < (long)sizeof(text) - 100) {
		n = shim_proc_read(file, text + done, r->to);
		if (n <= 0)
			break;
		done += n;
	}
	text[done] = 0;
	shim_proc_close(file);
	r->ret = n;
}

static void query(struct racer *r)
{
	struct file *file = shim_proc_open(SHIM_PROC_MAPS);
	const struct procmap_query *q = (void *)text;

	r->ret = file->f_op->unlocked_ioctl(file, PROCMAP_QUERY, r->to);
	if (!r->ret && shim_user_read(r->sp->mm, r->to, text, sizeof(*q)))
		r->ret = -EFAULT;
	shim_proc_close(file);
}

static void roll_up(struct racer *r)
{
	struct file *file = shim_proc_open(SHIM_PROC_SMAPS_ROLLUP);

	r->ret = shim_proc_read(file, text, sizeof(text) - 1);
	shim_proc_close(file);
}

/* of @to bytes at a time */
#define READS_MAPS(sp_, bytes)	RACER("maps", read_lines, .sp = sp_, .to = bytes)
#define READS_ROLLUP(sp_)	RACER("smaps_rollup", roll_up, .sp = sp_)
#define ONE_LINE	80
#define ALL_LINES	2048

/* The rights of each page: "w", "r", "n", or " " for a hole. */
static void rights_of(struct space *sp, char *rights)
{
	struct vm_area_struct *vma;
	long page;

	for (page = 0; page < PAGES; page++) {
		vma = vma_of(sp, page);
		rights[page] = !vma ? ' ' : shim_vm_flags(vma) & VM_WRITE ? 'w' :
			       shim_vm_flags(vma) & VM_READ ? 'r' : 'n';
	}
}

static char right_of(const struct maps_line *line)
{
	return line->rights[1] == 'w' ? 'w' : line->rights[0] == 'r' ? 'r' : 'n';
}

static void judge(struct kunit *test, const char *before, const char *after)
{
	bool shown[PAGES] = {};
	struct maps_line line;
	const char *at = text;
	long page, end = 0;
	char right;

	while (maps_next(&at, &line) && line.start < PAGES) {
		right = right_of(&line);
		KUNIT_EXPECT_GT_MSG(test, line.end, end, "a line twice, or backwards:\n%s", text);
		for (page = line.start; page < line.end && page < PAGES; page++) {
			KUNIT_EXPECT_TRUE_MSG(test, right == before[page] || right == after[page],
					      "page %ld is shown as %c, is %c and then %c:\n%s", page, right,
					      before[page], after[page], text);
			shown[page] = true;
		}
		end = line.end;
	}
	KUNIT_EXPECT_EQ_MSG(test, *at, 0, "no line of maps: %s", at);
	for (page = 0; page < PAGES; page++)
		KUNIT_EXPECT_TRUE_MSG(test, shown[page] || before[page] == ' ' || after[page] == ' ',
				      "page %ld is left out:\n%s", page, text);
}

static void read_beside(struct kunit *test, struct space *sp, struct racer *change, long bytes)
{
	struct racer reads = READS_MAPS(sp, bytes);
	char before[PAGES], after[PAGES];

	rights_of(sp, before);
	race(test, &reads, change);
	rights_of(sp, after);
	ok(reads.ret);
	judge(test, before, after);
}

/* case, by reads of a line and of all that fits into a page */
#define RACE_MAPS(name, text_, change_)					\
RACE(race_proc, maps_and_##name, PROC)					\
{									\
	struct space *sp = layout(test, text_);				\
	struct racer change = change_;					\
									\
	read_beside(test, sp, &change, ONE_LINE);			\
}									\
RACE(race_proc, maps_at_once_and_##name, PROC)				\
{									\
	struct space *sp = layout(test, text_);				\
	struct racer change = change_;					\
									\
	read_beside(test, sp, &change, ALL_LINES);			\
}

RACE_MAPS(munmap, "[ww][rr][ww]", UNMAPS(sp, 2, 2))
RACE_MAPS(munmap_of_a_part, "[ww][rrrr][ww]", UNMAPS(sp, 3, 2))
RACE_MAPS(mmap_in_a_hole, "[rr]..[rr]", MAPS(sp, 2, 2))
RACE_MAPS(mmap_that_fills_a_hole, "[ww]..[ww]", MAPS(sp, 2, 2))
RACE_MAPS(split, "[wwww][rr]", PROTECTS(sp, 1, 2, PROT_READ))
RACE_MAPS(merge, "[ww][rr][ww]", PROTECTS(sp, 2, 2, RW))
RACE_MAPS(merge_with_the_next, "[ww][rr][ww][rr]", PROTECTS(sp, 2, 2, RW))
RACE_MAPS(border_that_moves, "[wwww][rrrr]", PROTECTS(sp, 2, 2, PROT_READ))
RACE_MAPS(border_that_moves_up, "[wwww][rrrr]", PROTECTS(sp, 4, 2, RW))
RACE_MAPS(move, "[ww][rr]......[ww]", MOVES(sp, 2, 2, 6))
RACE_MAPS(move_down, "[ww]....[ww][rr]", MOVES(sp, 8, 2, 3))

/* The layout is that of before or of after. */
RACE(race_proc, query_and_munmap, PROC)
{
	struct space *sp = layout(test, "[ww][rr][ww]");
	struct procmap_query q = {
		.size = sizeof(q), .query_addr = page_addr(2),
		.query_flags = PROCMAP_QUERY_COVERING_OR_NEXT_VMA,
	};
	struct racer asks = RACER("PROCMAP_QUERY", query, .sp = sp,
				  .to = put_user_data(sp, &q, sizeof(q)));
	struct racer unmap = UNMAPS(sp, 2, 2);

	race(test, &asks, &unmap);
	ok(unmap.ret);
	ok(asks.ret);
	memcpy(&q, text, sizeof(q));
	KUNIT_EXPECT_TRUE(test, q.vma_start == page_addr(2) || q.vma_start == page_addr(4));
	KUNIT_EXPECT_EQ(test, q.vma_end, q.vma_start + 2 * PAGE_SIZE);
}

RACE(race_proc, query_and_split, PROC)
{
	struct space *sp = layout(test, "[ww][rrrr][ww]");
	struct procmap_query q = { .size = sizeof(q), .query_addr = page_addr(4) };
	struct racer asks = RACER("PROCMAP_QUERY", query, .sp = sp,
				  .to = put_user_data(sp, &q, sizeof(q)));
	struct racer split = PROTECTS(sp, 2, 2, PROT_NONE);

	race(test, &asks, &split);
	ok(split.ret);
	ok(asks.ret);
	memcpy(&q, text, sizeof(q));
	KUNIT_EXPECT_TRUE(test, q.vma_start == page_addr(2) || q.vma_start == page_addr(4));
	KUNIT_EXPECT_EQ(test, q.vma_end, (u64)page_addr(6));
}

RACE(race_proc, rollup_and_munmap, PROC)
{
	struct space *sp = layout(test, "[WW][RR][WW]");
	struct racer sum = READS_ROLLUP(sp), unmap = UNMAPS(sp, 2, 2);

	race(test, &sum, &unmap);
	ok(unmap.ret);
	KUNIT_EXPECT_GT(test, sum.ret, 0L);
}
