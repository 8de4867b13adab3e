// SPDX-License-Identifier: GPL-2.0
/*
 * The model of entries that are neither a page nor none: guards and poison; of what
 * userfaultfd makes of accesses, with UFFD_FEATURE_SIGBUS; and of mseal(). See model.c.
 */
#include "fuzz.h"

/* An anonymous page that was written is there, or in swap. */
static bool surely_there(const struct fpage *p)
{
	return p->file == NO_FILE && p->value && !(p->doubt & (MAY_BE_ZERO | IS_ANYTHING));
}

/**
 * access_is_open() - whether an access may be a SIGBUS or none, as the model does not know
 * @p: the page, which has the rights that the access needs
 * @write: it is a store
 */
bool access_is_open(const struct fpage *p, bool write)
{
	if (p->doubt & MAY_BE_MARKED)
		return true;
	if ((p->flags & VM_UFFD_MISSING) && !surely_there(p))
		return true;
	return write && (p->flags & VM_UFFD_WP) && (p->doubt & MAY_BE_WATCHED);
}

/**
 * any_odd() - whether an access of some page of a range may be a SIGBUS or fail
 * @s: the space
 * @page: the first
 * @nr: how many
 */
bool any_odd(struct fspace *s, long page, long nr)
{
	struct fpage *p = &s->page[page], *end = p + nr;

	for (; p < end; p++)
		if (p->mark || access_is_open(p, true) || (p->watched && (p->flags & VM_UFFD_WP)))
			return true;
	return false;
}

/**
 * zap_page() - the page goes, but for what MADV_DONTNEED leaves
 * @p: the page; a shared one is still in its file
 */
void zap_page(struct fpage *p)
{
	if (p->flags & VM_SHARED)
		return;
	p->value = 0;
	p->doubt &= MAY_BE_MARKED;
	if (p->mark == POISON)
		p->mark = UNMARKED;
	p->watched = false;
	/* of a file a marker may stay in its place */
	if (p->file != NO_FILE)
		p->doubt |= MAY_BE_WATCHED;
}

/**
 * may_zap_page() - MADV_FREE: the page goes sooner or later
 * @p: the page
 */
void may_zap_page(struct fpage *p)
{
	p->doubt |= MAY_BE_ZERO;
	if (p->mark == POISON)
		p->mark = UNMARKED;
	if (p->watched)
		p->doubt |= MAY_BE_WATCHED;
}

/* A truncation takes private copies too. */
static void truncate_page(struct fpage *p)
{
	p->value = 0;
	p->doubt &= MAY_BE_MARKED;
	p->watched = false;
	p->doubt |= MAY_BE_WATCHED;
}

/**
 * model_truncate() - ftruncate()
 * @f: the run
 * @file: the file
 * @size: its new size in pages
 */
void model_truncate(struct fuzz *f, int file, u32 size)
{
	struct fpage *p;
	int i;

	for (i = 0; i < f->nr; i++)
		for (p = f->spaces[i].page; p < f->spaces[i].page + SPACE_PAGES; p++)
			if (p->mapped && p->file == file && p->pgoff >= size)
				truncate_page(p);
	memset(&f->bytes[file][size], 0, FILE_PAGES - size);
	f->size[file] = size;
}

static void install(struct fpage *p)
{
	p->value = 0;
	p->doubt = 0;
	p->mark = GUARD;
	p->watched = false;
	if (p->file != NO_FILE)
		p->doubt = MAY_BE_WATCHED;
}

/* Of a private file's page there is no copy any more. */
static void remove(struct fpage *p)
{
	if (p->mark != GUARD && !(p->doubt & MAY_BE_MARKED))
		return;
	p->mark = UNMARKED;
	p->doubt &= ~MAY_BE_MARKED;
	if (p->doubt & IS_ANYTHING)	/* it was poison, perhaps */
		p->doubt |= MAY_BE_MARKED;
}

/**
 * model_guard() - MADV_GUARD_INSTALL and _REMOVE
 * @s: the space
 * @page: the first
 * @nr: how many
 * @installs: the former
 */
long model_guard(struct fspace *s, long page, long nr, bool installs)
{
	struct fpage *p = &s->page[page], *end = p + nr;
	bool gap = false;

	for (; p < end; p++) {
		gap |= !p->mapped;
		if (!p->mapped)
			continue;
		if (installs && (p->flags & VM_LOCKED))
			return sealed(s, page, nr) ? PARTLY : -EINVAL;
		if (installs)
			install(p);
		else
			remove(p);
	}
	if (installs && sealed(s, page, nr))
		return PARTLY;
	return gap ? -ENOMEM : 0;
}

/* What UFFDIO_REGISTER and _UNREGISTER say of a range; of one without mappings there is no answer. */
static long asks_for(const struct fpage *p, const struct fpage *end)
{
	long want = ANY_RESULT;

	for (; p < end; p++) {
		if (!p->mapped)
			continue;
		if (p->file != NO_FILE && p->file != FUZZ_SHMEM)
			return -EINVAL;
		want = 0;
	}
	return want;
}

/**
 * model_register() - UFFDIO_REGISTER
 * @s: the space
 * @page: the first
 * @nr: how many
 * @flags: of FLAGS_UFFD
 *
 * Return: as all of these, or ANY_RESULT without a change where the model has no answer:
 * nothing is mapped, or a mode would end.
 */
long model_register(struct fspace *s, long page, long nr, u64 flags)
{
	struct fpage *p = &s->page[page], *end = p + nr, *at;
	long want = asks_for(p, end);

	for (at = p; at < end; at++)
		if (at->flags & FLAGS_UFFD & ~flags)
			return ANY_RESULT;
	for (at = p; !want && at < end; at++)
		if (at->mapped)
			at->flags |= flags;
	return want;
}

/**
 * model_unregister() - UFFDIO_UNREGISTER
 * @s: the space
 * @page: the first
 * @nr: how many
 *
 * Return: as of model_register().
 */
long model_unregister(struct fspace *s, long page, long nr)
{
	struct fpage *p = &s->page[page], *end = p + nr;
	long want = asks_for(p, end);

	for (; !want && p < end; p++) {
		p->flags &= ~FLAGS_UFFD;
		p->watched = false;
		p->doubt &= ~MAY_BE_WATCHED;
	}
	return want;
}

/**
 * model_watch() - UFFDIO_WRITEPROTECT
 * @s: the space
 * @page: the first
 * @nr: how many
 * @on: it begins, and does not end
 */
long model_watch(struct fspace *s, long page, long nr, bool on)
{
	struct fpage *p = &s->page[page], *end = p + nr;
	long err = -ENOENT;

	for (; p < end; p++) {
		if (!p->mapped)
			continue;
		if (!(p->flags & VM_UFFD_WP))
			return -ENOENT;
		err = 0;
		p->watched = false;
		p->doubt &= ~MAY_BE_WATCHED;
		/* what is not there is not protected, unless it is of a file */
		if (on && surely_there(p))
			p->watched = true;
		else if (on)
			p->doubt |= MAY_BE_WATCHED;
	}
	return err;
}

/**
 * model_seal() - mseal()
 * @s: the space
 * @page: the first
 * @nr: how many
 */
long model_seal(struct fspace *s, long page, long nr)
{
	struct fpage *p = &s->page[page], *end = p + nr, *at;

	for (at = p; at < end; at++)
		if (!at->mapped)
			return -ENOMEM;
	for (at = p; at < end; at++)
		at->flags |= VM_SEALED;
	return 0;
}
