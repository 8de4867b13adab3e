// SPDX-License-Identifier: GPL-2.0
/* System calls on mappings, accesses, and the beginnings and ends of processes. */
#include "arguments.h"
#include "attr.h"
#include "ops.h"

static const int prots[NR_PROTS] = { RW, RW, PROT_READ, PROT_NONE, PROT_READ | PROT_EXEC, RW, PROT_WRITE };

static const struct {
	int advice;
	bool built_in;
} advices[NR_ADVICES] = {
	{ MADV_DONTNEED, true }, { MADV_FREE, true }, { MADV_DONTFORK, true },
	{ MADV_DOFORK, true }, { MADV_WIPEONFORK, true }, { MADV_KEEPONFORK, true },
	{ MADV_DONTDUMP, true }, { MADV_DODUMP, true }, { MADV_NORMAL, true },
	{ MADV_SEQUENTIAL, true }, { MADV_RANDOM, true }, { MADV_COLD, true },
	{ MADV_PAGEOUT, IS_ENABLED(CONFIG_SWAP) }, { MADV_POPULATE_READ, true }, { MADV_POPULATE_WRITE, true },
	{ MADV_HUGEPAGE, IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) },
	{ MADV_NOHUGEPAGE, IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) },
	{ MADV_COLLAPSE, IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) },
	{ MADV_MERGEABLE, IS_ENABLED(CONFIG_KSM) }, { MADV_UNMERGEABLE, IS_ENABLED(CONFIG_KSM) },
};

void op_map(struct fuzz *f, struct fspace *s, const struct args *a)
{
	static const int extra[] = { 0, 0, 0, 0, MAP_FIXED_NOREPLACE, MAP_LOCKED, MAP_POPULATE,
				     MAP_GROWSDOWN, MAP_NORESERVE };
	int prot = prots[a->op->arg % NR_PROTS];
	int flags = ANON | extra[a->op->more % ARRAY_SIZE(extra)];
	struct fpage like = {
		.mapped = true, .file = NO_FILE,
		.flags = prot | (flags & MAP_LOCKED ? VM_LOCKED : 0) |
			 (flags & MAP_GROWSDOWN ? VM_GROWSDOWN : 0),
	};
	long want = model_map(f, s, a->page, a->nr, like, flags);
	char text[120];

	BUILD_BUG_ON(VM_READ != PROT_READ || VM_WRITE != PROT_WRITE || VM_EXEC != PROT_EXEC);
	if (flags == ANON)
		CALL(want, map(s->sp, a->page, a->nr, prot), "map(%s, %ld, %ld, %s)", a->name,
		     a->page, a->nr, prot_in_c(prot));
	else
		CALL(want, map_file(s->sp, a->page, a->nr, prot, flags, NULL, 0),
		     "map_file(%s, %ld, %ld, %s, %s, NULL, 0)", a->name, a->page, a->nr,
		     prot_in_c(prot), map_flags_in_c(flags, text));
}

/* Maps a file, with the rights that the operation names. */
static void map_of(struct fuzz *f, struct fspace *s, const struct args *a, int flags, int file,
		   long pgoff)
{
	static const char *const names[] = { "file", "small", "shmem", "large" };
	int prot = prots[a->op->arg % NR_PROTS];
	struct fpage like = {
		.mapped = true, .file = file, .pgoff = pgoff,
		.flags = prot | (flags & MAP_LOCKED ? VM_LOCKED : 0) |
			 (flags & MAP_SHARED ? VM_SHARED : 0),
	};
	long want = model_map(f, s, a->page, a->nr, like, flags);
	char text[120];

	CALL(want, map_file(s->sp, a->page, a->nr, prot, flags, f->file[file], pgoff),
	     "map_file(%s, %ld, %ld, %s, %s, %s, %ld)", a->name, a->page, a->nr, prot_in_c(prot),
	     map_flags_in_c(flags, text), names[file], pgoff);
}

void op_map_file(struct fuzz *f, struct fspace *s, const struct args *a)
{
	static const int extra[] = { 0, 0, 0, 0, MAP_FIXED_NOREPLACE, MAP_LOCKED, MAP_POPULATE };
	int file = a->op->more % NR_MAPPED;
	int flags = a->op->more & 0x80 ? MAP_SHARED : MAP_PRIVATE;
	long pgoff = a->op->value & 0x80 ? a->op->value & 15 : a->page + (a->op->value & 1);

	if (f->file[file])
		map_of(f, s, a, flags | extra[(a->op->more >> 2) % ARRAY_SIZE(extra)], file, pgoff);
}

/* The file of large folios is made, and in the page cache, when it is first mapped. */
static bool large_file(struct fuzz *f)
{
	long index;

	if (!IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		return false;
	if (f->file[FUZZ_LARGE])
		return true;
	f->fail_nth = f->limit = 0;
	f->file[FUZZ_LARGE] = shim_file_create_cached(LARGE_PAGES, true);
	for (index = 0; index < LARGE_PAGES; index += 4)
		if (shim_file_cache(f->file[FUZZ_LARGE], index, 2))
			return false;
	return true;
}

void op_map_large(struct fuzz *f, struct fspace *s, const struct args *a)
{
	int flags = a->op->more & 0x80 ? MAP_SHARED : MAP_PRIVATE;
	long pgoff = a->op->value & 0x80 ? a->op->value & 15 : a->page;

	if (large_file(f))
		map_of(f, s, a, flags, FUZZ_LARGE, pgoff);
}

void op_unmap(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long want = sealed(s, a->page, a->nr) ? -EPERM : model_unmap(s, a->page, a->nr);

	CALL(want, unmap(s->sp, a->page, a->nr), "unmap(%s, %ld, %ld)", a->name, a->page, a->nr);
}

void op_protect(struct fuzz *f, struct fspace *s, const struct args *a)
{
	int prot = prots[a->op->arg % NR_PROTS];
	long want = model_protect(f, s, a->page, a->nr, prot);

	CALL(want, protect(s->sp, a->page, a->nr, prot), "protect(%s, %ld, %ld, %s)", a->name,
	     a->page, a->nr, prot_in_c(prot));
}

void op_move(struct fuzz *f, struct fspace *s, const struct args *a)
{
	bool stays = a->op->more % 8 == 7, resized = a->op->more % 8 > 4 && !stays;
	long new_nr = resized ? fuzz_nr(a->op, a->op->value, a->page) : a->nr;
	long to = min(fuzz_page(a->op->to), SPACE_PAGES - new_nr), want;
	bool odd = sealed(s, a->page, max(a->nr, new_nr)) || sealed(s, to, new_nr);
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | (stays ? MREMAP_DONTUNMAP : 0);

	if (triggers_shrink_charge(a->nr, new_nr) || triggers_ksm_moved(f, true))
		return;
	want = model_move(f, s, a->page, a->nr, new_nr, to, stays);
	if (odd)
		want = PARTLY;
	if (!stays && !resized)
		CALL(want == to ? 0 : want, move(s->sp, a->page, a->nr, to),
		     "move(%s, %ld, %ld, %ld)", a->name, a->page, a->nr, to);
	else
		CALL(want, remap(s->sp, a->page, a->nr, new_nr, flags, to),
		     "remap(%s, %ld, %ld, %ld, MREMAP_MAYMOVE | MREMAP_FIXED%s, %ld)", a->name,
		     a->page, a->nr, new_nr, stays ? " | MREMAP_DONTUNMAP" : "", to);
}

void op_resize(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long new_nr = fuzz_nr(a->op, a->op->value, a->page);
	bool odd = sealed(s, a->page, max(a->nr, new_nr));
	long want = model_resize(f, s, a->page, a->nr, new_nr);

	CALL(odd ? PARTLY : want < 0 ? want : 0, resize(s->sp, a->page, a->nr, new_nr),
	     "resize(%s, %ld, %ld, %ld)", a->name, a->page, a->nr, new_nr);
}

static bool maps(struct fspace *s, long page, long nr, int file)
{
	for (; nr > 0; page++, nr--)
		if (s->page[page].mapped && s->page[page].file == file)
			return true;
	return false;
}

void op_advise(struct fuzz *f, struct fspace *s, const struct args *a)
{
	unsigned int i = a->op->arg % NR_ADVICES;
	int advice = advices[i].advice;
	long want;

	if (!advices[i].built_in)
		return;
	/* the machine reads nothing ahead of the file that has large folios */
	if ((advice == MADV_COLLAPSE || advice == MADV_HUGEPAGE) && maps(s, a->page, a->nr, FUZZ_LARGE))
		return;
	/* a chain of stable nodes is kept for so many equal pages, and outlives them */
	if (advice == MADV_MERGEABLE && a->nr > 16)
		return;
	want = model_advise(f, s, a->page, a->nr, advice);
	CALL(want, advise(s->sp, a->page, a->nr, advice), "advise(%s, %ld, %ld, MADV_%s)", a->name,
	     a->page, a->nr, advice_text(advice));
}

void op_lock(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long want;

	if (a->op->more % 4) {
		want = model_lock(f, s, a->page, a->nr, VM_LOCKED);
		CALL(want, lock(s->sp, a->page, a->nr), "lock(%s, %ld, %ld)", a->name, a->page,
		     a->nr);
	} else {
		want = model_lock(f, s, a->page, a->nr, VM_LOCKED | VM_LOCKONFAULT);
		CALL(want, lock_on_fault(s->sp, a->page, a->nr), "lock_on_fault(%s, %ld, %ld)",
		     a->name, a->page, a->nr);
	}
}

void op_unlock(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long want = model_lock(f, s, a->page, a->nr, 0);

	CALL(want, unlock(s->sp, a->page, a->nr), "unlock(%s, %ld, %ld)", a->name, a->page, a->nr);
}

void op_brk(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long page = BRK_PAGE - 1 + a->op->page % 20, old = s->brk, want = model_brk(s, page);

	if (CALL(want, set_brk(s->sp, page_addr(page)), "set_brk(%s, page_addr(%ld))", a->name,
		 page))
		s->brk = old;
}

/* The model does not know whether an access comes through: what a store leaves is known then. */
static void open_access(struct fuzz *f, struct fspace *s, const struct args *a, int value)
{
	struct fpage *p = &s->page[a->page], was = *p;
	int err;

	p->doubt |= IS_ANYTHING;
	if (value >= 0)
		err = CALL(ANY_RESULT, write_page(s->sp, a->page, value), "write_page(%s, %ld, '%c')",
			   a->name, a->page, value);
	else
		err = CALL(ANY_RESULT, read_page(s->sp, a->page), "read_page(%s, %ld)", a->name,
			   a->page);
	*p = was;
	if (err)
		return;
	p->mark = UNMARKED;
	p->doubt &= ~MAY_BE_MARKED;
	if (value < 0)
		return;
	p->value = value;
	p->doubt = p->file == NO_FILE ? 0 : IS_COPY;
	p->watched = false;
}

/* A stack would grow, and then nobody brings in the page: more than the model can follow. */
static bool grows_and_misses(struct fspace *s, long page)
{
	if (s->page[page].mapped)
		return false;
	while (page < SPACE_PAGES - 1 && !s->page[page].mapped)
		page++;
	return (s->page[page].flags & VM_GROWSDOWN) && (s->page[page].flags & VM_UFFD_MISSING);
}

/* Whether an access, for which one of these rights is enough, is open. */
static bool is_open(struct fspace *s, long page, u64 rights, bool write)
{
	struct fpage *p = &s->page[page];

	return p->mapped && (p->flags & rights) && access_is_open(p, write);
}

void op_write(struct fuzz *f, struct fspace *s, const struct args *a)
{
	bool shared = s->page[a->page].flags & VM_SHARED;
	u8 value = 'a' + a->op->value % 26;
	long want;

	if (triggers_growth_charge(s, a->page) || grows_and_misses(s, a->page))
		return;
	if (shared)
		f->fail_nth = f->limit = 0;	/* what the file has then would not be known */
	if (is_open(s, a->page, VM_WRITE, true)) {
		if (!shared)
			open_access(f, s, a, value);
		return;
	}
	want = model_write(f, s, a->page, value);
	CALL(want, write_page(s->sp, a->page, value), "write_page(%s, %ld, '%c')", a->name,
	     a->page, value);
}

void op_read(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long want;

	if (triggers_growth_charge(s, a->page) || grows_and_misses(s, a->page))
		return;
	if (is_open(s, a->page, VM_ACCESS_FLAGS, false)) {
		open_access(f, s, a, -1);
		return;
	}
	want = model_read(f, s, a->page);
	CALL(want, read_page(s->sp, a->page), "read_page(%s, %ld)", a->name, a->page);
}

void op_fork(struct fuzz *f, struct fspace *s, const struct args *a)
{
	struct world *world = f->test->priv;
	struct fspace *child = &f->spaces[f->nr];
	char name[16] = "child";

	if (f->nr == FUZZ_SPACES || triggers_wiped_offset(s))
		return;
	if (world->nr_spaces > 1)
		snprintf(name, sizeof(name), "child%u", world->nr_spaces);
	say(f, "\t%s = space_fork(%s);\n", name, a->name);
	if (f->fail_nth)
		shim_fail_nth(f->fail_nth, f->fail_on);
	child->sp = space_fork(s->sp);
	shim_fail_stop();
	if (!child->sp && !f->fail_nth)
		fuzz_wrong(f, NULL, "fork of %s fails", a->name);
	f->fail_nth = 0;
	fuzz_see(f, s, a->op, !child->sp);
	if (!child->sp)
		return;
	f->forked = true;
	model_fork(child, s);
	f->nr++;
	fuzz_check(f, child, false);
}

void op_exit(struct fuzz *f, struct fspace *s, const struct args *a)
{
	if (f->nr == 1)
		return;
	if (s->u) {
		say(f, "\tuffd_close(u%s);\n", a->name);
		uffd_close(s->u);
	}
	say(f, "\tspace_exit(%s);\n", a->name);
	space_exit(s->sp);
	*s = f->spaces[--f->nr];
	f->spaces[f->nr].sp = NULL;
	f->spaces[f->nr].u = NULL;
	fuzz_check(f, s->sp ? s : &f->spaces[0], false);
}

#ifdef MADV_GUARD_INSTALL
static bool has_file(struct fspace *s, long page, long nr)
{
	for (; nr > 0; page++, nr--)
		if (s->page[page].mapped && s->page[page].file != NO_FILE)
			return true;
	return false;
}

void op_guard(struct fuzz *f, struct fspace *s, const struct args *a)
{
	bool install = a->op->arg % 4;
	long want;

	/* of files they are new in 6.15 */
	if (!IS_ENABLED(SHIM_GUARD_FILES) && has_file(s, a->page, a->nr))
		return;
	if (install && triggers_guard_on_marker(s, a->page, a->nr))
		return;
	want = model_guard(s, a->page, a->nr, install);
	CALL(want, advise(s->sp, a->page, a->nr, install ? MADV_GUARD_INSTALL : MADV_GUARD_REMOVE),
	     "advise(%s, %ld, %ld, MADV_GUARD_%s)", a->name, a->page, a->nr,
	     install ? "INSTALL" : "REMOVE");
}
#else
void op_guard(struct fuzz *f, struct fspace *s, const struct args *a)
{
}
#endif

void op_seal(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long nr = min(a->nr, 3L), want = model_seal(s, a->page, nr);

	CALL(want, seal(s->sp, a->page, nr), "seal(%s, %ld, %ld)", a->name, a->page, nr);
}

void op_name(struct fuzz *f, struct fspace *s, const struct args *a)
{
	static const char *const names[] = { "a", "b", NULL };
	const char *name = names[a->op->arg % ARRAY_SIZE(names)];

	CALL(ANY_RESULT, name_range(s->sp, a->page, a->nr, name), name ? "name_range(%s, %ld, %ld, \"%s\")" :
	     "name_range(%s, %ld, %ld, NULL)", a->name, a->page, a->nr, name);
}

void op_clean(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, (clear_refs(s->sp), 0), "clear_refs(%s)", a->name);
}
