/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_REACH_H
#define RUNNER_REACH_H

#include "plan.h"

void reach_open(const char *path);
unsigned char *reach_map(void);
void reach_add(const struct test_case *tc, unsigned char *map, double cpu_seconds);
void reach_close(void);

#endif /* RUNNER_REACH_H */
