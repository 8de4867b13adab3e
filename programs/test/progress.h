/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_PROGRESS_H
#define RUNNER_PROGRESS_H

#include "plan.h"

void progress_begin(unsigned int total);
void progress_show(const struct test_case *tc);
void progress_clear(void);

#endif /* RUNNER_PROGRESS_H */
