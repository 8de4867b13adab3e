/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_UTIL_H
#define BENCH_UTIL_H

#define EXIT_BROKEN	1	/* the machine or the host's half went wrong */
#define EXIT_USAGE	2

void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif /* BENCH_UTIL_H */
