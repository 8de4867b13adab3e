/* SPDX-License-Identifier: GPL-2.0 */
/* Changes of the model, for words that change contents; cases have forget(). */
#ifndef VMA_MODEL_H
#define VMA_MODEL_H

#include "words.h"

/*
 * Those of some pages that the model has. A mapping may go on to either side of what is drawn,
 * over all of the address space.
 */
#define for_each_in_model(at, page, nr)					\
	for (at = max(page, 0L); at < min((page) + (nr), (long)SPACE_PAGES); at++)

void model_set(struct space *sp, long page, long nr, u16 value);
void model_fresh(struct space *sp, long page, long nr);
bool model_is_guard(struct space *sp, long page);

#endif /* VMA_MODEL_H */
