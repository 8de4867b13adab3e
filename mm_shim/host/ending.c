// SPDX-License-Identifier: GPL-2.0
/* The end of a process in words: the same in the machine and in all programs. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "ending.h"

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
