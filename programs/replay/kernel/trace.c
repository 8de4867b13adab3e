// SPDX-License-Identifier: GPL-2.0
/* A trace from its first line to its last, for vma_replay and for cases of vma_test. */
#include <linux/maple_tree.h>
#include <linux/mman.h>
#include <linux/rmap.h>
#include <linux/slab.h>

#include "internal.h"
#include "replay.h"

static const struct {
	const char *name, *cache;
	unsigned long size;
} caches[REPLAY_CACHES] = {
	{ "vm_area_struct", "vm_area_struct", sizeof(struct vm_area_struct) },
	{ "anon_vma", "anon_vma", sizeof(struct anon_vma) },
	{ "anon_vma_chain", "anon_vma_chain", sizeof(struct anon_vma_chain) },
	{ "maple_node", "maple_node", sizeof(struct maple_node) },
	{ "page tables", NULL, 1 },
	{ "pages", NULL, PAGE_SIZE },
};

unsigned long shim_replay_size(unsigned int cache, const char **name)
{
	*name = caches[cache].name;
	return caches[cache].size;
}

static void count(struct replay *r, unsigned int call, struct replay_sample *s)
{
	struct world *world = r->test->priv;
	struct space *sp;
	int i;

	*s = (struct replay_sample) { .call = call };
	rcu_barrier();
	for (i = 0; caches[i].cache; i++)
		s->objects[i] = shim_slab_objects(caches[i].cache);
	list_for_each_entry(sp, &world->spaces, list) {
		s->spaces++;
		s->objects[i] += mm_pgtables_bytes(sp->mm);
		s->objects[i + 1] += shim_mm_counter(sp->mm, MM_ANONPAGES);
	}
}

static void sample(struct replay *r, unsigned int call)
{
	count(r, call, &r->run->samples[r->run->nr_samples++]);
}

static bool may_end(struct replay *r, unsigned int call)
{
	struct replay_sample now;

	if (!r->run->until)
		return false;
	count(r, call, &now);
	r->run->held = r->run->until(&now);
	return r->run->held;
}

static void end(struct replay *r)
{
	unsigned int i;

	for (i = 0; i < r->nr; i++)
		replay_leave(r, i);
	for (i = 0; i < r->run->nr_files; i++)
		if (r->files[i])
			shim_file_put(r->files[i]);
	shim_file_put(r->image);
	kvfree(r->files);
	kvfree(r->space);
}

static void begin(struct replay *r, struct kunit *test, struct replay_run *run)
{
	*r = (struct replay) { .test = test, .run = run, .nr = run->nr_procs };
	r->space = kvcalloc(r->nr + 1, sizeof(*r->space), GFP_KERNEL | __GFP_NOFAIL);
	r->files = kvcalloc(r->run->nr_files + 1, sizeof(*r->files), GFP_KERNEL | __GFP_NOFAIL);
	r->image = shim_file_create(1 << 24);
	/* the machine of the trace had enough memory for what it granted */
	sysctl_overcommit_memory = OVERCOMMIT_ALWAYS;
}

/* Tell the layouts at the end, for a case that is to expect them. */
static void tell_layouts(struct replay *r)
{
	struct replay_run *run = r->run;
	unsigned int i, j, at = 0;

	BUILD_BUG_ON(REPLAY_BASE != SPACE_BASE);
	for (i = 0; i < r->nr; i++) {
		for (j = 0; j < i && r->space[j] != r->space[i]; j++)
			;
		if (r->space[i] && j == i)
			at += scnprintf(run->told + at, sizeof(run->told) - at, "%u %s\n", i,
					layout_of(r->space[i]->sp));
	}
}

/* An address space goes with this call: what is wrong with it would go unseen. */
static bool is_last(struct replay *r, const struct replay_call *c)
{
	struct rspace *rs = r->space[c->proc];

	return (c->kind == REPLAY_EXIT || c->kind == REPLAY_EXEC) && rs && rs->users == 1;
}

/**
 * replay_run() - do what a trace says
 * @test: the case; the oracle's complaints fail it
 * @run: the trace, and what becomes of it
 */
void replay_run(struct kunit *test, struct replay_run *run)
{
	struct world *world = test->priv;
	struct replay r;
	unsigned int i;

	begin(&r, test, run);
	for (i = 0; i < run->nr && host_replay_next(run); i++) {
		r.run->now = i;
		if (is_last(&r, &r.run->call))
			oracle(test);
		oracle_pause(test);
		r.run->why[replay_call(&r, &r.run->call)]++;
		r.run->tries = 0;
		oracle_resume(test);
		if (r.run->every && (i + 1) % r.run->every == 0)
			oracle(test);
		if (i >= (unsigned long)r.run->nr * r.run->nr_samples / REPLAY_SAMPLES &&
		    r.run->nr_samples < REPLAY_SAMPLES)
			sample(&r, i);
		if (may_end(&r, i) || world->complained || shim_warnings() || test->status == KUNIT_FAILURE)
			break;
	}
	oracle(test);
	if (run->plain)
		tell_layouts(&r);
	replay_compare_end(&r);
	sample(&r, i);
	oracle_pause(test);
	end(&r);
	oracle_resume(test);
}
