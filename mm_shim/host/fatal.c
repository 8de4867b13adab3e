// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fatal.h"

/**
 * fatal() - print an error of one line to stderr, and end the program
 * @status: the exit code; 2 for wrong usage, or if the environment lacks something
 * @fmt: the error, as for printf(), without a newline
 *
 * Does not return.
 */
void fatal(int status, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(status);
}
