// SPDX-License-Identifier: GPL-2.0
/* From a page to its anon_vma, held or locked, as reclaim and migration come. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>

#include "internal.h"
#include "anon_lock.h"
#include "beside.h"
#include "test.h"

/* The result of a function of rmap.c for a folio, which it wants locked. */
#define of_locked(folio, call) ({					\
	struct anon_vma *__av;						\
									\
	folio_lock(folio);						\
	__av = (call);							\
	folio_unlock(folio);						\
	__av;								\
})

TEST(anon_lock, mapped_page_has_its_anon_vma,
     NOT_LAZY(own_anon_vma, "lazy_fork.upgrades_the_parent_and_not_the_child"))
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct anon_vma *first = shim_anon_vma(vma_of(parent, 0)), *second, *av;
	struct folio *folio = folio_of(parent, 0);

	av = of_locked(folio, lock_anon_vma(folio, NULL));
	KUNIT_EXPECT_PTR_EQ(test, av, first);
	KUNIT_EXPECT_FALSE(test, down_write_trylock(&shim_av_rwsem(first)));
	anon_vma_unlock_read(av);

	ok(write_page(child, 0, 'c'));
	second = shim_anon_vma(vma_of(child, 0));
	folio = folio_of(child, 0);
	av = of_locked(folio, lock_anon_vma(folio, NULL));
	KUNIT_EXPECT_PTR_EQ(test, av, second);
	/* the lock is the root's */
	KUNIT_EXPECT_TRUE(test, rwsem_is_locked(&shim_av_rwsem(first)));
	anon_vma_unlock_read(av);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&shim_av_rwsem(first)));
}

TEST(anon_lock, held_anon_vma_outlives_its_vma,
     NOT_LAZY(own_anon_vma, "lazy_walk.reference_to_the_anon_vma_outlives_the_mm"))
{
	struct space *sp = layout(test, "[W]");
	struct folio *folio = folio_of(sp, 0);
	struct anon_vma *av = of_locked(folio, folio_get_anon_vma(folio));
	unsigned long before = shim_slab_objects("anon_vma");

	oracle_pause(test);	/* it knows nothing of the reference */
	KUNIT_ASSERT_PTR_EQ(test, av, shim_anon_vma(vma_of(sp, 0)));
	KUNIT_EXPECT_EQ(test, atomic_read(&shim_av_refcount(av)), 2);
	ok(unmap(sp, 0, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&shim_av_refcount(av)), 1);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("anon_vma"), before);
	put_anon_vma(av);
	oracle_resume(test);
}

static void begin_walk(void *anon_vma)
{
	anon_vma_lock_read(anon_vma);
}

static void end_walk(void *anon_vma)
{
	anon_vma_unlock_read(anon_vma);
}

/* A walk has the lock and no reference: the last one that is put waits for it. */
TEST(anon_lock, freeing_waits_for_a_walk,
     NOT_LAZY(own_anon_vma, "lazy_walk.reference_to_the_anon_vma_outlives_the_mm"))
{
	struct space *sp = layout(test, "[W]");
	struct folio *folio = folio_of(sp, 0);
	struct anon_vma *av = of_locked(folio, folio_get_anon_vma(folio));
	struct beside b;

	oracle_pause(test);	/* it knows nothing of the reference */
	ok(unmap(sp, 0, 1));
	beside_holding(test, &b, begin_walk, end_walk, av);
	put_anon_vma(av);
	expect_waited(&b);
}

/* At the end of the case, wherever a failure sweep makes that be. */
static void put_folio(void *folio)
{
	folio_put(folio);
}

TEST(anon_lock, neither_files_nor_what_is_unmapped_have_one)
{
	struct file *file = shim_file_create(1);
	struct space *sp = layout(test, "[W]");
	struct folio *folio, *cached;

	ok(map_file(sp, 2, 1, RW, MAP_SHARED, file, 0));
	ok(read_page(sp, 2));
	cached = folio_of(sp, 2);
	KUNIT_EXPECT_NULL(test, of_locked(cached, lock_anon_vma(cached, NULL)));
	KUNIT_EXPECT_NULL(test, of_locked(cached, folio_get_anon_vma(cached)));

	folio = folio_of(sp, 0);
	folio_get(folio);
	ok(kunit_add_action(test, put_folio, folio));
	oracle_hold(test, folio, 1);
	ok(unmap(sp, 0, 1));
	KUNIT_EXPECT_NULL(test, of_locked(folio, lock_anon_vma(folio, NULL)));
	KUNIT_EXPECT_NULL(test, of_locked(folio, folio_get_anon_vma(folio)));
	shim_file_put(file);
}

static bool count_visit(struct folio *folio, struct vm_area_struct *vma, unsigned long addr,
			void *arg)
{
	(*(int *)arg)++;
	return true;
}

static int visits(struct folio *folio, struct rmap_walk_control *rwc, bool locked)
{
	int nr = 0;

	rwc->rmap_one = count_visit;
	rwc->arg = &nr;
	folio_lock(folio);
	if (locked)
		rmap_walk_locked(folio, rwc);
	else
		rmap_walk(folio, rwc);
	folio_unlock(folio);
	return nr;
}

/* A walk by someone who has the lock, or who brings a way to take it. */
TEST(anon_lock, walks_with_each_way_to_lock)
{
	struct space *parent = layout(test, "[W]"), *child = space_fork(parent);
	struct folio *folio = folio_of(child, 0);
	struct rmap_walk_control plain = {};
	struct rmap_walk_control lock = { .anon_lock = ANON_LOCK };
	struct anon_vma *anon_vma = shim_anon_vma(vma_of(parent, 0));

	KUNIT_EXPECT_EQ(test, visits(folio, &plain, false), 2);
	KUNIT_EXPECT_EQ(test, visits(folio, &lock, false), 2);
	anon_vma_lock_read(anon_vma);
	KUNIT_EXPECT_EQ(test, visits(folio, &plain, true), 2);
	anon_vma_unlock_read(anon_vma);
}

/* Reclaim does not wait for a writer, and is told that there is one. */
TEST(anon_lock, gives_up_where_it_must_not_wait, NOT_POSTED(reads_anon_vma))
{
	struct space *sp = layout(test, "[W]");
	struct folio *folio = folio_of(sp, 0);
	struct anon_vma *av = shim_anon_vma(vma_of(sp, 0));
	struct rmap_walk_control plain = { .try_lock = true };
	struct rmap_walk_control lock = {
		.try_lock = true, .anon_lock = ANON_LOCK,
	};

	anon_vma_lock_write(av);
	KUNIT_EXPECT_EQ(test, visits(folio, &plain, false), 0);
	KUNIT_EXPECT_TRUE(test, plain.contended);
	KUNIT_EXPECT_EQ(test, visits(folio, &lock, false), 0);
	KUNIT_EXPECT_TRUE(test, lock.contended);
	anon_vma_unlock_write(av);
	KUNIT_EXPECT_EQ(test, visits(folio, &lock, false), 1);
}

struct waiter {
	struct folio *folio;
	struct rmap_walk_control rwc;
	struct completion done;
	int visited;
};

static int walk_and_wait(void *data)
{
	struct waiter *w = data;

	w->visited = visits(w->folio, &w->rwc, false);
	complete(&w->done);
	return 0;
}

/* Other walks sleep until the writer is done, and then see all. */
static void waits_for_a_writer(struct kunit *test, struct waiter *w)
{
	struct space *sp = layout(test, "[W]");
	struct anon_vma *av = shim_anon_vma(vma_of(sp, 0));
	struct task_struct *walker;

	w->folio = folio_of(sp, 0);
	init_completion(&w->done);
	anon_vma_lock_write(av);
	walker = kthread_run(walk_and_wait, w, "walker");
	while (READ_ONCE(walker->__state) != TASK_UNINTERRUPTIBLE)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_FALSE(test, completion_done(&w->done));
	anon_vma_unlock_write(av);
	wait_for_completion(&w->done);
	KUNIT_EXPECT_EQ(test, w->visited, 1);
	/* no reference is left of the wait */
	KUNIT_EXPECT_EQ(test, atomic_read(&shim_av_refcount(av)), 1);
}

TEST(anon_lock, plain_walk_waits_for_a_writer, NOT_POSTED(reads_anon_vma))
{
	struct waiter w = {};

	waits_for_a_writer(test, &w);
}

TEST(anon_lock, safe_walk_waits_for_a_writer, NOT_POSTED(reads_anon_vma))
{
	struct waiter w = { .rwc = { .anon_lock = ANON_LOCK } };

	waits_for_a_writer(test, &w);
}
