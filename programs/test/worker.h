/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_WORKER_H
#define RUNNER_WORKER_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "fork.h"

struct plan;
struct shim_now;

/**
 * struct worker_setup - what a worker has to know, and to undo
 * @plan: the cases
 * @mask: signal mask to run the cases with
 * @fds: open files of the runner that a case has no business with
 * @nr_fds: their number
 */
struct worker_setup {
	const struct plan *plan;
	sigset_t mask;
	const struct pollfd *fds;
	unsigned int nr_fds;
};

/**
 * struct worker_now - what a worker shares with the runner
 * @pid: process of the case that runs, which leads a process group of its own; 0 if none does
 * @cpu: seconds of CPU time that this process had used for cases before
 */
struct worker_now {
	pid_t pid;
	double cpu;
};

/**
 * struct worker_report - the end of a case
 * @end: of its process
 * @faults: minor faults of the worker itself, for this case
 */
struct worker_report {
	struct fork_end end;
	long faults;
};

/**
 * struct worker - a process that runs cases, one after the other, in a child
 * @pid: its pid, 0 if there is none
 * @link: a socket that takes orders and gives reports
 * @shared: shared with it
 * @now: shared with the cases: where they are
 * @reach: shared too: which code a case runs, or NULL
 */
struct worker {
	pid_t pid;
	int link;
	struct worker_now *shared;
	struct shim_now *now;
	unsigned char *reach;
};

bool worker_start(struct worker *w, const struct worker_setup *setup, struct pollfd fds[3]);
void worker_order(struct worker *w, unsigned int nr);
bool worker_report(struct worker *w, struct worker_report *report);
double worker_cpu(const struct worker *w);
void worker_signal(const struct worker *w, int sig);
void worker_kill(struct worker *w);
void worker_end(struct worker *w);

#endif /* RUNNER_WORKER_H */
