// SPDX-License-Identifier: GPL-2.0
/*
 * mm/ksm.c, the part of its initcall that starts no thread, and ways in: to a scan
 * of ksmd, and to its books, which the oracle checks.
 */
#include "mm/ksm.c"

void shim_init_ksm(void);
void shim_ksm_scan(unsigned int pages);
void shim_ksm_forget(void);
const char *shim_ksm_recount(struct mm_struct **mm, long *there, long *expected);
long shim_ksm_refs(struct anon_vma *anon_vma);
unsigned long *shim_ksm_frame(struct folio *folio);
int *shim_ksm_length(struct folio *folio);
unsigned long shim_ksm_scanned(void);
void shim_ksm_use_zero_pages(bool on);
void shim_ksm_sleep(void);

void shim_init_ksm(void)
{
	zero_checksum = calc_checksum(ZERO_PAGE(0));
	ksm_use_zero_pages = false;
	ksm_slab_init();
	ksm_run = KSM_RUN_MERGE;
}

void shim_ksm_scan(unsigned int pages)
{
	mutex_lock(&ksm_thread_mutex);
	ksm_do_scan(pages);
	mutex_unlock(&ksm_thread_mutex);
}

/*
 * Lets go of what ksmd would drop in its next round: the mm it is at, and the
 * pages that nobody maps any more.
 */
void shim_ksm_forget(void)
{
	struct ksm_stable_node *node;
	struct rb_node *at;

	while (!list_empty(&ksm_mm_head.slot.mm_node))
		shim_ksm_scan(1);
	while ((at = rb_first(root_stable_tree))) {
		node = rb_entry(at, struct ksm_stable_node, node);
		if (is_stable_node_chain(node) ||
		    ksm_get_folio(node, KSM_GET_FOLIO_NOLOCK))
			break;
	}
}

/* The first difference that was found. */
struct ksm_wrong {
	const char *what;
	struct mm_struct *mm;
	long there, expected;
};

static void compare(struct ksm_wrong *w, const char *what, struct mm_struct *mm, long there,
		    long expected)
{
	if (!w->what && there != expected)
		*w = (struct ksm_wrong) { what, mm, there, expected };
}

/* A process counts its rmap_items, and those of them that are merged. */
static void recount_mm(struct ksm_mm_slot *slot, struct ksm_wrong *w)
{
	struct mm_struct *mm = slot->slot.mm;
	struct ksm_rmap_item *item;
	long items = 0, merging = 0;

	for (item = slot->rmap_list; item; item = item->rmap_list) {
		items++;
		merging += !!(item->address & STABLE_FLAG);
	}
	compare(w, "ksm_rmap_items", mm, mm->ksm_rmap_items, items);
	compare(w, "ksm_merging_pages", mm, mm->ksm_merging_pages, merging);
}

static long recount_node(struct ksm_stable_node *node)
{
	struct ksm_rmap_item *item;
	long nr = 0;

	hlist_for_each_entry(item, &node->hlist, hlist)
		nr += item->head == node && item->address & STABLE_FLAG;
	return nr;
}

static void recount_nodes(struct ksm_wrong *w)
{
	long shared = 0, sharing = 0, nr;
	struct ksm_stable_node *node;
	struct rb_node *at;

	for (at = rb_first(root_stable_tree); at; at = rb_next(at)) {
		node = rb_entry(at, struct ksm_stable_node, node);
		if (is_stable_node_chain(node))
			return;		/* only with very many of one content */
		nr = recount_node(node);
		shared += !!nr;
		sharing += max(nr - 1, 0L);
		compare(w, "rmap_hlist_len", NULL, node->rmap_hlist_len, nr);
	}
	compare(w, "ksm_pages_shared", NULL, ksm_pages_shared, shared);
	compare(w, "ksm_pages_sharing", NULL, ksm_pages_sharing, sharing);
}

/**
 * shim_ksm_recount() - compare what ksmd counts with its lists
 * @mm: whose count is wrong, or NULL if it is ksmd's own
 * @there: what it is
 * @expected: what it should be
 *
 * Return: the name of the count, or NULL if none is wrong.
 */
const char *shim_ksm_recount(struct mm_struct **mm, long *there, long *expected)
{
	struct ksm_wrong w = {};
	struct mm_slot *slot;

	list_for_each_entry(slot, &ksm_mm_head.slot.mm_node, mm_node)
		recount_mm(mm_slot_entry(slot, struct ksm_mm_slot, slot), &w);
	recount_nodes(&w);
	*mm = w.mm;
	*there = w.there;
	*expected = w.expected;
	return w.what;
}

/* NULL for one of a VMA that is lazy in the posted series, which has a VMA instead. */
static struct anon_vma *anon_vma_of(struct ksm_rmap_item *item)
{
#ifdef CONFIG_POSTED_RMAP
	if (!anon_rmap_is_anon_vma(item->anon_rmap))
		return NULL;
	return anon_rmap_to_anon_vma(item->anon_rmap);
#else
	return item->anon_vma;
#endif
}

/**
 * shim_ksm_refs() - references that rmap_items have to an anon_vma
 * @anon_vma: to which
 */
long shim_ksm_refs(struct anon_vma *anon_vma)
{
	struct ksm_rmap_item *item;
	struct mm_slot *slot;
	long nr = 0;

	list_for_each_entry(slot, &ksm_mm_head.slot.mm_node, mm_node)
		for (item = mm_slot_entry(slot, struct ksm_mm_slot, slot)->rmap_list; item;
		     item = item->rmap_list)
			nr += item->address & STABLE_FLAG && anon_vma_of(item) == anon_vma;
	return nr;
}

/**
 * shim_each_ksm_anon_vma() - go over the anon_vmas that rmap_items refer to
 * @fn: called with each, as often as it is referred to
 * @arg: for @fn
 *
 * ksmd lets go of those of a process that has ended when it comes by again.
 */
void shim_each_ksm_anon_vma(void (*fn)(struct anon_vma *anon_vma, void *arg), void *arg)
{
	struct ksm_rmap_item *item;
	struct mm_slot *slot;

	list_for_each_entry(slot, &ksm_mm_head.slot.mm_node, mm_node)
		for (item = mm_slot_entry(slot, struct ksm_mm_slot, slot)->rmap_list; item;
		     item = item->rmap_list)
			if (item->address & STABLE_FLAG && anon_vma_of(item))
				fn(anon_vma_of(item), arg);
}

/**
 * shim_ksm_frame() - where ksmd believes a folio to be
 * @folio: one that it has merged
 *
 * Return: the field, or NULL where there is no node; the oracle reads it, and
 * is lied to by it.
 */
unsigned long *shim_ksm_frame(struct folio *folio)
{
	struct ksm_stable_node *node = folio_stable_node(folio);

	return node ? &node->kpfn : NULL;
}

/* The number of rmap_items that ksmd has for a folio; a test of the oracle changes it. */
int *shim_ksm_length(struct folio *folio)
{
	return &folio_stable_node(folio)->rmap_hlist_len;
}

/* pages_scanned in sysfs */
unsigned long shim_ksm_scanned(void)
{
	return ksm_pages_scanned;
}

/* use_zero_pages in sysfs */
void shim_ksm_use_zero_pages(bool on)
{
	ksm_use_zero_pages = on;
}

/* ksmd's sleep, until there is a process to scan */
void shim_ksm_sleep(void)
{
	wait_event_freezable(ksm_thread_wait, ksmd_should_run());
}
