// SPDX-License-Identifier: GPL-2.0
/* Entries whose rights or contents change in place, see entry.h. */
#include "attr.h"
#include "entry.h"
#include "test.h"

/* change_pte_range() of mm/mprotect.c, change_huge_pmd() */
static int read_only(struct entry *e)
{
	return protect(e->sp, 0, e->nr, PROT_READ);
}

ENTRY(read_only, none,			"none")
ENTRY(read_only, page,			"page:DYSUX")
ENTRY(read_only, clean,			"page:DYSUX")
ENTRY(read_only, zero,			"zero:YSU")
ENTRY(read_only, part,			"part:DYSUX")
ENTRY(read_only, huge,			"huge:DYSUX")
ENTRY(read_only, huge_zero,		"huge_zero:YSU")
ENTRY(read_only, swap,			"swap:SUX")
ENTRY(read_only, migration,		"migration:SUX")
ENTRY(read_only, huge_migration,	"huge_migration:SUX")
ENTRY(read_only, guard,			"guard")
ENTRY(read_only, hwpoison,		"hwpoison")

/* the same, and can_change_pte_writable() */
static int no_access_for_a_time(struct entry *e)
{
	return protect(e->sp, 0, e->nr, PROT_NONE) ?: protect(e->sp, 0, e->nr, RW);
}

ENTRY(no_access_for_a_time, none,		"none")
ENTRY(no_access_for_a_time, page,		"page:WDYSUX")
ENTRY(no_access_for_a_time, clean,		"page:WDYSUX")
ENTRY(no_access_for_a_time, zero,		"zero:YSU")
ENTRY(no_access_for_a_time, part,		"part:WDYSUX")
ENTRY(no_access_for_a_time, huge,		"huge:WDYSUX")
ENTRY(no_access_for_a_time, huge_zero,		"huge_zero:YSU")
ENTRY(no_access_for_a_time, swap,		"swap:SUX")
ENTRY(no_access_for_a_time, migration,		"migration:SUX")
ENTRY(no_access_for_a_time, huge_migration,	"huge_migration:SUX")
ENTRY(no_access_for_a_time, guard,		"guard")
ENTRY(no_access_for_a_time, hwpoison,		"hwpoison")

/* zap_pte_range() of mm/memory.c; a guard stays, as its marker is not dropped */
static int dontneed(struct entry *e)
{
	return advise(e->sp, 0, e->nr, MADV_DONTNEED);
}

ENTRY(dontneed, page,		"none")
ENTRY(dontneed, clean,		"none")
ENTRY(dontneed, zero,		"none")
ENTRY(dontneed, part,		"none")
ENTRY(dontneed, huge,		"none")
ENTRY(dontneed, huge_zero,	"none")
ENTRY(dontneed, swap,		"none")
ENTRY(dontneed, hwpoison,	"none")
ENTRY(dontneed, guard,		"guard")

/* madvise_free_pte_range() and madvise_free_huge_pmd() */
static int lazyfree(struct entry *e)
{
	return advise(e->sp, 0, e->nr, MADV_FREE);
}

ENTRY(lazyfree, none,		"none")
ENTRY(lazyfree, page,		"page:WSUX")
ENTRY(lazyfree, clean,		"page:WSUX")
ENTRY(lazyfree, zero,		"zero:YSU")
ENTRY(lazyfree, part,		"part:WSUX")
ENTRY(lazyfree, huge,		"huge:WSUX")
ENTRY(lazyfree, huge_zero,	"huge_zero:YSU")
ENTRY(lazyfree, swap,		"none")
ENTRY(lazyfree, guard,		"guard")
ENTRY(lazyfree, hwpoison,	"none")

#ifdef MADV_GUARD_INSTALL
/* madvise_guard_install() of mm/madvise.c, which zaps what is there */
static int guarded(struct entry *e)
{
	return advise(e->sp, 0, e->nr, MADV_GUARD_INSTALL);
}

ENTRY(guarded, none,		"guard")
ENTRY(guarded, page,		"guard")
ENTRY(guarded, clean,		"guard")
ENTRY(guarded, zero,		"guard")
ENTRY(guarded, part,		"guard")
ENTRY(guarded, huge,		"guard")
ENTRY(guarded, huge_zero,	"guard")
ENTRY(guarded, swap,		"guard")
ENTRY(guarded, guard,		"guard")
ENTRY(guarded, hwpoison,	"guard")

/* guard_remove_pte_entry() */
static int unguarded(struct entry *e)
{
	return advise(e->sp, 0, e->nr, MADV_GUARD_REMOVE);
}

ENTRY(unguarded, none,		"none")
ENTRY(unguarded, page,		"page:WDYSUX")
ENTRY(unguarded, clean,		"page:WDYSUX")
ENTRY(unguarded, zero,		"zero:YSU")
ENTRY(unguarded, part,		"part:WDYSUX")
ENTRY(unguarded, huge,		"huge:WDYSUX")
ENTRY(unguarded, huge_zero,	"huge_zero:YSU")
ENTRY(unguarded, swap,		"swap:SUX")
ENTRY(unguarded, migration,	"migration:WSUX")
ENTRY(unguarded, guard,		"none")
ENTRY(unguarded, hwpoison,	"hwpoison")

#endif

/* mlock_pte_range() of mm/mlock.c touches folios, not entries */
static int mlocked(struct entry *e)
{
	return lock_on_fault(e->sp, 0, e->nr);
}

ENTRY(mlocked, page,		"page:WDYSUX")
ENTRY(mlocked, clean,		"page:WDYSUX")
ENTRY(mlocked, zero,		"zero:YSU")
ENTRY(mlocked, part,		"part:WDYSUX")
ENTRY(mlocked, huge,		"huge:WDYSUX")
ENTRY(mlocked, huge_zero,	"huge_zero:YSU")
ENTRY(mlocked, swap,		"swap:SUX")
ENTRY(mlocked, guard,		"guard")

/*
 * MM_CP_UFFD_WP_RESOLVE of change_pte_range() and change_huge_pmd(): what is soft-dirty may be
 * writable again at once
 */
static int unprotected(struct entry *e)
{
	return e->u ? uffd_protect(e->u, 0, e->nr, false) : 0;
}

ENTRY(unprotected, page,		"page:~wDYSX")
ENTRY(unprotected, clean,		"page:~wDYSX")
ENTRY(unprotected, zero,		"zero:YS")
ENTRY(unprotected, part,		"part:~wDYSX")
ENTRY(unprotected, huge,		"huge:~wDYSX")
ENTRY(unprotected, huge_zero,		"huge_zero:YS")
ENTRY(unprotected, swap,		"swap:SX")
ENTRY(unprotected, migration,		"migration:WSX")
ENTRY(unprotected, huge_migration,	"huge_migration:WSX")

/* the same, by uffd_wp_range() */
static int unregistered(struct entry *e)
{
	return e->u ? uffd_unregister(e->u, 0, e->nr) : 0;
}

ENTRY(unregistered, page,		"page:~wDYSX")
ENTRY(unregistered, clean,		"page:~wDYSX")
ENTRY(unregistered, zero,		"zero:YS")
ENTRY(unregistered, part,		"part:~wDYSX")
ENTRY(unregistered, huge,		"huge:~wDYSX")
ENTRY(unregistered, huge_zero,		"huge_zero:YS")
ENTRY(unregistered, swap,		"swap:SX")
ENTRY(unregistered, migration,		"migration:WSX")
ENTRY(unregistered, huge_migration,	"huge_migration:WSX")

/* do_swap_page() of mm/memory.c: what is soft-dirty may be writable */
static int loaded(struct entry *e)
{
	return read_page(e->sp, e->page) < 0;
}

ENTRY(loaded, page,		"page:WDYSUX")
ENTRY(loaded, clean,		"page:WDYSUX")
ENTRY(loaded, zero,		"zero:YSU")
ENTRY(loaded, part,		"part:WDYSUX")
ENTRY(loaded, huge,		"huge:WDYSUX")
ENTRY(loaded, huge_zero,	"huge_zero:YSU")
ENTRY(loaded, swap,		"page:~wySUX")

/*
 * set_pmd_migration_entry() and try_to_migrate_one(), then remove_migration_pte() and
 * remove_migration_pmd(), which sets soft-dirty where pmd_mkdirty() does
 */
static int migrated(struct entry *e)
{
	return migrate(e->sp, e->page, 1);
}

ENTRY_BUT(migrated, page, NEEDS(CONFIG_MIGRATION), "page:WDYSUX")
ENTRY_BUT(migrated, clean, NEEDS(CONFIG_MIGRATION, CONFIG_SWAP), "page:WDYSUX")
ENTRY(migrated, part,	"part:WDYSUX")
ENTRY(migrated, huge,	"huge:WDY~sUX")

/* try_to_unmap_one() of mm/rmap.c */
static int swapped_out(struct entry *e)
{
	return entry_swap_on(e) ?: reclaim(e->sp, e->page, 1);
}

ENTRY_BUT(swapped_out, page, NEEDS(CONFIG_SWAP), "swap:SUX")
ENTRY_BUT(swapped_out, clean, NEEDS(CONFIG_SWAP), "swap:SUX")
ENTRY(swapped_out, part,	"swap:SUX")
ENTRY(swapped_out, huge,	"swap:SUX")

/* unmap_folio() and remap_page() of mm/huge_memory.c */
static int split(struct entry *e)
{
	return split_huge(e->sp, e->page);
}

ENTRY(split, part,	"page:WDYSUX")
ENTRY(split, huge,	"page:WDYSUX")
ENTRY(split, blank,	"zero:~ySU")

/* __split_huge_pmd_locked(), which sets soft-dirty where pte_mkdirty() does */
static int pmd_split(struct entry *e)
{
	return advise(e->sp, HUGE_NR / 2, HUGE_NR / 2, MADV_DONTDUMP);
}

ENTRY(pmd_split, huge,			"part:WDY~sUX")
ENTRY(pmd_split, huge_zero,		"zero:YSU")
ENTRY(pmd_split, huge_migration,	"migration:WSUX")

