// SPDX-License-Identifier: GPL-2.0
/*
* A change of what a walk reads has to wait for walks, by both locks that a lazy
 * VMA is found under: the shared anon_vma's and that of the root of what it
 * inherited. Each case holds one of them for read, as a walk does, and asks that
 * an operation waited. Run in lazy mode only.
 */
#include "beside.h"
#include "internal.h"
#include "notify.h"
#include "test.h"
#include "vma.h"

enum { SHARED, INHERITED, WHICH };

static void begin_walk(void *anon_vma)
{
	anon_vma_lock_read(anon_vma);
}

static void let_go(void *anon_vma)
{
	anon_vma_unlock_read(anon_vma);
}

/* A lazy child: [WWWW].[WW] with pages of its parent's. */
static struct space *lazy_child(struct kunit *test)
{
	struct space *parent = layout(test, "[WWWW].[WW]");

	return space_fork(parent);
}

static struct anon_vma *lock_of(struct space *sp, long page, int which)
{
	struct vm_area_struct *vma = vma_of(sp, page);

	if (which == SHARED)
		return shim_anon_vma(vma);
	return shim_av_root(list_last_entry(&shim_anon_vma_chain(vma), struct anon_vma_chain,
			       same_vma)->anon_vma);
}

/* The lock of @page's VMA is held by a walk until this task has to wait for it. */
static void walk_inside(struct kunit *test, struct beside *b, struct space *sp, long page,
			int which)
{
	struct anon_vma *anon_vma = lock_of(sp, page, which);

	KUNIT_ASSERT_PTR_EQ(test, shim_av_root(anon_vma), anon_vma);
	beside_holding(test, b, begin_walk, let_go, anon_vma);
}

/* Both locks are waited for, in turn, by @op on a new lazy child each time. */
static void both_are_waited_for(struct kunit *test, int (*op)(struct space *sp))
{
	struct beside b;
	struct space *sp;
	int which;

	lazy_only(test);
	for (which = SHARED; which < WHICH; which++) {
		sp = lazy_child(test);
		expect_lazy(sp, 0, 1);
		walk_inside(test, &b, sp, 0, which);
		ok(op(sp));
		expect_waited(&b);
		ok(look(sp, 0, 1));
	}
}

static int op_split(struct space *sp)
{
	return protect(sp, 2, 2, PROT_READ);
}

TEST(lazy_locks, split_waits_for_walks, NOT_POSTED(reads_anon_vma))
{
	both_are_waited_for(test, op_split);
}

/* Growth in place changes the range, and takes no clone for it. */
static int op_grow(struct space *sp)
{
	return resize(sp, 5, 2, 3);
}

TEST(lazy_locks, growth_waits_for_walks, NOT_POSTED(reads_anon_vma))
{
	both_are_waited_for(test, op_grow);
}

static int op_move(struct space *sp)
{
	return move(sp, 5, 2, 100);
}

TEST(lazy_locks, move_waits_for_walks, NOT_POSTED(reads_anon_vma))
{
	both_are_waited_for(test, op_move);
}

/* A walk that begins when the new VMA is there and nothing was moved yet. */
struct moving {
	struct beside b;
	struct space *sp;
	struct anon_vma *anon_vma;
	long from;
	int which;
	bool moved;
};

static void walk_what_moves(void *data)
{
	struct moving *m = data;

	anon_vma_lock_read(m->anon_vma);
}

static void see_and_let_go(void *data)
{
	struct moving *m = data;

	m->moved = !frame_of(m->sp, m->from);
	anon_vma_unlock_read(m->anon_vma);
}

static void walk_begins(void *data)
{
	struct moving *m = data;

	beside_holding(m->sp->test, &m->b, walk_what_moves, see_and_let_go, m);
}

/* Return true if the pages had moved when the move had to wait for a walk. */
static bool moved_under_a_walk(struct kunit *test, struct moving *m, long to)
{
	struct notify n;

	m->anon_vma = lock_of(m->sp, m->from, m->which);
	notify_begin(&n, m->sp, walk_begins, m);
	ok(move(m->sp, m->from, 2, to));
	notify_end(&n);
	expect_waited(&m->b);
	return m->moved;
}

/* Back to where walks look first: they could miss what is on its way. */
TEST(lazy_locks, pages_are_not_moved_back_under_a_walk, NEEDS(CONFIG_MMU_NOTIFIER))
{
	struct moving m;

	lazy_only(test);
	for (m.which = SHARED; m.which < WHICH; m.which++) {
		m.sp = lazy_child(test);
		ok(move(m.sp, 5, 2, 100));
		m.from = 100;
		KUNIT_EXPECT_FALSE(test, moved_under_a_walk(test, &m, 5));
		ok(look(m.sp, 5, 2));
	}
}

/* Nor into a VMA that was there before, which walks may have come by. */
TEST(lazy_locks, pages_are_not_moved_into_a_vma_under_a_walk, NOT_POSTED(reads_anon_vma),
     NEEDS(CONFIG_MMU_NOTIFIER))
{
	struct moving m = { .from = 102 };

	lazy_only(test);
	m.sp = layout(test, "[WWWW]");
	ok(move(m.sp, 0, 4, 100));
	ok(move(m.sp, 100, 2, 200));
	KUNIT_EXPECT_FALSE(test, moved_under_a_walk(test, &m, 202));
	expect(m.sp, ".*200[WWWW]");
}

/* Away, walks come to the old place before the new one, and need not wait. */
TEST(lazy_locks, pages_are_moved_away_under_a_walk, NOT_POSTED(reads_anon_vma),
     NEEDS(CONFIG_MMU_NOTIFIER))
{
	struct moving m = { .from = 5 };

	lazy_only(test);
	m.sp = lazy_child(test);
	KUNIT_EXPECT_TRUE(test, moved_under_a_walk(test, &m, 100));
	ok(look(m.sp, 100, 2));
}

/* Entering comes before zapping, or else the walk would miss what is still there. */
TEST(lazy_locks, munmap_waits_for_walks_before_it_zaps, NOT_POSTED(reads_anon_vma))
{
	struct moving m = { .from = 5 };

	lazy_only(test);
	for (m.which = SHARED; m.which < WHICH; m.which++) {
		m.sp = lazy_child(test);
		m.anon_vma = lock_of(m.sp, 5, m.which);
		walk_begins(&m);
		ok(unmap(m.sp, 5, 2));
		expect_waited(&m.b);
		KUNIT_EXPECT_FALSE(test, m.moved);
	}
}

/* The remainder of a space when its end had to wait for a walk. */
struct ending {
	struct beside b;
	struct space *sp;
	struct anon_vma *anon_vma;
	unsigned long tables;
};

static void walk_what_ends(void *data)
{
	struct ending *e = data;

	anon_vma_lock_read(e->anon_vma);
}

static void see_tables_and_let_go(void *data)
{
	struct ending *e = data;

	e->tables = mm_pgtables_bytes(e->sp->mm);
	anon_vma_unlock_read(e->anon_vma);
}

/* The end of a space frees page tables that a walk may be in. */
TEST(lazy_locks, exit_waits_for_walks_before_it_frees_tables, NOT_POSTED(reads_anon_vma))
{
	struct ending e;
	int which;

	lazy_only(test);
	for (which = SHARED; which < WHICH; which++) {
		e.sp = lazy_child(test);
		e.anon_vma = lock_of(e.sp, 0, which);
		beside_holding(test, &e.b, walk_what_ends, see_tables_and_let_go, &e);
		space_exit(e.sp);
		expect_waited(&e.b);
		KUNIT_EXPECT_NE(test, e.tables, 0UL);
	}
}

TEST(lazy_locks, stack_growth_waits_for_walks, NOT_POSTED(reads_anon_vma))
{
	struct space *parent, *sp;
	struct beside b;
	int which;

	lazy_only(test);
	stack_guard_gap = 2 * PAGE_SIZE;
	for (which = SHARED; which < WHICH; which++) {
		parent = space_new(test);
		ok(map_file(parent, 10, 1, RW, ANON | MAP_GROWSDOWN, NULL, 0));
		ok(write_page(parent, 10, 'x'));
		sp = space_fork(parent);
		walk_inside(test, &b, sp, 10, which);
		ok(write_page(sp, 8, 'y'));
		expect_waited(&b);
	}
}

#if defined(CONFIG_ANON_VMA_LAZY) && !defined(CONFIG_VMA_REF)
/* A dup is not on the shared anon_vma before walks are kept off. */
TEST(lazy_locks, clone_waits_for_walks)
{
	struct vm_area_struct *vma, *dup;
	struct space *sp;
	struct beside b;
	int which, err;

	lazy_only(test);
	for (which = SHARED; which < WHICH; which++) {
		sp = lazy_child(test);
		vma = vma_of(sp, 0);
		walk_inside(test, &b, sp, 0, which);
		mmap_write_lock(sp->mm);
		dup = vm_area_dup(vma);
		KUNIT_EXPECT_NULL(test, shim_anon_vma(dup));
		err = anon_vma_clone(dup, vma, VMA_OP_SPLIT);
		WRITE_ONCE(b.over, true);	/* what follows may wait too */
		unlink_anon_vmas(dup);
		vm_area_free(dup);
		mmap_write_unlock(sp->mm);
		expect_waited(&b);
		ok(err);
	}
}
#else
ABSENT(lazy_locks, clone_waits_for_walks, "the subject has no lazy mode; make LAZY=1")
#endif

/* The state that an upgrade had reached when it had to wait for a walk. */
struct linking {
	struct beside b;
	struct vm_area_struct *vma;
	struct anon_vma *anon_vma;
	unsigned long links;
};

static void walk_what_is_linked(void *data)
{
	struct linking *l = data;

	anon_vma_lock_read(l->anon_vma);
}

static void see_links_and_let_go(void *data)
{
	struct linking *l = data;

	l->links = list_count_nodes(&shim_anon_vma_chain(l->vma));
	anon_vma_unlock_read(l->anon_vma);
}

/* It gives the VMA a link, and takes it off the shared anon_vma. */
TEST(lazy_locks, upgrade_waits_for_walks, NOT_POSTED(reads_anon_vma))
{
	struct linking l;
	struct space *sp;
	int which;

	lazy_only(test);
	for (which = SHARED; which < WHICH; which++) {
		sp = lazy_child(test);
		l.vma = vma_of(sp, 0);
		l.anon_vma = lock_of(sp, 0, which);
		beside_holding(test, &l.b, walk_what_is_linked, see_links_and_let_go, &l);
		KUNIT_EXPECT_NOT_NULL(test, space_fork(sp));
		expect_waited(&l.b);
		KUNIT_EXPECT_EQ(test, l.links, 1UL);
	}
}

TEST(lazy_locks, collapse_waits_for_walks, NOT_POSTED(reads_anon_vma),
     NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *parent, *sp;
	struct beside b;
	int which;

	lazy_only(test);
	for (which = SHARED; which < WHICH; which++) {
		parent = layout(test, "[W*512]");
		sp = space_fork(parent);
		ok(touch(sp, 0, 512, 'c'));
		walk_inside(test, &b, sp, 0, which);
		ok(advise(sp, 0, HUGE_NR, MADV_COLLAPSE));
		expect_waited(&b);
		expect(sp, "[H]");
		space_exit(parent);
	}
}

TEST(lazy_locks, all_locks_are_taken_for_an_mm)
{
	struct anon_vma *shared, *root;
	struct space *sp;

	lazy_only(test);
	sp = lazy_child(test);
	shared = lock_of(sp, 0, SHARED);
	root = lock_of(sp, 0, INHERITED);
	mmap_write_lock(sp->mm);
	ok(mm_take_all_locks(sp->mm));
	KUNIT_EXPECT_TRUE(test, rwsem_is_locked(&shim_av_rwsem(shared)));
	KUNIT_EXPECT_TRUE(test, rwsem_is_locked(&shim_av_rwsem(root)));
	mm_drop_all_locks(sp->mm);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&shim_av_rwsem(shared)));
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&shim_av_rwsem(root)));
	mmap_write_unlock(sp->mm);
	oracle(test);
}

static void begin_change(void *anon_vma)
{
	anon_vma_lock_write(anon_vma);
}

static void let_writer_go(void *anon_vma)
{
	anon_vma_unlock_write(anon_vma);
}

/* The debug check reads trees that others may change. */
TEST(lazy_locks, check_of_the_trees_waits_for_changes, NOT_POSTED(reads_anon_vma))
{
	struct anon_vma *anon_vma;
	struct space *sp;
	struct beside b;
	int which;

	lazy_only(test);
	for (which = SHARED; which < WHICH; which++) {
		sp = lazy_child(test);
		anon_vma = lock_of(sp, 0, which);
		beside_holding(test, &b, begin_change, let_writer_go, anon_vma);
		mmap_read_lock(sp->mm);
		validate_mm(sp->mm);
		mmap_read_unlock(sp->mm);
		expect_waited(&b);
	}
}

#if defined(CONFIG_ANON_VMA_LAZY) && !defined(CONFIG_VMA_REF) && defined(CONFIG_DEBUG_VM_MAPLE_TREE)
/* The kernel asserts that walks are kept off when a VMA's place in the tree changes. */
TEST(lazy_locks, stores_in_the_maple_tree_are_asserted)
{
	struct space *sp = layout(test, "[WWWW]");
	struct vm_area_struct *vma = vma_of(sp, 0);
	VMA_ITERATOR(vmi, sp->mm, page_addr(0));

	lazy_only(test);
	mmap_write_lock(sp->mm);
	vma_start_write(vma);
	vma_iter_config(&vmi, page_addr(0), page_addr(4));
	ok(vma_iter_prealloc(&vmi, vma));
	shim_expect_warnings(true);
	vma_iter_store_overwrite(&vmi, vma);
	KUNIT_EXPECT_EQ(test, shim_expect_warnings(false), 1);
	mmap_write_unlock(sp->mm);
}
#else
ABSENT(lazy_locks, stores_in_the_maple_tree_are_asserted,
       "the subject has no lazy mode; make LAZY=1")
#endif
