// SPDX-License-Identifier: GPL-2.0
/* Calls with descriptors that stand for files of the machine. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

/* Another descriptor of the same: it has to be one of those that the filter knows. */
static void copy(int listener, const struct seccomp_notif *n, int fd, bool cloexec)
{
	if (fd < 0)
		reply(listener, n, -EBADF);
	else
		give(listener, n, fd, true, cloexec);
}

static long call(struct process *p, const struct mark *m, const struct transfer *t)
{
	return m->kind == 'm' ? memfd_call(p, m, t) : proc_call(p, m, t);
}

static long transfer(struct process *p, const struct mark *m, const struct seccomp_notif *n, int fd)
{
	bool write = n->data.nr == SYS_write || n->data.nr == SYS_pwrite64;
	bool at = n->data.nr == SYS_pread64 || n->data.nr == SYS_pwrite64;
	const __u64 *a = n->data.args;
	long long pos = at ? (long long)a[3] : lseek(fd, 0, SEEK_CUR);
	const struct transfer t = { write ? HOSTED_FILE_WRITE : HOSTED_FILE_READ, a[1], a[2], &pos, fd };
	long ret = call(p, m, &t);

	if (ret > 0 && !at)
		lseek(fd, pos, SEEK_SET);
	return ret;
}

static long change(struct process *p, const struct mark *m, const struct seccomp_notif *n, int fd)
{
	bool size = n->data.nr == SYS_ftruncate;
	const __u64 *a = n->data.args;
	long long pos = size ? a[1] : a[2];
	const struct transfer t = {
		size ? HOSTED_FILE_TRUNCATE : HOSTED_FILE_ALLOCATE, size ? 0 : a[1], size ? 0 : a[3], &pos, fd,
	};

	return m->kind == 'm' ? memfd_call(p, m, &t) : -EINVAL;
}

/* Returns whether the call is the host's: what is in its file is the same. */
static bool serve_fcntl(int listener, struct process *p, const struct mark *m, const struct seccomp_notif *n, int fd)
{
	long long none = 0;
	const struct transfer t = { HOSTED_FILE_FCNTL, n->data.args[1], n->data.args[2], &none, fd };

	switch (n->data.args[1]) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		copy(listener, n, fd, n->data.args[1] == F_DUPFD_CLOEXEC);
		return false;
	case F_ADD_SEALS:
	case F_GET_SEALS:
		reply(listener, n, call(p, m, &t));
		return false;
	}
	return true;
}

static void uffd_call(int listener, const struct seccomp_notif *n, struct process *p)
{
	int fd = pidfd_getfd(p->fd, n->data.args[0], 0);
	struct mark m;
	long ret;

	if (fd >= 0 && uffd_ioctl(p, fd, n->data.args[1], n->data.args[2], &ret)) {
		count_call(p->guest, n->data.nr, ret);
		reply(listener, n, ret);
	} else if (n->data.args[1] == UFFD_NEW && mark_of(n->pid, n->data.args[0], &m) && m.kind == 'u') {
		uffd_serve(listener, n, p, n->data.args[2]);
	} else {
		pass_on(listener, n);
	}
	if (fd >= 0)
		close(fd);
}

/* A file of the host, which may be mapped. */
static void resized(struct process *p, int nr, unsigned long size)
{
	int fd = pidfd_getfd(p->fd, nr, 0);

	if (fd < 0)
		return;
	pthread_rwlock_rdlock(&gate);
	files_resized(fd, size);
	pthread_rwlock_unlock(&gate);
	close(fd);
}

/**
 * served_call() - serve a call with a descriptor
 * @listener: what has told of it
 * @n: the call, which the host does if the descriptor is none of ours
 */
void served_call(int listener, const struct seccomp_notif *n)
{
	struct process *p = process_by_tid(n->pid);
	const __u64 *a = n->data.args;
	bool pass = false, ended = false;
	struct mark m;
	long ret = 0;
	int fd;

	if (p && n->data.nr == SYS_ioctl && (a[1] & 0xff00) == UFFD_TYPE) {
		uffd_call(listener, n, p);
		return;
	}
	if (!p || !mark_of(n->pid, a[0], &m)) {
		if (p && n->data.nr == SYS_read)
			uffd_read(listener, n, p);
		else if (p && n->data.nr == SYS_ftruncate)
			resized(p, a[0], a[1]);
		pass_on(listener, n);
		return;
	}
	fd = pidfd_getfd(p->fd, a[0], 0);
	switch (n->data.nr) {
	case SYS_ioctl:
		pass = m.kind != 'p';
		ret = pass ? 0 : proc_call(p, &m, &(struct transfer) { HOSTED_FILE_IOCTL, a[1], a[2], NULL, fd });
		break;
	case SYS_fcntl:
		pass = serve_fcntl(listener, p, &m, n, fd);
		ended = !pass;
		break;
	case SYS_dup:
		copy(listener, n, fd, false);
		ended = true;
		break;
	case SYS_ftruncate:
	case SYS_fallocate:
		ret = change(p, &m, n, fd);
		break;
	case SYS_read:
	case SYS_write:
	case SYS_pread64:
	case SYS_pwrite64:
		ret = transfer(p, &m, n, fd);
		break;
	case SYS_dup2:
	case SYS_dup3:
		/* to a number that we are not told of: text can be read without us */
		ret = m.kind == 'p' ? proc_call(p, &m, &(struct transfer) { HOSTED_FILE_COPY, 0, 0, NULL, fd }) : -EBUSY;
		pass = !ret;
		break;
	default:
		ret = -EBUSY;
	}
	if (ret == -EBUSY)
		count_refused(p->guest, n->data.nr, "of a file of the machine");
	count_call(p->guest, n->data.nr, ret);
	if (pass)
		pass_on(listener, n);
	else if (!ended)
		reply(listener, n, ret);
	if (fd >= 0)
		close(fd);
}
