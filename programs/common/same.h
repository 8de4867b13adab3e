/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMMON_SAME_H
#define COMMON_SAME_H

#include <stdbool.h>

bool same_failure(const char *a, const char *b);

#endif /* COMMON_SAME_H */
