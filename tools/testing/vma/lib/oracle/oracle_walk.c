// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's walk of all page tables of an mm, also of those that no VMA covers. It
 * lists the entries that map a folio, and counts resident pages and the tables.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pgtable.h>
#include <linux/huge_mm.h>
#include <linux/swapops.h>
#include <linux/userfaultfd_k.h>

#include "check.h"
#include "guard.h"
#include SHIM_LEAF_HEADER

/* The state of a walk, which is in order of address. */
struct walk {
	struct view *view;
	struct space_view *sv;
	int vma;		/* index of the first VMA that ends above the address */
	long anon_leaves;	/* huge PMDs, where the deposited tables are one list of the mm */
};

static struct vm_area_struct *vma_at(struct walk *w, unsigned long addr)
{
	struct space_view *sv = w->sv;

	while (w->vma < sv->nr_vmas && shim_vm_end(sv->vmas[w->vma]) <= addr)
		w->vma++;
	if (w->vma < sv->nr_vmas && shim_vm_start(sv->vmas[w->vma]) <= addr)
		return sv->vmas[w->vma];
	return NULL;
}

static bool any_vma_in(struct walk *w, unsigned long start, unsigned long end)
{
	struct space_view *sv = w->sv;

	return vma_at(w, start) ||
	       (w->vma < sv->nr_vmas && shim_vm_start(sv->vmas[w->vma]) < end);
}

static void note(struct walk *w, struct vm_area_struct *vma, unsigned long addr,
		 struct page *page, enum entry_kind kind, bool writable)
{
	struct view *view = w->view;
	struct mapped *m;

	if (view->nr_mapped == MAX_MAPPED) {
		wrong(w->sv->sp, "room", "there are more entries than MAX_MAPPED, %d", MAX_MAPPED);
		return;
	}
	m = &view->mapped[view->nr_mapped++];
	*m = (struct mapped) {
		.folio = page_folio(page), .page = page, .sp = w->sv->sp, .vma = vma,
		.addr = addr, .kind = kind, .writable = writable,
	};
	w->sv->nr_mapped++;
	w->sv->rss[mm_counter(m->folio)] += entry_pages(m);
}

/* Adds a migration entry, which has the rights that the page had. */
static void note_migration(struct walk *w, struct vm_area_struct *vma, unsigned long addr,
			   swp_entry_t leaf, enum entry_kind kind)
{
	swp_entry_t writable = make_writable_migration_entry(swp_offset(leaf));
	swp_entry_t shared = make_readable_migration_entry(swp_offset(leaf));
	int nr = w->view->nr_mapped;

	/* shim_leaf_page() would warn of it, and not say where it is */
	if (!PageLocked(pfn_to_page(shim_leaf_pfn(leaf)))) {
		wrong(w->sv->sp, "migration",
		      "migration entry at %lx is left, its folio is not locked for a migration", addr);
		return;
	}
	if (leaf.val == writable.val && !(shim_vm_flags(vma) & VM_WRITE))
		wrong(w->sv->sp, "writable",
		      "migration entry at %lx is writable, its VMA is not", addr);
	note(w, vma, addr, shim_leaf_page(leaf), kind, false);
	if (nr < w->view->nr_mapped)
		w->view->mapped[nr].exclusive = leaf.val != shared.val;
}

static void see_leaf(struct walk *w, struct vm_area_struct *vma, unsigned long addr, pte_t pte)
{
	swp_entry_t leaf = shim_leaf_of_pte(pte);

	if (shim_leaf_is_swap(leaf)) {
		w->sv->rss[MM_SWAPENTS]++;
		w->sv->swapped++;
		oracle_swap_entry(w->sv->sp, addr, pte);
	} else if (IS_ENABLED(CONFIG_MEMORY_FAILURE) && shim_leaf_is_hwpoison(leaf)) {
		if (!PageHWPoison(shim_leaf_page(leaf)))
			wrong(w->sv->sp, "hwpoison",
			      "entry at %lx says that its page broke, which is good",
			      addr);
	} else if (IS_ENABLED(CONFIG_MIGRATION) && shim_leaf_is_migration(leaf)) {
		note_migration(w, vma, addr, leaf, ENTRY_MIGRATION);
	}
}

static void see_guard(struct space *sp, unsigned long addr)
{
	long page = (long)(addr - SPACE_BASE) >> PAGE_SHIFT;

	if (page >= 0 && page < SPACE_PAGES && sp->model[page] != MODEL_GUARD &&
	    sp->model[page] != MODEL_UNKNOWN)
		wrong(sp, "guard", "page %ld at %lx is a guard, expected contents %#x", page, addr,
		      sp->model[page]);
}

static void see_pte(struct walk *w, unsigned long addr, pte_t pte)
{
	struct vm_area_struct *vma = vma_at(w, addr);
	struct space *sp = w->sv->sp;
	struct page *page;

	if (!vma) {
		wrong(sp, "outside",
		      "entry at %lx is %#lx outside of every VMA, expected none", addr,
		      (unsigned long)pte_val(pte));
		return;
	}
	if (uffd_protects(pte))
		oracle_uffd_entry(sp, vma, addr, pte_present(pte) && pte_write(pte));
	if (pte_is_guard(pte)) {
		see_guard(sp, addr);
		return;
	}
	if (!pte_present(pte)) {
		see_leaf(w, vma, addr, pte);
		return;
	}
	if (pte_write(pte) && !(shim_vm_flags(vma) & VM_WRITE))
		wrong(sp, "writable", "entry at %lx is writable, its VMA is not", addr);
	page = vm_normal_page(vma, addr, pte);
	if (page)
		note(w, vma, addr, page, ENTRY_PTE, pte_write(pte));
	else if (pte_write(pte) && is_zero_pfn(pte_pfn(pte)))
		wrong(sp, "zero_page", "entry at %lx lets the zero page be written", addr);
}

/* A PMD that maps a huge page, or is a migration entry for one. */
static void see_pmd(struct walk *w, unsigned long addr, pmd_t pmd)
{
	struct vm_area_struct *vma = vma_at(w, addr);
	struct page *page;

	if (!vma || shim_vm_end(vma) < addr + PMD_SIZE) {
		wrong(w->sv->sp, "pmd.range", "PMD at %lx reaches out of its VMA", addr);
		return;
	}
	if (pmd_val(pmd) & _PAGE_UFFD_WP)	/* the bit is the same under migration */
		oracle_uffd_entry(w->sv->sp, vma, addr, pmd_present(pmd) && pmd_write(pmd));
	if (shim_pmd_is_migration(pmd)) {
		note_migration(w, vma, addr, shim_leaf_of_pmd(pmd), ENTRY_PMD_MIGRATION);
		return;
	}
	if (pmd_write(pmd) && !(shim_vm_flags(vma) & VM_WRITE))
		wrong(w->sv->sp, "writable", "PMD at %lx is writable, its VMA is not", addr);
	page = vm_normal_page_pmd(vma, addr, pmd);
	if (page)
		note(w, vma, addr, page, ENTRY_PMD, pmd_write(pmd));
}

static bool is_leaf(pmd_t pmd)
{
	return IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) &&
	       (pmd_trans_huge(pmd) || shim_pmd_is_migration(pmd));
}

/* Most entries are none. These are copies, so a sanitizer has seen them already. */
static __no_sanitize_address noinline unsigned int next_pte(const pte_t *ptes, unsigned int i)
{
	while (i < PTRS_PER_PTE && pte_none(ptes[i]))
		i++;
	return i;
}

static __no_sanitize_address noinline unsigned int next_pmd(const pmd_t *pmds, unsigned int i)
{
	while (i < PTRS_PER_PMD && pmd_none(pmds[i]))
		i++;
	return i;
}

static void walk_ptes(struct walk *w, pmd_t *pmdp, unsigned long addr)
{
	static pte_t ptes[PTRS_PER_PTE];
	struct mm_struct *mm = w->sv->sp->mm;
	unsigned int i;
	pte_t *ptep;

	w->sv->tables_bytes += PTRS_PER_PTE * sizeof(pte_t);
	if (!any_vma_in(w, addr, addr + PMD_SIZE))
		wrong(w->sv->sp, "table.empty",
		      "page table at %lx covers no VMA and is still there", addr);
	if (spin_is_locked(pte_lockptr(mm, pmdp)))
		wrong(w->sv->sp, "table.lock", "page table at %lx is left locked", addr);
	/* a copy, so that the table is unmapped again before other functions are called */
	ptep = pte_offset_map(pmdp, addr);
	memcpy(ptes, ptep, sizeof(ptes));
	pte_unmap(ptep);
	for (i = next_pte(ptes, 0); i < PTRS_PER_PTE; i = next_pte(ptes, i + 1))
		see_pte(w, addr + i * PAGE_SIZE, ptes[i]);
}

/* The number of page tables that are deposited for huge PMDs, to split them with. */
static long nr_deposited(struct mm_struct *mm, pmd_t *table)
{
	long nr = 0;
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	pgtable_t first = pmd_huge_pte(mm, table);

	if (first)
		nr = 1 + list_count_nodes(&first->lru);
#endif
	return nr;
}

/* There is one for each huge PMD of anonymous memory; file mappings fault again instead. */
static void check_deposited(struct walk *w, pmd_t *table, unsigned long addr, long expected)
{
	long there = nr_deposited(w->sv->sp->mm, table);

	w->sv->tables_bytes += there * PTRS_PER_PTE * sizeof(pte_t);
	if (there != expected)
		wrong(w->sv->sp, "table.deposit",
		      "page tables put aside for the PMDs at %lx are %ld, expected %ld",
		      addr, there, expected);
}

static void walk_pmds(struct walk *w, pud_t *pudp, unsigned long addr)
{
	static pmd_t pmds[PTRS_PER_PMD];
	pmd_t *table = pmd_offset(pudp, addr);
	unsigned long at;
	long anon_leaves = 0;
	unsigned int i;

	w->sv->tables_bytes += PTRS_PER_PMD * sizeof(pmd_t);
	memcpy(pmds, table, sizeof(pmds));
	for (i = next_pmd(pmds, 0); i < PTRS_PER_PMD; i = next_pmd(pmds, i + 1)) {
		at = addr + i * PMD_SIZE;
		if (!is_leaf(pmds[i])) {
			walk_ptes(w, table + i, at);
			continue;
		}
		see_pmd(w, at, pmds[i]);
		anon_leaves += vma_at(w, at) && vma_is_anonymous(vma_at(w, at));
	}
	if (IS_ENABLED(CONFIG_SPLIT_PMD_PTLOCKS))
		check_deposited(w, table, addr, anon_leaves);
	else
		w->anon_leaves += anon_leaves;
}

static void walk_puds(struct walk *w, p4d_t *p4dp, unsigned long addr)
{
	pud_t *pudp = pud_offset(p4dp, addr);
	unsigned int i;

	w->sv->tables_bytes += PTRS_PER_PUD * sizeof(pud_t);
	for (i = 0; i < PTRS_PER_PUD; i++, pudp++, addr += PUD_SIZE)
		if (!pud_none(*pudp))
			walk_pmds(w, pudp, addr);
}

/**
 * oracle_walk() - walk all page tables of a space
 * @view: the view, to which the entries are added
 * @sv: the space's part of it, which has the VMAs and is given the entries and counts
 */
void oracle_walk(struct view *view, struct space_view *sv)
{
	struct walk w = { .view = view, .sv = sv };
	struct mm_struct *mm = sv->sp->mm;
	unsigned long addr = 0;
	unsigned int i;

	sv->mapped = view->mapped + view->nr_mapped;
	for (i = 0; i < USER_PTRS_PER_PGD; i++, addr += PGDIR_SIZE) {
		p4d_t *p4dp = p4d_offset(pgd_offset(mm, addr), addr);

		if (!p4d_none(*p4dp))
			walk_puds(&w, p4dp, addr);
	}
	if (!IS_ENABLED(CONFIG_SPLIT_PMD_PTLOCKS))
		check_deposited(&w, NULL, 0, w.anon_leaves);
}
