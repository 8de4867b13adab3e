/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_FIRST_H
#define RUNNER_FIRST_H

#include <shim/cases.h>

unsigned int *first_ranks(const char *path, const struct shim_case *list, unsigned int nr);

#endif /* RUNNER_FIRST_H */
