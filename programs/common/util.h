/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_UTIL_H
#define RUNNER_UTIL_H

#include <stdbool.h>
#include <stddef.h>

#include "fatal.h"

/* Exit codes of the program, see the --help text. */
#define EXIT_TESTS_FAILED	1
#define EXIT_USAGE		2
#define EXIT_SIGNAL		128	/* and its number */

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))
#define __noreturn	__attribute__((__noreturn__))

/* because of the usage or the environment */
#define die(...)	fatal(EXIT_USAGE, __VA_ARGS__)

void *xcalloc(size_t nr, size_t size);
__printf(1, 2) char *xasprintf(const char *fmt, ...);
double now_seconds(void);
int terminal_width(int fd);
char *text_clean(const char *text, size_t len);

#endif /* RUNNER_UTIL_H */
