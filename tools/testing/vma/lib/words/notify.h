/* SPDX-License-Identifier: GPL-2.0 */
/* To look at a space in the middle of an operation: before entries change. */
#ifndef VMA_NOTIFY_H
#define VMA_NOTIFY_H

#include <linux/mmu_notifier.h>

#include "words.h"

/**
 * struct notify - called once, by the next change of a space's page tables
 * @mn: how the kernel knows it
 * @sp: the space
 * @fn: what is called; NULL when it was
 * @data: for it
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
