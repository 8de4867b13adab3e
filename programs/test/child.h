/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_CHILD_H
#define RUNNER_CHILD_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* Room for what host_reason() is told; less than PIPE_BUF, so never torn. */
#define REASON_MAX	1024

/*
 * Follows the reasons when the case has returned. Without it an exit(0) in the
 * middle of a case would pass for a success.
 */
#define REASON_DONE	'\4'

/**
 * struct child_setup - what the process of a case has to undo
 * @mask: signal mask to run the case with
 * @fds: open files of the runner that a case has no business with
 * @nr_fds: their number
 */
struct child_setup {
	sigset_t mask;
	const struct pollfd *fds;
	unsigned int nr_fds;
};

struct shim_now;
struct test_case;

pid_t child_start(const struct test_case *tc, struct shim_now *now,
		  const struct child_setup *setup, int *log_fd, int *reason_fd);
void child_kill(pid_t pid);
bool child_exited(pid_t pid);
int run_in_place(const struct test_case *tc, struct shim_now *now, const char **reason);

#endif /* RUNNER_CHILD_H */
