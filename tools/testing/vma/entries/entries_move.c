// SPDX-License-Identifier: GPL-2.0
/* Entries that go to another process or another place, see entry.h. */
#include "entry.h"
#include "test.h"

/* copy_nonpresent_pte() and __copy_present_ptes() of mm/memory.c, copy_huge_pmd() */
static int copied(struct entry *e)
{
	e->there = space_fork(e->sp);
	e->there_page = e->page;
	return e->there ? 0 : -ENOMEM;
}

ENTRY(copied, none,		"none",			"none")
ENTRY(copied, page,		"page:DYSU",		"page:DS")
ENTRY(copied, clean,		"page:DYSU",		"page:DS")
ENTRY(copied, zero,		"zero:YSU",		"zero:S")
ENTRY(copied, part,		"part:DYSU",		"part:DS")
ENTRY(copied, huge,		"huge:DYSU",		"huge:DS")
ENTRY(copied, huge_zero,	"huge_zero:YSU",	"huge_zero:S")
ENTRY(copied, swap,		"swap:SU",		"swap:S")
ENTRY(copied, guard,		"guard",		"guard")
ENTRY(copied, hwpoison,		"hwpoison",		"hwpoison")
ENTRY_BUT(copied, migration, NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration"),
	  "migration:SU", "migration:S")
ENTRY_BUT(copied, huge_migration,
	  NOT_LAZY(migration_held, "lazy_upgrade.waits_for_a_migration_of_a_huge_page"),
	  "huge_migration:SU", "huge_migration:S")

/* The first page of a second place in the same space, aligned as the range is. */
static long second_place(struct entry *e)
{
	long to = e->nr == HUGE_NR ? HUGE_NR : e->nr + 1;

	e->there = e->sp;
	e->there_page = to + e->page;
	return to;
}

/*
 * move_soft_dirty_pte() of mm/mremap.c and move_soft_dirty_pmd(). The new VMA is registered
 * with no userfaultfd, so nothing there is protected.
 */
static int moved(struct entry *e)
{
	return move(e->sp, 0, e->nr, second_place(e));
}

ENTRY(moved, none,		"none",			"none")
ENTRY(moved, page,		"none",			"page:WDYsX")
ENTRY(moved, clean,		"none",			"page:WDYsX")
ENTRY(moved, zero,		"none",			"zero:Ys")
ENTRY(moved, part,		"none",			"part:WDYsX")
ENTRY(moved, huge,		"none",			"huge:WDYsX")
ENTRY(moved, huge_zero,		"none",			"huge_zero:Ys")
ENTRY(moved, swap,		"none",			"swap:sX")
ENTRY(moved, migration,		"none",			"migration:WsX")
ENTRY(moved, huge_migration,	"none",			"huge_migration:WsX")
ENTRY(moved, guard,		"none",			"guard")
ENTRY(moved, hwpoison,		"none",			"hwpoison")

/* the same: the old place keeps its VMA, and no entry */
static int left(struct entry *e)
{
	long to = second_place(e);

	return remap(e->sp, 0, e->nr, e->nr, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) - to;
}

ENTRY(left, none,		"none",			"none")
ENTRY(left, page,		"none",			"page:WDYsX")
ENTRY(left, clean,		"none",			"page:WDYsX")
ENTRY(left, zero,		"none",			"zero:Ys")
ENTRY(left, part,		"none",			"part:WDYsX")
ENTRY(left, huge,		"none",			"huge:WDYsX")
ENTRY(left, huge_zero,		"none",			"huge_zero:Ys")
ENTRY(left, swap,		"none",			"swap:sX")
ENTRY(left, migration,		"none",			"migration:WsX")
ENTRY(left, huge_migration,	"none",			"huge_migration:WsX")
ENTRY(left, guard,		"none",			"guard")
ENTRY(left, hwpoison,		"none",			"hwpoison")

/*
 * UFFDIO_MOVE to memory that is registered for missing pages alone, so nothing there is
 * protected: move_present_ptes() and move_swap_pte() of mm/userfaultfd.c,
 * move_pages_huge_pmd()
 */
static int given(struct entry *e)
{
	struct uffd *u = e->u ?: uffd_open(e->sp, UFFD_FEATURE_SIGBUS);
	long to = second_place(e);

	e->u = u;
	return map(e->sp, to, e->nr, RW) ?: uffd_register(u, to, e->nr, UFFD_MISSING) ?:
	       uffd_move(u, to, e->nr, 0);
}

ENTRY_BUT(given, page, NEEDS(CONFIG_USERFAULTFD),	"none",	"page:wDysx")
ENTRY_BUT(given, clean, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP),	"none",	"page:wDysx")
ENTRY_BUT(given, zero, NEEDS(CONFIG_USERFAULTFD),	"none",	"zero:y")
ENTRY_BUT(given, huge, NEEDS(CONFIG_USERFAULTFD),	"none",	"huge:wDysx")
ENTRY_BUT(given, huge_zero, NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE),
	  "none", "huge_zero:Y~s")
ENTRY_BUT(given, swap, NEEDS(CONFIG_USERFAULTFD),	"none",	"swap:sX")
