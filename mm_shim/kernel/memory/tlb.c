// SPDX-License-Identifier: GPL-2.0
/*
 * A TLB that no access goes through: it knows what user code could still use. An access fills
 * it with the translation and with the tables of the walk, as if every CPU kept them. A flush
 * drops what the page tables no longer allow. What they still allow stays, as hardware may walk
 * at any time: a flush before the entry is changed does not help. So a translation that is
 * here and not in the page tables is one whose flush is missing or is still due.
 *
 * Nothing here is a synchronisation point, and it is built without instrumentation: its lock
 * must not order what TSan looks at.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>

#include <asm/tlbbatch.h>
#include <asm/tlbflush.h>
#include <shim/host.h>
#include <shim/bench.h>
#include <shim/memory.h>
#include <shim/sched.h>
#include <shim/tlb.h>

#define NR_ENTRIES	1024	/* about as many as a CPU has */
#define HASH_BITS	10
#define NR_TABLES	3

/* Links are indices; 0 is none. */
struct entry {
	struct mm_struct *mm;		/* NULL while it is free */
	unsigned long addr;
	unsigned long pfn;
	const void *batch;		/* the batch that its flush was put off to */
	u16 next, prev;			/* of the same mm */
	u16 hash_next;			/* or the next free one */
	u8 level;
	bool writable;
};

static struct entry entries[NR_ENTRIES + 1];
static u16 buckets[1 << HASH_BITS];
static u16 first_free, nr_ever, oldest;
static unsigned int nr_held;
static u16 *held_of;		/* number of entries of each page */
static int tlb_lock;
static bool rests;

/* Called for a flush of an mm whose context is hosted, with any lock held that a flush may have. */
void (*shim_tlb_hook)(struct mm_struct *mm, unsigned long start, unsigned long end);

/**
 * shim_tlb_boot() - make room for as many pages as the machine has
 *
 * Context: booting.
 */
void shim_tlb_boot(void)
{
	held_of = host_reserve(PAGE_ALIGN(SHIM_NR_PAGES * sizeof(*held_of)), PAGE_SIZE);
}

/* The tables of a walk, by enum shim_tlb_level, and what it ends at. */
struct walk {
	unsigned long table[NR_TABLES];
	unsigned long pfn;
	enum shim_tlb_level level;
	bool writable, dirty;
};

static void lock(void)
{
	while (__atomic_exchange_n(&tlb_lock, 1, __ATOMIC_ACQUIRE))
		shim_cpu_relax();
}

static void unlock(void)
{
	__atomic_store_n(&tlb_lock, 0, __ATOMIC_RELEASE);
}

/*
 * RCU keeps the tables of a walk. In a race the task that has the turn keeps it here, and the
 * begin of a section would pass it.
 */
static bool walks_begin(void)
{
	bool section = !shim_racing;

	if (section)
		rcu_read_lock();
	lock();
	return section;
}

static void walks_end(bool section)
{
	unlock();
	if (section)
		rcu_read_unlock();
}

static void end_walk(struct walk *w, unsigned long val, unsigned long pfn,
		     enum shim_tlb_level level)
{
	if (!(val & _PAGE_PRESENT) || !(val & _PAGE_USER))
		return;
	w->pfn = pfn;
	w->level = level;
	w->writable = val & _PAGE_RW;
	w->dirty = val & _PAGE_DIRTY;
}

/* Walks the page tables as hardware does. */
static struct walk walk(struct mm_struct *mm, unsigned long addr)
{
	p4d_t *p4dp = p4d_offset(pgd_offset(mm, addr), addr), p4d = READ_ONCE(*p4dp);
	struct walk w = {};
	pud_t *pudp, pud;
	pmd_t pmd;
	pte_t pte;

	if (!p4d_present(p4d))
		return w;
	w.table[SHIM_TLB_PUD_TABLE - SHIM_TLB_PTE_TABLE] = p4d_pfn(p4d);
	pudp = pud_offset_lockless(p4dp, p4d, addr);
	pud = READ_ONCE(*pudp);
	if (!pud_present(pud))
		return w;
	w.table[SHIM_TLB_PMD_TABLE - SHIM_TLB_PTE_TABLE] = pud_pfn(pud);
	pmd = READ_ONCE(*pmd_offset_lockless(pudp, pud, addr));
	if (pmd_val(pmd) & _PAGE_PSE) {
		end_walk(&w, pmd_val(pmd), pmd_pfn(pmd) + pte_index(addr), SHIM_TLB_PMD);
		return w;
	}
	if (!(pmd_val(pmd) & _PAGE_PRESENT))
		return w;
	w.table[0] = pmd_pfn(pmd);
	pte = READ_ONCE(((pte_t *)pmd_page_vaddr(pmd))[pte_index(addr)]);
	end_walk(&w, pte_val(pte), pte_pfn(pte), SHIM_TLB_PTE);
	return w;
}

static unsigned long size_of(enum shim_tlb_level level)
{
	switch (level) {
	case SHIM_TLB_PTE_TABLE:
		return PMD_SIZE;
	case SHIM_TLB_PMD_TABLE:
		return PUD_SIZE;
	case SHIM_TLB_PUD_TABLE:
		return PGDIR_SIZE;
	default:
		return PAGE_SIZE;
	}
}

static enum shim_tlb_fault fault_of(const struct entry *e, const struct walk *w)
{
	unsigned long pfn = w->pfn;

	if (e->level >= SHIM_TLB_PTE_TABLE)
		pfn = w->table[e->level - SHIM_TLB_PTE_TABLE];
	if (!pfn)
		return SHIM_TLB_GONE;
	if (pfn != e->pfn)
		return SHIM_TLB_OTHER;
	if (e->level >= SHIM_TLB_PTE_TABLE)
		return SHIM_TLB_ALLOWED;
	if (w->level != e->level)
		return SHIM_TLB_SIZE;
	if (e->writable && !w->writable)
		return SHIM_TLB_READONLY;
	return e->writable && !w->dirty ? SHIM_TLB_CLEAN : SHIM_TLB_ALLOWED;
}

static enum shim_tlb_fault fault_now(const struct entry *e)
{
	struct walk w = walk(e->mm, e->addr);

	return fault_of(e, &w);
}

static u16 *bucket(unsigned long addr)
{
	return buckets + hash_long(addr >> PAGE_SHIFT, HASH_BITS);
}

static void count(unsigned long pfn, int n)
{
	if (pfn < SHIM_NR_PAGES)
		held_of[pfn] += n;
	nr_held += n;
}

static void drop(u16 nr)
{
	struct entry *e = entries + nr;
	u16 *link = bucket(e->addr);

	while (*link != nr)
		link = &entries[*link].hash_next;
	*link = e->hash_next;
	if (e->prev)
		entries[e->prev].next = e->next;
	else
		e->mm->context.tlb = e->next;
	if (e->next)
		entries[e->next].prev = e->prev;
	count(e->pfn, -1);
	e->mm = NULL;
	e->hash_next = first_free;
	first_free = nr;
}

static u16 take_free(void)
{
	u16 nr;

	if (!first_free && nr_ever < NR_ENTRIES)
		return ++nr_ever;
	if (!first_free) {
		oldest = oldest % NR_ENTRIES + 1;
		drop(oldest);
	}
	nr = first_free;
	first_free = entries[nr].hash_next;
	return nr;
}

static struct entry *find(struct mm_struct *mm, unsigned long addr, unsigned long pfn,
			  enum shim_tlb_level level)
{
	u16 nr = *bucket(addr);

	for (; nr; nr = entries[nr].hash_next)
		if (entries[nr].addr == addr && entries[nr].mm == mm &&
		    entries[nr].pfn == pfn && entries[nr].level == level)
			return entries + nr;
	return NULL;
}

/* An old one with the same address stays: a CPU that has it need not be the one that has this. */
static bool add(struct mm_struct *mm, unsigned long addr, unsigned long pfn,
		enum shim_tlb_level level, bool writable)
{
	struct entry *e;
	u16 nr;

	addr &= ~(size_of(level) - 1);
	e = find(mm, addr, pfn, level);
	if (e) {
		e->writable |= writable;
		return false;
	}
	nr = take_free();
	e = entries + nr;
	*e = (struct entry) {
		.mm = mm, .addr = addr, .pfn = pfn, .level = level, .writable = writable,
		.next = mm->context.tlb, .hash_next = *bucket(addr),
	};
	if (e->next)
		entries[e->next].prev = nr;
	mm->context.tlb = nr;
	*bucket(addr) = nr;
	count(pfn, 1);
	return true;
}

/**
 * shim_tlb_fill() - an access of user code is made by the page tables
 * @mm: the address space
 * @addr: user address
 *
 * A store has set the dirty bit before.
 *
 * Context: with the lock of the page table held.
 */
void shim_tlb_fill(struct mm_struct *mm, unsigned long addr)
{
	struct walk w;
	int i;

	if (rests)
		return;
	w = walk(mm, addr);
	if (!w.pfn)
		return;
	lock();
	add(mm, addr, w.pfn, w.level, w.writable && w.dirty);
	/* the upper tables are here if the lowest one is */
	for (i = w.level == SHIM_TLB_PMD; i < NR_TABLES; i++)
		if (!add(mm, addr, w.table[i], SHIM_TLB_PTE_TABLE + i, false))
			break;
	unlock();
}

/**
 * shim_tlb_rest() - have accesses leave nothing here, for a benchmark
 * @on: from now on
 *
 * Its threads would wait for each other at the one lock.
 *
 * Context: nothing is cached.
 */
void shim_tlb_rest(bool on)
{
	rests = on;
}

static bool reaches(const struct entry *e, unsigned long start, unsigned long end)
{
	return e->addr < end && e->addr + size_of(e->level) > start;
}

/* What is still allowed stays, without what is not. */
static void flush_entry(u16 nr)
{
	struct entry *e = entries + nr;
	struct walk w = walk(e->mm, e->addr);

	e->writable &= w.writable && w.dirty;
	if (fault_of(e, &w) != SHIM_TLB_ALLOWED)
		drop(nr);
	else
		e->batch = NULL;
}

/*
 * A guest of programs/run has the host's page tables for a TLB, which is of whole pages; its
 * flushes are not put off.
 */
static void flush_guest(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	if (unlikely(mm->context.hosted))
		shim_tlb_hook(mm, start & PAGE_MASK, PAGE_ALIGN(min(end, TASK_SIZE)));
}

/**
 * shim_tlb_flush_range() - drop what is cached for a range of addresses
 * @mm: the address space
 * @start: first address
 * @end: the address behind the last one
 *
 * Context: any, with any lock held.
 */
void shim_tlb_flush_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	bool section;
	u16 nr, next;

	flush_guest(mm, start, end);
	if (!READ_ONCE(mm->context.tlb))
		return;
	section = walks_begin();
	for (nr = mm->context.tlb; nr; nr = next) {
		next = entries[nr].next;
		if (reaches(entries + nr, start, end))
			flush_entry(nr);
	}
	walks_end(section);
}

/**
 * shim_tlb_flush_all() - drop what is cached for any address space
 *
 * Context: any, with any lock held.
 */
void shim_tlb_flush_all(void)
{
	bool section = walks_begin();
	u16 nr;

	for (nr = 1; nr <= nr_ever; nr++)
		if (entries[nr].mm)
			flush_entry(nr);
	walks_end(section);
}

/**
 * shim_tlb_batch() - put the flush of a range off to the end of a batch
 * @batch: the batch
 * @mm: the address space
 * @start: first address
 * @end: the address behind the last one, or 0 for one page
 *
 * Context: with the lock of the page table held, whose entries were cleared.
 */
void shim_tlb_batch(struct arch_tlbflush_unmap_batch *batch, struct mm_struct *mm,
		    unsigned long start, unsigned long end)
{
	u16 nr;

	end = end ?: start + PAGE_SIZE;
	flush_guest(mm, start, end);
	lock();
	for (nr = mm->context.tlb; nr; nr = entries[nr].next)
		if (reaches(entries + nr, start, end))
			entries[nr].batch = batch;
	unlock();
}

/**
 * shim_tlb_batch_flush() - the end of a batch: flush what was put off
 * @batch: the batch
 *
 * Context: any, with any lock held.
 */
void shim_tlb_batch_flush(struct arch_tlbflush_unmap_batch *batch)
{
	bool section = walks_begin();
	u16 nr;

	for (nr = 1; nr <= nr_ever; nr++)
		if (entries[nr].mm && entries[nr].batch == batch)
			flush_entry(nr);
	walks_end(section);
}

/**
 * shim_tlb_forget() - an address space is freed
 * @mm: the address space, whose page tables are gone
 *
 * Context: nobody uses @mm.
 */
void shim_tlb_forget(struct mm_struct *mm)
{
	bool left = false;

	lock();
	while (mm->context.tlb) {
		drop(mm->context.tlb);
		left = true;
	}
	unlock();
	WARN(left, "an address space is freed before the TLB flush that is due");
}

/**
 * shim_tlb_holds() - count the translations of a page that are cached
 * @mm: the address space
 * @addr: address of the page
 * @stores: only those that a store may use
 *
 * Context: any.
 * Return: their number; more than one, if their flush is still due.
 */
unsigned int shim_tlb_holds(struct mm_struct *mm, unsigned long addr, bool stores)
{
	unsigned int n = 0;
	u16 nr;

	lock();
	for (nr = mm->context.tlb; nr; nr = entries[nr].next)
		n += entries[nr].level < SHIM_TLB_PTE_TABLE && entries[nr].addr == addr &&
		     (entries[nr].writable || !stores);
	unlock();
	return n;
}

static void tell(const struct entry *e, enum shim_tlb_fault fault, struct shim_tlb_stale *to)
{
	*to = (struct shim_tlb_stale) {
		.mm = e->mm, .addr = e->addr, .pfn = e->pfn, .level = e->level,
		.writable = e->writable, .fault = fault,
	};
}

/**
 * shim_tlb_find_stale() - look for a cached translation that the page tables do not allow
 * @mm: the address space
 * @stale: filled in with the one that was cached last
 *
 * Context: no flush is due: nobody else changes @mm.
 * Return: true if there is one.
 */
bool shim_tlb_find_stale(struct mm_struct *mm, struct shim_tlb_stale *stale)
{
	bool section = walks_begin(), found = false;
	enum shim_tlb_fault fault;
	u16 nr;

	for (nr = mm->context.tlb; nr && !found; nr = entries[nr].next) {
		fault = fault_now(entries + nr);
		found = fault != SHIM_TLB_ALLOWED;
		if (found)
			tell(entries + nr, fault, stale);
	}
	walks_end(section);
	return found;
}

/**
 * shim_tlb_freed() - pages are freed: nothing that is cached may be of them
 * @pfn: the first page
 * @nr: number of pages
 * @held: filled in with a translation to one of them, or with one of their use as a table
 *
 * What is told is dropped, so that it is told once.
 *
 * Context: any.
 * Return: true if there is one.
 */
bool shim_tlb_freed(unsigned long pfn, unsigned long nr, struct shim_tlb_stale *held)
{
	unsigned long end = pfn + nr;
	bool section, found = false;
	u16 i;

	if (!READ_ONCE(nr_held))
		return false;
	while (pfn < end && !READ_ONCE(held_of[pfn]))
		pfn++;
	if (pfn == end)
		return false;
	section = walks_begin();
	for (i = 1; i <= nr_ever; i++) {
		if (!entries[i].mm || entries[i].pfn < pfn || entries[i].pfn >= end)
			continue;
		tell(entries + i, fault_now(entries + i), held);
		found = true;
		drop(i);
	}
	walks_end(section);
	return found;
}

/**
 * shim_tlb_batched_store() - could a store still reach pages that a batch has unmapped?
 * @pfn: the first page; they are about to be written to their device
 * @nr: number of pages
 * @batch: the batch, whose flush is due
 * @held: filled in with the translation that the store would use
 *
 * Context: any.
 * Return: true if there is one.
 */
bool shim_tlb_batched_store(unsigned long pfn, unsigned long nr, const void *batch,
			    struct shim_tlb_stale *held)
{
	bool section = walks_begin(), found = false;
	u16 i;

	for (i = 1; i <= nr_ever && !found; i++) {
		const struct entry *e = entries + i;

		found = e->mm && e->pfn - pfn < nr && e->batch == batch && e->writable;
		if (found)
			tell(e, fault_now(e), held);
	}
	walks_end(section);
	return found;
}
