/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_BROKEN_H
#define BENCH_BROKEN_H

#include "fatal.h"

#define EXIT_BROKEN	1

/* End the program because the machine or the host's half went wrong, or stdout did. */
#define broken(...)	fatal(EXIT_BROKEN, __VA_ARGS__)

#endif /* BENCH_BROKEN_H */
