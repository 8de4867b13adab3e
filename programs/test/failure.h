/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_FAILURE_H
#define RUNNER_FAILURE_H

#include "plan.h"

void failure_place(struct test_case *tc, bool with_log);

#endif /* RUNNER_FAILURE_H */
