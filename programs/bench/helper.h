/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_HELPER_H
#define BENCH_HELPER_H

#include <waist/bench.h>

#define HOST_OPTION	"--host-side"

/**
 * struct census - what the helper's address space has, for the machine's to match
 * @vmas: VMAs, its program's and libraries' included
 * @pages: anonymous pages that are there
 */
struct census {
	unsigned int vmas;
	unsigned int pages;
};

struct census helper_start(void);
unsigned long long helper_run(enum bench_kind kind, unsigned long cycles);
void helper_stop(void);
int helper_main(void);

#endif /* BENCH_HELPER_H */
