// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's complaint, the first thing of a case that it finds wrong, and the
 * references of the case itself, without which it would complain.
 */
#include "check.h"

/**
 * wrong() - complain of a space
 * @sp: the space that the complaint is about
 * @fmt: field, address, the value there and the expected one
 *
 * Records the first complaint of a case and drops those that follow, which tend
 * to be consequences. oracle_complaint() returns it to its caller.
 */
void wrong(struct space *sp, const char *fmt, ...)
{
	struct world *world = sp->test->priv;
	char text[200];
	va_list args;

	if (oracle_quiet(world))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	world->complained = true;
	world->complaint_of = sp;
	snprintf(world->complaint, sizeof(world->complaint), "%s: %s", sp->name, text);
}

/**
 * oracle_quiet() - whether nothing more is to be said
 * @world: the case's
 */
bool oracle_quiet(struct world *world)
{
	return world->quiet || world->complained;
}

/**
 * oracle_hold() - say that the case itself has references to something
 * @test: the case
 * @object: a folio, file, anon_vma or mm, or grabbed(mm)
 * @refs: how many more than before; negative when they are dropped
 */
void oracle_hold(struct kunit *test, const void *object, int refs)
{
	struct world *world = test->priv;
	struct held *held = world->held;
	int i;

	for (i = 0; i < MAX_HELD && held[i].refs && held[i].object != object; i++)
		;
	KUNIT_ASSERT_LT(test, i, MAX_HELD);
	held[i].object = object;
	held[i].refs += refs;
}

/**
 * oracle_held() - references that the case has by oracle_hold()
 * @world: the case's
 * @object: to what
 */
int oracle_held(struct world *world, const void *object)
{
	int i, refs = 0;

	for (i = 0; i < MAX_HELD; i++)
		if (world->held[i].object == object)
			refs += world->held[i].refs;
	return refs;
}
