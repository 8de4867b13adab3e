/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Behind mm/folio.c, which older kernels call mm/swap.c: a way in to the batches
 * of folios on their way to the LRU lists. Each folio in one has a reference
 * more, and the oracle wants to know of it without emptying them.
 */
void shim_each_lru_batched(void (*fn)(struct folio *folio, void *arg), void *arg);

static void each_in_batch(struct folio_batch *fbatch,
			  void (*fn)(struct folio *folio, void *arg), void *arg)
{
	unsigned int i;

	for (i = 0; i < folio_batch_count(fbatch); i++)
		fn(fbatch->folios[i], arg);
}

void shim_each_lru_batched(void (*fn)(struct folio *folio, void *arg), void *arg)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct cpu_fbatches *fbatches = &per_cpu(cpu_fbatches, cpu);

		each_in_batch(&fbatches->lru_add, fn, arg);
		each_in_batch(&fbatches->lru_deactivate_file, fn, arg);
		each_in_batch(&fbatches->lru_deactivate, fn, arg);
		each_in_batch(&fbatches->lru_lazyfree, fn, arg);
#ifdef CONFIG_SMP
		each_in_batch(&fbatches->lru_activate, fn, arg);
#endif
		each_in_batch(&fbatches->lru_move_tail, fn, arg);
	}
}
