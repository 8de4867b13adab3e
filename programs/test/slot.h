/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_SLOT_H
#define RUNNER_SLOT_H

#include <poll.h>
#include <stdbool.h>

#include "capture.h"
#include "child.h"
#include "plan.h"
#include "worker.h"

/**
 * struct slot - a place for a running case
 * @worker: runs it
 * @tc: the case, NULL if none is running
 * @run: which of the case's runs it is
 * @start: when it was started
 * @deadline: when to look at the CPU time that it has used, and to kill it
 * @limit: of CPU time in seconds, 0 for none
 * @timed_out: it was asked to end for that
 * @killed: and has not, so it was killed
 * @returned: the case has returned from its function
 * @discard: nobody wants to know its result anymore
 * @log_fd: points into the pollfds, as do @reason_fd and @report_fd
 * @reason_fd: see @log_fd
 * @report_fd: see @log_fd
 * @log: what it has logged
 * @reason: what it has told host_reason()
 * @reason_len: length of that
 */
struct slot {
	struct worker worker;
	struct test_case *tc;
	unsigned int run;
	double start;
	double deadline;
	unsigned int limit;
	bool timed_out;
	bool killed;
	bool returned;
	bool discard;
	struct pollfd *log_fd;
	struct pollfd *reason_fd;
	struct pollfd *report_fd;
	struct capture log;
	char reason[REASON_MAX];
	size_t reason_len;
};

void slot_read(struct slot *slot);
void slot_drain(struct slot *slot);

#endif /* RUNNER_SLOT_H */
