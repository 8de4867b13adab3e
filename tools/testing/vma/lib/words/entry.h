/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One entry of a page table: its kind and its bits as a text, and rows of a table that
 * says what an operation makes of it.
 *
 * The text of an entry is KIND or KIND:BITS. The bits are, in this order,
 *
 *	w  writable		d  dirty		y  young
 *	s  soft-dirty		u  write-protected by userfaultfd
 *	x  exclusive to its process
 *
 * and of a migration entry those that it has. A row of the table names an operation, the
 * kind of the entry before it, and what the entry is after it. There a small letter is a bit
 * that is set, a capital one a bit that is as before, and ~ before a letter says that either
 * is right. What is not named is clear. A row is a case:
 *
 *	ENTRY(mremap, page,	"none", "page:WDYsUX")
 *
 * It runs with and without soft-dirty and the write protection, as far as such an entry can
 * have them.
 */
#ifndef VMA_ENTRY_H
#define VMA_ENTRY_H

#include "pages.h"
#include "uffd.h"

/**
 * struct entry - an entry that an operation is done to
 * @sp: its space
 * @page: its page
 * @nr: pages of the range that an operation is told, which begins at page 0 and is one VMA
 * @u: userfaultfd where the range is registered for write protection, or NULL
 * @m: the migration, of a migration entry
 * @there: the space of the second place that a row speaks of: the child, or @sp
 * @there_page: the page of that place
 */
struct entry {
	struct space *sp;
	long page, nr;
	struct uffd *u;
	struct migration m;
	struct space *there;
	long there_page;
};

/**
 * struct entry_kind - a kind of entries
 * @name: as in the text of an entry
 * @make: maps a range and makes an entry that is present, or none
 * @turn: makes of it what @name says, with the bits that it has; NULL if it is that already
 * @end: undoes what must not be left at the end of a case, or NULL
 * @has_bits: it may be soft-dirty, and write-protected by userfaultfd
 */
struct entry_kind {
	const char *name;
	struct space *(*make)(struct kunit *test, struct entry *e);
	int (*turn)(struct entry *e);
	int (*end)(struct entry *e);
	bool has_bits;
};

extern const struct entry_kind entry_none, entry_page, entry_clean, entry_zero, entry_part,
	entry_huge, entry_blank, entry_huge_zero, entry_swap, entry_migration, entry_huge_migration, entry_guard,
	entry_hwpoison;

#define ENTRY_TEXT	32

void entry_text(struct space *sp, long page, char text[ENTRY_TEXT]);
bool entry_has(struct space *sp, long page, char bit);
int entry_swap_on(struct entry *e);
void entry_row(struct kunit *test, int (*op)(struct entry *e), const struct entry_kind *kind,
	       const char *here, const char *there);

/* the option that a kind needs */
#define ENTRY_CONFIG_none	CONFIG_MMU
#define ENTRY_CONFIG_page	CONFIG_MMU
#define ENTRY_CONFIG_clean	CONFIG_SWAP
#define ENTRY_CONFIG_zero	CONFIG_MMU
#define ENTRY_CONFIG_guard	CONFIG_MMU
#define ENTRY_CONFIG_part	CONFIG_TRANSPARENT_HUGEPAGE
#define ENTRY_CONFIG_blank	CONFIG_TRANSPARENT_HUGEPAGE
#define ENTRY_CONFIG_huge	CONFIG_TRANSPARENT_HUGEPAGE
#define ENTRY_CONFIG_huge_zero	CONFIG_TRANSPARENT_HUGEPAGE
#define ENTRY_CONFIG_swap	CONFIG_SWAP
#define ENTRY_CONFIG_migration	CONFIG_MIGRATION
#define ENTRY_CONFIG_huge_migration	CONFIG_TRANSPARENT_HUGEPAGE
#define ENTRY_CONFIG_hwpoison	CONFIG_MEMORY_FAILURE

/* ENTRY(op, kind, here[, there]): op() is a function of the file */
#define ENTRY(op, kind, ...)	ENTRY_BUT(op, kind, .race = false, __VA_ARGS__)

/* A row with an attribute of its case, as NOT_LAZY(), or NEEDS() in place of the kind's. */
#define ENTRY_BUT(op, kind, attribute, ...)				\
TEST(entry_##op, of_##kind, NEEDS(ENTRY_CONFIG_##kind), attribute)			\
{									\
	static const char *const after[2] = { __VA_ARGS__ };		\
									\
	entry_row(test, op, &entry_##kind, after[0], after[1]);		\
}

#endif /* VMA_ENTRY_H */
