// SPDX-License-Identifier: GPL-2.0
/*
 * The brackets of an operation. Between them the kernel's code runs and its allocations
 * may fail; after them the oracle checks, and a failure sweep compares.
 */
#include "chardev.h"
#include "sweep.h"
#include "words.h"

/**
 * oracle() - check every space of a case, and fail the case if one is wrong
 * @test: the case
 *
 * Prints the first complaint with a picture, and writes a graph if --dot is given.
 * After a complaint the oracle rests for the remainder of the case.
 *
 * Context: no other thread uses the spaces and the case holds none of their locks.
 */
void oracle(struct kunit *test)
{
	struct world *world = test->priv;
	const char *complaint;
	struct space *sp;

	if (oracle_quiet(world))
		return;
	complaint = oracle_complaint(test);
	if (!complaint)
		return;
	world->complained = true;
	sp = world->complaint_of;
	KUNIT_FAIL(test, "oracle: %s (rule %s); %s is %s", complaint, world->rule, sp->name,
		   layout_of(sp));
	picture(test, sp, NULL);
	graph(test);
}

static void begin(struct kunit *test, struct space *sp, const char *name, const char *args,
		  va_list list)
{
	struct world *world = test->priv;

	world->op = name;
	world->op_space = sp;
	draw_begin(test, args, list);
	if (world->setup || world->in_flight || world->quiet)
		return;
	if (shim_sweep_mode() == SHIM_SWEEP_TRY)
		chardevs_begin(test);
	shim_op_begin();
}

/**
 * work_begin() - the kernel begins work of its own: its allocations count
 * @test: the case
 * @name: the kind of work, for oom_errors[] and oom_degraded[]
 * @args: printf format of what it works on, for a failure to print, or NULL
 */
void work_begin(struct kunit *test, const char *name, const char *args, ...)
{
	va_list list;

	va_start(list, args);
	begin(test, NULL, name, args, list);
	va_end(list);
}

/**
 * op_begin() - a program begins an operation: its allocations count
 * @sp: the program's space, which becomes the current one
 * @name: the system call, or "access"
 * @args: printf format of its arguments, for a failure to print, or NULL
 */
void op_begin(struct space *sp, const char *name, const char *args, ...)
{
	va_list list;

	shim_use_mm(sp->mm);
	va_start(list, args);
	begin(sp->test, sp, name, args, list);
	va_end(list);
}

/**
 * op_end() - the kernel's part of an operation ends: allocations count no more
 * @ret: the value that it returned
 *
 * Return: @ret.
 */
long op_end(long ret)
{
	shim_op_end();
	return ret;
}

/**
 * work_done() - the model is up to date: the oracle checks, and a sweep compares
 * @test: the case
 * @ret: the value that the operation returned
 *
 * Return: @ret, or not at all where an allocation has failed in a sweep.
 */
long work_done(struct kunit *test, long ret)
{
	if (shim_sweep_mode() == SHIM_SWEEP_FAIL)
		sweep_forgive(test, ret);
	draw_returned(ret);
	oracle(test);
	draw_done(test);
	sweep_judge(test, ret);
	return ret;
}

/**
 * op_done() - work_done() for an operation that began with op_begin()
 * @sp: the space, or any other of the case if it has ended
 * @ret: the value that the operation returned
 *
 * Return: as of work_done().
 */
long op_done(struct space *sp, long ret)
{
	return work_done(sp->test, ret);
}
