// SPDX-License-Identifier: GPL-2.0
/* What comes from the process of a running case. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "slot.h"

/* Limit to what is read after the end of a case: others may still write. */
#define DRAIN_MAX	(1024u * 1024)

static void take_reason(struct slot *slot, const char *text, size_t len)
{
	size_t room = sizeof(slot->reason) - slot->reason_len;
	const char *done = memchr(text, REASON_DONE, len);

	if (done) {
		slot->returned = true;
		len = done - text;
	}
	/* Only the first one is wanted */
	if (slot->reason_len && !slot->reason[slot->reason_len - 1])
		return;
	if (len > room)
		len = room;
	if (memccpy(slot->reason + slot->reason_len, text, '\0', len))
		len = strlen(slot->reason + slot->reason_len) + 1;
	slot->reason_len += len;
}

/* Read what is there, but no more than about @max. */
static void read_pipe(struct slot *slot, struct pollfd *pfd, size_t max)
{
	static char buf[64 << 10];
	size_t total = 0;
	ssize_t len;

	while (pfd->fd >= 0 && total < max) {
		len = read(pfd->fd, buf, sizeof(buf));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && errno == EAGAIN)
			return;
		if (len <= 0) {
			close(pfd->fd);
			pfd->fd = -1;
			return;
		}
		total += len;
		if (pfd == slot->log_fd)
			capture_add(&slot->log, buf, len);
		else
			take_reason(slot, buf, len);
	}
}

/**
 * slot_read() - take in what a running case has written
 * @slot: its slot, with the outcome of poll()
 */
void slot_read(struct slot *slot)
{
	if (slot->log_fd->revents)
		read_pipe(slot, slot->log_fd, 1);
	if (slot->reason_fd->revents)
		read_pipe(slot, slot->reason_fd, 1);
}

/* What got away from the process group of the case with a pipe may still write. */
static void drain_pipe(struct slot *slot, struct pollfd *pfd)
{
	read_pipe(slot, pfd, DRAIN_MAX);
	if (pfd->fd >= 0 && !slot->worker.pid) {
		close(pfd->fd);
		pfd->fd = -1;
	}
}

/**
 * slot_drain() - take in what a case has written before its end
 * @slot: its slot, whose pipes get closed if there is no worker any more
 */
void slot_drain(struct slot *slot)
{
	drain_pipe(slot, slot->log_fd);
	drain_pipe(slot, slot->reason_fd);
	if (slot->report_fd->fd >= 0 && !slot->worker.pid) {
		close(slot->report_fd->fd);
		slot->report_fd->fd = -1;
	}
	capture_finish(&slot->log);
}
