// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of guests that stand for files of the machine. Each is an empty memfd of the host
 * whose name says what it stands for, so that it may be inherited, and outlive who opened it.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

/* Held while a number is chosen and used. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/**
 * mark_make() - make a file of the host that stands for one of the machine
 * @m: what it stands for
 *
 * Return: a descriptor, or -1.
 */
int mark_make(const struct mark *m)
{
	char *name = xasprintf("vma_run:%c%u:%d", m->kind, m->what, m->nr);
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	free(name);
	return fd;
}

/**
 * mark_parse() - what a name in /proc/PID/fd stands for
 * @path: the name
 * @m: set to what it stands for
 *
 * Return: false if it is none of ours.
 */
bool mark_parse(const char *path, struct mark *m)
{
	char text[64] = "";
	ssize_t n = readlink(path, text, sizeof(text) - 1);

	return n > 0 && sscanf(text, "/memfd:vma_run:%c%u:%d ", &m->kind, &m->what, &m->nr) == 3;
}

/**
 * mark_of() - what a descriptor stands for
 * @pid: a thread
 * @fd: its descriptor
 * @m: set to what it stands for
 *
 * Return: false if it is an ordinary one.
 */
bool mark_of(pid_t pid, int fd, struct mark *m)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	return mark_parse(path, m);
}

static int free_number(pid_t pid)
{
	char path[64], text[8];
	int fd;

	for (fd = FD_FIRST; fd < FD_END; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		if (readlink(path, text, sizeof(text)) < 0)
			return fd;
	}
	return -1;
}

/**
 * add_served() - give a guest a descriptor whose calls are to be told of
 * @listener: what has told of a call, which goes on
 * @n: the call
 * @fd: what is opened, which stays the caller's
 *
 * Return: its number, or -1.
 */
int add_served(int listener, const struct seccomp_notif *n, int fd)
{
	struct seccomp_notif_addfd add = {
		.id = n->id, .srcfd = fd, .flags = SECCOMP_ADDFD_FLAG_SETFD, .newfd_flags = O_CLOEXEC,
	};
	int to;

	pthread_mutex_lock(&lock);
	to = free_number(n->pid);
	add.newfd = to;
	if (to >= 0)
		to = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	pthread_mutex_unlock(&lock);
	return to;
}

/**
 * give() - end a call that opens something
 * @listener: what has told of it
 * @n: the call
 * @fd: what is opened, which stays the caller's
 * @served: calls with the descriptor are to be told of
 * @cloexec: as by O_CLOEXEC
 */
void give(int listener, const struct seccomp_notif *n, int fd, bool served, bool cloexec)
{
	struct seccomp_notif_addfd add = {
		.id = n->id, .srcfd = fd, .flags = SECCOMP_ADDFD_FLAG_SEND, .newfd_flags = cloexec ? O_CLOEXEC : 0,
	};
	int to;

	pthread_mutex_lock(&lock);
	if (served) {
		to = free_number(n->pid);
		add.newfd = to < 0 ? 0 : to;
		add.flags |= SECCOMP_ADDFD_FLAG_SETFD;
		if (to < 0)
			errno = EMFILE;
	}
	if ((served && to < 0) || ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0)
		reply(listener, n, errno == EBADF ? -EMFILE : -errno);
	pthread_mutex_unlock(&lock);
}
