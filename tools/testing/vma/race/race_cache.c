// SPDX-License-Identifier: GPL-2.0
/* A large folio of a file that is split, and those who look it up or drop the file meanwhile. */
#include <linux/mm.h>
#include <linux/pagemap.h>

#include <shim/files.h>

#include "internal.h"
#include "pages.h"
#include "race.h"
#include "test.h"

#define ORDER	4
#define NR	(1L << ORDER)

static struct file *file;
static struct folio *folio;

/* A file of so many pages, of which the first are one folio. */
static struct space *with_folio(struct kunit *test, long nr, int order)
{
	file = shim_file_create_cached(nr, true);
	ok(shim_file_cache(file, 0, order));
	return space_new(test);
}

/* As for a hole in the middle of the folio: it is split around page 9. */
static void punch(struct racer *r)
{
	truncate_inode_pages_range(file->f_mapping, 9 * PAGE_SIZE, 10 * PAGE_SIZE - 1);
}

/* As filemap_get_folio(), which would try for ever while the folio is being split. */
static struct folio *get_folio(pgoff_t index)
{
	struct folio *found;

	rcu_read_lock();
	found = xa_load(&file->f_mapping->i_pages, index);
	if (found && !folio_try_get(found))
		found = NULL;
	if (found && xa_load(&file->f_mapping->i_pages, index) != found) {
		folio_put(found);
		found = NULL;
	}
	rcu_read_unlock();
	return found;
}

/* While it is held it is not split, so it has the page that was asked for. */
static void look_up(struct racer *r)
{
	struct folio *found = get_folio(r->nr);

	if (!found)
		return;
	r->ret = folio_contains(found, r->nr) ? 1 : -EINVAL;
	folio_put(found);
}

static void looked_up_while_split(struct kunit *test, long index)
{
	struct space *sp = with_folio(test, NR, ORDER);
	struct racer split = RACER("hole", punch, .sp = sp);
	struct racer find = RACER("filemap_get_folio", look_up, .sp = sp, .nr = index);

	preempt_before("_refcount");
	race(test, &split, &find);
	KUNIT_EXPECT_GE(test, find.ret, 0L);
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 9));
	shim_file_put(file);
}

RACE(race_cache, split_and_a_look_behind_the_hole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	looked_up_while_split(test, 13);
}

RACE(race_cache, split_and_a_look_before_the_hole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	looked_up_while_split(test, 2);
}

RACE(race_cache, split_and_a_look_beside_the_hole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	looked_up_while_split(test, 8);
}

RACE(race_cache, split_and_a_look_into_the_hole, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	looked_up_while_split(test, 9);
}

/* Page 5, behind the end of the file, of which the folio has only the first 3. */
static void split_behind_the_end(struct racer *r)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	struct page *page = folio_page(folio, 5);

	folio_lock(folio);
	r->ret = split_huge_page_to_list_to_order(page, NULL, 0);
	folio_unlock(page_folio(page));
	folio_put(page_folio(page));
#endif
}

static void close_file(struct racer *r)
{
	shim_file_put(file);
}

/* The part that the splitter keeps is no longer one of the file, which may go. */
RACE(race_cache, split_behind_the_end_of_a_file_that_is_closed, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = with_folio(test, 3, 3);
	struct racer split = RACER("split", split_behind_the_end, .sp = sp);
	struct racer end = RACER("close", close_file, .sp = sp);

	folio = folio_in_cache(file, 0);
	folio_get(folio);
	race(test, &split, &end);
}
