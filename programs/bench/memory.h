/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

int memory_main(unsigned int rounds);

#endif /* BENCH_MEMORY_H */
