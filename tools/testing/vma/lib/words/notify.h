/* SPDX-License-Identifier: GPL-2.0 */
/* A call back within an operation, before page table entries change. */
#ifndef VMA_NOTIFY_H
#define VMA_NOTIFY_H

#include <linux/mmu_notifier.h>

#include "words.h"

/**
 * struct notify - a function that the next change of a space's page tables calls
 * @mn: the notifier that is registered
 * @sp: the space
 * @fn: the function, NULL when it was called
 * @data: argument of @fn
 */
struct notify {
#ifdef CONFIG_MMU_NOTIFIER
	struct mmu_notifier mn;
#endif
	struct space *sp;
	void (*fn)(void *data);
	void *data;
};

void notify_begin(struct notify *n, struct space *sp, void (*fn)(void *), void *data);
void notify_end(struct notify *n);

#endif /* VMA_NOTIFY_H */
