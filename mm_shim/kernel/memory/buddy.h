/* SPDX-License-Identifier: GPL-2.0 */
/* The free pages, for page.c. */
#ifndef SHIM_BUDDY_H
#define SHIM_BUDDY_H

#include <linux/mm_types.h>

void shim_buddy_boot(void);
void shim_buddy_add(struct page *page, unsigned int order);
struct page *shim_buddy_take(unsigned int order);
struct page *shim_buddy_take_guarded(void);
void shim_buddy_give(struct page *page, unsigned int order);
void shim_buddy_reserve(void);
void shim_buddy_drop_below(unsigned int order,
			   void (*dropped)(struct page *page, unsigned int order));

#endif /* SHIM_BUDDY_H */
