// SPDX-License-Identifier: GPL-2.0
/* The text of the machine and the reasons of cases, on their way to the program. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <shim/host.h>

#include "log.h"
#include "write.h"

static int log_fd = STDERR_FILENO;
static const struct log_sink *sink;

/**
 * log_set_sink() - take over text and reasons
 * @to: where they go, valid from now on; NULL for the default: text goes to the file of
 *	log_to(), and reasons are dropped, since the text has them, too
 *
 * Context: while no other thread logs. Children of fork() inherit it.
 */
void log_set_sink(const struct log_sink *to)
{
	sink = to;
}

/**
 * log_to() - choose the file for text that no sink takes
 * @fd: open for writing; stderr at first
 *
 * Context: as log_set_sink().
 */
void log_to(int fd)
{
	log_fd = fd;
}

/**
 * host_log() - emit a piece of log text
 * @text: the text, not necessarily whole lines
 * @len: its length in bytes
 *
 * Unbuffered and, as far as the sink is, async-signal-safe. The text goes to the log of
 * the case, or to stderr before there is one.
 */
void host_log(const char *text, unsigned long len)
{
	int saved_errno = errno;

	if (sink && sink->text)
		sink->text(text, len);
	else
		write_all(log_fd, text, len);
	errno = saved_errno;
}

/**
 * host_reason() - report why the case fails or is skipped
 * @text: one short line
 *
 * The first reason of a case is reported with its result. Async-signal-safe as far as the
 * sink is.
 */
void host_reason(const char *text)
{
	int saved_errno = errno;

	if (sink && sink->reason)
		sink->reason(text);
	errno = saved_errno;
}

/**
 * host_mute() - drop the log and the reasons of this process from now on
 *
 * Standard output and error of the process are dropped too.
 *
 * Context: as log_set_sink().
 */
void host_mute(void)
{
	int fd = open("/dev/null", O_WRONLY);

	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	log_to(fd);
	log_set_sink(NULL);
}
