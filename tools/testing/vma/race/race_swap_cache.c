// SPDX-License-Identifier: GPL-2.0
/* A look-up in the swap cache returns the page of the entry, and not one that it was before. */
#if defined(SHIM_SWAP_TABLE) && defined(CONFIG_SWAP)
#include <linux/swap.h>

#include <shim/compat.h>

#include "internal.h"
#include "pages.h"
#include "race.h"
#include "swap.h"
#include "test.h"

/* The content of what a look-up finds, which nobody can change as long as it has a reference. */
static void look_up(struct racer *r)
{
	swp_entry_t entry = { .val = r->to };
	struct swap_info_struct *si = get_swap_device(entry);
	struct folio *folio = si ? swap_cache_get_folio(entry) : NULL;

	r->ret = folio ? *(u8 *)folio_address(folio) : 0;
	if (folio)
		folio_put(folio);
	if (si)
		put_swap_device(si);
}

/* The page goes with its last entry, and its frame becomes another page. */
static void unmap_and_use_again(struct racer *r)
{
	u8 byte = 'x';
	int i;

	race_unmap(r);
	for (i = 0; i < 4; i++)
		shim_user_write(r->sp->mm, page_addr(8 + i), &byte, 1);
}

RACE(race_swap_cache, look_up_of_a_page_that_is_freed_and_used_again)
{
	struct space *sp = layout(test, "[WWW].....[wwww]");
	struct racer find = RACER("look-up", look_up, .sp = sp), unmap;
	struct folio *folio = hold_folio(sp, 1);

	ok(swap_on(test, 64));
	ok(reclaim(sp, 1, 1));
	release_folio(test, folio);
	find.to = shim_leaf_of_pte(pte_at(sp, 1)).val;
	unmap = (struct racer)RACER("munmap", unmap_and_use_again, .sp = sp, .page = 1, .nr = 1);
	forget(sp, 8, 4);
	drain_lru();
	race(test, &find, &unmap);
	KUNIT_EXPECT_TRUE(test, find.ret == 'B' || find.ret == 0);
	expect(sp, "[W].[W].....[WWWW]");
}
#else
#include "test.h"

ABSENT(race_swap_cache, look_up_of_a_page_that_is_freed_and_used_again,
       "this kernel has no swap table, or CONFIG_SWAP is off")
#endif
