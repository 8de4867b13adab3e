/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_POOL_H
#define RUNNER_POOL_H

#include "options.h"
#include "plan.h"

int pool_run(struct plan *plan, const struct options *opt,
	     void (*on_done)(const struct test_case *tc));

#endif /* RUNNER_POOL_H */
