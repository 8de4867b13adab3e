// SPDX-License-Identifier: GPL-2.0
/* Children that go on from where their parent is. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shim/host.h>

#include "ending.h"

/**
 * host_shared() - allocate zeroed memory that is shared with children
 * @size: bytes
 *
 * Context: before the fork of those who share it.
 * Return: the memory, never NULL: without memory the process ends by host_lacks(). It is
 * not freed before the process ends.
 */
void *host_shared(unsigned long size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		host_lacks("out of memory for what processes share");
	return at;
}

static unsigned long longest;

static int wait_for(pid_t pid, unsigned int seconds, char *text, unsigned long size)
{
	struct rusage used = { };
	int status = 0;

	while (wait4(pid, &status, 0, &used) < 0 && errno == EINTR)
		;
	if (ending_cpu(&used) * 1e6 > longest)
		longest = ending_cpu(&used) * 1e6;
	if (ending_lacks(status))
		host_lacks("a process that goes on from this one could not");
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	ending_text(status, WTERMSIG(status) == SIGALRM ? ending_limit(seconds, &used) : 0, text, size);
	return -1;
}

/**
 * host_fork() - go on in a child first, and wait for its end
 * @seconds: limit of CPU time, see host_limit(); 0 for none
 * @text: set to a line that says how the child ended, if not by an exit code
 * @size: size of @text
 *
 * Context: all other threads are parked or about to park, which is waited for. The child
 * has the calling thread only, and a lock held by another one would never be released.
 * Return: in the child HOST_IN_CHILD; then in the parent the child's exit code,
 * or -1 with a line in @text.
 */
int host_fork(unsigned int seconds, char *text, unsigned long size)
{
	pid_t pid;

	host_wait_alone();
	fflush(NULL);
	while ((pid = fork()) < 0 && errno == EAGAIN)
		usleep(1000);
	if (pid < 0)
		host_lacks("cannot start a process");
	if (pid)
		return wait_for(pid, seconds, text, size);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	host_hang_watch();
	host_limit(seconds);
	return HOST_IN_CHILD;
}

/**
 * host_fork_longest() - get the CPU time of the child of host_fork() that used most
 *
 * Context: the process that has called host_fork().
 * Return: microseconds, 0 before the first child has ended.
 */
unsigned long host_fork_longest(void)
{
	return longest;
}

/**
 * host_exit() - end the process
 * @code: its exit code
 *
 * Context: any thread. Does not return; other threads end with the process.
 */
void host_exit(int code)
{
#ifdef __SANITIZE_ADDRESS__
	/* ASan's exit handlers unregister each global, and so write to shared shadow pages */
	fflush(NULL);
	_exit(code);
#else
	/* TSan and gcov have work to do at the end */
	exit(code);
#endif
}
