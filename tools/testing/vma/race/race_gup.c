// SPDX-License-Identifier: GPL-2.0
/* Pins of pages that another task brings in, moves or drops at the same time. */
/* memfd.h does not include what it needs itself */
#include <linux/mm.h>
#include <linux/memfd.h>

#include "race.h"
#include "test.h"

#define NR	4

static struct file *memfd;

static void pin_memfd(struct racer *r)
{
	struct folio *folios[NR];
	pgoff_t offset;

	r->ret = memfd_pin_folios(memfd, 0, NR * PAGE_SIZE - 1, folios, NR, &offset);
	if (r->ret > 0)
		unpin_folios(folios, r->ret);
}

#define PINS_MEMFD(sp_)	RACER("memfd_pin_folios", pin_memfd, .sp = sp_)

/* Both find a hole, and one of them fills it. */
RACE(race_gup, two_pins_of_a_memfd_without_pages, NEEDS(CONFIG_SHMEM, CONFIG_MEMFD_CREATE))
{
	struct space *sp = space_new(test);
	struct racer one = PINS_MEMFD(sp), other = PINS_MEMFD(sp);

	memfd = open_shmem(test, NR);
	race(test, &one, &other);
	fails(one.ret, NR);
	fails(other.ret, NR);
}

RACE(race_gup, pin_of_a_memfd_that_is_written_to, NEEDS(CONFIG_SHMEM, CONFIG_MEMFD_CREATE))
{
	struct space *sp = space_new(test);
	struct racer pin = PINS_MEMFD(sp), store = WRITES(sp, 2, 'x');

	memfd = open_shmem(test, NR);
	ok(map_file(sp, 0, NR, RW, MAP_SHARED, memfd, 0));
	race(test, &pin, &store);
	fails(pin.ret, NR);
	ok(store.ret);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'x');
}

RACE(race_gup, pin_of_what_migrates, NEEDS(CONFIG_MIGRATION))
{
	struct space *sp = layout(test, "[WWW]");
	struct racer pin = PINS(sp, 1), migration = MIGRATES(sp, 1);

	race(test, &pin, &migration);
	fails(pin.ret, 1);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), 'B');
	KUNIT_EXPECT_PTR_EQ(test, page_folio(pin.pinned), folio_of(sp, 1));
}
