/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs say of options that they cannot use. */
#ifndef RUNNER_USAGE_H
#define RUNNER_USAGE_H

void usage_error(void) __attribute__((__noreturn__));
void help_end(void) __attribute__((__noreturn__));
unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
				unsigned long long max);

#endif /* RUNNER_USAGE_H */
