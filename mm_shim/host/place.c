// SPDX-License-Identifier: GPL-2.0
/*
 * The statement of the case that runs when something fails: the return address into
 * the case's function that lies on the stack of its thread. It is found by a search of
 * the stack and not by frame pointers, since a failure may be noticed in a sanitizer's
 * runtime, in a signal's handler, or by a task of a race in another thread.
 */
#include <stddef.h>
#include <stdint.h>

#include <shim/host.h>

#include "place.h"

#define RAW	__attribute__((noinline, no_sanitize("address", "thread", "undefined")))

/* A case's function and its callers are within so many words of the stack. */
#define WORDS	(128 * 1024 / sizeof(uintptr_t))

static const void *running;		/* the case's function, NULL between cases */
static const uintptr_t *top;		/* end of the part of the stack that the case uses */
static unsigned long *note;

/**
 * host_case_begins() - note that the function of a case is about to be called
 * @fn: the function
 * @frame: frame address of a function that was called from where @fn will be
 *
 * Context: the thread that will call @fn.
 */
void host_case_begins(const void *fn, const void *frame)
{
	top = frame;
	running = fn;
}

/**
 * host_case_ends() - note that the function of the case has returned, or an assertion ended it
 *
 * Context: as host_case_begins().
 */
void host_case_ends(void)
{
	running = NULL;
}

static RAW unsigned long search_stack(const struct host_code *parts, unsigned int nr)
{
	const uintptr_t *at;
	unsigned int i;

	for (at = top; at > top - WORDS; at--)
		for (i = 0; i < nr; i++)
			if (*at > parts[i].start && *at <= parts[i].end)
				return *at - 1;
	return 0;
}

/* The address of the call in the case's function that has not returned yet, or 0. */
static unsigned long place_of_call(void)
{
	struct host_code parts[4];
	unsigned int nr;
	unsigned long at;

	if (!running)
		return 0;
	nr = host_code_of(running, parts, 4);
	at = search_stack(parts, nr);
	return at ? host_link_address((void *)at) : 0;
}

/**
 * host_place_to() - have the place of the first failure of this process noted
 * @where: set to the address, see host_note_place(); shared with the parent
 *
 * Context: before the case, in its process.
 */
void host_place_to(unsigned long *where)
{
	host_load_symbols();
	note = where;
	host_watch_death();
}

/**
 * host_note_place() - note the statement of the case that runs, for the first failure
 *
 * The address is as in the symbol table of the binary. Only the first call in a process that
 * finds one has an effect. Nothing is noted between cases.
 *
 * Context: any thread; async-signal-safe.
 */
void host_note_place(void)
{
	static int noted;
	unsigned long at;

	if (!note || __atomic_exchange_n(&noted, 1, __ATOMIC_RELAXED))
		return;
	at = place_of_call();
	if (at)
		*note = at;
	else
		noted = 0;
}
