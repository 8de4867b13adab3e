// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's complaint, the first thing of a case that it finds wrong, and the
 * references of the case itself, without which it would complain.
 */
#include "check.h"

/**
 * wrong() - complain of a space
 * @sp: the space that the complaint is about
 * @rule: the rule that is broken, as docs/oracle.md names it
 * @fmt: field, address, the value there and the expected one
 *
 * Records the first complaint of a case and drops those that follow, which tend
 * to be consequences. oracle_complaint() returns it to its caller.
 */
void wrong(struct space *sp, const char *rule, const char *fmt, ...)
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
	world->rule = rule;
	snprintf(world->complaint, sizeof(world->complaint), "%s: %s", sp->name, text);
}

/**
 * oracle_pause() - leave the spaces of a case unchecked until oracle_resume()
 * @test: the case, which has other threads, holds locks, or has made something wrong
 *
 * Until then no operation is drawn, and none of its allocations is made to fail.
 */
void oracle_pause(struct kunit *test)
{
	struct world *world = test->priv;

	world->quiet = true;
}

/**
 * oracle_resume() - check the spaces of a case again
 * @test: the case
 */
void oracle_resume(struct kunit *test)
{
	struct world *world = test->priv;

	world->quiet = false;
}

/**
 * oracle_quiet() - is a complaint of no use, since the case has one or wants none?
 * @world: the case's
 */
bool oracle_quiet(struct world *world)
{
	return world->quiet || world->complained;
}

/**
 * oracle_hold() - account for references that the case itself takes or drops
 * @test: the case
 * @object: a folio, file, anon_vma or mm, or grabbed(mm)
 * @refs: number of references taken; negative for references dropped
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
 * oracle_held() - the number of references that the case has by oracle_hold()
 * @world: the case's
 * @object: the object, as of oracle_hold()
 */
int oracle_held(struct world *world, const void *object)
{
	int i, refs = 0;

	for (i = 0; i < MAX_HELD; i++)
		if (world->held[i].object == object)
			refs += world->held[i].refs;
	return refs;
}
