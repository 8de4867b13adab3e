// SPDX-License-Identifier: GPL-2.0
/*
 * The arena, and its free pages: a buddy allocator under one lock. A benchmark has lists of
 * single pages of each CPU before it, or its threads would measure that lock. A case has none:
 * what it allocates next must not depend on the CPU that it runs on.
 */
#include <linux/mm.h>
#include <linux/percpu.h>

#include <shim/bench.h>
#include <shim/memory.h>

#include "buddy.h"

#define NR_ORDERS	(MAX_PAGE_ORDER + 1)

unsigned long shim_nr_pages = 1UL << 15;	/* 128 MiB */
unsigned long shim_page_offset;
struct page *mem_map __weak;		/* weak: mm/memory.c of older trees has both */
unsigned long max_mapnr __weak;

static struct list_head free_list[NR_ORDERS];
static arch_spinlock_t buddy_lock = __ARCH_SPIN_LOCK_UNLOCKED;
static unsigned long nr_used;

/* Pages that a CPU takes from the others at a time, and how many it keeps at most */
#define BATCH		32
#define MOST_KEPT	(4 * BATCH)

/* A thread owns its CPU, so nothing here is locked. */
struct cpu_pages {
	struct list_head list;
	unsigned int nr;
	long used;			/* part of nr_used */
};

static DEFINE_PER_CPU(struct cpu_pages, cpu_pages);
static bool cpu_lists;

/**
 * shim_buddy_add() - make a block the first of the free ones of its order
 * @page: its first page
 * @order: its order
 *
 * Context: booting, or with the lock held.
 */
void shim_buddy_add(struct page *page, unsigned int order)
{
	__SetPageBuddy(page);
	set_page_private(page, order);
	list_add(&page->lru, &free_list[order]);
}

static void del_free(struct page *page)
{
	list_del(&page->lru);
	__ClearPageBuddy(page);
	set_page_private(page, 0);
}

static struct page *take_free(unsigned int order)
{
	unsigned int have = order;
	struct page *page;

	while (have < NR_ORDERS && list_empty(&free_list[have]))
		have++;
	if (have == NR_ORDERS)
		return NULL;
	page = list_first_entry(&free_list[have], struct page, lru);
	del_free(page);
	while (have > order) {
		have--;
		shim_buddy_add(page + (1UL << have), have);
	}
	return page;
}

/*
 * In a page that is in use the word of PageBuddy() is the mapcount, which others change: a
 * racy read, as in the kernel's own allocator. A mapcount is never the value of a free page.
 */
static __no_sanitize_thread noinline bool is_free(struct page *page, unsigned int order)
{
	return PageBuddy(page) && page_private(page) == order;
}

static void give_free(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	while (order < MAX_PAGE_ORDER) {
		struct page *buddy = pfn_to_page(pfn ^ (1UL << order));

		if (!is_free(buddy, order))
			break;
		del_free(buddy);
		pfn &= ~(1UL << order);
		order++;
	}
	shim_buddy_add(pfn_to_page(pfn), order);
}

static void refill(struct cpu_pages *c)
{
	struct page *page;

	arch_spin_lock(&buddy_lock);
	while (c->nr < BATCH && (page = take_free(0))) {
		list_add(&page->lru, &c->list);
		c->nr++;
	}
	arch_spin_unlock(&buddy_lock);
}

static void drain(struct cpu_pages *c, unsigned int keep)
{
	struct page *page;

	arch_spin_lock(&buddy_lock);
	while (c->nr > keep) {
		page = list_last_entry(&c->list, struct page, lru);
		list_del(&page->lru);
		give_free(page, 0);
		c->nr--;
	}
	arch_spin_unlock(&buddy_lock);
}

static struct page *take_of_cpu(void)
{
	struct cpu_pages *c = this_cpu_ptr(&cpu_pages);
	struct page *page;

	if (!c->nr)
		refill(c);
	if (!c->nr)
		return NULL;
	page = list_first_entry(&c->list, struct page, lru);
	list_del(&page->lru);
	c->nr--;
	c->used++;
	return page;
}

static void give_to_cpu(struct page *page)
{
	struct cpu_pages *c = this_cpu_ptr(&cpu_pages);

	list_add(&page->lru, &c->list);
	c->used--;
	if (++c->nr > MOST_KEPT)
		drain(c, MOST_KEPT - BATCH);
}

/**
 * shim_buddy_take() - allocate a block
 * @order: its order
 *
 * Context: any; spins for the lock.
 * Return: its first page, or NULL if there is none.
 */
struct page *shim_buddy_take(unsigned int order)
{
	struct page *page;

	if (cpu_lists && !order)
		return take_of_cpu();
	arch_spin_lock(&buddy_lock);
	page = take_free(order);
	if (page)
		nr_used += 1UL << order;
	arch_spin_unlock(&buddy_lock);
	return page;
}

/**
 * shim_buddy_take_guarded() - allocate a page with one before and two behind it that stay unused
 *
 * They are as poisoned as free pages are, and are lost.
 *
 * Context: as shim_buddy_take().
 * Return: the page, or NULL.
 */
struct page *shim_buddy_take_guarded(void)
{
	struct page *page;

	arch_spin_lock(&buddy_lock);
	page = take_free(2);
	nr_used += !!page;
	arch_spin_unlock(&buddy_lock);
	return page ? page + 1 : NULL;
}

/**
 * shim_buddy_give() - free a block
 * @page: its first page
 * @order: its order
 *
 * Context: as shim_buddy_take().
 */
void shim_buddy_give(struct page *page, unsigned int order)
{
	if (cpu_lists && !order) {
		give_to_cpu(page);
		return;
	}
	arch_spin_lock(&buddy_lock);
	nr_used -= 1UL << order;
	give_free(page, order);
	arch_spin_unlock(&buddy_lock);
}

/**
 * shim_buddy_reserve() - count an allocated page as none that is in use
 *
 * Context: booting.
 */
void shim_buddy_reserve(void)
{
	nr_used--;
}

/**
 * shim_buddy_drop_below() - leave all free blocks of low orders unused for good
 * @order: the lowest that stays
 * @dropped: called for each block
 *
 * Context: booting.
 */
void shim_buddy_drop_below(unsigned int order,
			   void (*dropped)(struct page *page, unsigned int order))
{
	struct page *page, *next;

	while (order--)
		list_for_each_entry_safe(page, next, &free_list[order], lru) {
			del_free(page);
			dropped(page, order);
		}
}

/**
 * shim_use_cpu_lists() - have each CPU keep free pages for itself
 * @on: from now on; what is kept is given back if not
 *
 * Context: a benchmark; no other task allocates or frees.
 */
void shim_use_cpu_lists(bool on)
{
	int cpu;

	cpu_lists = on;
	for_each_possible_cpu(cpu) {
		struct cpu_pages *c = per_cpu_ptr(&cpu_pages, cpu);

		drain(c, 0);
		INIT_LIST_HEAD(&c->list);
		nr_used += c->used;
		c->used = 0;
	}
}

/**
 * shim_pages_used() - count the allocated pages
 *
 * Context: exact if no other task allocates or frees, and the CPUs have no lists.
 * Return: their number; the zero page is not counted.
 */
unsigned long shim_pages_used(void)
{
	return nr_used;
}

/**
 * shim_buddy_boot() - begin with no free page
 *
 * Context: booting.
 */
void shim_buddy_boot(void)
{
	int order;

	for (order = 0; order < NR_ORDERS; order++)
		INIT_LIST_HEAD(&free_list[order]);
}
