// SPDX-License-Identifier: GPL-2.0
/* What workers wait for, and how they end a call. */
#include <errno.h>
#include <linux/seccomp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "guest.h"

int listener_fd = -1, calls_epoll = -1, faults_epoll = -1;

/**
 * world_watch() - have an epoll tell once of a descriptor
 * @epoll: which
 * @fd: the descriptor
 * @data: what it tells
 */
void world_watch(int epoll, int fd, void *data)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = data };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) && errno == EEXIST)
		epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e);
}

/**
 * reply() - end a call
 * @listener: what has told of it
 * @n: the call
 * @ret: an address, a number, or a negative errno
 */
void reply(int listener, const struct seccomp_notif *n, long ret)
{
	struct seccomp_notif_resp r = { .id = n->id };

	if (ret < 0 && ret > -4096)
		r.error = ret;
	else
		r.val = ret;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r);
}

/**
 * pass_on() - have the host's kernel do a call
 * @listener: what has told of it
 * @n: the call
 */
void pass_on(int listener, const struct seccomp_notif *n)
{
	struct seccomp_notif_resp r = { .id = n->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };

	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r);
}
