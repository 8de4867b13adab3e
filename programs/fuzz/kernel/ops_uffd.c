// SPDX-License-Identifier: GPL-2.0
/*
 * Userfaultfd, one for each address space, without a monitor: what would wait for one is a
 * SIGBUS (UFFD_FEATURE_SIGBUS). What an ioctl has done by its own account is done to the model.
 */
#include "ops.h"

/* The name of a space's userfaultfd in a case. */
static const char *name_of(struct fspace *s, char *text)
{
	sprintf(text, "u%s", s->sp->name);
	return text;
}

static void open(struct fuzz *f, struct fspace *s)
{
	char name[32];

	if (s->u)
		return;
	f->fail_nth = f->limit = 0;
	say(f, "\t%s = uffd_open(%s, UFFD_FEATURE_SIGBUS);\n", name_of(s, name), s->sp->name);
	s->u = uffd_open(s->sp, UFFD_FEATURE_SIGBUS);
}

void op_uffd(struct fuzz *f, struct fspace *s, const struct args *a)
{
	static const struct { u64 mode, flags; const char *text; } modes[] = {
		{ UFFD_MISSING, VM_UFFD_MISSING, "UFFD_MISSING" },
		{ UFFD_WP, VM_UFFD_WP, "UFFD_WP" },
		{ UFFD_MISSING | UFFD_WP, FLAGS_UFFD, "UFFD_MISSING | UFFD_WP" },
	};
	unsigned int i = a->op->arg % 4;
	char name[32];
	long want;

	open(f, s);
	if (i == 3) {
		want = model_unregister(s, a->page, a->nr);
		if (want != ANY_RESULT)
			CALL(want, uffd_unregister(s->u, a->page, a->nr),
			     "uffd_unregister(%s, %ld, %ld)", name_of(s, name), a->page, a->nr);
		return;
	}
	want = model_register(s, a->page, a->nr, modes[i].flags);
	if (want != ANY_RESULT)
		CALL(want, uffd_register(s->u, a->page, a->nr, modes[i].mode),
		     "uffd_register(%s, %ld, %ld, %s)", name_of(s, name), a->page, a->nr,
		     modes[i].text);
}

void op_watch(struct fuzz *f, struct fspace *s, const struct args *a)
{
	bool on = a->op->arg % 3;
	char name[32];
	long want;

	if (!s->u)
		return;
	want = model_watch(s, a->page, a->nr, on);
	CALL(want, uffd_protect(s->u, a->page, a->nr, on), "uffd_protect(%s, %ld, %ld, %s)",
	     name_of(s, name), a->page, a->nr, on ? "true" : "false");
}

/* All pages of a range are anonymous, and registered if @flags says so. */
static bool all_anon(struct fspace *s, long page, long nr, u64 flags)
{
	for (; nr > 0; page++, nr--)
		if (!s->page[page].mapped || s->page[page].file != NO_FILE ||
		    (flags && !(s->page[page].flags & flags)))
			return false;
	return true;
}

/* What UFFDIO_COPY, _ZEROPAGE or _POISON says that it has filled becomes like @like. */
static int filled(struct fspace *s, const struct args *a, const struct fpage *like, int ret)
{
	long i, nr = s->u->done > 0 ? s->u->done >> PAGE_SHIFT : 0;
	struct fpage *p = &s->page[a->page];

	for (i = 0; i < nr; i++, p++) {
		p->value = like->value;
		p->doubt = like->doubt;
		p->mark = like->mark;
		p->watched = like->watched;
	}
	return ret;
}

/* The page that is copied, as the first of what UFFDIO_COPY makes. */
static struct fpage source_of(struct fuzz *f, struct fspace *s, long page, bool watched)
{
	const struct fpage *from = &s->page[page];
	struct fpage like = { .watched = watched };

	like.value = from->file == NO_FILE || (from->doubt & IS_COPY) ? from->value :
									file_byte(f, from);
	like.doubt = from->doubt & ~IS_COPY ? IS_ANYTHING : 0;
	return like;
}

static void copy(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long from = min(fuzz_page(a->op->to), SPACE_PAGES - 1);
	bool watched = (a->op->more & 1) && all_anon(s, a->page, 1, VM_UFFD_WP);
	const struct fpage like = source_of(f, s, from, watched);
	char name[32];

	CALL(ANY_RESULT,
	     filled(s, a, &like, uffd_copy(s->u, a->page, 1, from, watched ? UFFDIO_COPY_MODE_WP : 0)),
	     "uffd_copy(%s, %ld, 1, %ld, %s)", name_of(s, name), a->page, from,
	     watched ? "UFFDIO_COPY_MODE_WP" : "0");
}

void op_fill(struct fuzz *f, struct fspace *s, const struct args *a)
{
	const struct fpage zero = {}, poison = { .mark = POISON };
	char name[32];

	if (!s->u || !all_anon(s, a->page, a->nr, FLAGS_UFFD))
		return;
	switch (a->op->arg % 3) {
	case 0:
		copy(f, s, a);
		return;
	case 1:
		CALL(ANY_RESULT, filled(s, a, &zero, uffd_zeropage(s->u, a->page, a->nr)),
		     "uffd_zeropage(%s, %ld, %ld)", name_of(s, name), a->page, a->nr);
		return;
	case 2:
		CALL(ANY_RESULT, filled(s, a, &poison, uffd_poison(s->u, a->page, a->nr)),
		     "uffd_poison(%s, %ld, %ld)", name_of(s, name), a->page, a->nr);
	}
}

/* What UFFDIO_MOVE says that it has moved. */
static int taken(struct fspace *s, const struct args *a, long from, int ret)
{
	long i, nr = s->u->done > 0 ? s->u->done >> PAGE_SHIFT : 0;
	struct fpage *p = &s->page[a->page], *q = &s->page[from];

	for (i = 0; i < nr; i++, p++, q++) {
		p->value = q->value;
		p->doubt = q->doubt | MAY_BE_WATCHED;
		p->mark = q->mark;
		p->watched = false;
		q->value = 0;
		q->doubt = 0;
		q->mark = UNMARKED;
		q->watched = false;
	}
	return ret;
}

void op_take(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long from = min(fuzz_page(a->op->to), SPACE_PAGES - a->nr);
	char name[32];

	if (!s->u || !all_anon(s, a->page, a->nr, FLAGS_UFFD) || !all_anon(s, from, a->nr, 0))
		return;
	CALL(ANY_RESULT, taken(s, a, from, uffd_move(s->u, a->page, a->nr, from)),
	     "uffd_move(%s, %ld, %ld, %ld)", name_of(s, name), a->page, a->nr, from);
}
