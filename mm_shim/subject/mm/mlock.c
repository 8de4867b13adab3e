// SPDX-License-Identifier: GPL-2.0
/* mm/mlock.c, and a way in to its batches: each folio in one has a reference more. */
#include "mm/mlock.c"

void shim_each_mlock_batched(void (*fn)(struct folio *folio, void *arg), void *arg);

void shim_each_mlock_batched(void (*fn)(struct folio *folio, void *arg), void *arg)
{
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct folio_batch *fbatch = &per_cpu(mlock_fbatch.fbatch, cpu);

		for (i = 0; i < folio_batch_count(fbatch); i++)
			fn((struct folio *)((unsigned long)fbatch->folios[i] &
					    ~(unsigned long)LRU_FOLIO & ~(unsigned long)NEW_FOLIO),
			   arg);
	}
}
