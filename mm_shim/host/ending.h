/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOST_ENDING_H
#define HOST_ENDING_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define ENDING_MAX	64
#define HOST_HANGS	SIGSTKFLT	/* by which host_sleeps_for_good() ends; Linux has no use for it */

struct rusage;

bool ending_lacks(int status);
double ending_cpu(const struct rusage *used);
unsigned int ending_limit(unsigned int seconds, const struct rusage *used);
void ending_text(int status, unsigned int timed_out, char *text, size_t size);

#endif /* HOST_ENDING_H */
