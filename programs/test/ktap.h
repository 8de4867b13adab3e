/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_KTAP_H
#define RUNNER_KTAP_H

#include "options.h"
#include "plan.h"

/**
 * struct ktap_counts - results by kind
 * @passed: number of passed cases
 * @failed: number of failed cases
 * @skipped: number of skipped cases
 */
struct ktap_counts {
	unsigned int passed;
	unsigned int failed;
	unsigned int skipped;
};

/**
 * struct ktap - state of the KTAP output
 * @plan: what is run
 * @opt: the command line
 * @next: index of the case to print next
 * @suites: number of suites begun
 * @in_case: number of the last case that was passed in its suite
 * @open: the header of the suite is printed, its result is not
 * @missing: the suite has cases without a result
 * @suite: the results in the suite
 * @total: the results of all suites
 */
struct ktap {
	struct plan *plan;
	const struct options *opt;
	unsigned int next;
	unsigned int suites;
	unsigned int in_case;
	bool open;
	bool missing;
	struct ktap_counts suite;
	struct ktap_counts total;
};

void ktap_begin(struct ktap *ktap, struct plan *plan, const struct options *opt);
bool ktap_ready(const struct ktap *ktap);
void ktap_advance(struct ktap *ktap);
void ktap_end(struct ktap *ktap, bool interrupted);

#endif /* RUNNER_KTAP_H */
