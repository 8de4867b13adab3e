/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CONTENTION_H
#define BENCH_CONTENTION_H

int contention_main(unsigned int rounds, unsigned int run_ticks);

#endif /* BENCH_CONTENTION_H */
