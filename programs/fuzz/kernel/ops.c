// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of a sequence: each is read from its bytes, done to the model,
 * written as C if that is wanted, and then done with the word of the tests.
 */
#include <linux/swap.h>

#include "arguments.h"
#include "attr.h"
#include "fuzz.h"

static const int prots[] = { RW, RW, PROT_READ, PROT_NONE, PROT_READ | PROT_EXEC, RW, PROT_WRITE };

static const struct {
	int advice;
	bool built_in;
} advices[] = {
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

/*
 * A place: mostly one of the first 64 pages; 32 more on each side of the first
 * page table's end; or one of four whole page tables.
 */
static long fuzz_page(unsigned int byte)
{
	if (byte & 0x80)
		return (byte & 3) * HUGE_NR;
	return byte & 0x40 ? HUGE_NR - 32 + (byte & 63) : byte & 63;
}

static long fuzz_nr(const struct fuzz_op *op, unsigned int byte, long page)
{
	long nr = op->page & 0x80 ? (1 + byte % 3) * HUGE_NR : 1 + byte % 16;

	return min(nr, SPACE_PAGES - page);
}

/* Bytes of an operation, decoded. */
struct args {
	const struct fuzz_op *op;
	long page, nr;
	const char *name;	/* of the space */
};

/* The result is what the model said, and then the rest must be too. */
static void done(struct fuzz *f, struct fspace *s, const struct fuzz_op *op, long want, long ret)
{
	bool partly = want == PARTLY || f->failing;

	if (f->stopped)
		return;
	fuzz_see(f, s, op, ret);
	if (want != ANY_RESULT && ret != want && !(partly && ret < 0) && want != PARTLY)
		fuzz_wrong(f, NULL, "%s of page %ld returns %ld, expected %ld; %s is %s",
			   shim_fuzz_word(op->code).name, fuzz_page(op->page), ret, want,
			   s->sp->name, layout_of(s->sp));
	if (!f->stopped)
		fuzz_check(f, s, partly);
}

/* The next operation's allocations, and the state that it may have to keep. */
static void begin(struct fuzz *f, struct fspace *s)
{
	f->last_vmas = shim_map_count(s->sp->mm);
	f->before = *s;
}

/* Contents that are unknown after a failure are forgotten by the model before it. */
static void begin_failing(struct fuzz *f, struct fspace *s)
{
	f->failing = f->fail_nth || f->limit;
	if (f->failing)
		forget(s->sp, 0, SPACE_PAGES);
	if (f->limit)
		commit_limit(charged() + f->limit - 1);
	if (f->fail_nth)
		shim_fail_nth(f->fail_nth, f->fail_on);
}

static void end_failing(struct fuzz *f)
{
	if (f->fail_nth)
		shim_fail_stop();
	if (f->limit)
		commit_no_limit();
	f->fail_nth = 0;
	f->limit = 0;
}

#define CALL(want, call, ...) ({					\
	long __want = (want), __ret;					\
	say_call(f, s, __want, __VA_ARGS__);				\
	begin_failing(f, s);						\
	__ret = (call);							\
	end_failing(f);							\
	done(f, s, a->op, __want, __ret);				\
	f->failing = false;						\
	__ret;								\
})

static void op_map(struct fuzz *f, struct fspace *s, const struct args *a)
{
	static const int extra[] = { 0, 0, 0, 0, MAP_FIXED_NOREPLACE, MAP_LOCKED, MAP_POPULATE,
				     MAP_GROWSDOWN, MAP_NORESERVE };
	int prot = prots[a->op->arg % ARRAY_SIZE(prots)];
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

static void op_map_file(struct fuzz *f, struct fspace *s, const struct args *a)
{
	static const char *const names[] = { "file", "small", "shmem" };
	static const int extra[] = { 0, 0, 0, 0, MAP_FIXED_NOREPLACE, MAP_LOCKED, MAP_POPULATE };
	int prot = prots[a->op->arg % ARRAY_SIZE(prots)], file = a->op->more % FUZZ_FILES;
	int flags = a->op->more & 0x80 ? MAP_SHARED : MAP_PRIVATE;
	long pgoff = a->op->value & 0x80 ? a->op->value & 15 : a->page + (a->op->value & 1);
	struct fpage like = { .mapped = true, .file = file, .pgoff = pgoff };
	char text[120];
	long want;

	if (!f->file[file])
		return;
	flags |= extra[(a->op->more >> 2) % ARRAY_SIZE(extra)];
	like.flags = prot | (flags & MAP_LOCKED ? VM_LOCKED : 0) |
		     (flags & MAP_SHARED ? VM_SHARED : 0);
	want = model_map(f, s, a->page, a->nr, like, flags);
	CALL(want, map_file(s->sp, a->page, a->nr, prot, flags, f->file[file], pgoff),
	     "map_file(%s, %ld, %ld, %s, %s, %s, %ld)", a->name, a->page, a->nr, prot_in_c(prot),
	     map_flags_in_c(flags, text), names[file], pgoff);
}

static void op_unmap(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long want = model_unmap(s, a->page, a->nr);

	CALL(want, unmap(s->sp, a->page, a->nr), "unmap(%s, %ld, %ld)", a->name, a->page, a->nr);
}

static void op_protect(struct fuzz *f, struct fspace *s, const struct args *a)
{
	int prot = prots[a->op->arg % ARRAY_SIZE(prots)];
	long want = model_protect(f, s, a->page, a->nr, prot);

	CALL(want, protect(s->sp, a->page, a->nr, prot), "protect(%s, %ld, %ld, %s)", a->name,
	     a->page, a->nr, prot_in_c(prot));
}

static void op_move(struct fuzz *f, struct fspace *s, const struct args *a)
{
	bool stays = a->op->more % 8 == 7, resized = a->op->more % 8 > 4 && !stays;
	long new_nr = resized ? fuzz_nr(a->op, a->op->value, a->page) : a->nr;
	long to = min(fuzz_page(a->op->to), SPACE_PAGES - new_nr), want;
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED | (stays ? MREMAP_DONTUNMAP : 0);

	if (triggers_shrink_charge(a->nr, new_nr) || triggers_ksm_moved(f, true))
		return;
	want = model_move(f, s, a->page, a->nr, new_nr, to, stays);
	if (!stays && !resized)
		CALL(want == to ? 0 : want, move(s->sp, a->page, a->nr, to),
		     "move(%s, %ld, %ld, %ld)", a->name, a->page, a->nr, to);
	else
		CALL(want, remap(s->sp, a->page, a->nr, new_nr, flags, to),
		     "remap(%s, %ld, %ld, %ld, MREMAP_MAYMOVE | MREMAP_FIXED%s, %ld)", a->name,
		     a->page, a->nr, new_nr, stays ? " | MREMAP_DONTUNMAP" : "", to);
}

static void op_resize(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long new_nr = fuzz_nr(a->op, a->op->value, a->page);
	long want = model_resize(f, s, a->page, a->nr, new_nr);

	CALL(want < 0 ? want : 0, resize(s->sp, a->page, a->nr, new_nr),
	     "resize(%s, %ld, %ld, %ld)", a->name, a->page, a->nr, new_nr);
}

static void op_advise(struct fuzz *f, struct fspace *s, const struct args *a)
{
	unsigned int i = a->op->arg % ARRAY_SIZE(advices);
	int advice = advices[i].advice;
	long want;

	if (!advices[i].built_in)
		return;
	/* a chain of stable nodes is kept for so many equal pages, and outlives them */
	if (advice == MADV_MERGEABLE && a->nr > 16)
		return;
	want = model_advise(f, s, a->page, a->nr, advice);
	CALL(want, advise(s->sp, a->page, a->nr, advice), "advise(%s, %ld, %ld, MADV_%s)", a->name,
	     a->page, a->nr, advice_text(advice));
}

static void op_lock(struct fuzz *f, struct fspace *s, const struct args *a)
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

static void op_unlock(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long want = model_lock(f, s, a->page, a->nr, 0);

	CALL(want, unlock(s->sp, a->page, a->nr), "unlock(%s, %ld, %ld)", a->name, a->page, a->nr);
}

static void op_brk(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long page = BRK_PAGE - 1 + a->op->page % 20, old = s->brk, want = model_brk(s, page);

	if (CALL(want, set_brk(s->sp, page_addr(page)), "set_brk(%s, page_addr(%ld))", a->name,
		 page))
		s->brk = old;
}

static void op_write(struct fuzz *f, struct fspace *s, const struct args *a)
{
	u8 value = 'a' + a->op->value % 26;
	long want;

	if (triggers_growth_charge(s, a->page))
		return;
	if (s->page[a->page].flags & VM_SHARED)
		f->fail_nth = f->limit = 0;	/* what the file has then would not be known */
	want = model_write(f, s, a->page, value);
	CALL(want, write_page(s->sp, a->page, value), "write_page(%s, %ld, '%c')", a->name,
	     a->page, value);
}

static void op_read(struct fuzz *f, struct fspace *s, const struct args *a)
{
	long want;

	if (triggers_growth_charge(s, a->page))
		return;
	want = model_read(s, a->page);
	CALL(want, read_page(s->sp, a->page), "read_page(%s, %ld)", a->name, a->page);
}

static void op_fork(struct fuzz *f, struct fspace *s, const struct args *a)
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

static void op_exit(struct fuzz *f, struct fspace *s, const struct args *a)
{
	if (f->nr == 1)
		return;
	say(f, "\tspace_exit(%s);\n", a->name);
	space_exit(s->sp);
	*s = f->spaces[--f->nr];
	f->spaces[f->nr].sp = NULL;
	fuzz_check(f, s->sp ? s : &f->spaces[0], false);
}

static void op_fail(struct fuzz *f, struct fspace *s, const struct args *a)
{
	f->fail_nth = 1 + a->op->value % 24;
	f->fail_on = a->op->more & 1;
}

static void op_limit(struct fuzz *f, struct fspace *s, const struct args *a)
{
	f->limit = 1 + a->op->value % 16;
}

static void op_migrate(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, migrate(s->sp, a->page, a->nr), "migrate(%s, %ld, %ld)", a->name, a->page,
	     a->nr);
}

static void op_swap_on(struct fuzz *f, struct fspace *s, const struct args *a)
{
	if (f->swap)
		return;
	f->swap = true;
	f->fail_nth = f->limit = 0;
	CALL(0, swap_on(f->test, 4096), "swap_on(test, 4096)");
}

static void op_reclaim(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, reclaim(s->sp, a->page, a->nr), "reclaim(%s, %ld, %ld)", a->name, a->page,
	     a->nr);
}

static void op_ksm(struct fuzz *f, struct fspace *s, const struct args *a)
{
	if (triggers_ksm_moved(f, false))
		return;
	CALL(ANY_RESULT, (merge_ksm(f->test), 0), "merge_ksm(test)");
}

static void op_split(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, split_huge(s->sp, a->page), "split_huge(%s, %ld)", a->name, a->page);
}

static void op_lazy(struct fuzz *f, struct fspace *s, const struct args *a)
{
	f->lazy = !f->lazy;
	say(f, "\tshim_set_lazy(%s);\n", f->lazy ? "true" : "false");
	shim_set_lazy(f->lazy);
}

static const struct {
	struct fuzz_word word;
	bool built_in;
	void (*run)(struct fuzz *f, struct fspace *s, const struct args *a);
} words[FUZZ_CODES] = {
	[FUZZ_MAP] = { { "map", 20, ARRAY_SIZE(prots) }, true, op_map },
	[FUZZ_MAP_FILE] = { { "map_file", 8, ARRAY_SIZE(prots) }, true, op_map_file },
	[FUZZ_UNMAP] = { { "unmap", 8, 1 }, true, op_unmap },
	[FUZZ_PROTECT] = { { "protect", 15, ARRAY_SIZE(prots) }, true, op_protect },
	[FUZZ_MOVE] = { { "move", 14, 1 }, true, op_move },
	[FUZZ_RESIZE] = { { "resize", 7, 1 }, true, op_resize },
	[FUZZ_ADVISE] = { { "advise", 12, ARRAY_SIZE(advices) }, true, op_advise },
	[FUZZ_LOCK] = { { "lock", 4, 1 }, true, op_lock },
	[FUZZ_UNLOCK] = { { "unlock", 3, 1 }, true, op_unlock },
	[FUZZ_BRK] = { { "brk", 5, 1 }, true, op_brk },
	[FUZZ_WRITE] = { { "write", 40, 1 }, true, op_write },
	[FUZZ_READ] = { { "read", 12, 1 }, true, op_read },
	[FUZZ_FORK] = { { "fork", 5, 1 }, true, op_fork },
	[FUZZ_EXIT] = { { "exit", 3, 1 }, true, op_exit },
	[FUZZ_FAIL] = { { "fail", 4, 1 }, true, op_fail },
	[FUZZ_MIGRATE] = { { "migrate", 5, 1 }, IS_ENABLED(CONFIG_MIGRATION), op_migrate },
	[FUZZ_SWAP_ON] = { { "swap_on", 1, 1 }, IS_ENABLED(CONFIG_SWAP), op_swap_on },
	[FUZZ_RECLAIM] = { { "reclaim", 5, 1 }, IS_ENABLED(CONFIG_SWAP), op_reclaim },
	[FUZZ_KSM] = { { "ksm", 2, 1 }, IS_ENABLED(CONFIG_KSM), op_ksm },
	[FUZZ_SPLIT] = { { "split", 2, 1 }, IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE), op_split },
	/* the posted series cannot be switched while there are VMAs, see docs/results/posted-series.md */
	[FUZZ_LAZY] = { { "lazy", 1, 1 }, !IS_ENABLED(CONFIG_VMA_REF), op_lazy },
	[FUZZ_LIMIT] = { { "limit", 2, 1 }, true, op_limit },
};

struct fuzz_word shim_fuzz_word(unsigned int code)
{
	struct fuzz_word word = words[code % FUZZ_CODES].word;

	if (!words[code % FUZZ_CODES].built_in)
		word.weight = 0;
	return word;
}

/**
 * fuzz_op() - do an operation of a sequence
 * @f: the run
 * @op: any bytes
 */
void fuzz_op(struct fuzz *f, const struct fuzz_op *op)
{
	struct fspace *s = &f->spaces[op->mm % f->nr];
	struct args a = { .op = op, .page = fuzz_page(op->page), .name = s->sp->name };

	if (op->code >= FUZZ_CODES || !words[op->code].built_in)
		return;
	a.nr = fuzz_nr(op, op->nr, a.page);
	if (op->code != FUZZ_FAIL && op->code != FUZZ_LIMIT && fails_badly(op->code))
		f->fail_nth = f->limit = 0;
	begin(f, s);
	words[op->code].run(f, s, &a);
}
