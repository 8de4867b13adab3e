// SPDX-License-Identifier: GPL-2.0
/*
* A model of system calls and accesses, page by page of an address space. Each
 * function changes the model and returns what the call has to return. It is
 * written after the manual pages; where these are silent a comment says so.
 */
#include <linux/personality.h>	/* VMA_DATA_DEFAULT_FLAGS */

#include "fuzz.h"

/**
 * file_has() - whether a page of a file exists: behind its end is SIGBUS
 * @f: the run
 * @file: which
 * @pgoff: its page
 */
bool file_has(struct fuzz *f, int file, u32 pgoff)
{
	return pgoff < f->size[file];
}

/**
 * sealed() - whether mseal() was called for a page of a range
 * @s: the space
 * @page: the first
 * @nr: how many
 */
bool sealed(struct fspace *s, long page, long nr)
{
	for (; nr > 0; page++, nr--)
		if (s->page[page].flags & VM_SEALED)
			return true;
	return false;
}

/**
 * file_byte() - what fills the page of the file that a page maps
 * @f: the run
 * @p: a page that maps a file
 */
u8 file_byte(struct fuzz *f, const struct fpage *p)
{
	return file_has(f, p->file, p->pgoff) ? f->bytes[p->file][p->pgoff] : 0;
}

/**
 * may_hold() - whether a page may hold a byte
 * @f: the run
 * @p: the page, which is mapped
 * @byte: what was found there
 */
bool may_hold(struct fuzz *f, const struct fpage *p, u8 byte)
{
	if (p->doubt & IS_ANYTHING)
		return true;
	if (p->file == NO_FILE)
		return byte == p->value || ((p->doubt & MAY_BE_ZERO) && !byte);
	if ((p->doubt & (IS_COPY | MAY_BE_FILE)) && byte == p->value)
		return true;
	return !(p->doubt & IS_COPY) && byte == file_byte(f, p);
}

/* Populating makes a private copy of a page that may be written, or not. */
static void soften(struct fuzz *f, struct fpage *p)
{
	if (!p->mapped || p->file == NO_FILE || (p->flags & VM_SHARED) ||
	    !(p->flags & VM_WRITE) || (p->doubt & IS_COPY))
		return;
	if ((p->doubt & MAY_BE_FILE) && p->value != file_byte(f, p))
		p->doubt |= IS_ANYTHING;
	p->doubt |= MAY_BE_FILE;
	p->value = file_byte(f, p);
}

/**
 * model_populate() - pages become present where it is easy
 * @f: the run
 * @s: the space
 * @page: the first
 * @nr: how many
 */
void model_populate(struct fuzz *f, struct fspace *s, long page, long nr)
{
	for (; nr > 0; page++, nr--)
		soften(f, &s->page[page]);
}

/**
 * model_map() - mmap() at a fixed place
 * @f: the run
 * @s: the space
 * @page: the first
 * @nr: how many
 * @like: what the first one becomes
 * @flags: MAP_*
 */
long model_map(struct fuzz *f, struct fspace *s, long page, long nr, struct fpage like, int flags)
{
	long i;

	for (i = 0; (flags & MAP_FIXED_NOREPLACE) && i < nr; i++)
		if (s->page[page + i].mapped)
			return -EEXIST;
	if (sealed(s, page, nr))
		return -EPERM;
	for (i = 0; i < nr; i++) {
		s->page[page + i] = like;
		if (like.file != NO_FILE)
			like.pgoff++;
	}
	if (flags & (MAP_POPULATE | MAP_LOCKED))
		model_populate(f, s, page, nr);
	return 0;
}

long model_unmap(struct fspace *s, long page, long nr)
{
	memset(&s->page[page], 0, nr * sizeof(s->page[0]));
	return 0;
}

/* It stops at the first page that is not mapped, or that is sealed. */
long model_protect(struct fuzz *f, struct fspace *s, long page, long nr, int prot)
{
	struct fpage *p = &s->page[page], *end = p + nr;
	u32 rights = ((prot & PROT_READ) ? VM_READ : 0) | ((prot & PROT_WRITE) ? VM_WRITE : 0) |
		     ((prot & PROT_EXEC) ? VM_EXEC : 0);
	bool gains;

	for (; p < end && p->mapped; p++) {
		if (p->flags & VM_SEALED)
			return -EPERM;
		gains = (rights & VM_WRITE) && !(p->flags & VM_WRITE) && (p->flags & VM_LOCKED);
		p->flags = (p->flags & ~VM_ACCESS_FLAGS) | rights;
		if (gains)
			soften(f, p);
	}
	return p < end ? -ENOMEM : 0;
}

/* The pages of a range are all there and can be made present. */
static bool can_populate(struct fuzz *f, struct fpage *p, struct fpage *end)
{
	for (; p < end; p++)
		if (!(p->flags & VM_ACCESS_FLAGS) ||
		    (p->file != NO_FILE && !(p->doubt & IS_COPY) && !file_has(f, p->file, p->pgoff)))
			return false;
	return true;
}

/* mlock(), mlock2() and munlock(), by the flags that pages get. */
long model_lock(struct fuzz *f, struct fspace *s, long page, long nr, u32 flags)
{
	struct fpage *p = &s->page[page], *end = p + nr;

	for (; p < end && p->mapped; p++)
		p->flags = (p->flags & ~(VM_LOCKED | VM_LOCKONFAULT)) | flags;
	if (p < end)
		return -ENOMEM;
	if (flags != VM_LOCKED)
		return 0;
	model_populate(f, s, page, nr);
	if (any_odd(s, page, nr))
		return ANY_RESULT;
	return can_populate(f, &s->page[page], end) ? 0 : -ENOMEM;
}

/* The heap grows where nothing is, and a page behind it must be free too. */
static bool can_grow(const struct fspace *s, long page)
{
	long i, gap;

	for (i = s->brk; i < SPACE_PAGES; i++) {
		if (!s->page[i].mapped)
			continue;
		gap = s->page[i].flags & VM_GROWSDOWN ? 256 : 0;
		return page + 1 <= i - gap;
	}
	return true;
}

#ifdef VMA_DATA_DEFAULT_FLAGS
#define HEAP_FLAGS	vma_flags_to_legacy(VMA_DATA_DEFAULT_FLAGS)
#else
#define HEAP_FLAGS	VM_DATA_DEFAULT_FLAGS
#endif

/**
 * model_brk() - brk()
 * @s: the space
 * @page: where the heap is to end
 */
long model_brk(struct fspace *s, long page)
{
	/* whether a heap may be executed is the architecture's choice */
	const struct fpage heap = {
		.mapped = true, .file = NO_FILE, .flags = HEAP_FLAGS & VM_ACCESS_FLAGS,
	};
	long i, nr = 0;

	if (page < BRK_PAGE)
		return -ENOMEM;
	if (page > s->brk ? !can_grow(s, page) : sealed(s, page, s->brk - page))
		return -ENOMEM;
	for (i = page; i < s->brk; i++)
		nr += s->page[i].mapped;
	/* a heap that the program has unmapped itself does not shrink */
	if (page < s->brk && !nr)
		return -ENOMEM;
	for (i = s->brk; i < page; i++)
		s->page[i] = heap;
	if (page < s->brk)
		model_unmap(s, page, s->brk - page);
	s->brk = page;
	return 0;
}

/* A stack grows down to an access, up to the guard gap of what is below it. */
static bool grow_stack(struct fspace *s, long page)
{
	struct fpage like;
	long top, below;

	for (top = page; top < SPACE_PAGES && !s->page[top].mapped; top++)
		;
	if (top == SPACE_PAGES || !(s->page[top].flags & VM_GROWSDOWN))
		return false;
	for (below = page - 1; below >= 0 && !s->page[below].mapped; below--)
		;
	if (below >= 0 && !(s->page[below].flags & VM_GROWSDOWN) &&
	    (s->page[below].flags & VM_ACCESS_FLAGS) && page - below - 1 < 256)
		return false;
	like = s->page[top];
	like.value = 0;
	like.doubt = 0;
	like.mark = UNMARKED;
	like.watched = false;
	for (; page < top; page++)
		s->page[page] = like;
	return true;
}

static long access(struct fuzz *f, struct fspace *s, long page, u32 rights)
{
	struct fpage *p = &s->page[page];

	if (!p->mapped && !grow_stack(s, page))
		return -EFAULT;
	if (!(p->flags & rights))
		return -EFAULT;
	if (p->mark && !(p->doubt & MAY_BE_MARKED))
		return p->mark == GUARD ? -EFAULT : -EIO;
	/* a copy that perhaps is none may be behind the end of its file */
	if (p->file != NO_FILE && !(p->doubt & IS_COPY) && !file_has(f, p->file, p->pgoff))
		return -EIO;
	return 0;
}

/* The contents of a page of a file change, wherever it is mapped. */
static void write_file(struct fuzz *f, struct fpage *p, u8 value)
{
	f->bytes[p->file][p->pgoff] = value;
}

long model_write(struct fuzz *f, struct fspace *s, long page, u8 value)
{
	struct fpage *p = &s->page[page];
	long err = access(f, s, page, VM_WRITE);

	if (err)
		return err;
	/* without a monitor that wakes it: UFFD_FEATURE_SIGBUS */
	if ((p->flags & VM_UFFD_WP) && p->watched)
		return -EIO;
	p->mark = UNMARKED;
	p->watched = false;
	if (p->flags & VM_SHARED) {
		write_file(f, p, value);
		return 0;
	}
	p->value = value;
	p->doubt = p->file == NO_FILE ? 0 : IS_COPY;
	return 0;
}

long model_read(struct fuzz *f, struct fspace *s, long page)
{
	/* hardware knows no page that can be written and not read */
	return access(f, s, page, VM_READ | VM_WRITE | VM_EXEC);
}

void model_fork(struct fspace *child, const struct fspace *parent)
{
	struct space *sp = child->sp;
	struct fpage *p;

	*child = *parent;
	child->sp = sp;
	child->u = NULL;
	for (p = child->page; p < child->page + SPACE_PAGES; p++) {
		if (p->flags & VM_DONTCOPY) {
			*p = (struct fpage) {};
		} else if (p->flags & VM_WIPEONFORK) {
			p->value = 0;
			p->doubt = 0;
			p->mark = UNMARKED;
		}
		p->watched = false;
		p->doubt &= ~MAY_BE_WATCHED;
		p->flags &= ~(VM_LOCKED | VM_LOCKONFAULT | FLAGS_UFFD);
	}
}
