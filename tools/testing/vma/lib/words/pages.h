/* SPDX-License-Identifier: GPL-2.0 */
/*
 * More work of the kernel on pages, beside migrate() and the like of words.h: it finds
 * out whether they were accessed, evicts pages in the order of the LRU lists, and handles
 * memory failure.
 */
#ifndef VMA_PAGES_H
#define VMA_PAGES_H

#include "words.h"

/* large folios below the size of a PMD (aging.c) */
void large_folios(struct space *sp, int order);
struct space *large_layout(struct kunit *test, const char *text, int order);
void no_large_folios(void);

/* khugepaged, round by round (aging.c) */
void khugepaged_round(struct space *sp);
void allow_holes(unsigned int nr);

struct folio *migration_target(struct folio *old, unsigned long private);

/* accesses to a page (aging.c) */
int referenced(struct space *sp, long page);
void make_idle(struct space *sp, long page);
bool is_idle(struct space *sp, long page);
bool was_accessed(struct space *sp, long page);

/* eviction in the order of the LRU lists (aging.c) */
unsigned long evict(struct space *sp, bool file);
void deactivate(struct space *sp, bool file);
void drop_caches(struct kunit *test);
void drain_lru(void);

/* a swap device that has room for large folios, as a swap file has not (aging.c) */
int swap_on_disk(struct kunit *test, unsigned long nr, bool sync);
unsigned long nr_swap_cached(void);

/* memory failure (poison.c) */
struct shim_signal;
struct task_struct *process_of(struct space *sp);
int poison(struct space *sp, long page, int flags);
void break_page(struct page *frame);
int poison_again(struct space *sp, unsigned long pfn, int flags);
const struct shim_signal *signal_to(struct space *sp);
int nr_signals(void);
void mend(void);

#endif /* VMA_PAGES_H */
