// SPDX-License-Identifier: GPL-2.0
/* Children that go on from where their parent is. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shim/host.h>

#include "ending.h"
#include "fork.h"
#include "rewind.h"

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
static pid_t parked;		/* a child that waits for another run */
static struct rusage before;	/* of its runs so far */

/* What the last run of a child has used */
static struct rusage used_since(const struct rusage *used)
{
	struct rusage since = { };

	timersub(&used->ru_utime, &before.ru_utime, &since.ru_utime);
	timersub(&used->ru_stime, &before.ru_stime, &since.ru_stime);
	since.ru_minflt = used->ru_minflt - before.ru_minflt;
	return since;
}

/* Until the child has ended or has stopped; then its group, if it leads one, is still its own. */
static void wait_until_over(pid_t pid)
{
	siginfo_t info = { };

	while (waitid(P_PID, pid, &info, WEXITED | WSTOPPED | WNOWAIT) < 0 && errno == EINTR)
		;
	if (info.si_code != CLD_STOPPED)
		kill(-pid, SIGKILL);
}

/**
 * fork_wait() - wait for the end of a run of a child
 * @pid: the child, of fork_begin()
 * @end: set to how it ended
 *
 * What a child that ends otherwise than by host_exit() leaves in its process group is killed.
 */
void fork_wait(pid_t pid, struct fork_end *end)
{
	struct rusage used = { };

	do {
		wait_until_over(pid);
		while (wait4(pid, &end->status, WUNTRACED, &used) < 0 && errno == EINTR)
			;
	} while (WIFSTOPPED(end->status) && !rewind_waits());
	end->used = used_since(&used);
	parked = 0;
	if (!WIFSTOPPED(end->status))
		return;
	parked = pid;
	before = used;
	end->status = W_EXITCODE(rewind_code(), 0);
}

static int wait_for(pid_t pid, unsigned int seconds, char *text, unsigned long size)
{
	struct fork_end end;
	int status;

	fork_wait(pid, &end);
	status = end.status;
	if (ending_cpu(&end.used) * 1e6 > longest)
		longest = ending_cpu(&end.used) * 1e6;
	if (ending_lacks(status))
		host_lacks("a process that goes on from this one could not");
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	seconds = WTERMSIG(status) == SIGALRM ? ending_limit(seconds, &end.used) : 0;
	ending_text(status, seconds, text, size);
	return -1;
}

/**
 * fork_drop() - end the child that waits for another run, if there is one
 *
 * The time that it has used counts for this process only if it is waited for.
 */
void fork_drop(void)
{
	pid_t pid = parked;

	parked = 0;
	if (!pid)
		return;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Returns as fork() does, but -1 if there is no child that can go on. */
static pid_t go_on_in_parked(void)
{
	if (!parked)
		return -1;
	getcontext(&rewind_to);
	if (rewind_is_child()) {
		rewind_child_goes_on();
		return 0;
	}
	if (rewind_copy(parked) && !kill(parked, SIGCONT))
		return parked;
	fork_drop();
	return -1;
}

static pid_t new_child(void)
{
	pid_t pid;

	before = (struct rusage) { };
	rewind_prepare();
	while ((pid = fork()) < 0 && errno == EAGAIN)
		usleep(1000);
	if (pid < 0)
		host_lacks("cannot start a process");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		rewind_child_begins();
	}
	return pid;
}

/**
 * fork_begin() - go on in a child, which is that of the last call if it waits
 *
 * Context: as host_fork().
 * Return: 0 in the child, in the parent its pid.
 */
pid_t fork_begin(void)
{
	pid_t pid;

	host_wait_alone();
	fflush(NULL);
	pid = go_on_in_parked();
	if (pid < 0)
		pid = new_child();
	if (!pid) {
		parked = 0;
		longest = 0;
	}
	return pid;
}

/**
 * fork_parked() - get the child that the next fork_begin() may use again
 *
 * Return: its pid, 0 if there is none.
 */
pid_t fork_parked(void)
{
	return parked;
}

/**
 * host_fork() - go on in a child first, and wait for its end
 * @seconds: limit of CPU time, see host_limit(); 0 for none
 * @text: set to a line that says how the child ended, if not by an exit code
 * @size: size of @text
 *
 * The child is the one of the last call, if it ended by host_exit(), with the memory that
 * the parent has now; see rewind.c.
 *
 * Context: all other threads are parked or about to park, which is waited for. The child
 * has the calling thread only, and a lock held by another one would never be released.
 * Return: in the child HOST_IN_CHILD; then in the parent the child's exit code,
 * or -1 with a line in @text.
 */
int host_fork(unsigned int seconds, char *text, unsigned long size)
{
	pid_t pid = fork_begin();

	if (pid)
		return wait_for(pid, seconds, text, size);
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
	host_limit(0);
	fflush(NULL);
	fork_drop();
	rewind_park(code);
#ifdef __SANITIZE_ADDRESS__
	/* ASan's exit handlers unregister each global, and so write to shared shadow pages */
	_exit(code);
#else
	/* TSan and gcov have work to do at the end */
	exit(code);
#endif
}
