// SPDX-License-Identifier: GPL-2.0
/*
 * Reclaim puts off TLB flushes to the end of its batch. Who finds an entry changed by it, under the
 * lock of the page table, cannot know whether a TLB still has the old one: so the whole mm is
 * flushed first if a flush was put off.
 */
#include <linux/mm.h>

#include "notify.h"
#include "pages.h"
#include "test.h"

#define BATCHED	NEEDS(CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH)
#define FLUSHED	16	/* the count of flushes is above that of those that were put off */

#ifdef CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH
static void put_off(void *sp)
{
	atomic_inc(&((struct space *)sp)->mm->tlb_flush_batched);
}

static bool is_put_off(struct space *sp)
{
	int batch = atomic_read(&sp->mm->tlb_flush_batched);

	return (batch & (BIT(FLUSHED) - 1)) != batch >> FLUSHED;
}
#else
static void put_off(void *sp)
{
}

static bool is_put_off(struct space *sp)
{
	return false;
}
#endif

static struct space *with_flush_put_off(struct kunit *test)
{
	struct space *sp = layout(test, "[WWWW]");

	put_off(sp);
	KUNIT_ASSERT_TRUE(test, is_put_off(sp));
	return sp;
}

TEST(flush, before_munmap, BATCHED)
{
	struct space *sp = with_flush_put_off(test);

	ok(unmap(sp, 1, 1));
	KUNIT_EXPECT_FALSE(test, is_put_off(sp));
}

TEST(flush, before_mprotect, BATCHED)
{
	struct space *sp = with_flush_put_off(test);

	ok(protect(sp, 1, 1, PROT_READ));
	KUNIT_EXPECT_FALSE(test, is_put_off(sp));
}

TEST(flush, before_mremap, BATCHED)
{
	struct space *sp = with_flush_put_off(test);

	ok(move(sp, 1, 1, 8));
	KUNIT_EXPECT_FALSE(test, is_put_off(sp));
}

TEST(flush, before_madvise, BATCHED)
{
	static const int advices[] = { MADV_COLD, MADV_PAGEOUT, MADV_FREE, MADV_DONTNEED };
	struct space *sp = with_flush_put_off(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(advices); i++) {
		put_off(sp);
		ok(advise(sp, 1, 1, advices[i]));
		KUNIT_EXPECT_FALSE(test, is_put_off(sp));
	}
}

/* A page table that is unlocked for a split is another one when it is locked again. */
static void after_a_split(struct kunit *test, int advice)
{
	struct space *sp = large_layout(test, "[WWWWWWWW]", 3);
	struct notify n;

	KUNIT_ASSERT_EQ(test, folio_order(folio_of(sp, 0)), 3);
	oracle_pause(test);
	notify_begin(&n, sp, put_off, sp);
	ok(advise(sp, 0, 3, advice));
	KUNIT_ASSERT_NULL(test, n.fn);
	notify_end(&n);
	oracle_resume(test);
	KUNIT_EXPECT_EQ(test, folio_order(folio_of(sp, 5)), 0);
	KUNIT_EXPECT_FALSE(test, is_put_off(sp));
}

TEST(flush, after_a_split_by_cold,
     NEEDS(CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH, CONFIG_MMU_NOTIFIER))
{
	after_a_split(test, MADV_COLD);
}

TEST(flush, after_a_split_by_pageout,
     NEEDS(CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH, CONFIG_MMU_NOTIFIER))
{
	after_a_split(test, MADV_PAGEOUT);
}
