// SPDX-License-Identifier: GPL-2.0
/* Time, and the end. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <shim/cases.h>
#include <shim/host.h>

/**
 * host_time_ns() - nanoseconds of a clock that never goes back
 */
unsigned long long host_time_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void (*last_words)(void);

/**
 * host_die() - end the process: nothing after this point could be trusted
 * @why: one line, logged with the stack and given as the case's reason
 */
void host_die(const char *why)
{
	host_reason(why);
	host_log(why, strlen(why));
	host_log("\n", 1);
	host_print_stack();
	if (last_words)
		last_words();
	abort();
}

/* A sanitizer's, called after its report. */
void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

/**
 * host_last_words() - say something if the process dies
 * @fn: writes to the log; called once host_die() or a sanitizer has said why
 */
void host_last_words(void (*fn)(void))
{
	if (last_words != fn && __sanitizer_set_death_callback)
		__sanitizer_set_death_callback(fn);
	last_words = fn;
}

/* Called by a stub of mm_shim/stubs.list, which nobody should have reached. */
void shim_stub_called(const char *name) __attribute__((noreturn));

void shim_stub_called(const char *name)
{
	char text[160];

	snprintf(text, sizeof(text), "%s() is a stub of mm_shim/stubs.list and was called", name);
	host_die(text);
}
