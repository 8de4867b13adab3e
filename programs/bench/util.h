/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_UTIL_H
#define BENCH_UTIL_H

#include "fatal.h"

#define EXIT_BROKEN	1	/* the machine or the host's half went wrong */
#define EXIT_USAGE	2

/* what must work did not */
#define die(...)	fatal(EXIT_BROKEN, __VA_ARGS__)

#endif /* BENCH_UTIL_H */
