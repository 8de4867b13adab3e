/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_COSTS_H
#define RUNNER_COSTS_H

#include "plan.h"
#include "worker.h"

void costs_open(const char *path);
void costs_add(const struct test_case *tc, const struct worker_report *report);
void costs_close(void);

#endif /* RUNNER_COSTS_H */
