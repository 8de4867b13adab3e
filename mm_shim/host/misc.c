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
	abort();
}

/* Called by a stub of mm_shim/stubs.list, which nobody should have reached. */
void shim_stub_called(const char *name) __attribute__((noreturn));

void shim_stub_called(const char *name)
{
	char text[160];

	snprintf(text, sizeof(text), "%s() is a stub of mm_shim/stubs.list and was called", name);
	host_die(text);
}
