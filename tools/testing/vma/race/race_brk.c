// SPDX-License-Identifier: GPL-2.0
/* brk(), and another task that calls it. */
#include "race.h"
#include "test.h"

RACE(race_brk, with_another)
{
	struct space *sp = with_heap(test);
	struct racer one = BREAKS(sp, HEAP_PAGE + 4), other = BREAKS(sp, HEAP_PAGE + 1);

	race(test, &one, &other);
	expect_one_of(sp, "[WWWW]...[Wwww]", "[WWWW]...[W]");
}
