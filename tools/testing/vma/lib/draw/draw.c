// SPDX-License-Identifier: GPL-2.0
/* The state before an operation, drawn in case that the operation fails or crashes. */
#include <shim/host.h>

#include "drawing.h"

static bool begun;	/* an operation has begun and not ended */

/* Called when the process ends by a signal or a report of a sanitizer. */
static void last_words(void)
{
	if (!begun)
		return;
	picture_before();
	graph_before();
}

/**
 * draw_begin() - draw the state before an operation
 * @test: the case
 * @args: printf format of the operation's arguments, or NULL
 * @list: for @args
 *
 * The first operation of a word counts where the word makes several. Does nothing
 * in a layout(), in a race, and while the oracle rests.
 */
void draw_begin(struct kunit *test, const char *args, va_list list)
{
	struct world *world = test->priv;

	if (READ_ONCE(begun) || world->setup || world->quiet || world->complained || shim_in_race())
		return;
	WRITE_ONCE(begun, true);
	letters_begin();
	picture_begin(test, args, list);
	host_last_words(last_words);
	graph_begin(test);
}

/**
 * draw_returned() - note the value that the operation has returned
 * @ret: the value
 */
void draw_returned(long ret)
{
	if (READ_ONCE(begun))
		picture_returned(ret);
}

/**
 * draw_done() - the operation has ended
 * @test: the case
 */
void draw_done(struct kunit *test)
{
	WRITE_ONCE(begun, false);
}
