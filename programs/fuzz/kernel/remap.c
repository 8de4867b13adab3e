// SPDX-License-Identifier: GPL-2.0
/* The model of mremap() and madvise(). */
#include "fuzz.h"

/* The end of the VMA of a page: which neighbours are one is the kernel's choice. */
static long vma_end(struct fspace *s, long page)
{
	struct vm_area_struct *vma = vma_of(s->sp, page);

	return vma ? (long)(shim_vm_end(vma) - SPACE_BASE) >> PAGE_SHIFT : page;
}

/* The source of a move with MREMAP_DONTUNMAP: the mapping without its pages. */
static void empty(struct fpage *p)
{
	p->value = 0;
	p->doubt = 0;
	p->mark = UNMARKED;
	p->watched = false;
}

/* Pages that follow the end of a mapping that grows. */
static void grow(struct fspace *s, long last, long nr)
{
	struct fpage like = s->page[last];

	empty(&like);
	for (last++; nr > 0; last++, nr--) {
		if (like.file != NO_FILE)
			like.pgoff++;
		s->page[last] = like;
	}
}

/**
 * model_resize() - mremap() without a new place
 * @f: the run
 * @s: the space
 * @page: the first
 * @nr: how many there are
 * @new_nr: how many there should be
 */
long model_resize(struct fuzz *f, struct fspace *s, long page, long nr, long new_nr)
{
	long i, end = vma_end(s, page);

	if (!s->page[page].mapped)
		return -EFAULT;
	if (new_nr <= nr) {
		model_unmap(s, page + new_nr, nr - new_nr);
		return page;
	}
	if (page + nr > end)
		return -EFAULT;
	if (page + nr < end)
		return -ENOMEM;
	for (i = nr; i < new_nr; i++)
		if (s->page[page + i].mapped)
			return -ENOMEM;
	grow(s, page + nr - 1, new_nr - nr);
	if (s->page[page].flags & VM_LOCKED)
		model_populate(f, s, page + nr, new_nr - nr);
	return page;
}

/*
 * More than one VMA: since 6.17 they move one by one, and the gaps between them
 * leave what was at the new place. Older kernels and odd files refuse, late.
 */
static bool spans_several(struct fspace *s, long page, long nr)
{
	return page + nr > vma_end(s, page);
}

static void move_pages_of(struct fspace *s, long page, long nr, long to, bool stays)
{
	struct fpage *from = &s->page[page], *end = from + nr, *p = &s->page[to];

	for (; from < end; from++, p++) {
		if (!from->mapped)
			continue;
		*p = *from;
		/* userfaultfd follows with UFFD_FEATURE_EVENT_REMAP only */
		p->flags &= ~FLAGS_UFFD;
		p->watched = false;
		p->doubt &= ~MAY_BE_WATCHED;
		if (stays) {
			empty(from);
			from->flags &= ~(VM_LOCKED | VM_LOCKONFAULT);
		} else {
			*from = (struct fpage) {};
		}
	}
}

/**
 * model_move() - mremap(MREMAP_MAYMOVE | MREMAP_FIXED)
 * @f: the run
 * @s: the space
 * @page: the first
 * @nr: how many
 * @new_nr: how many there are to be
 * @to: the new place
 * @stays: MREMAP_DONTUNMAP too
 */
long model_move(struct fuzz *f, struct fspace *s, long page, long nr, long new_nr, long to,
		bool stays)
{
	bool several = spans_several(s, page, min(nr, new_nr));

	if (!s->page[page].mapped)
		return PARTLY;		/* the new place may be unmapped by then */
	if ((stays && nr != new_nr) || (to < page + nr && page < to + new_nr))
		return -EINVAL;
	if (several && nr != new_nr)
		return PARTLY;
	if (nr > new_nr)
		model_unmap(s, page + new_nr, nr - new_nr);
	if (several) {
		move_pages_of(s, page, nr, to, stays);
		return PARTLY;
	}
	model_unmap(s, to, new_nr);
	move_pages_of(s, page, min(nr, new_nr), to, stays);
	if (new_nr > nr)
		grow(s, to + nr - 1, new_nr - nr);
	if (new_nr > nr && (s->page[to].flags & VM_LOCKED))
		model_populate(f, s, to + nr, new_nr - nr);
	return to;
}

/* Apply an advice to a page; return the error if the mapping refuses it. */
static long advise_page(struct fuzz *f, struct fpage *p, int advice)
{
	bool anon = p->file == NO_FILE;

	switch (advice) {
	case MADV_DONTNEED:
	case MADV_FREE:
		if ((p->flags & VM_LOCKED) || (advice == MADV_FREE && !anon))
			return -EINVAL;
		if (advice == MADV_DONTNEED)
			zap_page(p);
		else
			may_zap_page(p);
		break;
	case MADV_COLD:
	case MADV_PAGEOUT:
		return p->flags & VM_LOCKED ? -EINVAL : 0;
	case MADV_DONTFORK:
		p->flags |= VM_DONTCOPY;
		break;
	case MADV_DOFORK:
		p->flags &= ~VM_DONTCOPY;
		break;
	case MADV_WIPEONFORK:
		if (!anon || (p->flags & VM_SHARED))
			return -EINVAL;
		p->flags |= VM_WIPEONFORK;
		break;
	case MADV_KEEPONFORK:
		p->flags &= ~VM_WIPEONFORK;
		break;
	case MADV_DONTDUMP:
		p->flags |= VM_DONTDUMP;
		break;
	case MADV_DODUMP:
		p->flags &= ~VM_DONTDUMP;
		break;
	case MADV_NORMAL:
		p->flags &= ~(VM_SEQ_READ | VM_RAND_READ);
		break;
	case MADV_SEQUENTIAL:
		p->flags = (p->flags & ~VM_RAND_READ) | VM_SEQ_READ;
		break;
	case MADV_RANDOM:
		p->flags = (p->flags & ~VM_SEQ_READ) | VM_RAND_READ;
		break;
	case MADV_HUGEPAGE:
		p->flags = (p->flags & ~VM_NOHUGEPAGE) | VM_HUGEPAGE;
		break;
	case MADV_NOHUGEPAGE:
		p->flags = (p->flags & ~VM_HUGEPAGE) | VM_NOHUGEPAGE;
		break;
	case MADV_MERGEABLE:
		if (!(p->flags & VM_SHARED))
			p->flags |= VM_MERGEABLE;
		break;
	case MADV_UNMERGEABLE:
		p->flags &= ~VM_MERGEABLE;
		break;
	}
	return 0;
}

/* It goes on over gaps and says so in the end; a mapping that refuses ends it. */
static long advise_pages(struct fuzz *f, struct fpage *p, struct fpage *end, int advice)
{
	bool gap = false;
	long err;

	for (; p < end; p++) {
		if (!p->mapped) {
			gap = true;
			continue;
		}
		err = advise_page(f, p, advice);
		if (err)
			return err;
	}
	return gap ? -ENOMEM : 0;
}

/* MADV_POPULATE_READ and _WRITE: what cannot be accessed so is an error. */
static long populate(struct fuzz *f, struct fspace *s, long page, long nr, u32 right)
{
	long i;

	if (right == VM_WRITE)
		model_populate(f, s, page, nr);
	if (any_odd(s, page, nr))
		return ANY_RESULT;
	for (i = page; i < page + nr; i++)
		if (!s->page[i].mapped || !(s->page[i].flags & right) ||
		    (s->page[i].file != NO_FILE && !file_has(f, s->page[i].file, s->page[i].pgoff)))
			return ANY_RESULT;
	return 0;
}

/* Advice that a sealed mapping may refuse, by what it is */
static bool discards(int advice)
{
	return advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_DONTFORK ||
	       advice == MADV_WIPEONFORK;
}

long model_advise(struct fuzz *f, struct fspace *s, long page, long nr, int advice)
{
	long want;

	switch (advice) {
	case MADV_POPULATE_READ:
		return populate(f, s, page, nr, VM_READ);
	case MADV_POPULATE_WRITE:
		return populate(f, s, page, nr, VM_WRITE);
	case MADV_COLLAPSE:
		return ANY_RESULT;
	}
	want = advise_pages(f, &s->page[page], &s->page[page + nr], advice);
	return discards(advice) && sealed(s, page, nr) ? PARTLY : want;
}
