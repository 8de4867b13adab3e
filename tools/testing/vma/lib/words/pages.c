// SPDX-License-Identifier: GPL-2.0
/*
 * Work of the kernel on pages: it migrates, evicts, merges and splits them. No daemon
 * runs; a case calls for the work, on the pages that it names. The oracle runs after
 * each call.
 */
#include <linux/mm.h>
#include <linux/migrate.h>
#include <linux/rmap.h>
#include <linux/swap.h>

#include "internal.h"
#include "pages.h"

/* Isolates the folios of pages from the LRU, each once. */
static int isolate(struct space *sp, long page, long nr, struct list_head *list)
{
	struct folio *folio, *last = NULL;

	lru_add_drain();
	for (; nr > 0; page++, nr--) {
		folio = folio_of(sp, page);
		if (!folio || folio == last)
			continue;
		if (!folio_isolate_lru(folio))
			return -EBUSY;
		list_add_tail(&shim_folio_lru(folio), list);
		last = folio;
	}
	return 0;
}

#ifdef CONFIG_MIGRATION
/* A failure sweep must not end the case between the halves of a migration. */
static void in_flight(struct space *sp, int nr)
{
	struct world *world = sp->test->priv;

	world->in_flight += nr;
}

/**
 * migration_target() - allocate the destination of a migration, for migrate_pages()
 * @old: the folio that is migrated
 * @private: not used
 *
 * Return: the folio, NULL without memory.
 */
struct folio *migration_target(struct folio *old, unsigned long private)
{
	gfp_t gfp = GFP_HIGHUSER_MOVABLE;

	return folio_alloc(folio_order(old) ? gfp | __GFP_COMP : gfp, folio_order(old));
}

/**
 * migrate() - migrate pages to other frames
 * @sp: the space
 * @page: first page
 * @nr: number of pages; those that are not present are left out
 *
 * Return: 0, -EBUSY when a page is not on the LRU, -EAGAIN when it is in use.
 */
int migrate(struct space *sp, long page, long nr)
{
	LIST_HEAD(list);
	struct folio *folio;
	int err;

	work_begin(sp->test, "migration", "%ld, %ld", page, nr);
	err = isolate(sp, page, nr, &list);
	list_for_each_entry(folio, &list, lru)
		node_stat_mod_folio(folio, NR_ISOLATED_ANON + folio_is_file_lru(folio),
				    folio_nr_pages(folio));
	if (!err)
		err = migrate_pages(&list, migration_target, NULL, 0, MIGRATE_SYNC, MR_SYSCALL, NULL);
	putback_movable_pages(&list);
	op_end(err);
	return work_done(sp->test, err > 0 ? -EAGAIN : err);
}

/* A new folio with the contents and the place in the page cache of @src, locked; or NULL. */
static struct folio *copied(struct folio *src)
{
	struct folio *dst = migration_target(src, 0);

	if (!dst)
		return NULL;
	folio_lock(dst);
	if (migrate_folio(folio_mapping(src), dst, src, MIGRATE_SYNC)) {
		folio_unlock(dst);
		folio_put(dst);
		return NULL;
	}
	return dst;
}

/* Replaces migration entries by entries for @dst, or for the old folio if that is NULL. */
static void put_back(struct space *sp, struct migration *m, struct folio *dst)
{
	struct folio *src = m->folio;

	oracle_hold(sp->test, src, -1);
	oracle_hold(sp->test, m->anon_vma, -1);
	if (dst)
		folio_add_lru(dst);
	remove_migration_ptes(src, dst ?: src, 0);
	if (m->anon_vma)
		put_anon_vma(m->anon_vma);
	m->anon_vma = NULL;
	if (dst) {
		folio_unlock(dst);
		folio_put(dst);
		folio_unlock(src);
		folio_put(src);
	} else {
		folio_unlock(src);
		folio_putback_lru(src);
	}
}

/**
 * begin_migration() - the first half of a migration: all entries of a page's
 *	folio become migration entries
 * @sp: the space
 * @page: the page; a fault there would wait for ever
 * @m: for end_migration()
 *
 * Return: 0 or -EBUSY.
 */
int begin_migration(struct space *sp, long page, struct migration *m)
{
	struct folio *folio = folio_of(sp, page);

	lru_add_drain();
	if (!folio || !folio_isolate_lru(folio))
		return -EBUSY;
	folio_lock(folio);
	m->folio = folio;
	m->anon_vma = folio_test_anon(folio) ? folio_get_anon_vma(folio) : NULL;
	oracle_hold(sp->test, folio, 1);
	oracle_hold(sp->test, m->anon_vma, 1);
	in_flight(sp, 1);
	work_begin(sp->test, "migration", "%ld, first half", page);
	try_to_migrate(folio, TTU_BATCH_FLUSH);
	try_to_unmap_flush();
	op_end(0);
	if (!folio_mapped(folio))
		return work_done(sp->test, 0);
	put_back(sp, m, NULL);
	in_flight(sp, -1);
	return work_done(sp->test, -EBUSY);
}

/**
 * end_migration() - the second half: the migration entries become present
 * @sp: the space
 * @m: from begin_migration()
 * @succeeds: they map another folio; else they map the old one again
 *
 * Return: 0, or -EAGAIN if there was no memory for the copy, and the old one is mapped.
 */
int end_migration(struct space *sp, struct migration *m, bool succeeds)
{
	struct folio *dst;

	in_flight(sp, -1);
	work_begin(sp->test, "migration", "second half, %s", succeeds ? "moved" : "put back");
	dst = succeeds ? copied(m->folio) : NULL;
	put_back(sp, m, dst);
	op_end(0);
	return work_done(sp->test, succeeds && !dst ? -EAGAIN : 0);
}
#else
int migrate(struct space *sp, long page, long nr)
{
	return -ENOSYS;
}

int begin_migration(struct space *sp, long page, struct migration *m)
{
	return -ENOSYS;
}

int end_migration(struct space *sp, struct migration *m, bool succeeds)
{
	return -ENOSYS;
}
#endif

/* The device that was put into use last. */
static struct file *last_device(void)
{
	int nth = SHIM_SWAP_DEVICES - 1;

	while (nth > 0 && !shim_swap_file(nth))
		nth--;
	return shim_swap_file(nth);
}

static void swap_off_at_end(void *unused)
{
	if (last_device())
		shim_swap_off(last_device());
}

static int swap_on_of(struct kunit *test, unsigned long nr, bool sync)
{
	int err = shim_swap_on(nr, sync);

	if (err)
		return err;
	oracle_hold(test, last_device(), 1);	/* swapfile.c's */
	return kunit_add_action_or_reset(test, swap_off_at_end, NULL);
}

/**
 * swap_on() - swapon() of a file, for the rest of the case
 * @test: the case
 * @nr: its size in pages
 *
 * Return: 0 or a negative errno.
 */
int swap_on(struct kunit *test, unsigned long nr)
{
	return swap_on_of(test, nr, false);
}

/**
 * swap_on_sync() - swapon() of a device without asynchronous I/O, as zram is
 * @test: the case
 * @nr: its size in pages
 *
 * A fault may read a page past the swap cache there (SWP_SYNCHRONOUS_IO).
 *
 * Return: 0 or a negative errno.
 */
int swap_on_sync(struct kunit *test, unsigned long nr)
{
	return swap_on_of(test, nr, true);
}

/**
 * swap_off() - swapoff() of the device that came last, which reads all pages back
 * @test: the case, which has called swap_on()
 *
 * Return: 0 or a negative errno.
 */
int swap_off(struct kunit *test)
{
	struct file *file = last_device();
	int err;

	work_begin(test, "swapoff", NULL);
	err = op_end(shim_swap_off(file));
	if (!err)
		oracle_hold(test, file, -1);
	return work_done(test, err);
}

static long nr_present(struct space *sp, long page, long nr)
{
	long present = 0;

	for (; nr > 0; page++, nr--)
		present += !!frame_of(sp, page);
	return present;
}

/* Puts back folios that are unevictable, and lists the others; their number. */
static long evictable(struct list_head *list, struct folio **folios)
{
	struct folio *folio, *next;
	long nr = 0;

	list_for_each_entry_safe(folio, next, list, lru) {
		if (folio_test_unevictable(folio)) {
			list_del(&shim_folio_lru(folio));
			folio_putback_lru(folio);
		} else {
			folios[nr++] = folio;
		}
	}
	return nr;
}

/*
 * Isolates folios that the first pass has written and not freed. A folio that was freed
 * is on no LRU list, and one that was mlocked meanwhile is unevictable.
 */
static void isolate_written(struct folio **folios, long nr, struct list_head *list)
{
	long i;

	lru_add_drain();
	for (i = 0; i < nr; i++)
		if (folio_test_lru(folios[i]) && !folio_test_unevictable(folios[i]) &&
		    folio_isolate_lru(folios[i]))
			list_add_tail(&shim_folio_lru(folios[i]), list);
}

/**
 * reclaim() - evict pages from all processes that map them
 * @sp: the space
 * @page: first page
 * @nr: number of pages
 *
 * A first pass writes them and a second one drops them, so that none stays in the swap
 * cache.
 *
 * Return: 0, -EBUSY when one is not on the LRU, -EAGAIN when one stays.
 */
int reclaim(struct space *sp, long page, long nr)
{
	struct folio **folios = kcalloc(nr, sizeof(*folios), GFP_KERNEL | __GFP_NOFAIL);
	LIST_HEAD(list);
	long nr_folios;
	int err;

	work_begin(sp->test, "reclaim", "%ld, %ld", page, nr);
	err = isolate(sp, page, nr, &list);
	nr_folios = evictable(&list, folios);
	reclaim_pages(&list);
	isolate_written(folios, nr_folios, &list);
	reclaim_pages(&list);
	op_end(err);
	kfree(folios);
	if (!err && nr_present(sp, page, nr))
		err = -EAGAIN;
	return work_done(sp->test, err);
}

/**
 * merge_ksm() - let ksmd scan all memory that is MADV_MERGEABLE
 * @test: the case
 *
 * ksmd takes checksums in its first pass and merges unchanged pages in the second.
 */
void merge_ksm(struct kunit *test)
{
#ifdef CONFIG_KSM
	int pass;

	work_begin(test, "ksm", NULL);
	for (pass = 0; pass < 3; pass++)
		shim_ksm_scan(1 << 20);
	op_end(0);
	work_done(test, 0);
#endif
}

/**
 * split_huge() - split the folio of a page into single pages
 * @sp: the space
 * @page: the page
 *
 * Return: 0, -EAGAIN if the folio has other references, -EINVAL if it is not large.
 */
int split_huge(struct space *sp, long page)
{
	struct folio *folio = folio_of(sp, page);
	int err;

	if (!folio || !folio_test_large(folio))
		return -EINVAL;
	work_begin(sp->test, "split", "%ld", page);
	folio_get(folio);
	folio_lock(folio);
	err = op_end(split_folio(folio));
	folio_unlock(folio);
	folio_put(folio);
	return work_done(sp->test, err);
}

static void put_folio(void *folio)
{
	folio_put(folio);
}

/**
 * hold_folio() - take a reference to the folio of a page, as a driver does
 * @sp: the space
 * @page: the page
 *
 * It is dropped by release_folio(), or at the end of the case. Calls oracle_hold().
 *
 * Return: the folio.
 */
struct folio *hold_folio(struct space *sp, long page)
{
	struct folio *folio = folio_of(sp, page);
	struct kunit *test = sp->test;

	KUNIT_ASSERT_NOT_NULL(test, folio);
	folio_get(folio);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, put_folio, folio), 0);
	oracle_hold(test, folio, 1);
	return folio;
}

/**
 * release_folio() - drop a reference
 * @test: the case
 * @folio: from hold_folio()
 */
void release_folio(struct kunit *test, struct folio *folio)
{
	oracle_hold(test, folio, -1);
	kunit_release_action(test, put_folio, folio);
}
