/* SPDX-License-Identifier: GPL-2.0 */
/* Children that go on from where their parent is, for a program that runs one after the other. */
#ifndef HOST_FORK_H
#define HOST_FORK_H

#include <sys/resource.h>
#include <sys/types.h>

/**
 * struct fork_end - how a run of a child ended
 * @status: as of waitpid(); an exit also where the child waits for another run
 * @used: CPU time and minor faults of the run, with the processes that it has waited for
 */
struct fork_end {
	int status;
	struct rusage used;
};

pid_t fork_begin(void);
void fork_wait(pid_t pid, struct fork_end *end);
pid_t fork_parked(void);
void fork_drop(void);

#endif /* HOST_FORK_H */
