// SPDX-License-Identifier: GPL-2.0
/* An address space as a line of text, in the letters in which the cases write layouts. */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pgtable.h>

#include "draw.h"
#include SHIM_LEAF_HEADER

/* What an entry is that is neither none nor present. */
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
	if (vma->vm_flags & VM_WRITE)
		return 'w';
	if (vma->vm_flags & VM_EXEC)
		return 'x';
	return vma->vm_flags & VM_READ ? 'r' : 'n';
}

/* So many of a letter that it is said with a number. */
#define LONG_RUN	64

static char *emit(char *at, char c, long nr)
{
	if (nr >= LONG_RUN)
		return at + sprintf(at, "%c*%ld", c, nr);
	memset(at, c, nr);
	return at + nr;
}

/* Letters on their way: those that are alike are counted before they are written. */
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
	return pte_present(pte) ? c & ~0x20 : leaf_letter(shim_leaf_of_pte(pte));
}

/* Pages of a VMA that one entry of the table of page tables is for. */
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

/* The letters of a VMA, as far as it is in the window. */
static char *emit_vma(struct space *sp, struct vm_area_struct *vma, char *at)
{
	unsigned long addr = vma->vm_start, end = min(vma->vm_end, page_addr(SPACE_PAGES)), next;
	struct run run = { .at = at };

	for (; addr < end; addr = next) {
		next = pmd_addr_end(addr, end);
		add_pages(&run, sp, vma_letter(vma), addr, next);
	}
	return emit(run.at, run.letter, run.nr);
}

static const char *brackets(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_SHARED)
		return "{}";
	return vma->vm_file ? "()" : "[]";
}

/**
 * draw_vma() - the diagram of one VMA
 * @sp: its space
 * @vma: the VMA, some of it within the window
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
 * draw_layout() - the diagram of a space, with a line below it or without
 * @sp: the space, not changed by another thread meanwhile
 * @text: the diagram, LAYOUT_ROOM bytes; gaps at the end are left out
 * @below: a line with a word below each VMA, LAYOUT_ROOM bytes, or NULL
 * @word: writes such a word, of LAYOUT_WORD bytes at the most, or none
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
		if (addr < vma->vm_start)
			at = emit(at, '.', (vma->vm_start - addr) >> PAGE_SHIFT);
		while (below && end - below <= at - text)
			*end++ = ' ';
		if (below) {
			*end = 0;
			word(vma, end);
			end += strlen(end);
		}
		at = draw_vma(sp, vma, at);
		addr = vma->vm_end;
	}
	mmap_read_unlock(sp->mm);
	*at = 0;
	while (below && end > below && end[-1] == ' ')
		end--;
	if (below)
		*end = 0;
}

/**
 * layout_of() - the diagram of what a space looks like now
 * @sp: the space, not changed by another thread meanwhile
 *
 * Return: the text, living as long as the case; gaps at the end are left out.
 */
const char *layout_of(struct space *sp)
{
	char *text = kunit_kzalloc(sp->test, LAYOUT_ROOM, GFP_KERNEL);

	if (!text)	/* a case that lets all allocations fail */
		return "(no memory to draw it)";
	draw_layout(sp, text, NULL, NULL);
	return text;
}
