// SPDX-License-Identifier: GPL-2.0
/*
 * The host's page tables of a guest are its TLB. An entry is a mapping of a page of the arena. It
 * comes when the guest faults and the machine's page tables allow the access, and goes when the
 * machine flushes it: then userfaultfd tells of the next access.
 *
 * A page that may be written but is clean, or is to be copied first, is write-protected by
 * userfaultfd. Where the VMA itself forbids to write, the host does, and raises the signal.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "guest.h"
#include "util.h"

/* of Linux 6.4, which headers of the C library's computer may not have yet */
#ifndef UFFDIO_CONTINUE_MODE_WP
#define UFFDIO_CONTINUE_MODE_WP		((__u64)1 << 1)
#endif

#define RWX		(PROT_READ | PROT_WRITE | PROT_EXEC)
#define HOLE_FLAGS	(MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED)
#define AROUND		16ul		/* pages that are looked at for a fault */
#define MOST_MAPPED	14000		/* entries of a guest: vm.max_map_count is 65530 */

static struct tlb_leaf *find_leaf(struct guest *g, unsigned long addr)
{
	unsigned long base = addr & ~(LEAF_PAGES * PAGE - 1);
	struct tlb_leaf *l = g->leaves[(base >> 21) % TLB_HASH];

	while (l && l->base != base)
		l = l->hash;
	return l;
}

static struct tlb_leaf *need_leaf(struct guest *g, unsigned long addr)
{
	struct tlb_leaf *l = find_leaf(g, addr), **at;

	if (l)
		return l;
	l = xcalloc(1, sizeof(*l));
	l->base = addr & ~(LEAF_PAGES * PAGE - 1);
	at = &g->leaves[(l->base >> 21) % TLB_HASH];
	l->hash = *at;
	*at = l;
	l->next = g->all;
	g->all = l;
	return l;
}

static struct tlb_page *page_of(struct tlb_leaf *l, unsigned long addr)
{
	return &l->page[(addr - l->base) / PAGE];
}

/* Have the host tell of the next access to pages of the arena, of whatever kind. */
static void drop(struct guest *g, unsigned long start, unsigned long len)
{
	if (agent_full(g))
		agent_run(g);
	agent_add(g, SYS_madvise, start, len, MADV_DONTNEED, 0, 0, 0);
	agent_add(g, SYS_mprotect, start, len, RWX, 0, 0, 0);
}

/* The same where something else is mapped, or nothing. */
static void make_hole(struct guest *g, unsigned long start, unsigned long len)
{
	if (agent_full(g))
		agent_run(g);
	agent_add(g, SYS_mmap, start, len, PROT_NONE, HOLE_FLAGS, -1, 0);
	agent_register(g, start, len, false);
	agent_add(g, SYS_mprotect, start, len, RWX, 0, 0, 0);
}

static void protect(struct guest *g, unsigned long start, unsigned long len, bool on)
{
	struct uffdio_writeprotect wp = { { start, len }, on ? UFFDIO_WRITEPROTECT_MODE_WP : 0 };

	while (ioctl(g->uffd, UFFDIO_WRITEPROTECT, &wp)) {
		if (errno == EAGAIN)
			continue;
		if (opt.verbose)
			say("protection of %lx-%lx: %s", start, start + len, strerror(errno));
		return;
	}
}

static void wake(struct guest *g, unsigned long addr)
{
	struct uffdio_range r = { addr & -PAGE, PAGE };

	ioctl(g->uffd, UFFDIO_WAKE, &r);
}

/* The host has reclaimed its entry, or the fault was late. */
static void again(struct guest *g, unsigned long at, bool writable)
{
	struct uffdio_continue c = { { at, PAGE }, writable ? 0 : UFFDIO_CONTINUE_MODE_WP, 0 };

	ioctl(g->uffd, UFFDIO_CONTINUE, &c);
}

/* A run of pages that are treated alike. */
struct run {
	unsigned long start, len;
};

static bool extend(struct run *r, unsigned long addr)
{
	if (r->len && r->start + r->len != addr)
		return false;
	if (!r->len)
		r->start = addr;
	r->len += PAGE;
	return true;
}

static void flush_leaf(struct guest *g, struct tlb_leaf *l, unsigned long start, unsigned long end)
{
	struct run drops = { 0 }, protects = { 0 };
	struct hosted_entry e;
	unsigned long at;

	start = start > l->base ? start : l->base;
	end = end - 1 < l->base + LEAF_PAGES * PAGE - 1 ? end : l->base + LEAF_PAGES * PAGE;
	for (at = start & -PAGE; at < end; at += PAGE) {
		struct tlb_page *p = page_of(l, at);

		if (!p->there)
			continue;
		if (!hosted_look(g->space, at, &e) || e.pfn != p->pfn || e.exec != p->exec) {
			p->there = 0;
			p->stale = 1;
			if (!extend(&drops, at)) {
				drop(g, drops.start, drops.len);
				drops = (struct run) { at, PAGE };
			}
		} else if (p->writable && !e.writable) {
			p->writable = 0;
			if (!extend(&protects, at)) {
				protect(g, protects.start, protects.len, true);
				protects = (struct run) { at, PAGE };
			}
		}
	}
	if (drops.len)
		drop(g, drops.start, drops.len);
	if (protects.len)
		protect(g, protects.start, protects.len, true);
}

/**
 * tlb_flush() - a part of a space was flushed
 * @tlb: the guest
 * @start: first address
 * @end: the end
 *
 * Context: any that a flush may have, locks of page tables included.
 */
void tlb_flush(void *tlb, unsigned long start, unsigned long end)
{
	struct guest *g = tlb;
	struct tlb_leaf *l;

	pthread_mutex_lock(&g->tlb);
	if (end - start <= LEAF_PAGES * PAGE) {
		l = find_leaf(g, start);
		if (l)
			flush_leaf(g, l, start, end);
		l = find_leaf(g, end - 1);
		if (l && end - 1 - l->base < end - start && l->base > start)
			flush_leaf(g, l, start, end);
	} else {
		for (l = g->all; l; l = l->next)
			if (l->base < end && l->base + LEAF_PAGES * PAGE > start)
				flush_leaf(g, l, start, end);
	}
	agent_run(g);
	pthread_mutex_unlock(&g->tlb);
}

/**
 * tlb_drop_unwritable() - forget what the host itself forbids to write
 * @g: the guest
 * @start: first address
 * @end: the end; the VMAs there may have come to allow it
 */
void tlb_drop_unwritable(struct guest *g, unsigned long start, unsigned long end)
{
	struct tlb_leaf *l;
	unsigned long at;

	pthread_mutex_lock(&g->tlb);
	for (l = g->all; l; l = l->next) {
		for (at = l->base; at < l->base + LEAF_PAGES * PAGE; at += PAGE) {
			struct tlb_page *p = page_of(l, at);

			if (at < start || at >= end || !p->there || p->writable)
				continue;
			p->there = 0;
			p->stale = 1;
			drop(g, at, PAGE);
		}
	}
	agent_run(g);
	pthread_mutex_unlock(&g->tlb);
}

/* Take all of the arena out of the host's table: it may have only so many mappings. */
static void evict(struct guest *g)
{
	struct tlb_leaf *l;
	unsigned long at;

	for (l = g->all; l; l = l->next) {
		struct run r = { 0 };

		for (at = l->base; at < l->base + LEAF_PAGES * PAGE; at += PAGE) {
			struct tlb_page *p = page_of(l, at);

			if (!p->there && !p->stale)
				continue;
			*p = (struct tlb_page) { 0 };
			if (!extend(&r, at)) {
				make_hole(g, r.start, r.len);
				r = (struct run) { at, PAGE };
			}
		}
		if (r.len)
			make_hole(g, r.start, r.len);
	}
	agent_run(g);
	g->nr_mapped = 0;
}

/* The calls that map @nr pages of the arena from @pfn on, which are entries of the machine. */
static void map_run(struct guest *g, unsigned long addr, const struct tlb_page *first,
		    unsigned long nr, int rights)
{
	int exec = first->exec ? PROT_EXEC : 0, prot = PROT_READ | exec;
	unsigned long len = nr * PAGE;

	if (first->writable)
		prot |= PROT_WRITE;
	agent_add(g, SYS_mmap, addr, len, prot, MAP_SHARED | MAP_FIXED | MAP_POPULATE, g->agent_memfd,
		  first->pfn * PAGE);
	agent_add(g, SYS_madvise, addr, len, MADV_DONTFORK, 0, 0, 0);
	agent_register(g, addr, len, true);
	if ((rights & HOSTED_WRITE) && !first->writable) {
		agent_protect(g, addr, len);
		agent_add(g, SYS_mprotect, addr, len, prot | PROT_WRITE, 0, 0, 0);
	}
	g->nr_mapped += nr;
}

/* Whether a page that is looked at for a neighbour's sake gets an entry. */
static bool wanted(struct guest *g, unsigned long at, unsigned long addr, int rights,
		   struct tlb_page *want)
{
	struct tlb_leaf *l = need_leaf(g, at);
	struct hosted_entry e;

	if (page_of(l, at)->there || !hosted_translate(g->space, at, 0, &e))
		return false;
	/* with the host's own protection for a moment, others must not write */
	if (at != addr && g->threads && (rights & HOSTED_WRITE) && !e.writable)
		return false;
	*want = (struct tlb_page) { .pfn = e.pfn, .there = 1, .writable = e.writable, .exec = e.exec };
	return true;
}

static void map_around(struct guest *g, unsigned long addr, int rights, unsigned long start,
		       unsigned long end)
{
	unsigned long first = addr & -(AROUND * PAGE), at, nr = 0, from = 0;
	struct tlb_page run = { 0 }, want;

	first = first > start ? first : start;
	end = end < (addr & -(AROUND * PAGE)) + AROUND * PAGE ? end : (addr & -(AROUND * PAGE)) + AROUND * PAGE;
	for (at = first; at < end; at += PAGE) {
		bool is = !agent_full(g) && wanted(g, at, addr, rights, &want);

		if (nr && is && from + nr * PAGE == at && want.pfn == run.pfn + nr &&
		    want.writable == run.writable && want.exec == run.exec) {
			nr++;
		} else {
			if (nr)
				map_run(g, from, &run, nr, rights);
			nr = is;
			from = at;
			run = want;
		}
		if (is) {
			struct tlb_leaf *l = need_leaf(g, at);

			*page_of(l, at) = want;
		}
	}
	if (nr)
		map_run(g, from, &run, nr, rights);
}

/**
 * tlb_fill() - give the host what the page tables of the machine allow
 * @g: the guest
 * @addr: where it has faulted
 * @write: by a store
 *
 * Return: false if they do not allow it.
 */
bool tlb_fill(struct guest *g, unsigned long addr, int write)
{
	unsigned long at = addr & -PAGE;
	struct hosted_entry e;
	struct tlb_page *p;
	char text[128];
	unsigned long start = 0, end = 0;
	int rights = hosted_rights(g->space, addr, &start, &end);
	bool ok;

	pthread_mutex_lock(&g->tlb);
	ok = hosted_translate(g->space, at, write, &e);
	if (!ok)
		goto out;
	p = page_of(need_leaf(g, at), at);
	if (p->there && p->pfn != e.pfn) {
		snprintf(text, sizeof(text), "a flush is missing: %lx is still mapped to page %x, and is page %lx now",
			 at, p->pfn, e.pfn);
		hosted_complain(text);
		p->there = 0;
	}
	if (p->there) {
		again(g, at, p->writable);
		if (write && !p->writable && e.writable) {
			p->writable = 1;
			protect(g, at, PAGE, false);
		}
	} else {
		if (g->nr_mapped > MOST_MAPPED)
			evict(g);
		/* a page alone where threads run: neighbours come as they are */
		map_around(g, at, rights, at, at + PAGE);
		map_around(g, at, rights, start, end);
		agent_run(g);
	}
out:
	pthread_mutex_unlock(&g->tlb);
	if (ok)
		wake(g, at);
	return ok;
}

/**
 * tlb_refuse() - have the host raise the signal of a fault
 * @g: the guest
 * @addr: where it has faulted
 * @err: -EFAULT for SIGSEGV, or -EIO for SIGBUS
 * @rights: of the VMA there, or 0
 *
 * The next call of the guest takes it back.
 */
void tlb_refuse(struct guest *g, unsigned long addr, int err, int rights)
{
	unsigned long at = addr & -PAGE;
	struct tlb_page *p;

	if (g->nr_refused == MOST_REFUSED)
		tlb_allow(g);
	pthread_mutex_lock(&g->tlb);
	p = page_of(need_leaf(g, at), at);
	if (err == -EIO) {
		/* behind the end of the file */
		agent_add(g, SYS_mmap, at, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			  g->agent_memfd, 1ul << 45);
		*p = (struct tlb_page) { 0 };
	} else if (p->there) {
		agent_add(g, SYS_mprotect, at, PAGE, PROT_READ, 0, 0, 0);
	} else {
		if (rights)
			agent_add(g, SYS_mmap, at, PAGE, PROT_NONE, HOLE_FLAGS, -1, 0);
		else
			agent_add(g, SYS_munmap, at, PAGE, 0, 0, 0, 0);
		*p = (struct tlb_page) { 0 };
	}
	g->refused[g->nr_refused].addr = at;
	g->refused[g->nr_refused++].hole = !p->there;
	agent_run(g);
	pthread_mutex_unlock(&g->tlb);
	wake(g, at);
}

/**
 * tlb_allow() - have refused addresses ask again
 * @g: the guest, which makes a call: it may allow them
 */
void tlb_allow(struct guest *g)
{
	int i;

	if (!g->nr_refused)
		return;
	pthread_mutex_lock(&g->tlb);
	for (i = 0; i < g->nr_refused; i++) {
		unsigned long at = g->refused[i].addr;
		struct tlb_page *p = page_of(need_leaf(g, at), at);

		if (g->refused[i].hole) {
			make_hole(g, at, PAGE);
			*p = (struct tlb_page) { 0 };
		} else if (p->there || p->stale) {
			p->there = 0;
			p->stale = 1;
			drop(g, at, PAGE);
		}
	}
	g->nr_refused = 0;
	agent_run(g);
	pthread_mutex_unlock(&g->tlb);
}

/**
 * tlb_audit() - the oracle of the TLB: is each entry allowed by the page tables?
 * @g: the guest, which nobody serves now
 *
 * Complains of the first that is not.
 *
 * Return: entries that were looked at.
 */
unsigned long tlb_audit(struct guest *g)
{
	unsigned long nr = 0, i;
	struct hosted_entry e;
	struct tlb_leaf *l;
	char text[160];

	for (l = g->all; l; l = l->next) {
		for (i = 0; i < LEAF_PAGES; i++) {
			const struct tlb_page *p = &l->page[i];
			bool there;

			if (!p->there)
				continue;
			nr++;
			there = hosted_look(g->space, l->base + i * PAGE, &e);
			if (there && e.pfn == p->pfn && (e.writable || !p->writable))
				continue;
			snprintf(text, sizeof(text), "a flush is missing: %lx is still mapped to page %x%s, %s",
				 l->base + i * PAGE, p->pfn, p->writable ? " for writes" : "",
				 !there ? "which the page tables do not allow" :
				 e.pfn != p->pfn ? "and they have another page" : "and may not be written");
			hosted_complain(text);
			return nr;
		}
	}
	return nr;
}

/**
 * tlb_free() - free what is known of a guest's entries
 * @g: the guest
 */
void tlb_free(struct guest *g)
{
	struct tlb_leaf *l, *next;

	for (l = g->all; l; l = next) {
		next = l->next;
		free(l);
	}
	g->all = NULL;
}
