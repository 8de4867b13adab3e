// SPDX-License-Identifier: GPL-2.0
/* Address spaces: made as exec makes them, forked, and ended. */
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "words.h"

static struct space *add_space(struct kunit *test, struct mm_struct *mm)
{
	struct world *world = test->priv;
	struct space *sp = kzalloc(sizeof(*sp), GFP_KERNEL | __GFP_NOFAIL);

	sp->mm = mm;
	sp->test = test;
	if (!world->nr_spaces)
		strscpy(sp->name, "parent", sizeof(sp->name));
	else if (world->nr_spaces == 1)
		strscpy(sp->name, "child", sizeof(sp->name));
	else
		snprintf(sp->name, sizeof(sp->name), "child%u", world->nr_spaces);
	world->nr_spaces++;
	list_add_tail(&sp->list, &world->spaces);
	memset16(sp->model, MODEL_UNKNOWN, SPACE_PAGES);
	return sp;
}

/**
 * space_new() - an empty address space, which becomes the current one
 * @test: the case; the space ends with it at the latest
 */
struct space *space_new(struct kunit *test)
{
	struct mm_struct *mm = mm_alloc();

	KUNIT_ASSERT_NOT_NULL(test, mm);
	mm->task_size = TASK_SIZE;
	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);
	shim_use_mm(mm);
	return add_space(test, mm);
}

/**
 * space_with_brk() - an empty address space whose heap starts at a page
 * @test: the case
 * @page: where; the break is there too, as exec leaves it
 */
struct space *space_with_brk(struct kunit *test, long page)
{
	struct space *sp = space_new(test);
	struct mm_struct *mm = sp->mm;

	mm->start_data = mm->end_data = page_addr(page);
	mm->start_brk = mm->brk = page_addr(page);
	return sp;
}

/* What fork() need not copy, as a fault reads it from the file again. */
static bool is_of_the_file(struct space *sp, struct vm_area_struct *vma, long page)
{
	struct folio *folio = vma->vm_file ? folio_of(sp, page) : NULL;

	return folio && !folio_test_anon(folio) && !(vma->vm_flags & VM_SHARED);
}

static void inherit_vma(struct space *sp, struct space *parent, struct vm_area_struct *vma,
			long page, long end)
{
	bool wiped = vma->vm_flags & VM_WIPEONFORK;

	for (; page < end; page++)
		if (is_of_the_file(parent, vma, page))
			sp->model[page] = MODEL_UNKNOWN;
		else
			sp->model[page] = wiped ? 0 : parent->model[page];
	/* a child starts without the anon_vma, but at the offset */
	sp->odd_offsets |= wiped && has_moved(vma);
}

/* The child knows what the parent does, but for what fork() leaves out. */
static void inherit_model(struct space *sp, struct space *parent)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, sp->mm, SPACE_BASE);
	long page, end;

	sp->odd_offsets = parent->odd_offsets;
	mmap_read_lock(sp->mm);
	for_each_vma_range(vmi, vma, page_addr(SPACE_PAGES)) {
		page = max((long)(vma->vm_start - SPACE_BASE) >> PAGE_SHIFT, 0L);
		end = min((long)(vma->vm_end - SPACE_BASE) >> PAGE_SHIFT, (long)SPACE_PAGES);
		inherit_vma(sp, parent, vma, page, end);
	}
	mmap_read_unlock(sp->mm);
}

/**
 * space_adopt() - an mm that was made by forking one becomes a space
 * @parent: the space that it was forked from
 * @mm: the child's
 */
struct space *space_adopt(struct space *parent, struct mm_struct *mm)
{
	struct space *sp = add_space(parent->test, mm);

	inherit_model(sp, parent);
	return sp;
}

/**
 * space_fork() - what fork() does to an address space
 * @parent: stays the current one
 *
 * Return: the child, or NULL when the fork failed for lack of memory.
 */
struct space *space_fork(struct space *parent)
{
	struct space *sp = NULL;
	struct mm_struct *mm;

	op_begin(parent, "fork");
	mm = shim_dup_mm(current, parent->mm);
	op_end(0);
	if (mm)
		sp = space_adopt(parent, mm);
	op_done(parent, mm ? 0 : -ENOMEM);
	return sp;
}

/**
 * space_gone() - the space's mm has exited
 * @sp: not to be used afterwards
 */
void space_gone(struct space *sp)
{
	struct world *world = sp->test->priv;

	list_move(&sp->list, &world->dead);
	sp->mm = NULL;
}

/**
 * space_exit() - the process ends: its last reference to the mm goes
 * @sp: not to be used afterwards
 */
void space_exit(struct space *sp)
{
	struct mm_struct *user = current->mm;

	op_begin(sp, "exit");
	shim_use_mm(user != sp->mm ? user : NULL);
	mmput(sp->mm);
	op_end(0);
	space_gone(sp);
	op_done(sp, 0);
}

static int prot_of(struct kunit *test, char c)
{
	switch (c | 0x20) {
	case 'w':
	case 'h':
		return RW;
	case 'r':
		return PROT_READ;
	case 'x':
		return PROT_READ | PROT_EXEC;
	case 'n':
		return PROT_NONE;
	}
	KUNIT_FAIL_AND_ABORT(test, "layout: '%c' is none of w r x n", c);
	return 0;
}

/* One letter of a layout with its number: "W", "W*100", "H". */
struct run {
	char c;
	long nr;
};

static const char *parse_run(struct kunit *test, const char *text, struct run *run)
{
	unsigned int nr = 1;
	int len = 0;

	run->c = *text++;
	if (*text == '*') {
		KUNIT_ASSERT_EQ_MSG(test, sscanf(text, "*%u%n", &nr, &len), 1,
				    "layout: no number after *");
		text += len;
	}
	run->nr = run->c == 'H' ? nr * HUGE_NR : nr;
	return text;
}

/* Runs the oracle once and not after each page. */
static void fill(struct space *sp, struct run run, long page)
{
	struct kunit *test = sp->test;
	struct world *world = test->priv;
	bool quiet = world->quiet;
	long i;

	if (run.c != 'W' && run.c != 'R' && run.c != 'H')
		return;
	world->quiet |= run.nr > 1;
	for (i = 0; i < run.nr; i++)
		if (run.c == 'R')
			ok(read_page(sp, page + i));
		else
			ok(write_page(sp, page + i, 'A' + (page + i) % 26));
	world->quiet = quiet;
	if (run.nr > 1)
		oracle(test);
}

/* One bracket of a layout, from the letter after it; the text after it. */
static const char *map_bracket(struct space *sp, const char *text, long *page)
{
	struct kunit *test = sp->test;
	const char *end = strchr(text, ']'), *at;
	bool huge = false;
	long nr = 0;
	struct run run;

	KUNIT_ASSERT_NOT_NULL_MSG(test, end, "layout: no ] after \"%s\"", text);
	for (at = text; at < end; nr += run.nr) {
		at = parse_run(test, at, &run);
		huge |= run.c == 'H';
	}
	ok(map(sp, *page, nr, prot_of(test, *text)));
	if (huge)
		ok(advise(sp, *page, nr, MADV_HUGEPAGE));
	for (at = text; at < end; *page += run.nr) {
		at = parse_run(test, at, &run);
		fill(sp, run, *page);
	}
	return end + 1;
}

/**
 * layout() - a new space that looks like a diagram
 * @test: the case
 * @text: as in the comment at the top of test.h, with [ ] only; the page at n is
 *        filled with the n-th letter of the alphabet. H is made by a fault after
 *        MADV_HUGEPAGE of its VMA.
 */
struct space *layout(struct kunit *test, const char *text)
{
	struct space *sp = space_new(test);
	struct world *world = test->priv;
	struct run run;
	long page = 0;

	world->setup = true;
	while (*text) {
		if (*text == '[') {
			text = map_bracket(sp, text + 1, &page);
		} else {
			text = parse_run(test, text, &run);
			page += run.nr;
		}
	}
	world->setup = false;
	return sp;
}
