/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a program on the host side, by an error of one line. */
#ifndef HOST_FATAL_H
#define HOST_FATAL_H

void fatal(int status, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

#endif /* HOST_FATAL_H */
