/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CYCLES_H
#define BENCH_CYCLES_H

#include "options.h"

void cycles_main(const struct options *opt);

#endif /* BENCH_CYCLES_H */
