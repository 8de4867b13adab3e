// SPDX-License-Identifier: GPL-2.0
/* The system calls that the filter tells of. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

/* of process_madvise(), for the caller itself */
#define NR_PIDFD_SELF		(-10000)
#define NR_PIDFD_SELF_PROCESS	(-10001)

/* A guest that is set up asks for descriptors. */
static void give_fds(int listener, const struct seccomp_notif *n)
{
	struct seccomp_notif_addfd add = { .id = n->id, .srcfd = arena_fd };
	int dev = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
	long a, b;

	a = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	add.srcfd = dev;
	b = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	close(dev);
	reply(listener, n, a < 0 || b < 0 ? -EMFILE : a | b << 32);
}

static bool meets(const struct guest *g, unsigned long start, unsigned long len)
{
	int i;

	for (i = 0; i < g->nr_keep; i++)
		if (start < g->keep[i].end && start + len > g->keep[i].start)
			return true;
	return false;
}

/* Whether a call is about what the host keeps: the machine has nothing to say of it. */
static bool is_kept(const struct guest *g, const struct seccomp_notif *n)
{
	const __u64 *a = n->data.args;

	switch (n->data.nr) {
	case SYS_mmap:
		return (a[3] & MAP_FIXED) && meets(g, a[0], a[1]);
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_madvise:
		return meets(g, a[0], a[1]);
	case SYS_mremap:
		return meets(g, a[0], a[1]) || ((a[3] & MREMAP_FIXED) && meets(g, a[4], a[2]));
	}
	return false;
}

/* The machine's file for a descriptor of the guest; NULL and no error for /dev/zero. */
static void *file_of_guest(struct process *p, const struct seccomp_notif *n, long *err)
{
	const __u64 *a = n->data.args;
	void *file = NULL;
	struct mark mark;
	struct stat st;
	int fd, flags;

	*err = -EBADF;
	fd = pidfd_getfd(p->fd, a[4], 0);
	if (fd < 0)
		return NULL;
	if (mark_of(n->pid, a[4], &mark)) {
		*err = -ENODEV;
		if (mark.kind == 'm')
			file = memfd_file(mark.nr);
		if (file)
			*err = 0;
		goto out;
	}
	flags = fcntl(fd, F_GETFL);
	if (flags & O_PATH)
		goto out;
	*err = -EACCES;
	if ((flags & O_ACCMODE) == O_WRONLY)
		goto out;
	if ((a[3] & MAP_TYPE) != MAP_PRIVATE && (a[2] & PROT_WRITE) && (flags & O_ACCMODE) != O_RDWR)
		goto out;
	*err = -ENODEV;
	if (fstat(fd, &st))
		goto out;
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 5)) {
		*err = 0;
	} else if (!S_ISREG(st.st_mode)) {
		count_refused(p->guest, n->data.nr, "of a device");
	} else {
		file = file_of(fd, (a[3] & MAP_TYPE) != MAP_PRIVATE && (flags & O_ACCMODE) == O_RDWR, err);
	}
out:
	close(fd);
	return file;
}

/* Whether a descriptor is of a process that it is about itself; sets an errno else. */
static bool is_self(struct process *p, int pidfd, long *err)
{
	char path[64];
	int fd, pid = 0;

	if (pidfd == NR_PIDFD_SELF || pidfd == NR_PIDFD_SELF_PROCESS)
		return true;
	*err = -EBADF;
	fd = pidfd_getfd(p->fd, pidfd, 0);
	if (fd < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	number_in(path, "Pid: %d", &pid);
	close(fd);
	if (pid)
		*err = pid < 0 ? -ESRCH : -EPERM;
	if (pid > 0 && pid != p->pid)
		count_refused(p->guest, SYS_process_madvise, "of another process");
	return pid == p->pid;
}

static long serve_mm(struct process *p, struct guest *g, const struct seccomp_notif *n)
{
	unsigned long arg[6];
	long nr = n->data.nr, ret, err = 0;
	void *file = NULL;
	int i;

	for (i = 0; i < 6; i++)
		arg[i] = n->data.args[i];
	if (is_kept(g, n)) {
		count_refused(g, nr, "of an area that the host keeps");
		return -ENOMEM;
	}
	tlb_allow(g);
	uffds_follow();
	if (nr == SYS_mmap) {
		arg[2] = (unsigned int)arg[2];
		if (!(arg[3] & MAP_ANONYMOUS)) {
			file = file_of_guest(p, n, &err);
			if (err)
				return err;
			if (!file)
				arg[3] |= MAP_ANONYMOUS;
		}
	}
	if (nr == SYS_process_madvise && !is_self(p, arg[0], &err))
		return err;
	ret = nr == SYS_prctl ? hosted_prctl(g->space, arg) : hosted_call(g->space, nr, arg, file);
	if (nr == SYS_mprotect && (arg[2] & PROT_WRITE))
		tlb_drop_unwritable(g, arg[0] & -PAGE, arg[0] + ((arg[1] + PAGE - 1) & -PAGE));
	files_follow();
	note_call(p->pid, nr, arg, file, ret);
	return ret;
}

static void serve_clone(int listener, const struct seccomp_notif *n)
{
	unsigned long flags = n->data.nr == SYS_clone ? n->data.args[0] :
			      n->data.nr == SYS_vfork ? CLONE_VM | CLONE_VFORK : 0;
	struct process *p;
	struct guest *g;
	int at;

	if (!(flags & CLONE_VM)) {
		fork_serve(listener, n);
		return;
	}
	p = process_by_tid(n->pid);
	g = p ? p->guest : NULL;
	if (g && !(flags & CLONE_VFORK)) {
		g->threads = true;
		if (!(flags & CLONE_THREAD))
			g->kept = true;
		at = flags & CLONE_CHILD_CLEARTID ? g->nr_ctid++ : MOST_CTID;
		if (at < MOST_CTID)
			g->ctid[at] = n->data.args[3];
	}
	pass_on(listener, n);
}

/* The host's kernel clears a word when a thread ends, and asks nobody any more then. */
static void serve_exit(int listener, const struct seccomp_notif *n)
{
	struct process *p = process_by_tid(n->pid);
	int i;

	if (p) {
		pthread_rwlock_rdlock(&gate);
		pthread_rwlock_rdlock(&p->guest->life);
		for (i = 0; !p->guest->ended && i < p->guest->nr_ctid && i < MOST_CTID; i++)
			fault_in(p->guest, p->guest->ctid[i], 1);
		pthread_rwlock_unlock(&p->guest->life);
		pthread_rwlock_unlock(&gate);
	}
	pass_on(listener, n);
}

/* The guest may go on to where the files are read. */
static void follow_files(void)
{
	pthread_rwlock_rdlock(&gate);
	files_follow();
	pthread_rwlock_unlock(&gate);
}

/* What is refused, as a host refuses it that has not got it. */
static long refusal(long nr)
{
	switch (nr) {
	case SYS_pkey_mprotect:
	case SYS_prctl:
		return -EINVAL;
	case SYS_prlimit64:
	case SYS_setrlimit:
		return -EPERM;
	case SYS_pkey_alloc:
		return -ENOSPC;
	}
	return -ENOSYS;
}

static unsigned long since_oracle;

/**
 * call_serve() - serve a call
 * @listener: what has told of it
 * @n: the call
 */
void call_serve(int listener, const struct seccomp_notif *n)
{
	struct process *p;
	struct guest *g;
	long nr = n->data.nr, ret;

	if (nr == NR_ASK && n->data.args[0] == ASK_FDS && is_booting(n->pid)) {
		give_fds(listener, n);
		return;
	}
	if (is_booting(n->pid)) {
		pass_on(listener, n);
		return;
	}
	p = process_by_tid(n->pid);
	g = p ? p->guest : NULL;
	switch (nr) {
	case SYS_clone:
	case SYS_fork:
	case SYS_vfork:
		count_call(g, nr, 0);
		follow_files();
		serve_clone(listener, n);
		return;
	case SYS_execve:
	case SYS_execveat:
		count_call(g, nr, 0);
		follow_files();
		exec_serve(listener, n);
		return;
	case SYS_exit:
		serve_exit(listener, n);
		return;
	case SYS_exit_group:
		follow_files();
		pass_on(listener, n);
		return;
	case SYS_open:
	case SYS_openat:
		open_serve(listener, n);
		return;
	case SYS_memfd_create:
		memfd_serve(listener, n);
		return;
	case SYS_userfaultfd:
		if (!p)
			break;
		uffd_serve(listener, n, p, n->data.args[0]);
		return;
	case SYS_ioctl:
	case SYS_fcntl:
	case SYS_dup:
	case SYS_dup2:
	case SYS_dup3:
	case SYS_read:
	case SYS_write:
	case SYS_readv:
	case SYS_writev:
	case SYS_pread64:
	case SYS_pwrite64:
	case SYS_ftruncate:
	case SYS_fallocate:
		served_call(listener, n);
		return;
	}
	if (!g || !(hosted_can(nr) || (nr == SYS_prctl && n->data.args[0] != PR_SET_MM))) {
		ret = g ? refusal(nr) : -ENOMEM;
		count_refused(g, nr, "not supported");
		reply(listener, n, ret);
		return;
	}
	pthread_rwlock_rdlock(&gate);
	pthread_rwlock_rdlock(&g->life);
	ret = g->ended ? -ENOMEM : serve_mm(p, g, n);
	pthread_rwlock_unlock(&g->life);
	pthread_rwlock_unlock(&gate);
	count_call(g, nr, ret);
	if (opt.every && __atomic_add_fetch(&since_oracle, 1, __ATOMIC_RELAXED) % opt.every == 0)
		guests_check();
	reply(listener, n, ret);
	hosted_rest();
}
