// SPDX-License-Identifier: GPL-2.0
/* The begin and the end of a case. */
#include <linux/slab.h>

#include "pages.h"
#include "uffd.h"

/**
 * world_init() - give a case its struct world
 * @test: the case
 *
 * Return: 0
 */
int world_init(struct kunit *test)
{
	struct world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	INIT_LIST_HEAD(&world->spaces);
	INIT_LIST_HEAD(&world->dead);
	INIT_LIST_HEAD(&world->uffds);
	test->priv = world;
	return 0;
}

/**
 * world_exit() - check the spaces of a case once more, and end them
 * @test: the case, passed or failed
 *
 * Draws the state at the end of a case that has failed, if nothing was drawn yet.
 */
void world_exit(struct kunit *test)
{
	struct world *world = test->priv;
	struct uffd *u, *more;
	struct space *sp, *next;

	oracle(test);
	if (test->status == KUNIT_FAILURE || shim_warnings())
		picture(test, NULL, NULL);
	graph_end(test, test->status == KUNIT_FAILURE || shim_warnings());
	list_for_each_entry_safe(sp, next, &world->spaces, list)
		space_exit(sp);
	list_for_each_entry_safe(u, more, &world->uffds, list)
		uffd_close(u);
	mend();
#ifdef CONFIG_KSM
	shim_ksm_forget();
#endif
	list_for_each_entry_safe(sp, next, &world->dead, list)
		kfree(sp);
}
