// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of a sequence: each is read from its bytes, done to the model,
 * written as C if that is wanted, and then done with the word of the tests.
 */
#include "ops.h"

/* The next operation's allocations, and the state that it may have to keep. */
static void begin(struct fuzz *f, struct fspace *s)
{
	f->last_vmas = shim_map_count(s->sp->mm);
	f->before = *s;
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

static const struct {
	struct fuzz_word word;
	bool built_in;
	void (*run)(struct fuzz *f, struct fspace *s, const struct args *a);
} words[FUZZ_CODES] = {
	[FUZZ_MAP] = { { "map", 20, NR_PROTS }, true, op_map },
	[FUZZ_MAP_FILE] = { { "map_file", 8, NR_PROTS }, true, op_map_file },
	[FUZZ_UNMAP] = { { "unmap", 8, 1 }, true, op_unmap },
	[FUZZ_PROTECT] = { { "protect", 15, NR_PROTS }, true, op_protect },
	[FUZZ_MOVE] = { { "move", 14, 1 }, true, op_move },
	[FUZZ_RESIZE] = { { "resize", 7, 1 }, true, op_resize },
	[FUZZ_ADVISE] = { { "advise", 12, NR_ADVICES }, true, op_advise },
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
	[FUZZ_GUARD] = { { "guard", 6, 4 }, true, op_guard },
	[FUZZ_UFFD] = { { "uffd", 4, 4 }, IS_ENABLED(CONFIG_USERFAULTFD), op_uffd },
	[FUZZ_FILL] = { { "fill", 6, 3 }, IS_ENABLED(CONFIG_USERFAULTFD), op_fill },
	[FUZZ_WATCH] = { { "watch", 6, 3 }, IS_ENABLED(CONFIG_USERFAULTFD), op_watch },
	[FUZZ_TAKE] = { { "take", 5, 1 }, IS_ENABLED(CONFIG_USERFAULTFD), op_take },
	[FUZZ_SEAL] = { { "seal", 1, 1 }, IS_ENABLED(CONFIG_64BIT), op_seal },
	[FUZZ_NAME] = { { "name", 2, 3 }, IS_ENABLED(CONFIG_ANON_VMA_NAME), op_name },
	[FUZZ_CLEAN] = { { "clean", 1, 1 }, IS_ENABLED(CONFIG_MEM_SOFT_DIRTY), op_clean },
	[FUZZ_SWAP_OFF] = { { "swap_off", 1, 1 }, IS_ENABLED(CONFIG_SWAP), op_swap_off },
	[FUZZ_HOLD] = { { "hold", 2, 2 }, true, op_hold },
	[FUZZ_ORDER] = { { "order", 1, 4 }, IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE), op_order },
	[FUZZ_KHUGEPAGED] = { { "khugepaged", 1, 1 }, IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE),
			      op_khugepaged },
	[FUZZ_TRUNCATE] = { { "truncate", 2, 1 }, IS_ENABLED(CONFIG_SHMEM), op_truncate },
	[FUZZ_MAP_LARGE] = { { "map_large", 3, NR_PROTS },
			     IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE), op_map_large },
	[FUZZ_AGE] = { { "age", 2, 3 }, IS_ENABLED(CONFIG_SWAP), op_age },
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
	a.word = words[op->code].word.name;
	if (op->code != FUZZ_FAIL && op->code != FUZZ_LIMIT && fails_badly(op->code))
		f->fail_nth = f->limit = 0;
	begin(f, s);
	words[op->code].run(f, s, &a);
}
