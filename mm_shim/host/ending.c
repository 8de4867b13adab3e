// SPDX-License-Identifier: GPL-2.0
/* Text for the end of a process, the same in the machine and in all programs. */
#define _GNU_SOURCE 1
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <shim/host.h>

#include "ending.h"

/**
 * ending_lacks() - check if a process ended because its environment lacked something
 * @status: as of waitpid(); this program has not sent it SIGKILL
 *
 * Return: true if it ended by host_lacks(), or the system has killed it, as it does when
 * memory runs out. Neither is a result of the case.
 */
bool ending_lacks(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL;
	return WIFEXITED(status) && WEXITSTATUS(status) == HOST_LACKS;
}

/**
 * ending_cpu() - get the CPU time that a process has used
 * @used: as of wait4()
 *
 * Return: seconds, with those of the children that it has waited for.
 */
double ending_cpu(const struct rusage *used)
{
	return used->ru_utime.tv_sec + used->ru_stime.tv_sec +
		(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e6;
}

/**
 * ending_limit() - get the limit that a process has exceeded, see host_limit()
 * @seconds: its limit of CPU time
 * @used: as of wait4()
 *
 * Return: @seconds if it has used them, or else its limit of wall-clock time, in seconds.
 */
unsigned int ending_limit(unsigned int seconds, const struct rusage *used)
{
	return ending_cpu(used) + 0.1 >= seconds ? seconds : seconds * HOST_WALL_LIMIT;
}

/**
 * ending_text() - describe how a process ended: by a time limit, a signal or an exit code
 * @status: as of waitpid()
 * @timed_out: the limit in seconds that it has exceeded, or 0
 * @text: set to the description, without a newline
 * @size: of @text; ENDING_MAX is enough
 */
void ending_text(int status, unsigned int timed_out, char *text, size_t size)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const char *name = sig ? sigabbrev_np(sig) : NULL;

	if (timed_out)
		snprintf(text, size, "timed out after %u s", timed_out);
	else if (sig == HOST_HANGS)
		snprintf(text, size, "hangs: all threads sleep, and none is left to wake one");
	else if (name)
		snprintf(text, size, "killed by SIG%s", name);
	else if (sig)
		snprintf(text, size, "killed by signal %d", sig);
	else
		snprintf(text, size, "exited with code %d", WEXITSTATUS(status));
}
