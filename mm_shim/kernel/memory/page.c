// SPDX-License-Identifier: GPL-2.0
/*
 * Physical memory: one arena of the host, whose free pages buddy.c has. Contents are real; a free
 * page is poisoned for ASan, and filled with a pattern without ASan. A page that is freed
 * in a bad state is reported as by bad_page() of mm/page_alloc.c.
 */
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/mman.h>
#include <linux/mmzone.h>
#include <linux/page_ref.h>
#include <linux/security.h>
#include <linux/vmstat.h>

#include <asm/pgalloc.h>

#include "internal.h"
#include <shim/compat.h>
#include SHIM_IF(SHIM_PAGE_ALLOC_H, "page_alloc.h", "internal.h")
#include <shim/host.h>
#include <shim/memory.h>
#include <shim/sched.h>
#include <shim/tlb.h>

#include "buddy.h"

#define FREE_PATTERN	0xaa
#define NEW_PATTERN	0xbb	/* of an allocated page without __GFP_ZERO */

struct pglist_data contig_page_data;
unsigned long max_pfn;
unsigned long totalreserve_pages __weak;
unsigned long mmap_min_addr = CONFIG_DEFAULT_MMAP_MIN_ADDR;
unsigned long dac_mmap_min_addr = CONFIG_DEFAULT_MMAP_MIN_ADDR;
s32 vm_committed_as_batch = 32;
const char * const migratetype_names[MIGRATE_TYPES] = { "Unmovable" };
int min_free_kbytes = 1024, user_min_free_kbytes = -1;
atomic_long_t _totalram_pages;
DEFINE_STATIC_KEY_FALSE(init_on_alloc);
DEFINE_STATIC_KEY_FALSE(init_on_free);
#ifdef SHIM_ARCH_ZERO_PAGE
void *empty_zero_page;
#else
unsigned long zero_page_pfn;
struct page *__zero_page;
#endif

static bool zone_movable, tables_guarded;

/* The stack that allocated a page, for the report of leaks. */
struct page_owner_stack {
	void *frames[HOST_FRAMES];
};
static struct page_owner_stack *owners;

static void take_stack(struct page_owner_stack *owner)
{
	owner->frames[0] = NULL;
	host_backtrace(owner->frames, HOST_FRAMES);
}

void prep_compound_page(struct page *page, unsigned int order)
{
	int i;

	__SetPageHead(page);
	for (i = 1; i < 1 << order; i++)
		shim_prep_compound_tail(page, i, order);
	prep_compound_head(page, order);
}

/* The zone that an allocation is served from; both share the free lists. */
static enum zone_type zone_for(gfp_t gfp)
{
	return zone_movable && gfp_zone(current_gfp_context(gfp)) == ZONE_MOVABLE ?
	       ZONE_MOVABLE : ZONE_NORMAL;
}

/* pagetable_alloc() of newer kernels adds __GFP_COMP. */
static bool is_guarded(gfp_t gfp, unsigned int order)
{
	return tables_guarded && !order && (gfp & ~__GFP_COMP) == GFP_PGTABLE_USER;
}

static struct page *alloc_frozen(gfp_t gfp, unsigned int order)
{
	enum zone_type zone = zone_for(gfp);
	unsigned long size = PAGE_SIZE << order;
	struct page *page;
	unsigned int i;

	if (WARN_ON_ONCE(order > MAX_PAGE_ORDER) || shim_should_fail(gfp))
		return NULL;
	page = is_guarded(gfp, order) ? shim_buddy_take_guarded() : shim_buddy_take(order);
	if (!page)
		return NULL;

	for (i = 0; i < 1U << order; i++) {
		struct page_owner_stack *owner = owners + page_to_pfn(page) + i;

		atomic_set(&(page + i)->_mapcount, -1);
		page[i].mapping = NULL;
		set_page_zone(page + i, zone);
		set_page_private(page + i, 0);
		if (i)
			*owner = owner[-1];
		else
			take_stack(owner);
	}
	host_unpoison(page_address(page), size);
	memset(page_address(page), gfp & __GFP_ZERO ? 0 : NEW_PATTERN, size);
	if (order && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
	shim_memory_is_new(page_address(page), size);
	shim_memory_is_new(page, sizeof(*page) << order);
	return page;
}

static const char *page_is_bad(struct page *page)
{
	if (atomic_read(&page->_mapcount) != -1)
		return "nonzero mapcount";
	if (page->mapping)
		return "non-NULL mapping";
	if (page_ref_count(page))
		return "nonzero _refcount";
	if (shim_page_flags(page) & PAGE_FLAGS_CHECK_AT_FREE)
		return "PAGE_FLAGS_CHECK_AT_FREE flag(s) set";
	return NULL;
}

static void check_free(struct page *page, const char *bad)
{
	if (!bad)
		bad = page_is_bad(page);
	if (!bad)
		return;
	dump_page(page, bad);
	WARN(1, "BUG: Bad page state, pfn:%05lx: %s", page_to_pfn(page), bad);
}

static const char *large_folio_is_bad(struct folio *folio)
{
	if (folio_large_mapcount(folio))
		return "nonzero large_mapcount";
	if (IS_ENABLED(CONFIG_PAGE_MAPCOUNT) && atomic_read(&folio->_nr_pages_mapped))
		return "nonzero nr_pages_mapped";
	if (folio_entire_mapcount(folio))
		return "nonzero entire_mapcount";
	if (atomic_read(&folio->_pincount))
		return "nonzero pincount";
	return NULL;
}

static void check_tails(struct page *page, unsigned int order)
{
	struct folio *folio = (struct folio *)page;
	const char *bad = NULL;
	unsigned int i;

	if (PageHead(page)) {
		bad = large_folio_is_bad(folio);
		if (folio_order(folio) != order)
			bad = "freed with another order";
		if (order > 1 && !list_empty(&folio->_deferred_list))
			bad = "on deferred list";
	}
	if (bad)
		check_free(page, bad);
	shim_page_flags(page + 1) &= ~PAGE_FLAGS_SECOND;
	for (i = 1; i < 1U << order; i++) {
		struct page *tail = page + i;

		if (PageTail(tail)) {
			clear_compound_head(tail);
			tail->mapping = NULL;
			atomic_set(&(tail)->_mapcount, -1);
		}
		check_free(tail, NULL);
		shim_page_flags(tail) &= ~PAGE_FLAGS_CHECK_AT_PREP;
		set_page_private(tail, 0);
	}
}

/* Clears the state that a page may still have when its last reference is dropped. */
static void strip(struct page *page)
{
	struct folio *folio = (struct folio *)page;

	if (folio_test_mlocked(folio)) {
		__folio_clear_mlocked(folio);
		mod_zone_page_state(folio_zone(folio), NR_MLOCK, -folio_nr_pages(folio));
	}
	if (folio_test_anon(folio))
		folio->mapping = NULL;
	if (page_has_type(page))
		page->page_type = UINT_MAX;
}

static void free_frozen(struct page *page, unsigned int order)
{
	VM_BUG_ON_PAGE(PageTail(page), page);
	if (WARN(PageBuddy(page), "page freed twice, pfn:%05lx", page_to_pfn(page)))
		return;
	debug_check_no_locks_freed(page_address(page), PAGE_SIZE << order);
	shim_tlb_page_freed(page, order);
	strip(page);
	if (order)
		check_tails(page, order);
	check_free(page, NULL);
	shim_page_flags(page) &= ~PAGE_FLAGS_CHECK_AT_PREP;
	set_page_private(page, 0);

	if (!host_has_poison())
		memset(page_address(page), FREE_PATTERN, PAGE_SIZE << order);
	host_poison(page_address(page), PAGE_SIZE << order);
	shim_buddy_give(page, order);
}

static struct page *alloc_pages_counted(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_frozen(gfp, order);

	if (page)
		set_page_count(page, 1);
	return page;
}

struct page *SHIM_IF(SHIM_ALLOC_PAGES_NODE_EXTERN,
	alloc_pages_node_noprof(int nid, gfp_t gfp, unsigned int order),
	__alloc_pages_noprof(gfp_t gfp, unsigned int order, int nid, nodemask_t *nodemask))
{
	return alloc_pages_counted(gfp, order);
}

struct folio *__folio_alloc_noprof(gfp_t gfp, unsigned int order, int nid,
				   nodemask_t *nodemask)
{
	struct page *page = alloc_pages_counted(gfp | __GFP_COMP, order);

	return page_rmappable_folio(page);
}

unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages_counted(gfp & ~__GFP_HIGHMEM, order);

	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long get_zeroed_page_noprof(gfp_t gfp)
{
	return get_free_pages_noprof(gfp | __GFP_ZERO, 0);
}

void free_frozen_pages(struct page *page, unsigned int order)
{
	free_frozen(page, order);
}

void free_unref_page(struct page *page, unsigned int order)
{
	free_frozen(page, order);
}

void free_unref_folios(struct folio_batch *folios)
{
	unsigned int i;

	for (i = 0; i < folios->nr; i++)
		free_frozen(&folios->folios[i]->page, folio_order(folios->folios[i]));
	folio_batch_reinit(folios);
}

void __free_pages(struct page *page, unsigned int order)
{
	if (put_page_testzero(page))
		free_frozen(page, order);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

/* Freed pages go to the buddy allocator at once: cases have no per-CPU lists. */
void zone_pcp_disable(struct zone *zone)
{
}

void zone_pcp_enable(struct zone *zone)
{
}

bool is_free_buddy_page(const struct page *page)
{
	return PageBuddy(page);
}

/**
 * shim_use_zone_movable() - have a ZONE_MOVABLE, as after kernelcore= or memory hotplug
 * @on: allocations that may be served from it are, from now on
 *
 * Context: a case, whose process the setting is for.
 */
void shim_use_zone_movable(bool on)
{
	zone_movable = on;
}

/**
 * shim_guard_tables() - have a red zone before and behind each page table
 *
 * A page that nobody may use, so that with ASan an access beside the table is a report.
 *
 * Context: a case, whose process it is for: the pages are lost.
 */
void shim_guard_tables(void)
{
	tables_guarded = true;
}

/**
 * shim_pages_report() - log allocated pages with the stacks that allocated them
 * @most: number of pages to log at the most
 *
 * Context: no other task runs.
 */
void shim_pages_report(unsigned int most)
{
	unsigned long pfn;

	for (pfn = 1; pfn < SHIM_NR_PAGES && most; pfn++) {
		struct page_owner_stack *owner = owners + pfn;
		struct page *page = pfn_to_page(pfn);

		if (PageBuddy(page)) {
			pfn += (1UL << page_private(page)) - 1;
			continue;
		}
		if (!owner->frames[0] || PageReserved(page))
			continue;
		pr_err("  page pfn:%05lx refcount:%d mapcount:%d, allocated at:\n",
		       pfn, page_ref_count(page), atomic_read(&page->_mapcount) + 1);
		host_print_frames(owner->frames, HOST_FRAMES);
		most--;
	}
}

/* No leak, whoever has had it */
static void forget_owners(struct page *page, unsigned int order)
{
	memset(owners + page_to_pfn(page), 0, sizeof(*owners) << order);
}

/**
 * shim_page_boot_end() - leave the rest of the huge pages that booting has used unused
 *
 * A case would copy each page of them that it uses, as the process it is forked from has
 * touched them. In another one it gets a fresh huge page of the host by one fault.
 *
 * Context: the last step of the boot.
 */
void shim_page_boot_end(void)
{
	atomic_long_set(&_totalram_pages, SHIM_NR_PAGES);
	shim_buddy_drop_below(PMD_SHIFT - PAGE_SHIFT, forget_owners);
}

/* The zero page, which is reserved and is not counted as used. */
static void make_zero_page(void)
{
	struct page *zero = alloc_frozen(GFP_KERNEL | __GFP_ZERO, 0);

	set_page_count(zero, 1);
	SetPageReserved(zero);
	shim_buddy_reserve();
	shim_set_zero_page(zero);
}

static void boot_zone(enum zone_type type, const char *name)
{
	struct zone *zone = &contig_page_data.node_zones[type];

	zone->zone_pgdat = &contig_page_data;
	zone->name = name;
	zone->per_cpu_zonestats = alloc_percpu(struct per_cpu_zonestat);
	spin_lock_init(&zone->lock);
}

/**
 * shim_page_boot() - set up the arena, its struct pages, the node and its zone
 *
 * Context: booting, after shim_percpu_boot().
 */
void shim_page_boot(void)
{
	unsigned long size = SHIM_NR_PAGES << PAGE_SHIFT, pfn;
	int i;

	shim_page_offset = (unsigned long)host_arena(size, PAGE_SIZE << MAX_PAGE_ORDER);
	shim_tlb_boot();
	mem_map = host_reserve(PAGE_ALIGN(SHIM_NR_PAGES * sizeof(struct page)), PAGE_SIZE);
	owners = host_reserve(PAGE_ALIGN(SHIM_NR_PAGES * sizeof(*owners)), PAGE_SIZE);
	max_mapnr = max_pfn = SHIM_NR_PAGES;
	highest_memmap_pfn = SHIM_NR_PAGES - 1;
	/* with 512 MiB, mm/huge_memory.c would start khugepaged at its boot */
	atomic_long_set(&_totalram_pages, min(SHIM_NR_PAGES, 1UL << 15));

	contig_page_data.node_spanned_pages = SHIM_NR_PAGES;
	contig_page_data.node_present_pages = SHIM_NR_PAGES;
	boot_zone(ZONE_NORMAL, "Normal");
	boot_zone(ZONE_MOVABLE, "Movable");
	contig_page_data.per_cpu_nodestats = alloc_percpu(struct per_cpu_nodestat);
	lruvec_init(&contig_page_data.__lruvec);
	for (i = 0; i < NR_VMSCAN_THROTTLE; i++)
		init_waitqueue_head(&contig_page_data.reclaim_wait[i]);

	shim_buddy_boot();
	for (pfn = 0; pfn < SHIM_NR_PAGES; pfn++) {
		set_page_links(pfn_to_page(pfn), ZONE_NORMAL, 0, pfn);
		atomic_set(&(pfn_to_page(pfn))->_mapcount, -1);
	}
	/* the block with pfn 0 is left out: 0 means "no pfn" in many places */
	for (pfn = SHIM_NR_PAGES - MAX_ORDER_NR_PAGES; pfn; pfn -= MAX_ORDER_NR_PAGES)
		shim_buddy_add(pfn_to_page(pfn), MAX_PAGE_ORDER);
	host_poison(__va(0), size);
	make_zero_page();
}
