/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_VALUES_H
#define REPLAY_VALUES_H

#include "util.h"

const char *value_parse(const char *text, const char *prefix, unsigned long *value);
const char *value_name(const char *prefix, unsigned long value);
const char *value_error(int error);
long value_result(const char *text);

#endif /* REPLAY_VALUES_H */
