// SPDX-License-Identifier: GPL-2.0
/* Errors, and the text that the kernel side has to say. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shim/cases.h>

#include "util.h"

/**
 * die() - give up, because something that must work did not
 * @fmt: what is wrong, as for printf(), without a newline
 */
void die(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(EXIT_BROKEN);
}

void host_log(const char *text, unsigned long len)
{
	while (len) {
		ssize_t n = write(STDERR_FILENO, text, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			len -= n;
		}
	}
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
