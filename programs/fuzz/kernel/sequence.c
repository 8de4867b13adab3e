// SPDX-License-Identifier: GPL-2.0
/* The one case of vma_fuzz: it runs a sequence of operations. */
#include <linux/mm.h>
#include <linux/random.h>

#include <shim/cases.h>
#include <shim/host.h>

#include "fuzz.h"

static struct fuzz_run *current_run;
static struct fuzz fuzz;

void shim_fuzz_set(struct fuzz_run *run)
{
	current_run = run;
}

/* Every run begins with the same machine: one space, and files of zeros. */
static void begin(struct fuzz *f, struct kunit *test)
{
	int i;

	*f = (struct fuzz) { .test = test, .run = current_run, .nr = 1, .lazy = shim_lazy() };
	shim_seed(1);	/* the kernel's own chance must not depend on what ran before */
	say_begin(f);
	f->spaces[0].sp = space_with_brk(test, BRK_PAGE);
	f->spaces[0].brk = BRK_PAGE;
	f->file[FUZZ_FILE] = shim_file_create(FILE_PAGES);
	f->file[FUZZ_SMALL] = shim_file_create(SMALL_PAGES);
	if (IS_ENABLED(CONFIG_SHMEM))
		f->file[FUZZ_SHMEM] = open_shmem(test, FILE_PAGES);
	f->size[FUZZ_FILE] = f->size[FUZZ_SHMEM] = FILE_PAGES;
	f->size[FUZZ_SMALL] = SMALL_PAGES;
	f->size[FUZZ_LARGE] = LARGE_PAGES;
	for (i = 0; i < LARGE_PAGES; i++)
		f->bytes[FUZZ_LARGE][i] = 'A' + i % 26;
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	huge_anon_orders_always = 0;	/* as FUZZ_ORDER of another sequence has left it */
#endif
}

static bool has_failed(struct kunit *test)
{
	struct world *world = test->priv;

	return world->complained || shim_warnings() || test->status == KUNIT_FAILURE;
}

/* Broken spaces may hang when they are torn down; a quick run ends without that. */
static void end_if_hasty(const struct fuzz *f)
{
	if (!f->run->hasty)
		return;
	if (!has_failed(f->test))
		oracle(f->test);
	if (has_failed(f->test))
		host_exit(SHIM_FAIL);
}

/* The oracle rests within operations, and is asked after as many as is wanted. */
TEST(fuzz, sequence)
{
	struct fuzz *f = &fuzz;
	unsigned int i;

	BUILD_BUG_ON(FUZZ_EDGES != HOST_EDGES);
	begin(f, test);
	for (i = 0; i < f->run->nr && !f->stopped; i++) {
		f->run->at = i;
		oracle_pause(test);
		host_edges(f->run->edges, &f->run->new);
		fuzz_op(f, &f->run->ops[i]);
		host_edges(NULL, NULL);
		f->run->done++;
		oracle_resume(test);
		if (f->run->every && (i + 1) % f->run->every == 0)
			oracle(test);
		if (has_failed(test))
			break;
	}
	end_if_hasty(f);
	shim_file_put(f->file[FUZZ_FILE]);
	shim_file_put(f->file[FUZZ_SMALL]);
	if (f->file[FUZZ_LARGE])
		shim_file_put(f->file[FUZZ_LARGE]);
}
