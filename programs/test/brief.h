/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_BRIEF_H
#define RUNNER_BRIEF_H

#include "plan.h"

void brief_summary(const struct plan *plan);

#endif /* RUNNER_BRIEF_H */
