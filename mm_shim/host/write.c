// SPDX-License-Identifier: GPL-2.0
/* A write() that is complete; for all programs. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "write.h"

/**
 * write_all() - write all of something
 * @fd: where to; a pipe that is full is waited for
 * @data: the data
 * @len: its length in bytes
 *
 * Context: any; async-signal-safe. May wait for the reader of a pipe.
 * Return: true if all is written, false with errno set if not.
 */
bool write_all(int fd, const void *data, size_t len)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	const char *at = data;
	ssize_t done;

	while (len) {
		done = write(fd, at, len);
		if (done >= 0) {
			at += done;
			len -= done;
		} else if (errno == EAGAIN) {
			poll(&pfd, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}
