// SPDX-License-Identifier: GPL-2.0
/* The end of a process in words: the same in the machine and in all programs. */
#define _GNU_SOURCE 1
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <shim/host.h>

#include "ending.h"

/**
 * ending_lacks() - whether a process ended for the sake of this machine
 * @status: as of waitpid(); nobody here has sent it SIGKILL
 *
 * Return: true where it lacked something, or the system has killed it, as it does when
 * memory runs out. Nothing is said of the case then.
 */
bool ending_lacks(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL;
	return WIFEXITED(status) && WEXITSTATUS(status) == HOST_LACKS;
}

/**
 * ending_cpu() - the CPU time that a process has used
 * @used: as of wait4()
 *
 * Return: seconds, of its children too that it has waited for.
 */
double ending_cpu(const struct rusage *used)
{
	return used->ru_utime.tv_sec + used->ru_stime.tv_sec +
		(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e6;
}

/**
 * ending_limit() - the limit that a process has gone beyond
 * @seconds: of CPU time
 * @used: as of wait4()
 *
 * Return: @seconds, or those of the clock on the wall if it has slept.
 */
unsigned int ending_limit(unsigned int seconds, const struct rusage *used)
{
	return ending_cpu(used) + 0.1 >= seconds ? seconds : seconds * HOST_WALL_LIMIT;
}

/**
 * ending_text() - the end of a process that was not its own, or with an exit code
 * @status: as of waitpid()
 * @timed_out: seconds after which it was ended, or 0 if that is not why
 * @text: filled in
 * @size: of @text; ENDING_MAX is enough
 */
void ending_text(int status, unsigned int timed_out, char *text, size_t size)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const char *name = sig ? sigabbrev_np(sig) : NULL;

	if (timed_out)
		snprintf(text, size, "timed out after %u s", timed_out);
	else if (name)
		snprintf(text, size, "killed by SIG%s", name);
	else if (sig)
		snprintf(text, size, "killed by signal %d", sig);
	else
		snprintf(text, size, "exited with code %d", WEXITSTATUS(status));
}
