// SPDX-License-Identifier: GPL-2.0
/* A call of a sequence: where it is, what fails in it, and its result beside the model's. */
#include "ops.h"

/*
 * A place: mostly one of the first 64 pages; 32 more on each side of the first
 * page table's end; or one of four whole page tables.
 */
long fuzz_page(unsigned int byte)
{
	if (byte & 0x80)
		return (byte & 3) * HUGE_NR;
	return byte & 0x40 ? HUGE_NR - 32 + (byte & 63) : byte & 63;
}

long fuzz_nr(const struct fuzz_op *op, unsigned int byte, long page)
{
	long nr = op->page & 0x80 ? (1 + byte % 3) * HUGE_NR : 1 + byte % 16;

	return min(nr, SPACE_PAGES - page);
}

/* The result is what the model said, and then the rest must be too. */
void done(struct fuzz *f, struct fspace *s, const struct args *a, long want, long ret)
{
	bool partly = want == PARTLY || f->failing;

	if (f->stopped)
		return;
	fuzz_see(f, s, a->op, ret);
	if (want != ANY_RESULT && ret != want && !(partly && ret < 0) && want != PARTLY)
		fuzz_wrong(f, NULL, "%s of page %ld returns %ld, expected %ld; %s is %s",
			   a->word, a->page, ret, want,
			   s->sp->name, layout_of(s->sp));
	if (!f->stopped)
		fuzz_check(f, s, partly);
}

/* Contents that are unknown after a failure are forgotten by the model before it. */
void begin_failing(struct fuzz *f, struct fspace *s)
{
	f->failing = f->fail_nth || f->limit;
	if (f->failing)
		forget(s->sp, 0, SPACE_PAGES);
	if (f->limit)
		commit_limit(charged() + f->limit - 1);
	if (f->fail_nth)
		shim_fail_nth(f->fail_nth, f->fail_on);
}

void end_failing(struct fuzz *f)
{
	if (f->fail_nth)
		shim_fail_stop();
	if (f->limit)
		commit_no_limit();
	f->fail_nth = 0;
	f->limit = 0;
}
