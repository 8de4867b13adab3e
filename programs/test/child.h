/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_CHILD_H
#define RUNNER_CHILD_H

/* Room for what host_reason() is told; less than PIPE_BUF, so never torn. */
#define REASON_MAX	1024

/*
 * Follows the reasons when the case has returned. Without it an exit(0) in the
 * middle of a case would pass for a success.
 */
#define REASON_DONE	'\4'

struct shim_now;
struct test_case;

void child_main(const struct test_case *tc, int reason_fd) __attribute__((noreturn));
int run_in_place(const struct test_case *tc, struct shim_now *now, const char **reason);

#endif /* RUNNER_CHILD_H */
