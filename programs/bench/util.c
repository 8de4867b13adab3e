// SPDX-License-Identifier: GPL-2.0
/* The text that the kernel side has to say. */
#define _GNU_SOURCE 1
#include <unistd.h>

#include <shim/cases.h>

#include "write.h"

void host_log(const char *text, unsigned long len)
{
	write_all(STDERR_FILENO, text, len);
}

/*
 * For AddressSanitizer, which calls it before it handles instrumented code:
 * the machine has no reason to free what it has at the end.
 */
const char *__asan_default_options(void);

__attribute__((no_sanitize("address", "undefined"), used, visibility("default")))
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* Whoever gives a reason logs it too: there is no report that it goes to. */
void host_reason(const char *text)
{
	(void)text;
}
