/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_JUNIT_H
#define RUNNER_JUNIT_H

#include "options.h"
#include "plan.h"

void junit_open(const struct options *opt);
void junit_write(const struct plan *plan, const struct options *opt);

#endif /* RUNNER_JUNIT_H */
