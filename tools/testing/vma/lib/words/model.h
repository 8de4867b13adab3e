/* SPDX-License-Identifier: GPL-2.0 */
/* Changes of the model, for words that change contents; cases have forget(). */
#ifndef VMA_MODEL_H
#define VMA_MODEL_H

#include "words.h"

void model_set(struct space *sp, long page, long nr, u16 value);
void model_fresh(struct space *sp, long page, long nr);

#endif /* VMA_MODEL_H */
