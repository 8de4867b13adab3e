// SPDX-License-Identifier: GPL-2.0
/*
 * UFFDIO_MOVE and UFFDIO_COPY, and other tasks that use, evict, bring back, pin or split the
 * pages that they are about. A page is at one place afterwards, with its content.
 */
#include <linux/syscalls.h>

#include <shim/files.h>

#include "pages.h"
#include "race.h"
#include "test.h"
#include "uffd.h"

/* [www]...[WWW]: pages 0 to 2 are registered, and 6 to 8 are those to be moved there. */
static struct uffd *registered(struct kunit *test, const char *text, long nr)
{
	struct uffd *u = uffd_open(layout(test, text), UFFD_FEATURE_SIGBUS);

	ok(uffd_register(u, 0, nr, UFFD_MISSING));
	return u;
}

static struct uffd *uffd;
static long args;

/* The arguments of two calls, in user memory before the tasks begin: nr pages each. */
static void prepare(struct kunit *test, struct uffd *u, long page, long from, long nr, long gap)
{
	const struct uffdio_move arg[2] = {
		{ page_addr(page), page_addr(from), nr * PAGE_SIZE },
		{ page_addr(page + gap), page_addr(from + gap), nr * PAGE_SIZE },
	};

	uffd = u;
	args = put_user_data(u->sp, arg, sizeof(arg));
	KUNIT_ASSERT_GT(test, args, 0L);
	forget(u->sp, page, nr + gap);
	forget(u->sp, from, nr + gap);
}

static void move_in(struct racer *r)
{
	shim_use_mm(r->sp->mm);
	r->ret = uffd->file->f_op->unlocked_ioctl(uffd->file, UFFDIO_MOVE,
						  args + r->nr * sizeof(struct uffdio_move));
}

#define MOVES_IN(sp_, nth)	RACER("UFFDIO_MOVE", move_in, .sp = sp_, .nr = nth)

/* The content of page 7, wherever it is: at page 1 if it was moved. */
static void is_at_one_place(struct kunit *test, struct space *sp, long ret)
{
	KUNIT_EXPECT_EQ(test, byte_at(sp, ret ? 7 : 1), 'H');
	oracle(test);
	ok(write_page(sp, ret ? 7 : 1, 'z'));
	mapped_at(folio_of(sp, ret ? 7 : 1), at(sp, ret ? 7 : 1));
}

RACE(race_uffd, move_of_a_page_that_is_pinned, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[www]...[WWW]", 3);
	struct racer move = MOVES_IN(u->sp, 0), pin = PINS(u->sp, 7);

	prepare(test, u, 1, 7, 1, 0);
	race(test, &move, &pin);
	if (!move.ret && pin.ret == 1)
		KUNIT_EXPECT_PTR_NE(test, page_folio(pin.pinned), folio_of(u->sp, 1));
	is_at_one_place(test, u->sp, move.ret);
}

RACE(race_uffd, move_of_a_huge_page_that_is_pinned,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct uffd *u = registered(test, "[w*512].*512[H]", HUGE_NR);
	struct racer move = MOVES_IN(u->sp, 0), pin = PINS(u->sp, 2 * HUGE_NR + 7);

	prepare(test, u, 0, 2 * HUGE_NR, HUGE_NR, 0);
	race(test, &move, &pin);
	if (!move.ret && pin.ret == 1)
		KUNIT_EXPECT_PTR_NE(test, page_folio(pin.pinned), folio_of(u->sp, 0));
	oracle(test);
}

static struct uffd *in_swap(struct kunit *test)
{
	struct uffd *u = registered(test, "[www]...[WWW]", 3);

	if (!IS_ENABLED(SHIM_SWAP_TABLE))
		kunit_skip(test, "this kernel tries again and again while a page comes to the swap cache");
	ok(swap_on(test, 64));
	ok(reclaim(u->sp, 6, 3));
	return u;
}

/* Page 7 is moved while a page is read. */
static struct space *moved_while_read(struct kunit *test, long page)
{
	struct uffd *u = in_swap(test);
	struct racer move = MOVES_IN(u->sp, 0), load = READS(u->sp, page);

	prepare(test, u, 1, 7, 1, 0);
	race(test, &move, &load);
	is_at_one_place(test, u->sp, move.ret);
	return u->sp;
}

RACE(race_uffd, move_of_what_comes_back_from_swap, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	moved_while_read(test, 7);
}

/* A neighbour in swap is brought in with its neighbours. */
RACE(race_uffd, move_of_what_is_read_ahead, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	ok(look(moved_while_read(test, 8), 8, 1));
}

RACE(race_uffd, move_of_what_comes_back_by_a_store, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct uffd *u = in_swap(test);
	struct racer move = MOVES_IN(u->sp, 0), store = WRITES(u->sp, 7, 'x');

	prepare(test, u, 1, 7, 1, 0);
	race(test, &move, &store);
	if (!store.ret)
		oracle(test);
	KUNIT_EXPECT_TRUE(test, byte_at(u->sp, move.ret ? 7 : 1) == (store.ret ? 'H' : 'x') || !move.ret);
}

/*
 * The page is used, and goes to the same slot again: there is no other one. By then it may be
 * another page, and it is in the swap cache until somebody drops it.
 */
static void use_and_page_out(struct racer *r)
{
	u8 byte = 'x';

	if (r->to)
		sys_madvise(page_addr(7), PAGE_SIZE, r->to);
	shim_user_write(r->sp->mm, page_addr(7), &byte, 1);
	r->ret = sys_madvise(page_addr(7), PAGE_SIZE, MADV_PAGEOUT);
}

#define USES(sp_, advice) \
	RACER("use", use_and_page_out, .sp = sp_, .page = 7, .nr = 1, .to = advice)

static void moved_while_used(struct kunit *test, bool cached, int advice)
{
	struct uffd *u = registered(test, "[www]...[WWW]", 3);
	struct racer move = MOVES_IN(u->sp, 0), use = USES(u->sp, advice);
	struct folio *folio;

	if (!IS_ENABLED(SHIM_SWAP_TABLE))
		kunit_skip(test, "this kernel tries again and again while a page comes to the swap cache");
	ok(swap_on(test, 2));
	folio = hold_folio(u->sp, 7);
	if (!cached)
		release_folio(test, folio);
	ok(reclaim(u->sp, 7, 1));
	if (cached)
		release_folio(test, folio);
	prepare(test, u, 1, 7, 1, 0);
	drain_lru();
	race(test, &move, &use);
	if (!move.ret) {
		/* a page that is there since a moment has no content yet */
		KUNIT_EXPECT_TRUE(test, byte_at(u->sp, 1) == 'H' || byte_at(u->sp, 1) == 'x' ||
				  (advice && !byte_at(u->sp, 1)));
		ok(write_page(u->sp, 1, 'z'));
		mapped_at(folio_of(u->sp, 1), at(u->sp, 1));
	}
	ok(write_page(u->sp, 7, 'z'));
	mapped_at(folio_of(u->sp, 7), at(u->sp, 7));
}

RACE(race_uffd, move_of_what_comes_back_and_goes_again, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	moved_while_used(test, false, 0);
}

RACE(race_uffd, move_of_what_is_in_the_swap_cache_and_goes_again,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	moved_while_used(test, true, 0);
}

RACE(race_uffd, move_of_what_is_dropped_and_used_again, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	moved_while_used(test, true, MADV_DONTNEED);
}

RACE(race_uffd, move_of_what_is_reclaimed, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct uffd *u = registered(test, "[www]...[WWW]", 3);
	struct racer move = MOVES_IN(u->sp, 0), reclaim = RECLAIMS(u->sp, 7);

	ok(swap_on(test, 64));
	prepare(test, u, 1, 7, 1, 0);
	race(test, &move, &reclaim);
	is_at_one_place(test, u->sp, move.ret);
}

RACE(race_uffd, move_of_what_is_forked, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[www]...[WWW]", 3);
	struct racer move = MOVES_IN(u->sp, 0), fork = FORKS(u->sp);

	prepare(test, u, 1, 7, 1, 0);
	race(test, &move, &fork);
	ok(fork.ret);
	is_at_one_place(test, u->sp, move.ret);
}

RACE(race_uffd, move_of_what_is_unmapped, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = registered(test, "[www]...[WWW]", 3);
	struct racer move = MOVES_IN(u->sp, 0), unmap = UNMAPS(u->sp, 6, 3);

	prepare(test, u, 1, 7, 1, 0);
	race(test, &move, &unmap);
	ok(unmap.ret);
	if (!move.ret)
		KUNIT_EXPECT_EQ(test, byte_at(u->sp, 1), 'H');
}

RACE(race_uffd, move_of_what_migrates, NEEDS(CONFIG_USERFAULTFD, CONFIG_MIGRATION))
{
	struct uffd *u = registered(test, "[www]...[WWW]", 3);
	struct racer move = MOVES_IN(u->sp, 0), migration = MIGRATES(u->sp, 7);

	prepare(test, u, 1, 7, 1, 0);
	race(test, &move, &migration);
	is_at_one_place(test, u->sp, move.ret);
}

/* Both have to split it first, and neither holds it while it waits for the other. */
RACE(race_uffd, two_moves_of_parts_of_a_huge_page,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct uffd *u = registered(test, "[w*512].*512[H]", HUGE_NR);
	struct racer one = MOVES_IN(u->sp, 0), other = MOVES_IN(u->sp, 1);

	prepare(test, u, 4, 2 * HUGE_NR + 4, 1, 2);
	race(test, &one, &other);
	ok(one.ret);
	ok(other.ret);
	KUNIT_EXPECT_EQ(test, byte_at(u->sp, 4), 'A' + (2 * HUGE_NR + 4) % 26);
	KUNIT_EXPECT_EQ(test, byte_at(u->sp, 6), 'A' + (2 * HUGE_NR + 6) % 26);
	oracle(test);
}

static void copy_in(struct racer *r)
{
	shim_use_mm(r->sp->mm);
	r->ret = uffd->file->f_op->unlocked_ioctl(uffd->file, UFFDIO_COPY, args);
}

#define COPIES_IN(sp_)	RACER("UFFDIO_COPY", copy_in, .sp = sp_)

static struct uffd *for_a_copy(struct kunit *test, const char *text, long from)
{
	struct uffd *u = registered(test, text, 3);
	const struct uffdio_copy arg = { page_addr(1), page_addr(from), PAGE_SIZE };

	uffd = u;
	args = put_user_data(u->sp, &arg, sizeof(arg));
	KUNIT_ASSERT_GT(test, args, 0L);
	forget(u->sp, 0, 3);
	return u;
}

RACE(race_uffd, two_copies_to_a_page, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = for_a_copy(test, "[www]...[WWW]", 7);
	struct racer one = COPIES_IN(u->sp), other = COPIES_IN(u->sp);

	race(test, &one, &other);
	KUNIT_EXPECT_TRUE(test, !one.ret != !other.ret);
	KUNIT_EXPECT_EQ(test, one.ret + other.ret, -EEXIST);
	KUNIT_EXPECT_EQ(test, byte_at(u->sp, 1), 'H');
}

RACE(race_uffd, copy_to_what_is_unmapped, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = for_a_copy(test, "[www]...[WWW]", 7);
	struct racer copy = COPIES_IN(u->sp), unmap = UNMAPS(u->sp, 0, 3);

	race(test, &copy, &unmap);
	ok(unmap.ret);
	expect(u->sp, "......[WWW]");
}

/* The source is in swap, so that it is read without the lock, and then all is looked at again. */
RACE(race_uffd, copy_of_what_is_in_swap_to_what_is_unmapped, NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	struct uffd *u = for_a_copy(test, "[www]...[WWW]", 7);
	struct racer copy = COPIES_IN(u->sp), unmap = UNMAPS(u->sp, 0, 3);

	ok(swap_on(test, 64));
	ok(reclaim(u->sp, 7, 1));
	race(test, &copy, &unmap);
	ok(unmap.ret);
}

RACE(race_uffd, copy_beside_a_fork, NEEDS(CONFIG_USERFAULTFD))
{
	struct uffd *u = for_a_copy(test, "[www]...[WWW]", 7);
	struct racer copy = COPIES_IN(u->sp), fork = FORKS(u->sp);

	race(test, &copy, &fork);
	ok(fork.ret);
	ok(copy.ret);
	KUNIT_EXPECT_EQ(test, byte_at(u->sp, 1), 'H');
}

static long protect_args;

/* The monitor ends the protection, and then the page goes for a reason of its own. */
static void unprotect(struct racer *r)
{
	shim_use_mm(r->sp->mm);
	r->ret = uffd->file->f_op->unlocked_ioctl(uffd->file, UFFDIO_WRITEPROTECT, protect_args);
}

static void unprotect_and_reclaim(struct racer *r)
{
	unprotect(r);
	race_reclaim(r);
}

static void unprotect_and_migrate(struct racer *r)
{
	long err;

	unprotect(r);
	err = r->ret;
	race_migrate(r);
	r->ret = err;
}

/* The store waits for the monitor and for nothing else: nobody would wake it. */
static void stored_while(struct kunit *test, void (*fn)(struct racer *r), const char *name)
{
	struct space *sp = layout(test, "[WWW]");
	struct uffd *u = uffd_open(sp, 0);
	const struct uffdio_writeprotect arg = { .range = { page_addr(1), PAGE_SIZE } };
	struct racer store = WRITES(sp, 1, 'x');
	struct racer monitor = FOLIO_RACER(name, fn, .sp = sp, .page = 1);

	ok(uffd_register(u, 0, 3, UFFD_WP));
	ok(uffd_protect(u, 0, 3, true));
	uffd = u;
	protect_args = put_user_data(sp, &arg, sizeof(arg));
	KUNIT_ASSERT_GT(test, protect_args, 0L);
	drain_lru();
	race(test, &store, &monitor);
	ok(store.ret);
	ok(monitor.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'x');
	uffd_close(u);
}

RACE(race_uffd, store_to_what_is_unprotected_and_reclaimed,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_SWAP))
{
	ok(swap_on(test, 64));
	stored_while(test, unprotect_and_reclaim, "monitor and reclaim");
}

RACE(race_uffd, store_to_what_is_unprotected_and_migrates,
     NEEDS(CONFIG_USERFAULTFD, CONFIG_MIGRATION))
{
	stored_while(test, unprotect_and_migrate, "monitor and migration");
}

static void close_uffd(struct racer *r)
{
	shim_close(uffd->fd);
	list_del(&uffd->list);
}

/* A pin of a page that a monitor was to fill in is given what everybody gets then. */
RACE(race_uffd, pin_while_it_is_closed, NEEDS(CONFIG_USERFAULTFD))
{
	struct space *sp = layout(test, "[www]");
	struct uffd *u = uffd_open(sp, 0);
	struct racer pin = PINS(sp, 1), end = RACER("close", close_uffd, .sp = sp);

	ok(uffd_register(u, 0, 3, UFFD_MISSING));
	uffd = u;
	race(test, &pin, &end);
	fails(pin.ret, 1);
}
