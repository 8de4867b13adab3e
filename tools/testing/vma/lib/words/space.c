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
 * space_new() - make an empty address space, which becomes the current one
 * @test: the case; the space ends with it at the latest
 *
 * Return: the space.
 */
struct space *space_new(struct kunit *test)
{
	struct mm_struct *mm = mm_alloc();

	KUNIT_ASSERT_NOT_NULL(test, mm);
	shim_task_size(mm) = TASK_SIZE;
	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);
	shim_use_mm(mm);
	return add_space(test, mm);
}

/**
 * space_with_brk() - make an empty address space with a heap
 * @test: the case
 * @page: the page where the heap starts; the break is there too, as after exec
 *
 * Return: the space, which becomes the current one.
 */
struct space *space_with_brk(struct kunit *test, long page)
{
	struct space *sp = space_new(test);
	struct mm_struct *mm = sp->mm;

	mm->start_data = mm->end_data = page_addr(page);
	shim_start_brk(mm) = shim_brk(mm) = page_addr(page);
	return sp;
}

/* Pages that fork() need not map in the child, as a fault reads them from the file. */
static bool is_of_the_file(struct space *sp, struct vm_area_struct *vma, long page)
{
	struct folio *folio = shim_vm_file(vma) ? folio_of(sp, page) : NULL;

	return folio && !folio_test_anon(folio) && !(shim_vm_flags(vma) & VM_SHARED);
}

static void inherit_vma(struct space *sp, struct space *parent, struct vm_area_struct *vma,
			long page, long end)
{
	bool wiped = shim_vm_flags(vma) & VM_WIPEONFORK;

	for (; page < end; page++)
		if (is_of_the_file(parent, vma, page))
			sp->model[page] = MODEL_UNKNOWN;
		else
			sp->model[page] = wiped ? 0 : parent->model[page];
	/* the child's VMA has no anon_vma, and the parent's anonymous page offset */
	sp->odd_offsets |= wiped && has_moved(vma);
}

/* The child has the parent's contents, but for VM_WIPEONFORK and VM_DONTFORK. */
static void inherit_model(struct space *sp, struct space *parent)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, sp->mm, SPACE_BASE);
	long page, end;

	sp->odd_offsets = parent->odd_offsets;
	mmap_read_lock(sp->mm);
	for_each_vma_range(vmi, vma, page_addr(SPACE_PAGES)) {
		page = max((long)(shim_vm_start(vma) - SPACE_BASE) >> PAGE_SHIFT, 0L);
		end = min((long)(shim_vm_end(vma) - SPACE_BASE) >> PAGE_SHIFT, (long)SPACE_PAGES);
		inherit_vma(sp, parent, vma, page, end);
	}
	mmap_read_unlock(sp->mm);
}

/**
 * space_adopt() - make a space of an mm that a case has forked itself
 * @parent: the space that it was forked from
 * @mm: the mm, of which the space takes over the reference
 *
 * Return: the space; the current one stays the same.
 */
struct space *space_adopt(struct space *parent, struct mm_struct *mm)
{
	struct space *sp = add_space(parent->test, mm);

	inherit_model(sp, parent);
	return sp;
}

/**
 * space_fork() - copy an address space as fork() does, by dup_mm()
 * @parent: becomes the current one
 *
 * Return: the child, or NULL when the fork failed for lack of memory.
 */
struct space *space_fork(struct space *parent)
{
	struct space *sp = NULL;
	struct mm_struct *mm;

	op_begin(parent, "fork", NULL);
	mm = shim_dup_mm(current, parent->mm);
	op_end(0);
	if (mm)
		sp = space_adopt(parent, mm);
	op_done(parent, mm ? 0 : -ENOMEM);
	return sp;
}

/**
 * space_gone() - account for a space whose mm a case has ended itself
 * @sp: the space, not to be used afterwards
 */
void space_gone(struct space *sp)
{
	struct world *world = sp->test->priv;

	list_move(&sp->list, &world->dead);
	sp->mm = NULL;
}

/**
 * space_exit() - end a process: its last reference to the mm is dropped
 * @sp: the space, not to be used afterwards
 */
void space_exit(struct space *sp)
{
	struct mm_struct *user = current->mm;

	op_begin(sp, "exit", NULL);
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

/* A letter of a layout and its number of pages: "W", "W*100", "H". */
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

/* Makes pages present; the oracle runs once and not after each page. */
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

/* Maps a bracket of a layout, from its first letter on; the text after it. */
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
 * layout() - make an address space that looks like a drawing
 * @test: the case
 * @text: the drawing, as at the top of test.h, of letters W, R, H, w, r, x, n and [ ] only
 *
 * Page n holds the n-th letter of the alphabet. An H is made by a fault after
 * MADV_HUGEPAGE of its VMA.
 *
 * Return: the space, which becomes the current one.
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
