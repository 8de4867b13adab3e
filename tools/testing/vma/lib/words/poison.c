// SPDX-License-Identifier: GPL-2.0
/* The words of pages.h for memory failure. */
#include "pages.h"

#include <linux/mm.h>

#include <shim/machine.h>

#include "internal.h"

#ifdef CONFIG_MEMORY_FAILURE
static void end_process(void *task)
{
	shim_process_end(task);
}

#define MAX_BROKEN	8

static unsigned long broken[MAX_BROKEN];
static int nr_broken;

/**
 * mend() - unpoison_memory() of all pages that poison() has poisoned
 *
 * Context: the end of a case, when no space maps them any more.
 */
void mend(void)
{
	while (nr_broken)
		unpoison_memory(broken[--nr_broken]);
}

/**
 * break_page() - a memory error that was found, and that nobody has handled yet
 * @frame: the page; the case ends with ClearPageHWPoison(), unless its folio stays unmapped
 */
void break_page(struct page *frame)
{
	SetPageHWPoison(frame);
	if (folio_test_large(page_folio(frame)))
		folio_set_has_hwpoisoned(page_folio(frame));
}

/**
 * process_of() - make a process that has a space, and can be sent a signal
 * @sp: the space
 *
 * Return: the process, which ends with the case.
 */
struct task_struct *process_of(struct space *sp)
{
	struct task_struct *task = shim_process_create(sp->name, sp->mm);
	struct kunit *test = sp->test;

	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, end_process, task), 0);
	return task;
}

/**
 * poison_again() - memory_failure() of a frame
 * @sp: a space of the case, made the current one
 * @pfn: the frame
 * @flags: MF_*
 *
 * Return: 0 if the failure was contained, or a negative errno.
 */
int poison_again(struct space *sp, unsigned long pfn, int flags)
{
	int err;

	lru_add_drain();
	op_begin(sp, "memory_failure", "pfn %lu", pfn);
	err = op_end(memory_failure(pfn, flags | MF_SW_SIMULATED));
	return op_done(sp, err);
}

/**
 * poison() - memory_failure() of the frame of a page
 * @sp: the space, made the current one
 * @page: the page; the model forgets the contents of all mappings of the frame
 * @flags: MF_*
 *
 * The frame is unpoisoned at the end of the case.
 *
 * Return: as of poison_again().
 */
int poison(struct space *sp, long page, int flags)
{
	unsigned long pfn = page_to_pfn(frame_of(sp, page));
	struct world *world = sp->test->priv;
	struct kunit *test = sp->test;
	struct space *other;
	long i;

	list_for_each_entry(other, &world->spaces, list)
		for (i = 0; i < SPACE_PAGES; i++)
			if (frame_of(other, i) == pfn_to_page(pfn))
				forget(other, i, 1);
	KUNIT_ASSERT_LT(test, nr_broken, MAX_BROKEN);
	broken[nr_broken++] = pfn;
	return poison_again(sp, pfn, flags);
}
#else
void break_page(struct page *frame)
{
}

void mend(void)
{
}

struct task_struct *process_of(struct space *sp)
{
	return NULL;
}

int poison_again(struct space *sp, unsigned long pfn, int flags)
{
	return -ENOSYS;
}

int poison(struct space *sp, long page, int flags)
{
	return -ENOSYS;
}
#endif

/**
 * nr_signals() - the number of signals that were sent to all processes
 */
int nr_signals(void)
{
	const struct shim_signal *signals;

	return shim_signals(&signals);
}

/**
 * signal_to() - the first signal that was sent to the process of a space
 * @sp: the space; see process_of()
 *
 * Return: the signal, or NULL if there was none.
 */
const struct shim_signal *signal_to(struct space *sp)
{
	const struct shim_signal *signals;
	int i, nr = shim_signals(&signals);

	for (i = 0; i < nr; i++)
		if (signals[i].task->mm == sp->mm)
			return &signals[i];
	return NULL;
}
