// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's view of swap: each slot of the device is counted as often as
 * there are entries for it, in page tables and in files of tmpfs, and an exclusive
 * entry is the only one.
 */
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/sort.h>
#include <linux/swap.h>

#include "internal.h"
#include "check.h"
#include SHIM_LEAF_HEADER

#ifdef CONFIG_SWAP
struct swapped {
	swp_entry_t entry;
	struct space *sp;
	unsigned long addr;
	bool exclusive;
};

static struct swapped all_swapped[MAX_MAPPED];
static int nr_swapped;

/**
 * oracle_swap_begin() - forget what the last run has seen
 */
void oracle_swap_begin(void)
{
	nr_swapped = 0;
}

/**
 * oracle_swap_entry() - an entry for swap was seen
 * @sp: whose page table
 * @addr: user address
 * @pte: the entry
 */
void oracle_swap_entry(struct space *sp, unsigned long addr, pte_t pte)
{
	if (nr_swapped == MAX_MAPPED) {
		wrong(sp, "there are more entries than MAX_MAPPED, %d", MAX_MAPPED);
		return;
	}
	all_swapped[nr_swapped++] = (struct swapped) {
		.entry = shim_leaf_of_pte(pte), .sp = sp, .addr = addr,
		.exclusive = pte_swp_exclusive(pte),
	};
}

static int by_entry(const void *a, const void *b)
{
	const struct swapped *x = a, *y = b;

	return x->entry.val < y->entry.val ? -1 : x->entry.val > y->entry.val;
}

/* All entries for one slot. */
static void check_slot(const struct swapped *s, int nr)
{
	int i, there = swp_swapcount(s->entry);

	if (there != nr)
		wrong(s->sp, "swap count of the entry at %lx is %d, expected %d", s->addr, there,
		      nr);
	for (i = 0; i < nr; i++)
		if (s[i].exclusive && nr > 1)
			wrong(s[i].sp, "swap entry at %lx is exclusive, expected shared with %d entries",
			      s[i].addr, nr);
}

/* Where all slots have their counts from the beginning; that of tmpfs is a mark. */
#define has_count(si, entry)	((si)->swap_map[swp_offset(entry)] & ~SWAP_HAS_CACHE)

/* Of any slot: not all of them have a place for a count yet. */
static int count_of(swp_entry_t entry)
{
	struct swap_info_struct *si = get_swap_device(entry);
	bool there = si && SHIM_IF(SHIM_SWAP_TABLE, swap_entry_swapped, has_count)(si, entry);
	bool counted = there;

#ifdef SWAP_MAP_SHMEM
	/* a mark in the place of the count: tmpfs has it, once */
	if (si && (si->swap_map[swp_offset(entry)] & ~SWAP_HAS_CACHE) == SWAP_MAP_SHMEM)
		counted = false;
#endif
	if (si)
		put_swap_device(si);
	return counted ? swp_swapcount(entry) : there;
}

#ifdef CONFIG_SHMEM
struct file_slots {
	struct space *sp;
	long nr;
};

/* The entry of a page of tmpfs is in the file, and in no page table. */
static long slots_of_entry(struct space *sp, swp_entry_t entry, int order)
{
	long i;

	for (i = 0; i < 1L << order; i++)
		same(sp, "swap count of a page of a file",
		     count_of(swp_entry(swp_type(entry), swp_offset(entry) + i)), 1);
	return i;
}

static void add_slots(struct file *file, int held, void *arg)
{
	struct file_slots *slots = arg;
	unsigned long index;
	void *item;
	long nr = 0;

	if (!shmem_mapping(file->f_mapping))
		return;
	xa_for_each(&file->f_mapping->i_pages, index, item)
		if (xa_is_value(item))
			nr += slots_of_entry(slots->sp, radix_to_swp_entry(item),
					     xa_get_order(&file->f_mapping->i_pages, index));
	same(slots->sp, "swapped of a file", SHMEM_I(file_inode(file))->swapped, nr);
	slots->nr += nr;
}

static long slots_of_files(struct space *sp)
{
	struct file_slots slots = { .sp = sp };

	shim_each_file(add_slots, &slots);
	return slots.nr;
}
#else
static long slots_of_files(struct space *sp)
{
	return 0;
}
#endif

/* Slots that no entry names are lost; the first is the header of the device. */
static void check_device(struct view *view)
{
	struct file *device = shim_swap_file();
	long slot, nr = device ? i_size_read(file_inode(device)) >> PAGE_SHIFT : 0, counted = 0;
	struct space *sp = list_first_entry_or_null(&view->world->spaces, struct space, list);
	long expected;

	if (!sp)
		return;
	expected = nr_swapped + slots_of_files(sp);
	for (slot = 1; slot < nr; slot++)
		counted += count_of(swp_entry(0, slot));
	if (counted != expected)
		wrong(sp, "slots of the swap device are counted %ld times, expected %ld", counted,
		      expected);
}

/**
 * oracle_swap() - check the slots, of which oracle_swap_entry() has told
 * @view: all spaces
 */
void oracle_swap(struct view *view)
{
	struct swapped *all = all_swapped;
	int i, end, nr = nr_swapped;

	sort(all, nr, sizeof(*all), by_entry, NULL);
	for (i = 0; i < nr && !oracle_quiet(view->world); i = end) {
		for (end = i + 1; end < nr && all[end].entry.val == all[i].entry.val; end++)
			;
		check_slot(&all[i], end - i);
	}
	if (!oracle_quiet(view->world))
		check_device(view);
}
#else
void oracle_swap_begin(void)
{
}

void oracle_swap_entry(struct space *sp, unsigned long addr, pte_t pte)
{
}

void oracle_swap(struct view *view)
{
}
#endif
