// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's check of swap: the count of each slot of the device is the number of
 * its entries, in page tables and in files of tmpfs, and an exclusive entry is the
 * only one.
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
 * oracle_swap_begin() - begin a list of the entries for swap
 */
void oracle_swap_begin(void)
{
	nr_swapped = 0;
}

/**
 * oracle_swap_entry() - add a page table entry to the list
 * @sp: the space of the page table
 * @addr: user address
 * @pte: the entry, for a page in swap
 */
void oracle_swap_entry(struct space *sp, unsigned long addr, pte_t pte)
{
	if (nr_swapped == MAX_MAPPED) {
		wrong(sp, "room", "there are more entries than MAX_MAPPED, %d", MAX_MAPPED);
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

/* Checks a slot; @s are all its entries in page tables. */
static void check_slot(const struct swapped *s, int nr)
{
	int i, there = swp_swapcount(s->entry);

	if (there != nr)
		wrong(s->sp, "swap.count",
		      "swap count of the entry at %lx is %d, expected %d", s->addr, there,
		      nr);
	for (i = 0; i < nr; i++)
		if (s[i].exclusive && nr > 1)
			wrong(s[i].sp, "exclusive",
			      "swap entry at %lx is exclusive, expected shared with %d entries",
			      s[i].addr, nr);
}

/* Kernels with a swap_map: tmpfs has a mark in it, in the place of a count. */
#define has_count(si, entry)	((si)->swap_map[swp_offset(entry)] & ~SWAP_HAS_CACHE)

/* The count of any slot, also of one in a cluster that has no table of counts yet. */
static int count_of(swp_entry_t entry)
{
	struct swap_info_struct *si = get_swap_device(entry);
	bool there = si && SHIM_IF(SHIM_SWAP_TABLE, swap_entry_swapped, has_count)(si, entry);
	bool counted = there;

#ifdef SWAP_MAP_SHMEM
	/* the mark of tmpfs, which has the slot once */
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

/* A page of tmpfs in swap has its entry in the page cache, and in no page table. */
static long slots_of_entry(struct space *sp, swp_entry_t entry, int order)
{
	long i;

	/* the marker of a page that could not be read has no slot */
	if (swp_type(entry) >= MAX_SWAPFILES)
		return 0;
	for (i = 0; i < 1L << order; i++)
		same_of(sp, "swap.count", "swap count of a page of a file",
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
	same_of(slots->sp, "swap.file",
		"swapped of a file", SHMEM_I(file_inode(file))->swapped, nr);
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

/* Slot 0 is the header of the device. Their numbers are those of swap_info[]. */
static long counted_of(int nth)
{
	struct file *device = shim_swap_file(nth);
	long slot, nr = device ? i_size_read(file_inode(device)) >> PAGE_SHIFT : 0, counted = 0;

	for (slot = 1; slot < nr; slot++)
		counted += count_of(swp_entry(nth, slot));
	return counted;
}

/* Counts of slots without an entry are a leak. */
static void check_devices(struct view *view)
{
	long counted = 0;
	struct space *sp = list_first_entry_or_null(&view->world->spaces, struct space, list);
	long expected;
	int nth;

	if (!sp)
		return;
	expected = nr_swapped + slots_of_files(sp);
	for (nth = 0; nth < SHIM_SWAP_DEVICES; nth++)
		counted += counted_of(nth);
	if (counted != expected)
		wrong(sp, "swap.slots",
		      "slots of the swap device are counted %ld times, expected %ld", counted,
		      expected);
}

/**
 * oracle_swap() - check the slots against the list of entries
 * @view: the view of all spaces, whose entries are in the list
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
		check_devices(view);
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
