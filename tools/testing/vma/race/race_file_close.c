// SPDX-License-Identifier: GPL-2.0
/* The last reference to a file, and the end of what was written to it. */
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/writeback.h>

#include "race.h"
#include "test.h"

#ifdef SHIM_DROPBEHIND

static struct file *closed;
static struct folio *written;

static void end_write_back(struct racer *r)
{
	folio_end_writeback(written);
}

static void close_file(struct racer *r)
{
	shim_file_put(closed);
}

/* Page 1 of a file is written back, and is not to be cached any longer then. */
static void under_write_back(struct kunit *test, bool drop)
{
	closed = shim_file_create_cached(4, true);
	ok(shim_file_cache(closed, 1, 0));
	written = folio_in_cache(closed, 1);
	folio_lock(written);
	folio_start_writeback(written);
	folio_unlock(written);
	if (drop)
		__folio_set_dropbehind(written);
}

/* The file is freed when its last page is: nobody uses it afterwards. */
static void close_beside_write_back(struct kunit *test, bool drop)
{
	struct space *sp = layout(test, "[w]");
	struct racer end = RACER("end of write-back", end_write_back, .sp = sp);
	struct racer close = RACER("close", close_file, .sp = sp);

	under_write_back(test, drop);
	race(test, &end, &close);
	KUNIT_EXPECT_EQ(test, shim_files_open(), 0UL);
}

RACE(race_file, close_beside_the_end_of_write_back)
{
	close_beside_write_back(test, false);
}

RACE(race_file, close_beside_the_end_of_write_back_that_drops_the_page)
{
	close_beside_write_back(test, true);
}

#else

#define WHY "this kernel keeps pages that are written in the page cache"

ABSENT(race_file, close_beside_the_end_of_write_back, WHY)
ABSENT(race_file, close_beside_the_end_of_write_back_that_drops_the_page, WHY)

#endif
