// SPDX-License-Identifier: GPL-2.0
/* An address space as a line of text, in the letters in which the cases write layouts. */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pgtable.h>

#include "draw.h"
#include "guard.h"
#include SHIM_LEAF_HEADER

/* The letter of an entry that is neither none nor present. */
static char leaf_letter(swp_entry_t leaf)
{
	if (shim_leaf_is_swap(leaf))
		return 'S';
	if (shim_leaf_is_migration(leaf))
		return 'M';
	return shim_leaf_is_hwpoison(leaf) ? 'P' : 'U';
}

static char vma_letter(struct vm_area_struct *vma)
{
	if (shim_vm_flags(vma) & VM_WRITE)
		return 'w';
	if (shim_vm_flags(vma) & VM_EXEC)
		return 'x';
	return shim_vm_flags(vma) & VM_READ ? 'r' : 'n';
}

/* From this number on, equal letters are written once and with their number. */
#define LONG_RUN	64

static char *emit(char *at, char c, long nr)
{
	if (nr >= LONG_RUN)
		return at + sprintf(at, "%c*%ld", c, nr);
	memset(at, c, nr);
	return at + nr;
}

/* Equal letters, which are counted before they are written. */
struct run {
	char *at;
	char letter;
	long nr;
};

static void add(struct run *run, char c, long nr)
{
	if (c != run->letter) {
		run->at = emit(run->at, run->letter, run->nr);
		run->nr = 0;
	}
	run->letter = c;
	run->nr += nr;
}

static char pte_letter(char c, pte_t pte)
{
	if (pte_none(pte))
		return c;
	if (pte_is_guard(pte))
		return 'G';
	return pte_present(pte) ? c & ~0x20 : leaf_letter(shim_leaf_of_pte(pte));
}

/* The pages of a VMA from an address on that one PMD covers. */
static void add_pages(struct run *run, struct space *sp, char c, unsigned long addr,
		      unsigned long end)
{
	pmd_t *pmdp = shim_lookup_pmd(sp->mm, addr), pmd = pmdp ? pmdp_get(pmdp) : __pmd(0);
	pte_t *table, *pte;

	if (pmd_trans_huge(pmd)) {
		add(run, 'H', 1);
		return;
	}
	if (shim_pmd_is_migration(pmd)) {
		add(run, 'M', HUGE_NR);
		return;
	}
	table = pmdp ? pte_offset_map(pmdp, addr) : NULL;
	if (!table) {
		add(run, c, (end - addr) >> PAGE_SHIFT);
		return;
	}
	for (pte = table; addr < end; addr += PAGE_SIZE)
		add(run, pte_letter(c, ptep_get(pte++)), 1);
	pte_unmap(table);
}

/* The letters of a VMA, up to the end of the SPACE_PAGES that are drawn. */
static char *emit_vma(struct space *sp, struct vm_area_struct *vma, char *at)
{
	unsigned long addr = shim_vm_start(vma), end = min(shim_vm_end(vma), page_addr(SPACE_PAGES)), next;
	struct run run = { .at = at };

	for (; addr < end; addr = next) {
		next = pmd_addr_end(addr, end);
		add_pages(&run, sp, vma_letter(vma), addr, next);
	}
	return emit(run.at, run.letter, run.nr);
}

static const char *brackets(struct vm_area_struct *vma)
{
	if (shim_vm_flags(vma) & VM_SHARED)
		return "{}";
	return shim_vm_file(vma) ? "()" : "[]";
}

/**
 * draw_vma() - draw a VMA as a layout
 * @sp: its space
 * @vma: the VMA, which starts below page SPACE_PAGES
 * @text: LAYOUT_ROOM bytes
 *
 * Return: the end of the text.
 */
char *draw_vma(struct space *sp, struct vm_area_struct *vma, char *text)
{
	*text++ = brackets(vma)[0];
	text = emit_vma(sp, vma, text);
	*text++ = brackets(vma)[1];
	*text = 0;
	return text;
}

/**
 * draw_layout() - draw a space as a layout, with a second line below it or without
 * @sp: the space; takes its mmap_lock for reading
 * @text: set to the layout, LAYOUT_ROOM bytes, without the gap at the end
 * @below: set to a line with a word below each VMA, LAYOUT_ROOM bytes; or NULL
 * @word: writes such a word, of LAYOUT_WORD bytes at the most, which may be empty
 *
 * Context: no other thread changes the page tables.
 */
void draw_layout(struct space *sp, char *text, char *below,
		 void (*word)(struct vm_area_struct *vma, char *to))
{
	unsigned long addr = SPACE_BASE;
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, sp->mm, SPACE_BASE);
	char *at = text, *end = below;

	mmap_read_lock(sp->mm);
	for_each_vma_range(vmi, vma, page_addr(SPACE_PAGES)) {
		if (addr < shim_vm_start(vma))
			at = emit(at, '.', (shim_vm_start(vma) - addr) >> PAGE_SHIFT);
		while (below && end - below <= at - text)
			*end++ = ' ';
		if (below) {
			*end = 0;
			word(vma, end);
			end += strlen(end);
		}
		at = draw_vma(sp, vma, at);
		addr = shim_vm_end(vma);
	}
	mmap_read_unlock(sp->mm);
	*at = 0;
	while (below && end > below && end[-1] == ' ')
		end--;
	if (below)
		*end = 0;
}

/**
 * layout_of() - draw a space as the cases write layouts, see test.h
 * @sp: the space; takes its mmap_lock for reading
 *
 * Context: no other thread changes the page tables.
 * Return: the text, valid until the end of the case.
 */
const char *layout_of(struct space *sp)
{
	char room[LAYOUT_ROOM];
	const char *text;

	draw_layout(sp, room, NULL, NULL);
	text = kunit_kstrdup(sp->test, room, GFP_KERNEL);
	/* without memory the case makes all allocations fail */
	return text ?: "(no memory to draw it)";
}
