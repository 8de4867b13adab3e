/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_HOSTSIDE_H
#define BENCH_HOSTSIDE_H

#include "helper.h"

void hostside_setup(void);
struct census hostside_census(void);
void hostside_run(enum bench_kind kind, unsigned long cycles);

#endif /* BENCH_HOSTSIDE_H */
