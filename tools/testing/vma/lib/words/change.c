// SPDX-License-Identifier: GPL-2.0
/*
 * System calls that call vma_merge_existing_range(), each with a way to make the middle
 * of a scene different before, so that the call makes it equal to its neighbours again.
 */
#include "attr.h"
#include "scene.h"

static int undump(struct space *sp, long page, long nr)
{
	return advise(sp, page, nr, MADV_DODUMP);
}

/* Clears the flag that keeps the middle apart since scene_build(). */
static int only_other(struct space *sp)
{
	return undump(sp, side_page(MIDDLE), SIDE_PAGES);
}

static int other_rights(struct space *sp)
{
	return protect(sp, side_page(MIDDLE), SIDE_PAGES, RW | PROT_EXEC) ?: only_other(sp);
}

static int same_rights(struct space *sp, long page, long nr)
{
	return protect(sp, page, nr, RW);
}

static int other_name(struct space *sp)
{
	return name_range(sp, side_page(MIDDLE), SIDE_PAGES, "middle") ?: only_other(sp);
}

static int no_name(struct space *sp, long page, long nr)
{
	return name_range(sp, page, nr, NULL);
}

static int locked(struct space *sp)
{
	return lock_on_fault(sp, side_page(MIDDLE), SIDE_PAGES) ?: only_other(sp);
}

static int sealed_sides(struct space *sp)
{
	int err = 0;

	if (vma_of(sp, side_page(PREV)))
		err = seal(sp, side_page(PREV), SIDE_PAGES);
	if (!err && vma_of(sp, side_page(NEXT)))
		err = seal(sp, side_page(NEXT), SIDE_PAGES);
	return err ?: only_other(sp);
}

const struct change
	by_madvise = { "madvise", NULL, undump },
	by_mprotect = { "mprotect", other_rights, same_rights },
	by_name = { "prctl", other_name, no_name },
	by_munlock = { "munlock", locked, unlock },
	by_mseal = { "mseal", sealed_sides, seal };
