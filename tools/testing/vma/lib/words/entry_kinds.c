// SPDX-License-Identifier: GPL-2.0
/* The kinds of entries of entry.h. Those of a huge page are in a range that a PMD maps. */
#include <linux/mm.h>

#include <shim/files.h>

#include "entry.h"

#define SMALL	3	/* pages of a range of small pages, whose middle one is looked at */

static struct space *range(struct kunit *test, struct entry *e, const char *text, long page, long nr)
{
	e->page = page;
	e->nr = nr;
	return layout(test, text);
}

static struct space *make_none(struct kunit *test, struct entry *e)
{
	return range(test, e, "[WwW]", 1, SMALL);
}

static struct space *make_page(struct kunit *test, struct entry *e)
{
	return range(test, e, "[WWW]", 1, SMALL);
}

static struct space *make_zero(struct kunit *test, struct entry *e)
{
	struct space *sp = range(test, e, "[WwW]", 1, SMALL);

	KUNIT_ASSERT_EQ(test, read_page(sp, 1), 0);
	return sp;
}

static struct space *make_part(struct kunit *test, struct entry *e)
{
	e->page = 1;
	e->nr = 4;
	return large_layout(test, "[WWWW]", 2);
}

static struct space *make_huge(struct kunit *test, struct entry *e)
{
	return range(test, e, "[H]", 3, HUGE_NR);
}

static struct space *make_huge_zero(struct kunit *test, struct entry *e)
{
	struct space *sp = layout_advised(test, "[w*512]");

	e->page = 3;
	e->nr = HUGE_NR;
	KUNIT_ASSERT_EQ(test, read_page(sp, 3), 0);
	return sp;
}

/* A page of zeroes, of a huge page that is not empty. */
static struct space *make_blank(struct kunit *test, struct entry *e)
{
	struct space *sp = layout_advised(test, "[w*512]");

	e->page = 3;
	e->nr = HUGE_NR;
	ok(write_page(sp, 7, 'x'));
	return sp;
}

/**
 * entry_swap_on() - swapon(), for all entries of a row
 * @e: the entry
 *
 * Return: 0 or a negative errno.
 */
int entry_swap_on(struct entry *e)
{
	return shim_swap_file(0) ? 0 : swap_on(e->sp->test, 2048);
}

static int turn_to_swap(struct entry *e)
{
	return entry_swap_on(e) ?: reclaim(e->sp, e->page, 1);
}

/* What a read has brought back from swap, where it is still. */
static int turn_to_clean(struct entry *e)
{
	return turn_to_swap(e) ?: read_page(e->sp, e->page) < 0;
}

static int turn_to_migration(struct entry *e)
{
	return begin_migration(e->sp, e->page, &e->m);
}

static int end_of_migration(struct entry *e)
{
	return end_migration(e->sp, &e->m, false);
}

static int turn_to_guard(struct entry *e)
{
#ifdef MADV_GUARD_INSTALL
	return advise(e->sp, e->page, 1, MADV_GUARD_INSTALL);
#else
	kunit_skip(e->sp->test, "no guard regions in this kernel");
#endif
}

static int turn_to_hwpoison(struct entry *e)
{
	return poison(e->sp, e->page, 0);
}

const struct entry_kind entry_none = { "none", make_none };
const struct entry_kind entry_page = { "page", make_page, .has_bits = true };
const struct entry_kind entry_clean = { "page", make_page, turn_to_clean, .has_bits = true };
const struct entry_kind entry_zero = { "zero", make_zero, .has_bits = true };
const struct entry_kind entry_part = { "part", make_part, .has_bits = true };
const struct entry_kind entry_huge = { "huge", make_huge, .has_bits = true };
const struct entry_kind entry_blank = { "huge", make_blank, .has_bits = true };
const struct entry_kind entry_huge_zero = { "huge_zero", make_huge_zero, .has_bits = true };
const struct entry_kind entry_swap = {
	"swap", make_page, turn_to_swap, .has_bits = true,
};
const struct entry_kind entry_migration = {
	"migration", make_page, turn_to_migration, end_of_migration, .has_bits = true,
};
const struct entry_kind entry_huge_migration = {
	"huge_migration", make_huge, turn_to_migration, end_of_migration, .has_bits = true,
};
const struct entry_kind entry_guard = { "guard", make_page, turn_to_guard };
const struct entry_kind entry_hwpoison = { "hwpoison", make_page, turn_to_hwpoison };
