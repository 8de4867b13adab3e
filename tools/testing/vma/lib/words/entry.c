// SPDX-License-Identifier: GPL-2.0
/* The text of an entry, and a row of the table of entry.h. */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/swap.h>	/* before swapops.h of older trees */
#include <linux/swapops.h>

#include <asm/tlbflush.h>

#include "internal.h"
#include "attr.h"
#include "guard.h"
#include "entry.h"
#include SHIM_LEAF_HEADER

static const char bits[] = "wdysux";

/* An entry as its text says, with the bits as a mask over @bits. */
struct look {
	const char *kind;
	unsigned int mask;
};

static unsigned int mask_of(bool w, bool d, bool y, bool s, bool u, bool x)
{
	return w | d << 1 | y << 2 | s << 3 | u << 4 | x << 5;
}

static bool is_exclusive(struct page *page)
{
	return PageAnon(page) && PageAnonExclusive(page);
}

static struct look of_migration(swp_entry_t leaf, const char *kind, bool s, bool u)
{
	pgoff_t offset = swp_offset(leaf);

	return (struct look) { kind, mask_of(leaf.val == make_writable_migration_entry(offset).val,
					     false, false, s, u,
					     leaf.val != make_readable_migration_entry(offset).val) };
}

static struct look of_present(pte_t pte)
{
	struct page *page = pte_page(pte);
	struct look l = { "page", mask_of(pte_write(pte), pte_dirty(pte), pte_young(pte),
					  pte_soft_dirty(pte), uffd_protects(pte), false) };

	if (is_zero_pfn(pte_pfn(pte)))
		l.kind = "zero";
	else if (folio_test_large(page_folio(page)))
		l.kind = "part";
	if (!is_zero_pfn(pte_pfn(pte)) && is_exclusive(page))
		l.mask |= mask_of(false, false, false, false, false, true);
	return l;
}

static struct look of_pte(pte_t pte)
{
	bool s = pte_swp_soft_dirty(pte), u = uffd_protects(pte);
	swp_entry_t leaf;

	if (pte_none(pte))
		return (struct look) { "none" };
	if (pte_present(pte))
		return of_present(pte);
	leaf = shim_leaf_of_pte(pte);
	if (shim_leaf_is_swap(leaf))
		return (struct look) { "swap", mask_of(false, false, false, s, u,
						       pte_swp_exclusive(pte)) };
	if (IS_ENABLED(CONFIG_MIGRATION) && shim_leaf_is_migration(leaf))
		return of_migration(leaf, "migration", s, u);
	if (IS_ENABLED(CONFIG_MEMORY_FAILURE) && shim_leaf_is_hwpoison(leaf))
		return (struct look) { "hwpoison" };
	if (pte_is_guard(pte))
		return (struct look) { "guard" };
	return (struct look) { u ? "protected" : "marker" };
}

static struct look of_pmd(pmd_t pmd)
{
	struct look l = { "huge" };

	if (shim_pmd_is_migration(pmd))
		return of_migration(shim_leaf_of_pmd(pmd), "huge_migration", pmd_swp_soft_dirty(pmd),
				    pmd_val(pmd) & _PAGE_UFFD_WP);
	if (is_huge_zero_pmd(pmd))
		l.kind = "huge_zero";
	l.mask = mask_of(pmd_write(pmd), pmd_dirty(pmd), pmd_young(pmd), pmd_soft_dirty(pmd),
			 pmd_val(pmd) & _PAGE_UFFD_WP,
			 !is_huge_zero_pmd(pmd) && is_exclusive(pmd_page(pmd)));
	return l;
}

static struct look look_at(struct space *sp, long page)
{
	pmd_t *pmdp = shim_lookup_pmd(sp->mm, page_addr(page));
	pmd_t pmd = pmdp ? pmdp_get(pmdp) : __pmd(0);

	if (IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) && !pmd_none(pmd) &&
	    (pmd_trans_huge(pmd) || shim_pmd_is_migration(pmd)))
		return of_pmd(pmd);
	return of_pte(pte_at(sp, page));
}

static void write_text(struct look l, char text[ENTRY_TEXT])
{
	char *at = text + scnprintf(text, ENTRY_TEXT, "%s%s", l.kind, l.mask ? ":" : "");
	unsigned int i;

	for (i = 0; bits[i]; i++)
		if (l.mask & BIT(i))
			*at++ = bits[i];
	*at = '\0';
}

/**
 * entry_text() - what an entry is, in the form that rows have
 * @sp: its space
 * @page: its page
 * @text: filled in
 */
void entry_text(struct space *sp, long page, char text[ENTRY_TEXT])
{
	write_text(look_at(sp, page), text);
}

/**
 * entry_has() - check if an entry has a bit
 * @sp: its space
 * @page: its page
 * @bit: its letter, as in the text of an entry
 *
 * Return: true if it has.
 */
bool entry_has(struct space *sp, long page, char bit)
{
	return look_at(sp, page).mask & BIT(strchr(bits, bit) - bits);
}

/* The entry that a row expects, where it was @before and is @there. */
static void expected(const char *row, struct look before, struct look there, char text[ENTRY_TEXT])
{
	static char kind[ENTRY_TEXT];
	struct look l = { kind };
	const char *colon = strchrnul(row, ':'), *at, *bit;
	unsigned int mask, from;

	strscpy(kind, row, min_t(size_t, colon - row + 1, ENTRY_TEXT));
	for (at = *colon ? colon + 1 : colon; *at; at++) {
		from = *at == '~' ? there.mask : *at >= 'a' ? ~0 : before.mask;
		at += *at == '~';
		bit = strchr(bits, tolower(*at));
		mask = bit ? BIT(bit - bits) : 0;
		l.mask |= from & mask;
	}
	write_text(l, text);
}

static void compare(struct kunit *test, const char *row, struct look before, struct space *sp,
		    long page, const char *where)
{
	char text[ENTRY_TEXT], want[ENTRY_TEXT], was[ENTRY_TEXT];
	struct look now = look_at(sp, page);

	if (!row)
		return;
	write_text(before, was);
	write_text(now, text);
	expected(row, before, now, want);
	KUNIT_EXPECT_STREQ_MSG(test, text, want, "the entry was %s; %s it has to be %s", was, where, row);
}

/* As "4" in /proc/pid/clear_refs does it to an entry. */
static void clear_soft_dirty(struct entry *e)
{
	pmd_t *pmdp = shim_lookup_pmd(e->sp->mm, page_addr(e->page));
	pte_t *ptep;

	clear_refs(e->sp);
	if (pmd_trans_huge(pmdp_get(pmdp))) {
		set_pmd(pmdp, pmd_clear_soft_dirty(pmd_wrprotect(pmdp_get(pmdp))));
	} else {
		ptep = pte_offset_map(pmdp, page_addr(e->page));
		set_pte(ptep, pte_clear_soft_dirty(pte_wrprotect(ptep_get(ptep))));
		pte_unmap(ptep);
	}
	flush_tlb_mm(e->sp->mm);
}

static void protect_entry(struct kunit *test, struct entry *e)
{
	e->u = uffd_open(e->sp, UFFD_FEATURE_SIGBUS | UFFD_FEATURE_WP_UNPOPULATED);
	ok(uffd_register(e->u, 0, e->nr, UFFD_WP));
	ok(uffd_protect(e->u, 0, e->nr, true));
}

/* A row, with an entry that is soft-dirty or not, and protected or not. */
static void one_entry(struct kunit *test, int (*op)(struct entry *e), const struct entry_kind *kind,
		      const char *here, const char *there, bool soft, bool protected)
{
	struct entry e = {};
	struct look before;

	e.sp = kind->make(test, &e);
	if (protected)
		protect_entry(test, &e);
	if (kind->has_bits && !soft)
		clear_soft_dirty(&e);
	if (kind->turn)
		ok(kind->turn(&e));
	before = look_at(e.sp, e.page);
	KUNIT_ASSERT_STREQ(test, before.kind, kind->name);
	ok(op(&e));
	compare(test, here, before, e.sp, e.page, "there");
	if (e.there)
		compare(test, there, before, e.there, e.there_page, "at the second place");
	if (kind->end)
		ok(kind->end(&e));
	if (e.u)
		uffd_close(e.u);
	if (e.there && e.there != e.sp)
		space_exit(e.there);
	space_exit(e.sp);
}

/**
 * entry_row() - check a row of the table
 * @test: the case
 * @op: the operation, done to the range of the entry; sets the second place
 * @kind: kind of the entry
 * @here: the entry after it
 * @there: the entry at the second place, NULL if there is none
 */
void entry_row(struct kunit *test, int (*op)(struct entry *e), const struct entry_kind *kind,
	       const char *here, const char *there)
{
	int soft, protected;

	for (soft = 0; soft <= kind->has_bits; soft++)
		for (protected = 0; protected <= (kind->has_bits && IS_ENABLED(CONFIG_USERFAULTFD)); protected++)
			one_entry(test, op, kind, here, there, soft, protected);
}
