// SPDX-License-Identifier: GPL-2.0
/* What the kernel does to pages: reclaim, swap, migration, KSM, huge pages; and to files. */
#include <linux/swap.h>

#include "attr.h"
#include "ops.h"
#include "pages.h"

void op_migrate(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, migrate(s->sp, a->page, a->nr), "migrate(%s, %ld, %ld)", a->name, a->page,
	     a->nr);
}

void op_swap_on(struct fuzz *f, struct fspace *s, const struct args *a)
{
	unsigned long nr;

	if (f->swap)
		return;
	f->swap = true;
	f->fail_nth = f->limit = 0;
	/* one of eight has so little room that it is full soon */
	nr = a->op->arg % 8 ? 4096 : 16;
	CALL(0, swap_on(f->test, nr), "swap_on(test, %lu)", nr);
}

void op_swap_off(struct fuzz *f, struct fspace *s, const struct args *a)
{
	if (!f->swap)
		return;
	f->swap = false;
	f->fail_nth = f->limit = 0;
	CALL(0, swap_off(f->test), "swap_off(test)");
}

void op_reclaim(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, reclaim(s->sp, a->page, a->nr), "reclaim(%s, %ld, %ld)", a->name, a->page,
	     a->nr);
}

void op_ksm(struct fuzz *f, struct fspace *s, const struct args *a)
{
	if (triggers_ksm_moved(f, false))
		return;
	CALL(ANY_RESULT, (merge_ksm(f->test), 0), "merge_ksm(test)");
}

void op_split(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, split_huge(s->sp, a->page), "split_huge(%s, %ld)", a->name, a->page);
}

void op_lazy(struct fuzz *f, struct fspace *s, const struct args *a)
{
	f->lazy = !f->lazy;
	say(f, "\tshim_set_lazy(%s);\n", f->lazy ? "true" : "false");
	shim_set_lazy(f->lazy);
}

/* What others have a reference to is not split, not merged and not migrated. */
void op_hold(struct fuzz *f, struct fspace *s, const struct args *a)
{
	unsigned int i = a->op->arg % ARRAY_SIZE(f->held);
	struct folio *folio;

	f->fail_nth = f->limit = 0;
	if (f->held[i]) {
		say(f, "\trelease_folio(test, held%u);\n", i);
		release_folio(f->test, f->held[i]);
		f->held[i] = NULL;
		return;
	}
	folio = folio_of(s->sp, a->page);
	if (!folio || !folio_test_anon(folio))
		return;
	say(f, "\theld%u = hold_folio(%s, %ld);\n", i, a->name, a->page);
	f->held[i] = hold_folio(s->sp, a->page);
}

void op_order(struct fuzz *f, struct fspace *s, const struct args *a)
{
	int order = 2 + a->op->arg % 4;

	say(f, "\tlarge_folios(%s, %d);\n", a->name, order);
	large_folios(s->sp, order);
}

void op_khugepaged(struct fuzz *f, struct fspace *s, const struct args *a)
{
	CALL(ANY_RESULT, (khugepaged_round(s->sp), 0), "khugepaged_round(%s)", a->name);
}

void op_truncate(struct fuzz *f, struct fspace *s, const struct args *a)
{
	if (!f->file[FUZZ_SHMEM])
		return;
	f->fail_nth = f->limit = 0;
	model_truncate(f, FUZZ_SHMEM, a->page);
	CALL(0, truncate_file(s->sp, f->file[FUZZ_SHMEM], a->page), "truncate_file(%s, shmem, %ld)",
	     a->name, a->page);
}

void op_age(struct fuzz *f, struct fspace *s, const struct args *a)
{
	bool file = a->op->more & 1;

	switch (a->op->arg % 3) {
	case 0:
		CALL(ANY_RESULT, (deactivate(s->sp, file), 0), "deactivate(%s, %s)", a->name,
		     file ? "true" : "false");
		return;
	case 1:
		/* dirty pages of files would be written back, which the machine does not do */
		CALL(ANY_RESULT, (evict(s->sp, false), 0), "evict(%s, false)", a->name);
		return;
	case 2:
		CALL(ANY_RESULT, (drop_caches(f->test), 0), "drop_caches(test)");
	}
}
