/* SPDX-License-Identifier: GPL-2.0 */
/*
 * More of what the kernel does to pages, beside migrate() and its like in test.h:
 * it looks who has used them, evicts what nobody has, and gives up those that
 * broke.
 */
#ifndef VMA_PAGES_H
#define VMA_PAGES_H

#include "words.h"

/* large folios below the size of a PMD (aging.c) */
void large_folios(struct space *sp, int order);
struct space *large_layout(struct kunit *test, const char *text, int order);

struct folio *migration_target(struct folio *old, unsigned long private);

/* who has used a page (aging.c) */
int referenced(struct space *sp, long page);
void make_idle(struct space *sp, long page);
bool is_idle(struct space *sp, long page);
bool was_accessed(struct space *sp, long page);

/* eviction in the order of the LRU lists (aging.c) */
unsigned long evict(struct space *sp, bool file);
void deactivate(struct space *sp, bool file);
void drop_caches(struct kunit *test);
void drain_lru(void);

/* a device whose slots may be handed out in a row, as a file's may not (aging.c) */
int swap_on_disk(struct kunit *test, unsigned long nr, bool sync);

/* memory that breaks (poison.c) */
struct shim_signal;
struct task_struct *process_of(struct space *sp);
int poison(struct space *sp, long page, int flags);
int poison_again(struct space *sp, unsigned long pfn, int flags);
const struct shim_signal *signal_to(struct space *sp);
int nr_signals(void);
void mend(void);

#endif /* VMA_PAGES_H */
