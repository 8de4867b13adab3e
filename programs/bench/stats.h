/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#define MAX_ROUNDS	1000

struct spread {
	double least, median, most;
};

struct spread spread_of(double *values, unsigned int nr);
void print_ns(struct spread s);

#endif /* BENCH_STATS_H */
