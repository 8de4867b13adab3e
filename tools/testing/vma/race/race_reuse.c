// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of type-safe caches that are freed and become something else while a
 * reader under RCU has a pointer to them. The caches hand out at once what was
 * freed last (SHIM_SLAB_RECYCLE), so what is reused is the very object.
 */
#include <linux/sched/mm.h>

#include "internal.h"
#include "race.h"
#include "test.h"

static void map_in(struct mm_struct *mm, long page)
{
	unsigned long addr;

	shim_use_mm(mm);
	addr = vm_mmap_pgoff(NULL, page_addr(page), 2 * PAGE_SIZE, RW, ANON | MAP_FIXED, 0);
	WARN_ON(addr != page_addr(page));
}

/* munmap(), and a new mapping that gets the VMA, at r->to of the same mm. */
static void reuse_here(struct racer *r)
{
	race_unmap(r);
	map_in(r->sp->mm, r->to);
}

/* The same in the mm of the other space. */
static void reuse_there(struct racer *r)
{
	race_unmap(r);
	map_in(r->child->mm, r->to);
}

/* The same, and the child then exits, and its mm is freed. */
static void reuse_there_and_exit(struct racer *r)
{
	reuse_there(r);
	r->gone = r->child;
	shim_use_mm(NULL);
	mmput(r->child->mm);
}

#define REUSES(fn_, sp_, page_, other, to_) \
	RACER("reuse", fn_, .sp = sp_, .page = page_, .nr = 2, .child = other, .to = to_)

/* [ww] becomes ..........[ww]: the reader must see that its page is gone. */
RACE(race_reuse, of_a_vma_at_another_place)
{
	struct space *sp;
	struct racer fault, reuse;

	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	sp = layout(test, "[ww]");
	fault = (struct racer)WRITES(sp, 1, 'x');
	reuse = (struct racer)REUSES(reuse_here, sp, 0, NULL, 10);
	race(test, &fault, &reuse);
	expect(sp, "..........[ww]");
}

/* The new one covers the page as well, with a neighbour more. */
RACE(race_reuse, of_a_vma_with_another_range)
{
	struct space *sp;
	struct racer fault, reuse;

	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	sp = layout(test, "[ww]");
	fault = (struct racer)WRITES(sp, 1, 'x');
	reuse = (struct racer)REUSES(reuse_here, sp, 0, NULL, 1);
	race(test, &fault, &reuse);
	expect_one_of(sp, ".[ww]", ".[Ww]");
}

RACE(race_reuse, of_a_vma_in_another_mm)
{
	struct space *sp, *other;
	struct racer fault, reuse;

	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	other = space_new(test);
	sp = layout(test, "[ww]");
	fault = (struct racer)WRITES(sp, 1, 'x');
	reuse = (struct racer)REUSES(reuse_there, sp, 0, other, 0);
	race(test, &fault, &reuse);
	expect(sp, "");
	expect(other, "[ww]");
}

RACE(race_reuse, of_a_vma_in_an_mm_that_is_freed)
{
	struct space *sp, *other;
	struct racer fault, reuse;

	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	other = space_new(test);
	sp = layout(test, "[ww]");
	fault = (struct racer)WRITES(sp, 1, 'x');
	reuse = (struct racer)REUSES(reuse_there_and_exit, sp, 0, other, 0);
	race(test, &fault, &reuse);
	expect(sp, "");
}

static void store(struct space *sp, long page, struct vm_area_struct *vma)
{
	MA_STATE(mas, &shim_mm_mt(sp->mm), page_addr(page), page_addr(page + 1) - 1);

	mmap_write_lock(sp->mm);
	WARN_ON(mas_store_gfp(&mas, vma, GFP_KERNEL));
	mmap_write_unlock(sp->mm);
}

/* The look-up of a fault. */
static void lock_vma(struct racer *r)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(r->sp->mm, page_addr(r->page));

	r->ret = !!vma;
	if (vma)
		vma_end_read(vma);
}

/* The other space has had the VMA before. */
static void forget_and_exit(struct racer *r)
{
	store(r->child, r->page, NULL);
	race_exit(r);
}

/*
 * A reader that found the VMA in time has one of another mm now, and that mm is freed
 * while it lets go. To spend no switch on the VMA's way from one to the other, it is
 * in the trees of both when the race begins.
 */
RACE(race_reuse, of_a_vma_whose_mm_is_freed_under_the_reader)
{
	struct space *other = layout(test, "[w]"), *sp = layout(test, "....[ww]");
	struct racer lock = RACER("lock", lock_vma, .sp = sp, .nr = 1);
	struct racer exit = RACER("exit", forget_and_exit, .sp = other, .nr = 1, .child = sp);

	if (!IS_ENABLED(SHIM_VMA_REFCNT))
		kunit_skip(test, "VMAs of this tree do not go from one mm to another");
	store(sp, 0, vma_of(other, 0));
	race(test, &lock, &exit);
	KUNIT_EXPECT_FALSE(test, lock.ret);
	expect(sp, "....[ww]");
}

/* The VMA is unmapped, and its anon_vma becomes that of another one. */
static void reuse_anon_vma(struct racer *r)
{
	u8 byte = 'o';

	race_unmap(r);
	shim_user_write(r->child->mm, page_addr(r->to), &byte, 1);
}

/* Keeps what it got, so that this cannot be reused from then on. */
static void migration_gets(struct racer *r)
{
	folio_lock(r->folio);
	r->got = folio_get_anon_vma(r->folio);
	folio_unlock(r->folio);
}

#define GETS_ANON_VMA(sp_, page_) \
	FOLIO_RACER("folio_get_anon_vma", migration_gets, .sp = sp_, .page = page_)

static struct space *race_anon_vma(struct kunit *test, struct racer *reader,
				   struct racer *reuse)
{
	struct space *sp, *other;

	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	other = layout(test, "[ww]");
	forget(other, 0, 1);
	sp = layout(test, "[WW]");
	reader->sp = reuse->sp = sp;
	reuse->child = other;
	race(test, reader, reuse);
	expect(sp, "");
	expect(other, "[Ww]");
	return other;
}

RACE(race_reuse, of_an_anon_vma_that_a_walk_looks_up, NOT_POSTED(reads_anon_vma))
{
	struct racer walk = WALKS(NULL, 1);
	struct racer reuse = REUSES(reuse_anon_vma, NULL, 0, NULL, 0);

	race_anon_vma(test, &walk, &reuse);
	KUNIT_EXPECT_TRUE(test, !walk.ret || walk.ret == 1);
}

/* A reference on the anon_vma of another process would be a wrong one. */
RACE(race_reuse, of_an_anon_vma_that_a_migration_gets)
{
	struct racer get = GETS_ANON_VMA(NULL, 1);
	struct racer reuse = REUSES(reuse_anon_vma, NULL, 0, NULL, 0);
	struct space *other = race_anon_vma(test, &get, &reuse);

	KUNIT_EXPECT_PTR_NE(test, get.got, shim_anon_vma(vma_of(other, 0)));
	put_got(test, &get);
}

/* The same without reuse: a touch after the grace period is reported. */
RACE(race_reuse, not_of_an_anon_vma_that_a_migration_gets)
{
	struct space *sp = layout(test, "[WW]");
	struct racer get = GETS_ANON_VMA(sp, 1), unmap = UNMAPS(sp, 0, 2);

	race(test, &get, &unmap);
	put_got(test, &get);
	expect(sp, "");
}
