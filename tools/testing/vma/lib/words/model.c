// SPDX-License-Identifier: GPL-2.0
/* The model of the contents of a space: the byte that each page holds. */
#include "guard.h"
#include "model.h"

/**
 * model_set() - set the content of pages in the model
 * @sp: the space
 * @page: first page; pages that the model does not have are left out
 * @nr: number of pages
 * @value: the byte of each, or MODEL_UNKNOWN
 */
void model_set(struct space *sp, long page, long nr, u16 value)
{
	long at;

	for_each_in_model(at, page, nr)
		sp->model[at] = value;
}

/**
 * model_fresh() - set the content of pages that nobody has written to yet
 * @sp: the space, where the pages are mapped
 * @page: first page
 * @nr: number of pages
 *
 * Anonymous memory is zero, and the content of a file is not known.
 */
void model_fresh(struct space *sp, long page, long nr)
{
	struct vm_area_struct *vma;
	long at;

	for_each_in_model(at, page, nr) {
		vma = vma_of(sp, at);
		model_set(sp, at, 1, vma && vma_is_anonymous(vma) ? 0 : MODEL_UNKNOWN);
	}
}

/**
 * forget() - make the contents of pages unknown to the model
 * @sp: the space
 * @page: first page
 * @nr: number of pages
 *
 * For a call that fails and may have changed them, or one that is not in the model.
 */
void forget(struct space *sp, long page, long nr)
{
	model_set(sp, page, nr, MODEL_UNKNOWN);
}

/**
 * model_is_guard() - is a page a guard, as far as the model knows?
 * @sp: the space
 * @page: the page; of one that was forgotten the entry says it
 */
bool model_is_guard(struct space *sp, long page)
{
	return sp->model[page] == MODEL_GUARD ||
	       (sp->model[page] == MODEL_UNKNOWN && pte_is_guard(pte_at(sp, page)));
}
