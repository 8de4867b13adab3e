// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle: properties that every address space has when no operation runs.
 * Counts are made again from the VMAs and page tables and compared with the kernel's.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/percpu_counter.h>

#include "internal.h"
#include "vma.h"
#include "check.h"

/**
 * charged() - the pages that all processes may use: Committed_AS of /proc/meminfo
 *
 * Return: the exact sum of all CPUs.
 */
s64 charged(void)
{
	return percpu_counter_sum(&vm_committed_as);
}

static void check_spaces(struct view *view)
{
	struct space *sp, *last = NULL;
	long account = oracle_file_charges();

	list_for_each_entry(sp, &view->world->spaces, list) {
		struct space_view sv = { .sp = sp };

		view_space(view, &sv);
		oracle_space(&sv);
		oracle_contents(&sv);
		account += sp->account;
		last = sp;
	}
	if (last)
		same(last, "vm_committed_as", charged(), account);
	view_end(view);
}

/* The kernel's validate_mm(), which is a BUG where the checks above only complain. */
static void validate(struct view *view)
{
	struct space *sp;

	list_for_each_entry(sp, &view->world->spaces, list) {
		mmap_read_lock(sp->mm);
		validate_mm(sp->mm);
		mmap_read_unlock(sp->mm);
	}
}

/* Called in this order: oracle_folios() calls rmap_walk(), which needs intact trees. */
static void (*const checks[])(struct view *view) = {
	check_spaces, oracle_anon_vmas, oracle_uffd, oracle_files, validate, oracle_swap,
	oracle_ksm, oracle_folios, oracle_tlb,
};

/**
 * oracle_complaint() - check every space of a case
 * @test: the case
 *
 * Allocates nothing and changes nothing. Fails no case: oracle() does.
 *
 * Context: no other thread uses the spaces and the case holds none of their locks.
 * Return: the first complaint, valid until the next call; NULL if there is none, or
 * if the case has said that the spaces are not to be checked.
 */
const char *oracle_complaint(struct kunit *test)
{
	struct world *world = test->priv;
	struct view view;
	int i;

	world->complained = false;
	if (world->quiet)
		return NULL;
	view_begin(&view, world);
	for (i = 0; i < ARRAY_SIZE(checks) && !world->complained; i++)
		checks[i](&view);
	if (!world->complained)
		return NULL;
	world->complained = false;
	return world->complaint;
}
