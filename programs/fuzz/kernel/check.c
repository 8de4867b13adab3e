// SPDX-License-Identifier: GPL-2.0
/*
 * Comparing an address space with its model: every page of the window is mapped
 * as the model says, and what is present holds what the model says.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "fuzz.h"
#include "guard.h"

/**
 * fuzz_wrong() - the machine and the model differ
 * @f: the run, which ends here
 * @assertion: what a test case would have asserted, or NULL
 * @fmt: what differs
 */
void fuzz_wrong(struct fuzz *f, const char *assertion, const char *fmt, ...)
{
	char text[300];
	va_list args;

	if (f->stopped)
		return;
	f->stopped = true;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (assertion)
		say(f, "\t%s\n", assertion);
	KUNIT_FAIL(f->test, "model: %s", text);
}

static int file_of(struct fuzz *f, struct vm_area_struct *vma)
{
	int i;

	for (i = 0; i < FUZZ_FILES; i++)
		if (shim_vm_file(vma) && shim_vm_file(vma) == f->file[i])
			return i;
	return NO_FILE;
}

static bool same_mapping(const struct fpage *p, const struct fpage *q)
{
	return p->mapped == q->mapped && p->file == q->file && p->flags == q->flags &&
	       (p->file == NO_FILE || p->pgoff == q->pgoff);
}

static void mapping_of(struct fuzz *f, struct vm_area_struct *vma, long page, struct fpage *p)
{
	*p = (struct fpage) {
		.mapped = true, .file = file_of(f, vma), .flags = shim_vm_flags(vma) & FLAGS_COMPARED,
		.pgoff = linear_page_index(vma, page_addr(page)),
	};
}

static void say_mapping(struct fuzz *f, struct fspace *s, long page, const struct fpage *is)
{
	const struct fpage *want = &s->page[page];
	const char *name = s->sp->name;
	char text[160];

	if (!want->mapped)
		snprintf(text, sizeof(text), "KUNIT_EXPECT_NULL(test, vma_of(%s, %ld));", name, page);
	else if (!is->mapped)
		snprintf(text, sizeof(text), "KUNIT_EXPECT_NOT_NULL(test, vma_of(%s, %ld));", name,
			 page);
	else if (is->flags != want->flags)
		snprintf(text, sizeof(text), "KUNIT_EXPECT_EQ(test, shim_vm_flags(vma_of(%s, %ld)) & %#lx, %#llx);",
			 name, page, (unsigned long)FLAGS_COMPARED, want->flags);
	else
		snprintf(text, sizeof(text),
			 "KUNIT_EXPECT_EQ(test, linear_page_index(vma_of(%s, %ld), page_addr(%ld)), %u);",
			 name, page, page, want->pgoff);
	fuzz_wrong(f, text, "%s page %ld: mapped %d file %d flags %#llx offset %u, expected mapped %d file %d flags %#llx offset %u; %s is %s",
		   name, page, is->mapped, is->file, is->flags, is->pgoff, want->mapped,
		   want->file, want->flags, want->pgoff, name, layout_of(s->sp));
}

/*
* Accept the outcome of an operation that may fail on its way: each page is as it
* was, as it was to be, or unmapped; its contents are unknown then.
 */
static void settle(struct fuzz *f, struct fspace *s, long page, const struct fpage *is)
{
	struct fpage *now = &s->page[page];
	const struct fpage was = f->before.page[page];

	if (!is->mapped) {
		/* what is sealed stays, which is seen below */
		*now = was.flags & VM_SEALED ? was : *is;
	} else if (same_mapping(&was, now)) {
		if (was.value != now->value || was.doubt != now->doubt)
			now->doubt |= IS_ANYTHING;
	} else if (same_mapping(&was, is)) {
		*now = was;
	}
	if (now->mapped && memcmp(&was, now, sizeof(was)))
		now->doubt |= IS_ANYTHING | MAY_BE_MARKED | MAY_BE_WATCHED;
}

static bool check_mapping(struct fuzz *f, struct fspace *s, long page, const struct fpage *is,
			  bool partly)
{
	if (partly)
		settle(f, s, page, is);
	if (same_mapping(&s->page[page], is))
		return true;
	say_mapping(f, s, page, is);
	return false;
}

/* The mappings of a space in the window, by address. */
struct stretch {
	long page, end;
	struct fpage is;	/* the first page */
};

static struct stretch stretches[SPACE_PAGES];

static int list_stretches(struct fuzz *f, struct fspace *s)
{
	struct vm_area_struct *vma;
	long page = 0;
	int nr = 0;
	VMA_ITERATOR(vmi, s->sp->mm, SPACE_BASE);

	mmap_read_lock(s->sp->mm);
	for_each_vma_range(vmi, vma, page_addr(SPACE_PAGES)) {
		struct stretch *r = &stretches[nr++];

		page = max(page, (long)(shim_vm_start(vma) - SPACE_BASE) >> PAGE_SHIFT);
		r->page = page;
		mapping_of(f, vma, page, &r->is);
		page = min((long)(shim_vm_end(vma) - SPACE_BASE) >> PAGE_SHIFT, (long)SPACE_PAGES);
		r->end = page;
	}
	mmap_read_unlock(s->sp->mm);
	return nr;
}

/* Nothing is mapped from a page on. */
static bool check_gap(struct fuzz *f, struct fspace *s, long page, long end, bool partly)
{
	static const struct fpage none = {};

	for (; page < end; page++)
		if ((partly || s->page[page].mapped) && !check_mapping(f, s, page, &none, partly))
			return false;
	return true;
}

static void check_mappings(struct fuzz *f, struct fspace *s, int nr, bool partly)
{
	struct fpage is;
	long at = 0, page;
	int i;

	for (i = 0; i < nr; at = stretches[i++].end) {
		if (!check_gap(f, s, at, stretches[i].page, partly))
			return;
		is = stretches[i].is;
		for (page = stretches[i].page; page < stretches[i].end; page++, is.pgoff++)
			if (!check_mapping(f, s, page, &is, partly))
				return;
	}
	check_gap(f, s, at, SPACE_PAGES, partly);
}

static void wrong_contents(struct fuzz *f, struct fspace *s, long page, int is)
{
	const struct fpage *p = &s->page[page];
	const int want = p->file == NO_FILE || (p->doubt & IS_COPY) ? p->value : file_byte(f, p);
	char text[100];

	snprintf(text, sizeof(text), "KUNIT_EXPECT_EQ(test, byte_at(%s, %ld), %#x);",
		 s->sp->name, page, want);
	if (is < 0)
		fuzz_wrong(f, text, "%s page %ld is not there, it was filled with %#x; %s is %s",
			   s->sp->name, page, want, s->sp->name, layout_of(s->sp));
	else
		fuzz_wrong(f, text, "%s page %ld holds %#x, expected %#x; %s is %s",
			   s->sp->name, page, is, want, s->sp->name, layout_of(s->sp));
}

/* Nothing is at the page, although something was written there. */
static void check_absent(struct fuzz *f, struct fspace *s, long page)
{
	const struct fpage *p = &s->page[page];

	if (f->swap || (p->doubt & (IS_ANYTHING | MAY_BE_ZERO)))
		return;
	if (p->file == NO_FILE ? p->value : p->doubt & IS_COPY)
		wrong_contents(f, s, page, -1);
}

static void check_present(struct fuzz *f, struct fspace *s, long page, struct page *frame)
{
	u8 *bytes = page_address(frame);

	if (!may_hold(f, &s->page[page], bytes[0]))
		wrong_contents(f, s, page, bytes[0]);
	else if (!may_hold(f, &s->page[page], bytes[PAGE_SIZE - 1]))
		wrong_contents(f, s, page, bytes[PAGE_SIZE - 1]);
}

static void wrong_entry(struct fuzz *f, struct fspace *s, long page, const char *is,
			const char *want)
{
	fuzz_wrong(f, NULL, "%s page %ld is %s, expected %s; %s is %s", s->sp->name, page, is, want,
		   s->sp->name, layout_of(s->sp));
}

/* An entry that UFFDIO_POISON has made */
static bool pte_is_poison(pte_t pte)
{
	return !pte_none(pte) && !pte_present(pte) &&
	       SHIM_IF(SHIM_LEAFOPS, softleaf_is_poison_marker, is_poisoned_swp_entry)(shim_leaf_of_pte(pte));
}

/* What stands in the place of a page, and the bit of UFFDIO_WRITEPROTECT. */
static void check_entry(struct fuzz *f, struct fspace *s, long page, pte_t pte)
{
	static const char *const names[] = { "no marker", "a guard", "poison" };
	const struct fpage *p = &s->page[page];
	int is = pte_is_guard(pte) ? GUARD : pte_is_poison(pte) ? POISON : UNMARKED;

	if (!(p->doubt & MAY_BE_MARKED) && is != p->mark)
		wrong_entry(f, s, page, names[is], names[p->mark]);
	if (!(p->flags & VM_UFFD_WP) || (p->doubt & (MAY_BE_WATCHED | MAY_BE_MARKED)))
		return;
	if (uffd_protects(pte) != p->watched)
		wrong_entry(f, s, page, p->watched ? "writable" : "protected by userfaultfd",
			    p->watched ? "protected by userfaultfd" : "writable");
}

static void check_huge(struct fuzz *f, struct fspace *s, long page, long end, pmd_t pmd)
{
	for (; page < end && !f->stopped; page++) {
		check_present(f, s, page, pmd_page(pmd) + page % HUGE_NR);
		check_entry(f, s, page, __pte(pmd_val(pmd)));
	}
}

/* Pages of a mapping below one PMD. */
static void check_table(struct fuzz *f, struct fspace *s, long page, long end)
{
	pmd_t *pmd = shim_lookup_pmd(s->sp->mm, page_addr(page));
	static pte_t ptes[PTRS_PER_PTE];
	pte_t *ptep, *pte = ptes;

	if (pmd && pmd_trans_huge(pmdp_get(pmd))) {
		check_huge(f, s, page, end, pmdp_get(pmd));
		return;
	}
	/* the table is let go of before anything is said */
	ptep = pmd ? pte_offset_map(pmd, page_addr(page)) : NULL;
	if (ptep) {
		memcpy(ptes, ptep, (end - page) * sizeof(*ptes));
		pte_unmap(ptep);
	} else {
		memset(ptes, 0, (end - page) * sizeof(*ptes));
	}
	for (; page < end && !f->stopped; page++, pte++) {
		check_entry(f, s, page, *pte);
		if (pte_none(*pte))
			check_absent(f, s, page);
		else if (pte_present(*pte))
			check_present(f, s, page, pte_page(*pte));
	}
}

static void check_stretch(struct fuzz *f, struct fspace *s, const struct stretch *r)
{
	long page, end;

	for (page = r->page; page < r->end && !f->stopped; page = end) {
		end = min(r->end, round_down(page, HUGE_NR) + HUGE_NR);
		check_table(f, s, page, end);
	}
}

/**
 * fuzz_check() - compare what an operation has left with the model
 * @f: the run
 * @s: the space that it was done to
 * @partly: it may have failed on its way
 *
 * Contents are looked at in all spaces: copy-on-write is between them.
 */
void fuzz_check(struct fuzz *f, struct fspace *s, bool partly)
{
	struct fspace *of;
	int nr, i;

	for (of = f->spaces; of < f->spaces + f->nr && !f->stopped; of++) {
		nr = list_stretches(f, of);
		check_mappings(f, of, nr, partly && of == s);
		for (i = 0; i < nr && !f->stopped; i++)
			check_stretch(f, of, &stretches[i]);
	}
}

static unsigned int anon_state(struct vm_area_struct *vma, struct vm_area_struct *of)
{
	if (!vma)
		return 0;
	return 1 + !!shim_anon_vma(vma) + (shim_anon_vma(vma) && shim_anon_vma(vma) == shim_anon_vma(of)) +
	       3 * (nr_chains(vma) > 1) + 6 * !!shim_vm_file(vma);
}

/* A short text of the properties by which the VMA of an address could merge. */
static unsigned int state_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma, *prev, *next;
	unsigned int state = 0;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		prev = vma_lookup(mm, shim_vm_start(vma) - 1);
		next = vma_lookup(mm, shim_vm_end(vma));
		state = (anon_state(vma, vma) * 13 + anon_state(prev, vma)) * 13 +
			anon_state(next, vma);
	}
	mmap_read_unlock(mm);
	return state;
}

/**
 * fuzz_see() - note what has happened, in terms of states that rule merges
 * @f: the run
 * @s: the space
 * @op: the operation
 * @ret: what it returned
 *
 * A sequence that makes something happen which none did before is worth keeping.
 */
void fuzz_see(struct fuzz *f, struct fspace *s, const struct fuzz_op *op, long ret)
{
	unsigned int state = 0, hash;
	int delta;

	if (!s->sp)
		return;
	delta = clamp(shim_map_count(s->sp->mm) - f->last_vmas, -3, 3);
	state = state_at(s->sp->mm, page_addr(op->page & 63));
	hash = ((op->code * 8 + delta + 3) * 4096 + state) * 4 + (ret < 0) * 2 + f->failing;
	hash = (hash * 2654435761u) >> 16;
	if (f->run->seen[hash / 8] & (1 << hash % 8))
		return;
	f->run->seen[hash / 8] |= 1 << hash % 8;
	f->run->new++;
}
