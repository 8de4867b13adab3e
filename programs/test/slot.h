/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_SLOT_H
#define RUNNER_SLOT_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "capture.h"
#include "child.h"
#include "plan.h"

/**
 * struct slot - a place for a running process
 * @pid: its pid, 0 if the slot is free
 * @tc: the case it runs
 * @run: which of the case's runs it is
 * @start: when it was started
 * @deadline: when to look at the CPU time that it has used, and to kill it
 * @limit: of CPU time in seconds, 0 for none
 * @timed_out: it was killed for that
 * @returned: the case has returned from its function
 * @discard: nobody wants to know its result anymore
 * @now: shared with the process: where its sweep or search is
 * @reach: shared too: which code it runs, or NULL
 * @log_fd: points into the pollfds, as does @reason_fd
 * @reason_fd: see @log_fd
 * @log: what it has logged
 * @reason: what it has told host_reason()
 * @reason_len: length of that
 */
struct slot {
	pid_t pid;
	struct test_case *tc;
	unsigned int run;
	double start;
	double deadline;
	unsigned int limit;
	bool timed_out;
	bool returned;
	bool discard;
	struct shim_now *now;
	unsigned char *reach;
	struct pollfd *log_fd;
	struct pollfd *reason_fd;
	struct capture log;
	char reason[REASON_MAX];
	size_t reason_len;
};

void slot_read(struct slot *slot);
void slot_drain(struct slot *slot);

#endif /* RUNNER_SLOT_H */
